"""Counts that depend on symbols: a formula as the key, counts at several sizes as the witness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from gradus.answers import Point, Samples
from gradus.calculus import declare, read
from gradus.derivations.formula import Formula
from gradus.derivations.terms import Terms


@lru_cache(maxsize=512)
def formula_of(count: str, symbols: tuple[str, ...]) -> Formula:
    """Return a count as a formula of positive numbers.

    >>> print(formula_of("9·C·O + 9·O", ("C", "O")))
    9*C*O + 9*O
    """
    vocabulary = declare(dict.fromkeys(symbols, "positive scalar"))
    return Formula(read(count, vocabulary).expression, Terms(vocabulary))


def samples_of_counts(counts: Sequence[tuple[Mapping[str, int], int]]) -> Samples:
    """Return what was counted at several sizes: the symbols' values, and the count there.

    >>> str(samples_of_counts([({"C": 4, "O": 4}, 180), ({"C": 1, "O": 2}, 36)]))
    '180, 36'
    """
    return Samples(tuple(Point({}, {name: float(v) for name, v in at.items()}, {}, (float(n),)) for at, n in counts))
