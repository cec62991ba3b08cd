"""A depthwise separable convolution: its output shape, the parameters of both halves, and of the plain convolution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import Conv, Network, rules
from gradus.networks.convolution import DEPTHWISE
from gradus.oracle import weights, windows
from gradus.parameters import Between, Sizes, among, between

IMAGES = [Shape(side, side, depth) for side in range(14, 130, 2) for depth in (3, *range(8, 136, 8))]
HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class SeparableConv(Family):
    """Shape and parameter counts of a depthwise convolution with a pointwise one after it, against a plain one."""

    parts: ClassVar[tuple[str, ...]] = ("shape", "depthwise", "pointwise", "plain")

    image: Shape = among(*IMAGES, allowed=Sizes(3, 4096))
    kernel: int = among(2, 3, 5, 7, allowed=Between(1, 31))
    stride: int = among(1, 2, 3, allowed=Between(1, 64))
    padding: int = among(0, 1, 2, 3, allowed=Between(0, 64))
    filters: int = between(8, 256, step=4, allowed=Between(1, 4096))
    bias: bool = True

    def check(self) -> Iterator[Fault]:
        """Demand that the kernel fits on the padded image."""
        side = min(self.image.sizes[:2])
        if self.kernel > side + 2 * self.padding:
            rule = f"must fit on the image with its padding, {side} + 2·{self.padding} pixels"
            yield Fault("SeparableConv", "kernel", self.kernel, rule, "choose a smaller kernel or more padding")

    def is_sensible(self) -> bool:
        """Draw no padding so wide that a window would see nothing else."""
        return self.padding < self.kernel

    def prompt(self) -> str:
        """Ask for all four."""
        biases = "one bias for each of its output channels" if self.bias else "no biases"
        return (
            f"An image of shape ${self.image.latex()}$ (height × width × channels) goes through a depthwise separable "
            f"convolution: first a depthwise convolution, one filter of size ${self.kernel} \\times {self.kernel}$ for "
            f"each channel, with stride ${self.stride}$ and zero padding ${self.padding}$ on every side; then a "
            f"pointwise convolution, ${self.filters}$ filters of size $1 \\times 1$ with stride $1$. Each of the two "
            f"has {biases}. Output sizes round down.\n\n"
            "Give the **shape** of the output (height × width × channels), and the number of trainable parameters of "
            "the **depthwise** convolution, of the **pointwise** convolution, and of a **plain** convolution with "
            f"${self.filters}$ filters of size ${self.kernel} \\times {self.kernel}$ that would take the place of both "
            f"and has {biases}."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        height, width, depth = self.image.sizes
        rows = rules.conv_size(height, self.kernel, self.stride, self.padding)
        columns = rules.conv_size(width, self.kernel, self.stride, self.padding)
        return {
            "shape": Shape(rows, columns, self.filters),
            "depthwise": _parameters(rules.conv_parameters(self.kernel, depth, depth, self.bias, depth)),
            "pointwise": _parameters(rules.conv_parameters(1, depth, self.filters, self.bias)),
            "plain": _parameters(rules.conv_parameters(self.kernel, depth, self.filters, self.bias)),
        }

    def witness(self) -> Mapping[str, Answer]:
        """Slide the window, deal each channel to a group of its own, count the weights."""
        height, width, depth = self.image.sizes
        rows = windows.count_placements(height, self.kernel, self.stride, self.padding)
        columns = windows.count_placements(width, self.kernel, self.stride, self.padding)
        return {
            "shape": Shape(rows, columns, self.filters),
            "depthwise": Count(weights.count_weights(self.kernel, depth, depth, self.bias, depth), "parameters"),
            "pointwise": Count(weights.count_weights(1, depth, self.filters, self.bias), "parameters"),
            "plain": Count(weights.count_weights(self.kernel, depth, self.filters, self.bias), "parameters"),
        }

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        yield from self._shape_mistakes()
        area, depth, filters, extra = self.kernel**2, self.image.sizes[2], self.filters, 1 if self.bias else 0
        yield _count(
            "depthwise",
            "depth_counted_twice",
            (area * depth + extra) * depth,
            "A depthwise filter sees one channel, not all of them.",
        )
        yield _count(
            "depthwise",
            "one_filter_per_output",
            (area + extra) * filters,
            "There is one depthwise filter for each channel of the input, not of the output.",
        )
        yield _count("depthwise", "one_filter_for_all", area + extra, "Every channel has a filter of its own.")
        yield _count(
            "pointwise",
            "kernel_counted",
            (area * depth + extra) * filters,
            "The pointwise kernel has one pixel.",
        )
        yield _count("pointwise", "depth_forgotten", (1 + extra) * filters, "A pointwise filter sees all channels.")
        yield _count(
            "plain", "sum_of_both", (area + extra) * depth + (depth + extra) * filters, "That is the separable pair."
        )
        yield _count("plain", "depth_forgotten", (area + extra) * filters, "A plain filter sees all channels.")
        if self.bias:
            forgotten = "Every output channel has a bias as well."
            yield _count("depthwise", "bias_forgotten", area * depth, forgotten, HALF)
            yield _count("pointwise", "bias_forgotten", depth * filters, forgotten, HALF)
            yield _count("plain", "bias_forgotten", area * depth * filters, forgotten, HALF)

    def _shape_mistakes(self) -> Iterator[Mistake]:
        height, width, depth = self.image.sizes
        reach = 2 * self.padding - self.kernel
        rows, columns = ((side + reach) // self.stride + 1 for side in (height, width))
        feedback = "That is after the depthwise half; the pointwise one makes a channel for each of its filters."
        yield Mistake("shape", "depth_kept", Shape(rows, columns, depth), feedback, HALF)
        feedback = "The pointwise filters mix the channels: there are as many channels as pointwise filters."
        yield Mistake("shape", "depth_multiplied", Shape(rows, columns, depth * self.filters), feedback, HALF)
        once = [(side + reach - self.padding) // self.stride + 1 for side in (height, width)]
        feedback = "The padding is added on both sides of an axis, so it counts twice."
        yield Mistake("shape", "padding_counted_once", Shape(*once, self.filters), feedback)
        feedback = "The window's first placement counts too: add 1 after dividing by the stride."
        yield Mistake("shape", "missing_plus_one", Shape(rows - 1, columns - 1, self.filters), feedback)
        if self.stride > 1:
            feedback = "The stride belongs to the depthwise half alone; the pointwise one moves pixel by pixel."
            twice = [(side - 1) // self.stride + 1 for side in (rows, columns)]
            yield Mistake("shape", "stride_taken_twice", Shape(*twice, self.filters), feedback)

    def working(self) -> str:
        """Write out both halves and the plain convolution."""
        size = (self.kernel, self.filters, self.stride, self.padding, self.bias)
        depthwise = Conv(self.kernel, None, self.stride, self.padding, self.bias, 1, DEPTHWISE)
        pair = Network(depthwise, Conv(1, self.filters, bias=self.bias)).describe(self.image.sizes)
        plain = Network(Conv(*size)).describe(self.image.sizes).rows[0].parameters_working.text
        return f"{pair.working()}\nplain: {plain}"


def _parameters(value: int) -> Count:
    return Count(value, "parameters")


def _count(part: str, name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, Count(value, "parameters"), feedback, credit)
