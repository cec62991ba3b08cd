"""Nearest neighbours by SciPy's k-d tree, among points that were moved for real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

Points = Sequence[Sequence[int]]


def move(points: Points, order: Sequence[int], negated: Sequence[int]) -> list[list[int]]:
    """Return points whose coordinates were put in another order, some with the opposite sign.

    Args:
        points: one a row.
        order: which coordinate comes first, second, …; counted from 1.
        negated: which coordinates change their sign before that; counted from 1.

    >>> move([(1, 2, 3)], (3, 1, 2), (3,))
    [[-3, 1, 2]]
    """
    moved = []
    for point in points:
        signed = {i: -value if i in negated else value for i, value in enumerate(point, 1)}
        moved.append([signed[i] for i in order])
    return moved


def classify(points: Points, labels: Sequence[str], query: Sequence[int], k: int, power: int) -> tuple[int, str]:
    """Return the smallest distance and the label that most of the k nearest points have.

    Args:
        points: the training set.
        labels: one for each point.
        query: the point to classify.
        k: how many neighbours vote.
        power: 1 for L1; 2 for L2, whose distance is returned squared.

    >>> classify([(0, 0), (3, 4)], ["A", "B"], (3, 3), k=1, power=1)
    (1, 'B')
    """
    from scipy.spatial import KDTree

    distances, places = KDTree(points).query(query, k=[*range(1, k + 1)], p=power)
    votes = Counter(labels[place] for place in places)
    return round(float(distances[0]) ** power), max(votes, key=votes.__getitem__)
