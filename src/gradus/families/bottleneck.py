"""A 1×1 convolution that makes a larger one cheap: what it saves, and how wide it may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.oracle import sliding
from gradus.parameters import Between, among, between

HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class Bottleneck(Family):
    """Multiply-adds of a convolution with and without a 1×1 reduction before it, and where they meet."""

    parts: ClassVar[tuple[str, ...]] = ("direct", "reduced", "widest")

    side: int = between(7, 56, allowed=Between(1, 1024))
    depth: int = between(32, 512, step=16, allowed=Between(1, 4096))
    narrow: int = between(8, 64, step=4, allowed=Between(1, 4096))
    filters: int = between(16, 256, step=16, allowed=Between(1, 4096))
    kernel: int = among(3, 5, 7, allowed=Between(1, 15))

    def is_sensible(self) -> bool:
        """Draw reductions that reduce."""
        return self.narrow < self.depth

    def prompt(self) -> str:
        """Ask for both costs and the limit."""
        side, size = self.side, f"${self.kernel} \\times {self.kernel}$"
        return (
            f"Maps of shape ${side} \\times {side} \\times {self.depth}$ (height × width × channels) go into a "
            f"convolution with ${self.filters}$ filters of size {size}. Alternatively, a $1 \\times 1$ convolution "
            f"with ${self.narrow}$ filters comes first, and the convolution with ${self.filters}$ filters of size "
            f"{size} reads its output. All convolutions have stride $1$ and keep height and width (zero padding, whose "
            "products count); biases are not counted.\n\n"
            "Give the multiply-adds (MACs) of the **direct** way and those of the **reduced** way in all. Finally give "
            f"the **widest** reduction: the largest number of $1 \\times 1$ filters (instead of ${self.narrow}$) with "
            "which the detour takes fewer multiply-adds than the direct way ($0$ if there is none)."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms, and solve for the width at which both cost the same."""
        direct = self._cost(self.kernel, self.depth, self.filters)
        reduced = self._cost(1, self.depth, self.narrow) + self._cost(self.kernel, self.narrow, self.filters)
        each = self._cost(1, self.depth, 1) + self._cost(self.kernel, 1, self.filters)
        return {
            "direct": Count(direct, "multiply-adds"),
            "reduced": Count(reduced, "multiply-adds"),
            "widest": Count((direct - 1) // each, "filters"),
        }

    def _cost(self, kernel: int, depth: int, filters: int) -> int:
        found: int = rules.CONV_MULTIPLY_ADDS(depth, filters, None, kernel, kernel, self.side, self.side)
        return found

    def witness(self) -> Mapping[str, Answer]:
        """Walk over every multiplication; try one filter after another until the detour is no cheaper."""
        places = (self.side, self.side)
        taps = sum(1 for _ in range(self.kernel) for _ in range(self.kernel))
        direct = sliding.count_multiplications(taps, self.depth, places, self.filters)
        into = sliding.count_multiplications(1, self.depth, places, self.narrow)
        out = sliding.count_multiplications(taps, self.narrow, places, self.filters)
        one_more = sliding.count_multiplications(1, self.depth, places, 1)
        one_more += sliding.count_multiplications(taps, 1, places, self.filters)
        widest, cost = 0, one_more
        while cost < direct:
            widest, cost = widest + 1, cost + one_more
        return {
            "direct": Count(direct, "multiply-adds"),
            "reduced": Count(into + out, "multiply-adds"),
            "widest": Count(widest, "filters"),
        }

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        places, area, depth, filters = self.side**2, self.kernel**2, self.depth, self.filters
        direct, into = places * area * depth * filters, places * depth * self.narrow
        out = places * area * self.narrow * filters
        told = "That is FLOPs: a multiply-add counts once here."
        yield _count("direct", "flops_given", 2 * direct, told, HALF)
        yield _count("reduced", "flops_given", 2 * (into + out), told, HALF)
        told = "That is the number of weights: each works at every position of the output."
        yield _count("direct", "parameters_given", area * depth * filters, told)
        told = "A filter reaches through all channels of its input: multiply by the depth."
        yield _count("direct", "depth_forgotten", places * area * filters, told)
        yield _count(
            "direct", "kernel_not_squared", places * self.kernel * depth * filters, "Square the kernel's side."
        )
        weights = depth * self.narrow + area * self.narrow * filters
        told = "That is the number of weights: each works at every position of the output."
        yield _count("reduced", "parameters_given", weights, told)
        yield _count("reduced", "reduction_forgotten", out, "The reduction costs multiply-adds itself.", HALF)
        yield _count("reduced", "reduction_only", into, "The convolution after the reduction costs as well.")
        told = "After the reduction, a filter sees the few channels that it made."
        yield _count("reduced", "depth_not_reduced", into + direct, told)
        told = "Being narrower than the input is not enough: the reduction costs multiply-adds itself."
        yield _count("widest", "narrower_than_input", depth - 1, told)
        told = "Compare the sum of both convolutions, not the reduction alone."
        yield _count("widest", "reduction_only", area * filters - 1, told)
        told = "With that many filters the detour is no longer cheaper: round down."
        yield _count("widest", "rounded_up", (area * depth * filters - 1) // (depth + area * filters) + 1, told, HALF)

    def working(self) -> str:
        """Write out both costs and the inequality."""
        direct, reduced, widest = self.key().values()
        places, area = f"{self.side}·{self.side}", f"{self.kernel}·{self.kernel}"
        each = f"{self.depth} + {area}·{self.filters}"
        lines = (
            f"direct: {area}·{self.depth}·{places}·{self.filters} = {direct}",
            f"reduced: {self.depth}·{places}·{self.narrow} + {area}·{self.narrow}·{places}·{self.filters} = {reduced}",
            f"widest: r·({each}) < {area}·{self.depth}·{self.filters}, so r = {widest} at most",
        )
        return "\n".join(lines)


def _count(part: str, name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, Count(value, "filters" if part == "widest" else "multiply-adds"), feedback, credit)
