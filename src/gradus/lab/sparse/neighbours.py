"""In which order the strengths of a path are trained, so that each begins where its neighbour ended, many at once.

One after the other along the strengths, each from the one before (Friedman, Hastie and Tibshirani 2010, section
2.5), is no batch. Instead the first strength lies where the path begins, the next halve what lies on either side of it,
the next halve each gap that is left, and so on: rounds double, so that fifty strengths are seven batches, and the last,
largest rounds begin right beside where they go.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

START = -1
"""The start of the path in place of a strength."""

Round = list[tuple[int, int]]
"""Pairs of a strength and the one that it begins from, by number."""


def rounds(strengths: Sequence[float], begin: float) -> list[Round]:
    """Return rounds of pairs: a strength, and the one from whose end it begins, by number in the order given.

    Each begins from the nearest strength that lies between it and where the path begins, among those of earlier rounds.

    Args:
        strengths: in any order.
        begin: the strength of what the path begins from.

    >>> rounds((1, 2, 3, 4, 5), begin=5)
    [[(4, -1)], [(2, 4)], [(1, 2), (3, 4)], [(0, 1)]]
    """
    order = sorted(range(len(strengths)), key=lambda number: strengths[number])
    first = min(range(len(order)), key=lambda place: (abs(strengths[order[place]] - begin), -place))
    found: list[Round] = [[(order[first], START)]]
    known = [-1, first, len(order)]  # places along the strengths; the ends are beyond them
    while True:
        gaps = [(low, high) for low, high in pairwise(known) if high - low > 1]
        if not gaps:
            return found
        halves = [((low + high) // 2, low) if low >= first else ((low + high + 1) // 2, high) for low, high in gaps]
        found.append([(order[place], order[source]) for place, source in halves])
        known = sorted([*known, *(place for place, _ in halves)])
