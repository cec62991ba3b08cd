"""What values a parameter may take, and which of them are drawn."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, final

from gradus.answers import Shape

if TYPE_CHECKING:
    import random

Matrix = tuple[tuple[int, ...], ...]
DRAWN, ALLOWED = "drawn", "allowed"


@dataclass(frozen=True, slots=True)
class Domain(ABC):
    """A set of values of one parameter; prints as the end of "must be …"."""

    @abstractmethod
    def allows(self, value: object) -> bool:
        """Return whether the value is in the set."""

    @abstractmethod
    def draw(self, source: random.Random) -> object:
        """Return one value, all equally likely."""

    @abstractmethod
    def values(self) -> Iterator[object]:
        """Yield the values in order, for an audit that tries them all."""


@final
@dataclass(frozen=True, slots=True)
class Among(Domain):
    """A list of values.

    >>> str(Among((1, 3, 5)))
    'one of 1, 3, 5'
    """

    options: tuple[object, ...]

    def allows(self, value: object) -> bool:
        """Return whether the value is listed."""
        return value in self.options

    def draw(self, source: random.Random) -> object:
        """Return one of the list."""
        return self.options[int(source.random() * len(self.options))]

    def values(self) -> Iterator[object]:
        """Yield the list."""
        return iter(self.options)

    def __str__(self) -> str:
        shown = [str(option) for option in self.options]
        return f"one of {', '.join(shown)}" if len(shown) > 1 else shown[0]


@final
@dataclass(frozen=True, slots=True)
class Between(Domain):
    """Whole numbers from `low` to `high`, both included; an end that is `None` is open.

    >>> str(Between(1, None)), str(Between(16, 64)), Between(16, 64).allows(65)
    ('at least 1', 'between 16 and 64', False)
    """

    low: int | None
    high: int | None
    step: int = 1

    def allows(self, value: object) -> bool:
        """Return whether the value is a whole number in the range."""
        if type(value) is not int:
            return False
        inside = (self.low is None or value >= self.low) and (self.high is None or value <= self.high)
        return inside and (self.step == 1 or (value - (self.low or 0)) % self.step == 0)

    def draw(self, source: random.Random) -> int:
        """Return a number of a closed range."""
        span = self._span()
        return span[int(source.random() * len(span))]

    def values(self) -> Iterator[object]:
        """Yield the numbers of a closed range."""
        return iter(self._span())

    def _span(self) -> range:
        if self.low is None or self.high is None:
            raise TypeError("a range that is open at an end cannot be drawn from")
        return range(self.low, self.high + 1, self.step)

    def __str__(self) -> str:
        if self.high is None:
            return f"at least {self.low}"
        if self.low is None:
            return f"at most {self.high}"
        steps = f" in steps of {self.step}" if self.step > 1 else ""
        return f"between {self.low} and {self.high}{steps}"


@final
@dataclass(frozen=True, slots=True)
class Sizes(Domain):
    """Shapes of a given number of axes, each size from 1 to `largest`; allowed, never drawn.

    >>> str(Sizes(3, 4096)), Sizes(3, 4096).allows(Shape(128, 128, 3)), Sizes(3, 4096).allows(Shape(0, 128, 3))
    ('3 sizes, each between 1 and 4096', True, False)
    """

    rank: int
    largest: int

    def allows(self, value: object) -> bool:
        """Return whether the value is a shape of this rank within bounds."""
        return (
            isinstance(value, Shape)
            and len(value.sizes) == self.rank
            and all(1 <= size <= self.largest for size in value.sizes)
        )

    def draw(self, source: random.Random) -> object:
        """Refuse: too many shapes to draw one that makes a good question."""
        raise TypeError("sizes are allowed, not drawn: give the shapes to draw among")

    def values(self) -> Iterator[object]:
        """Refuse likewise."""
        raise TypeError("sizes are allowed, not drawn: give the shapes to draw among")

    def __str__(self) -> str:
        return f"{self.rank} sizes, each between 1 and {self.largest}"


@final
@dataclass(frozen=True, slots=True)
class Matrices(Domain):
    """Matrices of whole numbers, drawn with sides and entries from short lists."""

    sides: tuple[int, ...]
    entries: tuple[int, ...]
    square: bool = False

    def allows(self, value: object) -> bool:
        """Return whether there are 1 to 12 rows of equal length, with entries of up to three digits."""
        return (
            isinstance(value, tuple)
            and 1 <= len(value) <= 12
            and len({len(row) for row in value}) == 1
            and 1 <= len(value[0]) <= 12
            and all(-999 <= entry <= 999 for row in value for entry in row)
        )

    def draw(self, source: random.Random) -> Matrix:
        """Return one."""
        height, width = source.choices(self.sides, k=2)
        width = height if self.square else width
        entries = source.choices(self.entries, k=height * width)
        return tuple(tuple(entries[i : i + width]) for i in range(0, height * width, width))

    def values(self) -> Iterator[object]:
        """Yield a fixed sample: there are too many to list."""
        import random  # drawing is rare; the module is only named in types elsewhere

        source = random.Random("matrices")
        return (self.draw(source) for _ in range(24))

    def __str__(self) -> str:
        return "a matrix of 1 to 12 rows and columns, with entries between -999 and 999"


def among(*options: object, allowed: Domain | None = None) -> Any:
    """Declare a parameter drawn among these values; an author may fix it to any that is `allowed`.

    >>> among(1, 3, 5, 7, allowed=Between(1, 31)).metadata["drawn"]
    Among(options=(1, 3, 5, 7))
    """
    drawn = Among(options)
    return dataclasses.field(metadata={DRAWN: drawn, ALLOWED: allowed or drawn})


def between(low: int, high: int, step: int = 1, allowed: Domain | None = None) -> Any:
    """Declare a parameter drawn from the whole numbers between two, both included.

    >>> import random
    >>> between(16, 64, step=16).metadata["drawn"].draw(random.Random(0)) in {16, 32, 48, 64}
    True
    """
    drawn = Between(low, high, step)
    return dataclasses.field(metadata={DRAWN: drawn, ALLOWED: allowed or drawn})


def drawn(domain: Domain, allowed: Domain | None = None) -> Any:
    """Declare a parameter drawn from a domain of the family's own.

    >>> drawn(Between(1, 3)).metadata["allowed"]
    Between(low=1, high=3, step=1)
    """
    return dataclasses.field(metadata={DRAWN: domain, ALLOWED: allowed or domain})


@cache
def declared(owner: type) -> tuple[tuple[str, Domain, Domain], ...]:
    """Return name, drawn and allowed values of each field that is declared as drawn; the others are conventions."""
    fields = [field for field in dataclasses.fields(owner) if DRAWN in field.metadata]
    return tuple((field.name, field.metadata[DRAWN], field.metadata[ALLOWED]) for field in fields)
