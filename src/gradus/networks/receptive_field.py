"""Receptive fields, exactly: which input pixels a unit of each layer can see, through branches, skips and upsampling.

Along one axis, a layer maps unit o of its output to a range of units of its input. Strides make the ranges advance by
whole numbers; upsampling makes neighbouring units see different ranges, repeating with a period. Both are kept in
whole numbers: the ranges of one period, and the advance from one period to the next. Nothing is clipped at the border.

Source of the forward recurrences: Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural
Networks", Distill 2019; the periods are ours, for networks that upsample.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from gradus.errors import Fault
from gradus.networks.layer import Layer
from gradus.networks.reach import Reach
from gradus.networks.table import Row, Table


@dataclass(frozen=True, slots=True)
class Field:
    """What the units of one tensor see of the network's input along one axis.

    Args:
        ranges: first and last pixel seen by units 0, 1, …; negative where they see padding.
        advance: how many pixels further the same ranges lie, as many units on as there are ranges.
    """

    ranges: tuple[tuple[int, int], ...] = ((0, 0),)
    advance: int = 1

    @property
    def size(self) -> int:
        """Pixels seen by one unit; by the one that sees most, where they differ."""
        return max(last - first for first, last in self.ranges) + 1

    @property
    def stride(self) -> Fraction:
        """Pixels between what neighbouring units see, on average."""
        return Fraction(self.advance, len(self.ranges))

    @property
    def offset(self) -> int:
        """The first pixel that unit 0 sees: −p where it sees p pixels of padding."""
        return self.ranges[0][0]

    def at(self, unit: int) -> tuple[int, int]:
        """Return the first and last pixel that a unit sees."""
        periods, phase = divmod(unit, len(self.ranges))
        first, last = self.ranges[phase]
        return first + periods * self.advance, last + periods * self.advance

    def through(self, reach: Reach) -> Field:
        """Return the field after one more layer."""
        turns = len(self.ranges) // gcd(len(self.ranges), reach.advance)
        seen = []
        for unit in range(turns * len(reach.ranges)):
            first, last = reach.at(unit)
            seen.append((self.at(first)[0], self.at(last)[1]))
        return Field(tuple(seen), self.advance * turns * reach.advance // len(self.ranges))

    def joined(self, other: Field, place: str) -> Field:
        """Return the field of a unit that sees what it sees in either of two branches."""
        if self.stride != other.stride:
            rule = f"are joined, but step through the input by {self.stride} and by {other.stride} pixels"
            raise Fault(place, "branches", None, rule, "give both branches the same strides and upsampling")
        period = lcm(len(self.ranges), len(other.ranges))
        pairs = [(self.at(unit), other.at(unit)) for unit in range(period)]
        ranges = tuple((min(a[0], b[0]), max(a[1], b[1])) for a, b in pairs)
        return Field(ranges, int(self.stride * period))


Fields = tuple[Field, ...] | None
"""One field for each spatial axis; `None` where a unit may see the whole input."""


def receptive_fields(table: Table) -> tuple[Fields, ...]:
    """Return, for each row of a table, one field for each spatial axis, or `None` where a unit may see everything.

    The last convolution of VGG-16 sees 196 pixels, its last pooling 212 (Araujo et al. 2019, table 1):

    >>> from gradus.networks import Conv, Network, Pool
    >>> stem = Network(Conv(7, 64, stride=2, padding=3), Pool("max", 3, 2, padding=1)).describe((224, 224, 3))
    >>> field = receptive_fields(stem)[-1][0]
    >>> field.size, field.stride, field.offset
    (11, Fraction(4, 1), -5)
    """
    start: Fields = (Field(),) * (len(table.input) - 1) or None
    found: list[Fields] = []
    for step, row in zip(table.plan.steps, table.rows, strict=True):
        sources = [start if source < 0 else found[source] for source in step.sources]
        found.append(_after(row, sources))
    return tuple(found)


def _after(row: Row, sources: list[Fields]) -> Fields:
    known = [source for source in sources if source is not None]
    if len(known) < len(sources):
        return None
    fields = known[0]
    for other in known[1:]:
        if len(other) != len(fields):
            return None
        fields = tuple(one.joined(another, row.place) for one, another in zip(fields, other, strict=True))
    if not isinstance(row.layer, Layer):
        return fields
    reaches = row.layer.reach(row.input)
    if reaches is None or not reaches:
        return fields if reaches == () else None
    return tuple(field.through(reach) for field, reach in zip(fields, reaches, strict=True))


def last_spatial(fields: tuple[Fields, ...]) -> tuple[Field, ...] | None:
    """Return the fields of the last layer whose units have a place in the input: what papers quote for a network."""
    return next((found for found in reversed(fields) if found is not None), None)
