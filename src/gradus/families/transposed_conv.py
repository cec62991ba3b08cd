"""Output shape and parameter count of one transposed convolution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import Network, TransposedConv, rules
from gradus.oracle import painting, weights
from gradus.parameters import Between, Sizes, among, between

IMAGES = [Shape(side, side, depth) for side in range(4, 65) for depth in (3, 8, 16, 24, 32, 64, 100)]
HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class TransposedConvLayer(Family):
    """Output shape and parameter count of one transposed convolution, with output padding."""

    parts: ClassVar[tuple[str, ...]] = ("shape", "parameters")

    image: Shape = among(*IMAGES, allowed=Sizes(3, 4096))
    kernel: int = among(2, 3, 4, 5, 6, allowed=Between(1, 31))
    stride: int = among(1, 2, 3, 4, allowed=Between(1, 64))
    padding: int = among(0, 1, 2, allowed=Between(0, 64))
    output_padding: int = among(0, 1, 2, allowed=Between(0, 63))
    filters: int = between(4, 128, step=2, allowed=Between(1, 4096))
    bias: bool = True

    def check(self) -> Iterator[Fault]:
        """Demand that the output padding is less than the stride, and that something is left of the output."""
        if self.output_padding >= self.stride:
            rule = f"must be less than the stride, which is {self.stride}"
            yield Fault("TransposedConvLayer", "output_padding", self.output_padding, rule, "choose a smaller one")
        side = min(self.image.sizes[:2])
        if rules.transposed_size(side, self.kernel, self.stride, self.padding, 1, self.output_padding) < 1:
            rule = f"cuts away all that {side} pixels make"
            yield Fault("TransposedConvLayer", "padding", self.padding, rule, "choose less padding")

    def is_sensible(self) -> bool:
        """Draw no padding that undoes a whole kernel, and no kernel that leaves holes."""
        return 2 * self.padding < self.kernel >= self.stride

    def prompt(self) -> str:
        """Ask for both."""
        biases = "one bias per filter" if self.bias else "no biases"
        rows = "one row and one column" if self.output_padding == 1 else f"${self.output_padding}$ rows and columns"
        extra = (
            f"output padding ${self.output_padding}$ ({rows} added at the bottom and on the right)"
            if self.output_padding
            else "no output padding"
        )
        return (
            f"An image of shape ${self.image.latex()}$ (height × width × channels) goes through a transposed "
            f"convolution with ${self.filters}$ filters of size ${self.kernel} \\times {self.kernel}$, stride "
            f"${self.stride}$, padding ${self.padding}$ (as many pixels are cut from every side of the output), "
            f"{extra}, and {biases}.\n\n"
            "Give the **shape** of the output (height × width × channels) and the number of trainable **parameters**."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        height, width, depth = self.image.sizes
        kernel, stride, padding, extra = self.kernel, self.stride, self.padding, self.output_padding
        rows = rules.transposed_size(height, kernel, stride, padding, 1, extra)
        columns = rules.transposed_size(width, kernel, stride, padding, 1, extra)
        parameters = rules.conv_parameters(kernel, depth, self.filters, self.bias)
        return {"shape": Shape(rows, columns, self.filters), "parameters": Count(parameters, "parameters")}

    def witness(self) -> Mapping[str, Answer]:
        """Paint the output pixel by pixel, count the weights."""
        height, width, depth = self.image.sizes
        rows = painting.paint(height, self.kernel, self.stride, self.padding, self.output_padding)
        columns = painting.paint(width, self.kernel, self.stride, self.padding, self.output_padding)
        counted = weights.count_weights(self.kernel, depth, self.filters, self.bias)
        return {"shape": Shape(rows, columns, self.filters), "parameters": Count(counted, "parameters")}

    def _shape(self, name: str, change: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
        """Return what comes of adding some pixels too many to each side's length."""
        cut = self.kernel - 2 * self.padding + self.output_padding + change
        sides = [(side - 1) * self.stride + cut for side in self.image.sizes[:2]]
        return Mistake("shape", name, Shape(*sides, self.filters), feedback, credit)

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        height, width, depth = self.image.sizes
        kernel, stride, padding, extra = self.kernel, self.stride, self.padding, self.output_padding
        if extra:
            yield self._shape("output_padding_forgotten", -extra, "The output padding lengthens each axis.", HALF)
            yield self._shape(
                "output_padding_twice", extra, "The output padding is added at one end of an axis only.", HALF
            )
        if padding:
            yield self._shape("padding_ignored", 2 * padding, "The padding is cut from the output.")
            yield self._shape("padding_added", 4 * padding, "Here the padding is cut from the output, not added to it.")
            yield self._shape("padding_cut_once", padding, "The padding is cut from both sides of an axis.")
        yield self._shape(
            "first_pixel_counted_twice",
            stride,
            "The first pixel needs no step: there is one step of the stride fewer than pixels.",
        )
        yield self._shape(
            "only_stride_used",
            stride - kernel + 2 * padding - extra,
            "The last pixel paints a whole kernel: kernel and padding count too.",
        )
        down = [(side + 2 * padding - kernel) // stride + 1 for side in (height, width)]
        yield Mistake(
            "shape",
            "ordinary_convolution",
            Shape(*down, self.filters),
            "That is the size after an ordinary convolution; a transposed one goes the other way.",
        )
        rows, columns = ((side - 1) * stride + kernel - 2 * padding + extra for side in (height, width))
        yield Mistake(
            "shape",
            "depth_kept",
            Shape(rows, columns, depth),
            "Each filter makes one output channel, so there are as many channels as filters.",
            HALF,
        )
        yield from self._parameter_mistakes()

    def _parameter_mistakes(self) -> Iterator[Mistake]:
        area, depth, filters, extra = self.kernel**2, self.image.sizes[2], self.filters, 1 if self.bias else 0
        if self.bias:
            yield _count("bias_forgotten", area * depth * filters, "Every filter has a bias as well.", HALF)
            yield _count(
                "bias_per_input_channel",
                (area * filters + 1) * depth,
                "The biases belong to the channels of the output, also when the convolution is transposed.",
                HALF,
            )
        yield _count(
            "depth_forgotten", (area + extra) * filters, "A filter has a kernel for each channel of its input."
        )
        yield _count("filters_forgotten", area * depth + extra, "That is one filter of several.")

    def working(self) -> str:
        """Write out sizes and count."""
        layer = TransposedConv(
            self.kernel, self.filters, self.stride, self.padding, self.output_padding, bias=self.bias
        )
        return Network(layer).describe(self.image.sizes).working()


def _count(name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake("parameters", name, Count(value, "parameters"), feedback, credit)
