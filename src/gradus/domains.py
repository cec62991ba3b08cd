"""More sets of values: numbers that are not whole, lists, and batches whose standard deviation is a whole number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, final

from gradus.parameters import Between, Domain

if TYPE_CHECKING:
    import random

SAMPLE = 24  # of a set that is too large to list


@final
@dataclass(frozen=True, slots=True)
class Ratios(Domain):
    """Numbers from `low` to `high`, both included, with a denominator of at most `below`; allowed, never drawn.

    >>> kept = Ratios(Fraction(1, 100), Fraction(1))
    >>> str(kept), kept.allows(Fraction(1, 2)), kept.allows(Fraction(0)), kept.allows(0.5)
    ('a number between 1/100 and 1, as a decimal or fraction', True, False, False)
    """

    low: Fraction
    high: Fraction
    below: int = 1000

    def allows(self, value: object) -> bool:
        """Return whether the value is a fraction or whole number in the range."""
        if isinstance(value, bool) or not isinstance(value, int | Fraction):
            return False
        return self.low <= value <= self.high and value.denominator <= self.below

    def draw(self, source: random.Random) -> object:
        """Refuse: too many numbers to draw one that makes a good question."""
        raise TypeError("numbers of a range are allowed, not drawn: give those to draw among")

    def values(self) -> Iterator[object]:
        """Refuse likewise."""
        raise TypeError("numbers of a range are allowed, not drawn: give those to draw among")

    def __str__(self) -> str:
        return f"a number between {self.low} and {self.high}, as a decimal or fraction"


@final
@dataclass(frozen=True, slots=True)
class Lists(Domain):
    """Lists of `shortest` to `longest` values, each from the same domain; they may be lists themselves.

    >>> str(Lists(2, 8, Between(-9, 9))), Lists(2, 2, Between(0, 9)).allows((1, 2, 3))
    ('a list of 2 to 8 values, each between -9 and 9', False)
    """

    shortest: int
    longest: int
    entries: Domain

    def allows(self, value: object) -> bool:
        """Return whether the value is a tuple of such a length, with entries that are allowed."""
        if not isinstance(value, tuple) or not self.shortest <= len(value) <= self.longest:
            return False
        return all(self.entries.allows(entry) for entry in value)

    def draw(self, source: random.Random) -> tuple[object, ...]:
        """Return one; all lengths are equally likely."""
        length = self.shortest + int(source.random() * (self.longest - self.shortest + 1))
        return tuple(self.entries.draw(source) for _ in range(length))

    def values(self) -> Iterator[object]:
        """Yield a fixed sample: there are too many to list."""
        return sample(self)

    def __str__(self) -> str:
        length = str(self.shortest) if self.shortest == self.longest else f"{self.shortest} to {self.longest}"
        inner = str(self.entries)
        return f"a list of {length} values, each {inner}"


@final
@dataclass(frozen=True, slots=True)
class Batches(Domain):
    """Batches of whole numbers; those drawn have a mean and a standard deviation that are whole.

    Such batches are normalised without a calculator. Lengths are 4 or more: shorter ones have no such batch.

    >>> str(Batches((4, 5)))
    'a list of 2 to 12 values, each between -999 and 999'
    """

    lengths: tuple[int, ...]

    def allows(self, value: object) -> bool:
        """Return whether the value is a list of 2 to 12 whole numbers."""
        return _BATCH.allows(value)

    def draw(self, source: random.Random) -> tuple[int, ...]:
        """Return one in any order, moved by a mean between -4 and 9."""
        pool = _whole_deviations(self.lengths[int(source.random() * len(self.lengths))])
        deviations = list(pool[int(source.random() * len(pool))])
        source.shuffle(deviations)
        mean = int(source.random() * 14) - 4
        return tuple(mean + deviation for deviation in deviations)

    def values(self) -> Iterator[object]:
        """Yield a fixed sample: there are too many to list."""
        return sample(self)

    def __str__(self) -> str:
        return str(_BATCH)


_BATCH = Lists(2, 12, Between(-999, 999))


@cache
def _whole_deviations(length: int) -> tuple[tuple[int, ...], ...]:
    """Return deviations from a mean, -12 to 12 in rising order, whose mean square is the square of a whole number.

    Those of one size only are left out, since all of them normalise to 1 and -1.
    """
    squares = {length * side * side for side in range(1, 13)}
    return tuple(
        deviations
        for deviations in combinations_with_replacement(range(-12, 13), length)
        if sum(deviations) == 0 and sum(d * d for d in deviations) in squares and len(set(map(abs, deviations))) > 1
    )


def sample(domain: Domain) -> Iterator[object]:
    """Yield values drawn from a set that is too large to list, always the same."""
    import random  # drawing is rare; the module is only named in types elsewhere

    source = random.Random(str(domain))
    return (domain.draw(source) for _ in range(SAMPLE))
