"""Fractions found without a formula: from a measured number, or from where something changes sign."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

WITHIN = 2e-13
DEEPEST = 100


def simplest(measured: float) -> Fraction:
    """Return the number with few digits that a measured one stands for; else the measured one itself.

    Tried in turn: denominators to a thousand, decimals of up to nine places, denominators to a million.

    >>> simplest(0.1 + 0.2), simplest(-7 / 19)
    (Fraction(3, 10), Fraction(-7, 19))
    """
    exact = Fraction(measured)
    near = WITHIN * max(1.0, abs(measured))
    decimals = (Fraction(round(exact * 10**places), 10**places) for places in range(1, 10))
    for candidate in (exact.limit_denominator(1000), *decimals, exact.limit_denominator(10**6)):
        if abs(candidate - exact) <= near:
            return candidate
    return exact


def crossing(excess: Callable[[Fraction], Fraction | int]) -> Fraction:
    """Return where a rising function of a number between 0 and 1 is exactly 0, by the tree of Stern and Brocot.

    The tree holds every fraction once; at each one the sign says on which side to go on. Steps to the same side are
    taken in leaps that double.

    Raises:
        ValueError: when it is 0 at no fraction within a hundred changes of side.

    >>> crossing(lambda p: 7 * p - 2)
    Fraction(2, 7)
    """
    ends = [(0, 1), (1, 1)]
    for turn in range(DEEPEST):
        side = turn % 2  # the end that moves towards the other
        (a, b), (c, d) = ends[side], ends[1 - side]
        passed, leap, doubling = 0, 1, True
        while leap:
            middle = Fraction(a + (passed + leap) * c, b + (passed + leap) * d)
            sign = excess(middle)
            if sign == 0:
                return middle
            if (sign < 0) is (side == 0):  # not beyond it yet
                passed += leap
            else:
                doubling = False
            leap = 2 * leap if doubling else leap // 2
        ends[side] = (a + passed * c, b + passed * d)
    raise ValueError("the function is 0 at no fraction with a small denominator")
