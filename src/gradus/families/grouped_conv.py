"""Output shape and parameter count of one grouped convolution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import Conv, Network, rules
from gradus.oracle import weights, windows
from gradus.parameters import Between, Sizes, among, between

IMAGES = [Shape(side, side, depth) for side in range(14, 130, 2) for depth in range(8, 136, 8)]
HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class GroupedConv(Family):
    """Output shape and parameter count of one convolution whose channels are divided into groups."""

    parts: ClassVar[tuple[str, ...]] = ("shape", "parameters")

    image: Shape = among(*IMAGES, allowed=Sizes(3, 4096))
    kernel: int = among(1, 2, 3, 5, 7, allowed=Between(1, 31))
    stride: int = among(1, 2, 3, allowed=Between(1, 64))
    padding: int = among(0, 1, 2, 3, allowed=Between(0, 64))
    filters: int = between(8, 256, step=8, allowed=Between(1, 4096))
    groups: int = among(2, 4, 8, allowed=Between(1, 4096))
    bias: bool = True

    def check(self) -> Iterator[Fault]:
        """Demand that the kernel fits and that the groups divide channels and filters."""
        side, depth = min(self.image.sizes[:2]), self.image.sizes[2]
        if self.kernel > side + 2 * self.padding:
            rule = f"must fit on the image with its padding, {side} + 2·{self.padding} pixels"
            yield Fault("GroupedConv", "kernel", self.kernel, rule, "choose a smaller kernel or more padding")
        for name, channels in (("channels of the image", depth), ("filters", self.filters)):
            if channels % self.groups:
                rule = f"must divide the {channels} {name}"
                yield Fault("GroupedConv", "groups", self.groups, rule, "choose a common divisor of both")

    def is_sensible(self) -> bool:
        """Draw no padding so wide that a window would see nothing else."""
        return self.padding < self.kernel

    def prompt(self) -> str:
        """Ask for both."""
        biases = "one bias per filter" if self.bias else "no biases"
        groups = "one group" if self.groups == 1 else f"${self.groups}$ groups of equal size"
        return (
            f"An image of shape ${self.image.latex()}$ (height × width × channels) goes through a grouped convolution "
            f"with ${self.filters}$ filters of size ${self.kernel} \\times {self.kernel}$, stride ${self.stride}$, "
            f"zero padding ${self.padding}$ on every side, and {biases}. Channels and filters are divided into "
            f"{groups}, and each filter sees the channels of its own group alone. Output sizes round down.\n\n"
            "Give the **shape** of the output (height × width × channels) and the number of trainable **parameters**."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        height, width, depth = self.image.sizes
        rows = rules.conv_size(height, self.kernel, self.stride, self.padding)
        columns = rules.conv_size(width, self.kernel, self.stride, self.padding)
        parameters = rules.conv_parameters(self.kernel, depth, self.filters, self.bias, self.groups)
        return {"shape": Shape(rows, columns, self.filters), "parameters": Count(parameters, "parameters")}

    def witness(self) -> Mapping[str, Answer]:
        """Slide the window, deal the channels to the groups and count the weights."""
        height, width, depth = self.image.sizes
        rows = windows.count_placements(height, self.kernel, self.stride, self.padding)
        columns = windows.count_placements(width, self.kernel, self.stride, self.padding)
        counted = weights.count_weights(self.kernel, depth, self.filters, self.bias, self.groups)
        return {"shape": Shape(rows, columns, self.filters), "parameters": Count(counted, "parameters")}

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        yield from self._shape_mistakes()
        yield from self._parameter_mistakes()

    def _shape_mistakes(self) -> Iterator[Mistake]:
        height, width, depth = self.image.sizes
        reach = 2 * self.padding - self.kernel
        rows, columns = ((side + reach) // self.stride + 1 for side in (height, width))
        yield Mistake(
            "shape",
            "filters_divided",
            Shape(rows, columns, self.filters // self.groups),
            "Those are the channels of one group; the outputs of all groups are stacked.",
            HALF,
        )
        yield Mistake(
            "shape",
            "filters_multiplied",
            Shape(rows, columns, self.filters * self.groups),
            "The groups share the filters among them: together they make as many channels as there are filters.",
            HALF,
        )
        yield Mistake(
            "shape",
            "depth_kept",
            Shape(rows, columns, depth),
            "Each filter makes one output channel, so there are as many channels as filters.",
            HALF,
        )
        yield Mistake(
            "shape",
            "padding_counted_once",
            Shape(*[(side + reach - self.padding) // self.stride + 1 for side in (height, width)], self.filters),
            "The padding is added on both sides of an axis, so it counts twice.",
        )
        yield Mistake(
            "shape",
            "missing_plus_one",
            Shape(rows - 1, columns - 1, self.filters),
            "The window's first placement counts too: add 1 after dividing by the stride.",
        )

    def _parameter_mistakes(self) -> Iterator[Mistake]:
        area, depth, filters, groups = self.kernel**2, self.image.sizes[2], self.filters, self.groups
        biases = filters if self.bias else 0
        own = area * (depth // groups) * filters
        yield _count(
            "groups_ignored",
            area * depth * filters + biases,
            "A filter sees the channels of its own group only: divide the depth by the number of groups.",
        )
        yield _count(
            "divided_twice",
            area * (depth // groups) * (filters // groups) + biases // groups,
            "That is one group; there are several.",
        )
        if self.bias:
            yield _count("bias_forgotten", own, "Every filter has a bias as well.", HALF)
            yield _count(
                "bias_per_group", own + groups, "There is one bias for each filter, not one for a group.", HALF
            )
            yield _count(
                "bias_divided",
                (area * depth + 1) * filters // groups,
                "Only the weights are divided by the groups: every filter keeps its bias.",
                HALF,
            )
        yield _count(
            "depth_forgotten",
            area * filters + biases,
            "A filter reaches through all channels of its group.",
            Fraction(0),
        )

    def working(self) -> str:
        """Write out sizes and count."""
        layer = Conv(self.kernel, self.filters, self.stride, self.padding, self.bias, 1, self.groups)
        return Network(layer).describe(self.image.sizes).working()


def _count(name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake("parameters", name, Count(value, "parameters"), feedback, credit)
