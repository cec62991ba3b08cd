"""Output shape and parameter count of one convolution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import Conv, Network, rules
from gradus.oracle import scalars, windows
from gradus.parameters import Between, Sizes, among, between

IMAGES = [Shape(side, side, depth) for side in range(16, 258, 2) for depth in (1, 3, 8, 16, 32, 64)]


@final
@dataclass(frozen=True, kw_only=True)
class ConvLayer(Family):
    """Output shape and parameter count of one convolution."""

    parts: ClassVar[tuple[str, ...]] = ("shape", "parameters")

    image: Shape = among(*IMAGES, allowed=Sizes(3, 4096))
    kernel: int = among(1, 2, 3, 5, 7, allowed=Between(1, 31))
    stride: int = among(1, 2, 3, allowed=Between(1, 64))
    padding: int = among(0, 1, 2, 3, allowed=Between(0, 64))
    filters: int = between(4, 128, step=2, allowed=Between(1, 4096))
    bias: bool = True

    def check(self) -> Iterator[Fault]:
        """Demand that the kernel fits on the padded image."""
        height, width, _ = self.image.sizes
        if self.kernel > min(height, width) + 2 * self.padding:
            rule = f"must fit on the image with its padding, {min(height, width)} + 2·{self.padding} pixels"
            yield Fault("ConvLayer", "kernel", self.kernel, rule, "choose a smaller kernel or more padding")

    def is_sensible(self) -> bool:
        """Draw no padding so wide that a window would see nothing else."""
        return self.padding < self.kernel

    def prompt(self) -> str:
        """Ask for both."""
        biases = "one bias per filter" if self.bias else "no biases"
        return (
            f"An image of shape ${self.image.latex()}$ (height × width × channels) goes through a convolution with "
            f"${self.filters}$ filters of size ${self.kernel} \\times {self.kernel}$, stride ${self.stride}$, zero "
            f"padding ${self.padding}$ on every side, and {biases}. Output sizes round down.\n\n"
            "Give the **shape** of the output (height × width × channels) and the number of trainable **parameters**."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        height, width, depth = self.image.sizes
        rows = rules.conv_size(height, self.kernel, self.stride, self.padding)
        columns = rules.conv_size(width, self.kernel, self.stride, self.padding)
        parameters = rules.conv_parameters(self.kernel, depth, self.filters, self.bias)
        return {"shape": Shape(rows, columns, self.filters), "parameters": Count(parameters, "parameters")}

    def witness(self) -> Mapping[str, Answer]:
        """Slide the window, name the scalars."""
        height, width, depth = self.image.sizes
        rows = windows.count_placements(height, self.kernel, self.stride, self.padding)
        columns = windows.count_placements(width, self.kernel, self.stride, self.padding)
        named = scalars.count_conv(self.kernel, depth, self.filters, self.bias)
        return {"shape": Shape(rows, columns, self.filters), "parameters": Count(named, "parameters")}

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice, sizes first."""
        yield from self._shape_mistakes()
        yield from self._parameter_mistakes()

    def _shape_mistakes(self) -> Iterator[Mistake]:
        height, width, depth = self.image.sizes
        kernel, stride, padding, filters = self.kernel, self.stride, self.padding, self.filters

        def both(size: int, other: int, name: str, feedback: str) -> Mistake:
            return Mistake("shape", name, Shape(size, other, filters), feedback)

        yield both(
            (height + padding - kernel) // stride + 1,
            (width + padding - kernel) // stride + 1,
            "padding_counted_once",
            "The padding is added on both sides of an axis, so it counts twice.",
        )
        yield both(
            (height + 2 * padding - kernel) // stride,
            (width + 2 * padding - kernel) // stride,
            "missing_plus_one",
            "The window's first placement counts too: add 1 after dividing by the stride.",
        )
        yield both(
            -((kernel - height - 2 * padding) // stride) + 1,
            -((kernel - width - 2 * padding) // stride) + 1,
            "ceil_for_floor",
            "A window that does not fit on the padded image is dropped: round down, not up.",
        )
        yield both(
            height + 2 * padding - kernel + 1,
            width + 2 * padding - kernel + 1,
            "stride_ignored",
            "The window moves by the stride: divide by it.",
        )
        yield both(
            height // stride, width // stride, "only_stride_used", "The kernel's own size and the padding count too."
        )
        rows, columns, _ = _sizes(self.key()["shape"])
        yield Mistake(
            "shape",
            "depth_kept",
            Shape(rows, columns, depth),
            "Each filter makes one output channel, so there are as many channels as filters.",
            Fraction(1, 2),
        )
        yield Mistake(
            "shape",
            "channels_first",
            Shape(filters, rows, columns),
            "The sizes are right, but the channels stand last here: height × width × channels.",
            Fraction(1, 2),
        )
        yield Mistake(
            "shape",
            "channels_missing",
            Shape(rows, columns),
            "Height and width are right; the number of channels is missing.",
            Fraction(1, 2),
        )

    def _parameter_mistakes(self) -> Iterator[Mistake]:
        depth, kernel, filters = self.image.sizes[2], self.kernel, self.filters
        weights = kernel * kernel * depth * filters
        rows, columns, _ = _sizes(self.key()["shape"])
        own = weights + (filters if self.bias else 0)
        if self.bias:
            yield _count("bias_forgotten", weights, "Every filter has a bias as well.", Fraction(1, 2))
            yield _count("one_bias_for_all", weights + 1, "There is one bias for each filter, not one for the layer.")
        else:
            yield _count("bias_added", weights + filters, "This layer has no biases.", Fraction(1, 2))
        extra = 1 if self.bias else 0
        yield _count(
            "depth_forgotten",
            (kernel * kernel + extra) * filters,
            "A filter reaches through all channels of its input: multiply by the depth.",
        )
        yield _count("kernel_not_squared", (kernel * depth + extra) * filters, "The kernel has two sides: square it.")
        yield _count("filters_forgotten", kernel * kernel * depth + extra, "That is one filter of several.")
        yield _count(
            "positions_counted", own * rows * columns, "The weights are shared by all positions: count them once."
        )

    def working(self) -> str:
        """Write out sizes and count."""
        layer = Conv(self.kernel, self.filters, self.stride, self.padding, self.bias)
        return Network(layer).describe(self.image.sizes).working("output", "parameters")


def _sizes(shape: Answer) -> tuple[int, ...]:
    assert isinstance(shape, Shape)
    return shape.sizes


def _count(name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake("parameters", name, Count(value, "parameters"), feedback, credit)
