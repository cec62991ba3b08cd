"""Effective kernel, output shape and parameter count of one dilated convolution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import Conv, Network, rules
from gradus.oracle import taps, weights
from gradus.parameters import Between, Sizes, among, between

IMAGES = [Shape(side, side, depth) for side in range(20, 258, 2) for depth in (1, 3, 8, 16, 32, 64)]
HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class DilatedConv(Family):
    """Effective kernel size, output shape and parameter count of one dilated convolution."""

    parts: ClassVar[tuple[str, ...]] = ("effective", "shape", "parameters")

    image: Shape = among(*IMAGES, allowed=Sizes(3, 4096))
    kernel: int = among(2, 3, 5, 7, allowed=Between(1, 31))
    dilation: int = among(2, 3, 4, 6, 8, allowed=Between(1, 64))
    stride: int = among(1, 2, 3, allowed=Between(1, 64))
    padding: int = among(0, 1, 2, 3, 4, 6, 8, allowed=Between(0, 128))
    filters: int = between(4, 128, step=2, allowed=Between(1, 4096))
    bias: bool = True

    def check(self) -> Iterator[Fault]:
        """Demand that the dilated kernel fits on the padded image."""
        side, span = min(self.image.sizes[:2]), self.dilation * (self.kernel - 1) + 1
        if span > side + 2 * self.padding:
            rule = f"makes the kernel span {span} pixels, but the padded image has {side} + 2·{self.padding}"
            yield Fault("DilatedConv", "dilation", self.dilation, rule, "choose less dilation or more padding")

    def is_sensible(self) -> bool:
        """Draw no padding so wide that a window would see nothing else."""
        return self.padding <= self.dilation * (self.kernel - 1)

    def prompt(self) -> str:
        """Ask for all three."""
        biases = "one bias per filter" if self.bias else "no biases"
        apart = "is one pixel" if self.dilation == 1 else f"are ${self.dilation}$ pixels"
        return (
            f"An image of shape ${self.image.latex()}$ (height × width × channels) goes through a dilated convolution "
            f"with ${self.filters}$ filters of size ${self.kernel} \\times {self.kernel}$, dilation "
            f"${self.dilation}$ (neighbouring weights of the kernel {apart} apart), stride ${self.stride}$, zero "
            f"padding ${self.padding}$ on every side, and {biases}. Output sizes round down.\n\n"
            "Give the **effective** kernel size (how many pixels the kernel spans along one side, from its first "
            "weight to its last), the **shape** of the output (height × width × channels) and the number of trainable "
            "**parameters**."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        height, width, depth = self.image.sizes
        rows = rules.conv_size(height, self.kernel, self.stride, self.padding, self.dilation)
        columns = rules.conv_size(width, self.kernel, self.stride, self.padding, self.dilation)
        parameters = rules.conv_parameters(self.kernel, depth, self.filters, self.bias)
        return {
            "effective": Count(self.dilation * (self.kernel - 1) + 1, "pixels"),
            "shape": Shape(rows, columns, self.filters),
            "parameters": Count(parameters, "parameters"),
        }

    def witness(self) -> Mapping[str, Answer]:
        """Lay out the taps, slide them, count the weights."""
        height, width, depth = self.image.sizes
        rows = taps.count_dilated(height, self.kernel, self.stride, self.padding, self.dilation)
        columns = taps.count_dilated(width, self.kernel, self.stride, self.padding, self.dilation)
        counted = weights.count_weights(self.kernel, depth, self.filters, self.bias)
        return {
            "effective": Count(taps.count_pixels(self.kernel, self.dilation), "pixels"),
            "shape": Shape(rows, columns, self.filters),
            "parameters": Count(counted, "parameters"),
        }

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Take the effective size that the candidate came to, and slide a kernel of that size."""
        effective = given.get("effective")
        if part != "shape" or not isinstance(effective, Count) or effective.value < 1:
            return None
        shape = self._slide(effective.value, self.padding * 2)
        return shape if min(shape.sizes) > 0 else None

    def _slide(self, span: int, padding: int, more: int = 1) -> Shape:
        sides = [(side + padding - span) // self.stride + more for side in self.image.sizes[:2]]
        return Shape(*sides, self.filters)

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        kernel, gap = self.kernel, self.dilation
        both, span, product = 2 * self.padding, gap * (kernel - 1) + 1, "Only the gaps between weights are stretched: "
        yield _count("effective", "kernel_multiplied", gap * kernel, f"{product}there is one fewer than weights.")
        yield _count(
            "effective",
            "dilation_as_holes",
            kernel + (kernel - 1) * gap,
            "The dilation is the distance from weight to weight, so it leaves one hole fewer than that between them.",
            HALF,
        )
        yield _count("effective", "dilation_ignored", kernel, "That is the number of weights along a side.")
        yield _count("effective", "missing_plus_one", span - 1, "The first weight's own pixel counts too.", HALF)
        yield Mistake(
            "shape",
            "dilation_ignored",
            self._slide(kernel, both),
            "The window spans as many pixels as the dilated kernel, not as many as it has weights.",
        )
        yield Mistake(
            "shape", "kernel_multiplied", self._slide(gap * kernel, both), f"{product}the span is smaller than that."
        )
        yield Mistake(
            "shape",
            "padding_counted_once",
            self._slide(span, self.padding),
            "The padding is added on both sides of an axis, so it counts twice.",
        )
        yield Mistake(
            "shape",
            "missing_plus_one",
            self._slide(span, both, more=0),
            "The window's first placement counts too: add 1 after dividing by the stride.",
        )
        yield Mistake(
            "shape",
            "channels_missing",
            Shape(*self._slide(span, both).sizes[:2]),
            "Height and width are right; the number of channels is missing.",
            HALF,
        )
        yield from self._parameter_mistakes(span)

    def _parameter_mistakes(self, span: int) -> Iterator[Mistake]:
        depth, filters, extra = self.image.sizes[2], self.filters, 1 if self.bias else 0
        count = self.kernel**2 * depth * filters
        yield _count(
            "parameters",
            "holes_counted",
            (span**2 * depth + extra) * filters,
            "The holes hold no weights: dilation changes what the kernel sees, not how many weights it has.",
        )
        if self.bias:
            yield _count("parameters", "bias_forgotten", count, "Every filter has a bias as well.", HALF)
        yield _count(
            "parameters",
            "depth_forgotten",
            (self.kernel**2 + extra) * filters,
            "A filter reaches through all channels of its input: multiply by the depth.",
        )
        yield _count(
            "parameters", "filters_forgotten", self.kernel**2 * depth + extra, "That is one filter of several."
        )

    def working(self) -> str:
        """Write out span, sizes and count."""
        span = self.dilation * (self.kernel - 1) + 1
        layer = Conv(self.kernel, self.filters, self.stride, self.padding, self.bias, self.dilation)
        spans = f"effective kernel: {self.dilation}·({self.kernel} − 1) + 1 = {span}"
        return f"{spans}\n{Network(layer).describe(self.image.sizes).working()}"


def _count(part: str, name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, Count(value, "pixels" if part == "effective" else part), feedback, credit)
