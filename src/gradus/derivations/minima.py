"""Minimisers as keys and as measured values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from gradus.answers import Point, Samples
from gradus.calculus import declare, minimiser, read
from gradus.calculus.names import canonical
from gradus.derivations.formula import Formula
from gradus.derivations.statement import Spelling, Words
from gradus.derivations.terms import Terms


def key_of_minimum(objective: str, by: str, words: Words, names: Words) -> Formula:
    """Return the minimiser of a function of one number that is quadratic on either side of 0, in other names.

    >>> print(key_of_minimum("H/2*(w - c)^2", "w", (("w", "scalar"), ("c", "scalar"), ("H", "positive scalar")), ()))
    c
    """
    return _key_of_minimum(objective, by, words).renamed(dict(names))


@lru_cache(maxsize=512)
def _key_of_minimum(objective: str, by: str, words: Words) -> Formula:
    vocabulary = declare(dict(words))
    return Formula(minimiser(read(objective, vocabulary).expression, canonical(by)), Terms(vocabulary))


@lru_cache(maxsize=4096)
def least(objective: str, by: str, values: tuple[tuple[str, float], ...]) -> float:
    """Return where a function of one number is least, found by looking; remembered, since names do not change it."""
    from gradus.oracle.minima import minimum

    return minimum(objective, by, dict(values))


def samples_of_minimum(objective: str, by: str, points: list[Mapping[str, float]], names: Words) -> Samples:
    """Return where the function is least at each point, found by looking."""
    spelt = Spelling(dict(names))
    named = {name: spelt(name) for name in points[0]}
    found = []
    for values in points:
        lowest = least(objective.replace("^", "**"), by, tuple(values.items()))
        found.append(Point({}, {named[name]: value for name, value in values.items()}, {}, (lowest,)))
    return Samples(tuple(found), 1e-6, 1.0)
