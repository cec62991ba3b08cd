"""What the units of a layer's output read of its input along one axis."""

from __future__ import annotations

from dataclasses import dataclass

from gradus.errors import Fault
from gradus.networks.checks import Shape, is_symbolic, spread
from gradus.networks.tree import Quantity
from gradus.networks.windows import SAME, Padding, same_sides, sides


@dataclass(frozen=True, slots=True)
class Reach:
    """The first and last input unit that output units 0, 1, … read, and how far the next period lies.

    Args:
        ranges: first and last unit read, for each output unit of one period.
        advance: input units from one period to the next.
    """

    ranges: tuple[tuple[int, int], ...]
    advance: int

    def at(self, unit: int) -> tuple[int, int]:
        """Return the first and last input unit that an output unit reads."""
        periods, phase = divmod(unit, len(self.ranges))
        first, last = self.ranges[phase]
        return first + periods * self.advance, last + periods * self.advance


POINTWISE: tuple[Reach, ...] = ()
"""Each unit reads the unit at its own place."""


def window_reach(
    where: str, shape: Shape, kernel: Quantity, stride: Quantity, padding: Padding, dilation: Quantity
) -> tuple[Reach, ...]:
    """Return the reach of a sliding window along each spatial axis."""
    rank = len(shape) - 1
    found = []
    for axis in range(rank):
        taps, step, gap = (spread(where, "kernel", value, rank)[axis] for value in (kernel, stride, dilation))
        require_numbers(where, taps, step, gap, shape[axis])
        span = gap * (taps - 1) + 1
        before = same_sides(shape[axis], span, step)[0] if padding == SAME else sides(padding, rank, where)[axis][0]
        found.append(Reach(((-before, span - 1 - before),), step))
    return tuple(found)


def spread_reach(kernel: int, stride: int, before: int) -> Reach:
    """Return the reach of a transposed convolution: output unit o hears input units i with 0 ≤ o + before − i·s < k.

    >>> spread_reach(2, 2, 0).ranges
    ((0, 0), (0, 0))
    """
    ranges = tuple((-((kernel - 1 - unit - before) // stride), (unit + before) // stride) for unit in range(stride))
    return Reach(ranges, 1)


def fitted_reach(size: int, wanted: int) -> Reach:
    """Return the reach of adaptive pooling from `size` units to `wanted`."""
    ranges = tuple((i * size // wanted, -(-(i + 1) * size // wanted) - 1) for i in range(wanted))
    return Reach(ranges, size)


def require_numbers(where: str, *values: Quantity) -> None:
    """Raise a fault where a receptive field would need the value of a symbol."""
    for value in values:
        if is_symbolic(value):
            rule = "is a symbol, but a receptive field needs its value"
            raise Fault(where, "size", str(value), rule, "describe the network with numbers")
