"""Multiply-adds and FLOPs of a convolution, and of its depthwise-separable replacement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.oracle import sliding, windows
from gradus.parameters import Between, Sizes, among, between

IMAGES = [Shape(side, side, depth) for side in range(8, 114, 2) for depth in (3, 8, 16, 24, 32, 64, 96, 128)]
HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class MultiplyAdds(Family):
    """Multiply-adds of a convolution and of its depthwise-separable replacement, and FLOPs."""

    parts: ClassVar[tuple[str, ...]] = ("standard", "separable", "flops")

    image: Shape = among(*IMAGES, allowed=Sizes(3, 4096))
    kernel: int = among(3, 5, 7, allowed=Between(1, 31))
    stride: int = among(1, 2, allowed=Between(1, 16))
    padding: int = among(0, 1, 2, 3, allowed=Between(0, 15))
    filters: int = between(8, 256, step=4, allowed=Between(1, 4096))

    def check(self) -> Iterator[Fault]:
        """Demand that the kernel fits on the padded image."""
        room = min(self.image.sizes[:2]) + 2 * self.padding
        if self.kernel > room:
            rule = f"must fit on the image with its padding, {room} pixels"
            yield Fault("MultiplyAdds", "kernel", self.kernel, rule, "choose a smaller kernel or more padding")

    def is_sensible(self) -> bool:
        """Draw no padding beyond that which keeps the size."""
        return 2 * self.padding < self.kernel

    def prompt(self) -> str:
        """Ask for three costs."""
        depth = self.image.sizes[2]
        size = f"${self.kernel} \\times {self.kernel}$"
        return (
            f"An image of shape ${self.image.latex()}$ (height × width × channels) goes into a convolution with "
            f"${self.filters}$ filters of size {size}, stride ${self.stride}$ and zero padding ${self.padding}$ on "
            "every side. Sizes round down. Its depthwise-separable replacement is a depthwise convolution (one "
            f"{size} filter for each of the ${depth}$ channels, same stride and padding), followed by a pointwise "
            f"convolution with ${self.filters}$ filters of size $1 \\times 1$. Nothing has a bias. A multiply-add "
            "(MAC) is one multiplication with the addition of its product; products with the padding's zeros count. "
            "One multiply-add is two FLOPs.\n\n"
            "Give the multiply-adds of the **standard** convolution, those of the **separable** replacement, and the "
            "**flops** of the standard convolution."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        height, width, depth = self.image.sizes
        rows = rules.conv_size(height, self.kernel, self.stride, self.padding)
        columns = rules.conv_size(width, self.kernel, self.stride, self.padding)
        taps = (self.kernel, self.kernel)
        standard = rules.CONV_MULTIPLY_ADDS(depth, self.filters, None, *taps, rows, columns)
        depthwise = rules.CONV_MULTIPLY_ADDS(depth, depth, depth, *taps, rows, columns)
        pointwise = rules.CONV_MULTIPLY_ADDS(depth, self.filters, None, 1, 1, rows, columns)
        return _costs(standard, depthwise + pointwise, 2 * standard)

    def witness(self) -> Mapping[str, Answer]:
        """Slide the windows and walk over their multiplications; each is followed by an addition."""
        height, width, depth = self.image.sizes
        places = (
            windows.count_placements(height, self.kernel, self.stride, self.padding),
            windows.count_placements(width, self.kernel, self.stride, self.padding),
        )
        taps = sum(1 for _ in range(self.kernel) for _ in range(self.kernel))
        standard = sliding.count_multiplications(taps, depth, places, self.filters)
        depthwise = sliding.count_multiplications(taps, 1, places, depth)
        pointwise = sliding.count_multiplications(1, depth, places, self.filters)
        multiplications = additions = standard
        return {
            "standard": Count(standard, "multiply-adds"),
            "separable": Count(depthwise + pointwise, "multiply-adds"),
            "flops": Count(multiplications + additions, "FLOPs"),
        }

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Double the multiply-adds that the candidate found."""
        standard = given.get("standard")
        return Count(2 * standard.value, "FLOPs") if part == "flops" and isinstance(standard, Count) else None

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        height, width, depth = self.image.sizes
        rows, columns = ((side + 2 * self.padding - self.kernel) // self.stride + 1 for side in self.image.sizes[:2])
        places, filters, area = rows * columns, self.filters, self.kernel**2
        standard, depthwise, pointwise = (
            places * area * depth * filters,
            places * area * depth,
            places * depth * filters,
        )
        told = "Multiply at the positions of the output, not at the pixels of the input."
        yield _count("standard", "input_positions", height * width * area * depth * filters, told)
        told = "That is the number of weights: each works at every position of the output."
        yield _count("standard", "parameters_given", area * depth * filters, told)
        told = "A filter reaches through all channels of its input: multiply by the depth."
        yield _count("standard", "depth_forgotten", places * area * filters, told)
        told = "The kernel has two sides: square it."
        yield _count("standard", "kernel_not_squared", places * self.kernel * depth * filters, told)
        yield _count("standard", "filters_forgotten", depthwise, "That is one filter of several.")
        yield _count("standard", "flops_given", 2 * standard, "That is FLOPs, two for each multiply-add.", HALF)
        yield _count("separable", "pointwise_forgotten", depthwise, "The pointwise convolution costs as well.", HALF)
        yield _count("separable", "depthwise_forgotten", pointwise, "The depthwise convolution costs as well.", HALF)
        told = "A depthwise filter reads one channel only, its own."
        yield _count("separable", "depthwise_through_all_channels", depthwise * depth + pointwise, told)
        told = "The two convolutions come one after the other: add their costs."
        yield _count("separable", "costs_multiplied", depthwise * pointwise, told)
        told = "The depthwise convolution has one filter a channel."
        yield _count("separable", "depthwise_with_all_filters", places * area * filters + pointwise, told)
        told = "One multiply-add is two FLOPs: a multiplication and an addition."
        yield _count("flops", "not_doubled", standard, told)
        yield _count("flops", "halved", standard // 2, told)

    def working(self) -> str:
        """Write out the output's size and the three costs."""
        height, width, depth = self.image.sizes
        sides = [rules.conv_size(side, self.kernel, self.stride, self.padding) for side in (height, width)]
        shown = [
            f"⌊({side} + 2·{self.padding} − {self.kernel})/{self.stride}⌋ + 1 = {size}"
            for side, size in zip((height, width), sides, strict=True)
        ]
        standard, separable, flops = self.key().values()
        places, area = f"{sides[0]}·{sides[1]}", f"{self.kernel}·{self.kernel}"
        lines = (
            f"output: {', '.join(dict.fromkeys(shown))}",
            f"standard: {area}·{depth}·{places}·{self.filters} = {standard}",
            f"separable: {area}·{places}·{depth} + {depth}·{places}·{self.filters} = {separable}",
            f"flops: 2·{standard} = {flops}",
        )
        return "\n".join(lines)


def _costs(standard: int, separable: int, flops: int) -> Mapping[str, Answer]:
    units = ("multiply-adds", "multiply-adds", "FLOPs")
    parts = zip(MultiplyAdds.parts, (standard, separable, flops), units, strict=True)
    return {part: Count(value, unit) for part, value, unit in parts}


def _count(part: str, name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, Count(value, "FLOPs" if part == "flops" else "multiply-adds"), feedback, credit)
