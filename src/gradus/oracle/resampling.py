"""Resampled data as a population that is counted: no rule of probability, only examples."""

from __future__ import annotations

from fractions import Fraction


def survivors(number: int, kept: Fraction) -> int:
    """Return how many of so many examples are left when of every `denominator` ones the first `numerator` are kept.

    >>> survivors(90, Fraction(2, 9))
    20
    """
    whole, rest = divmod(number, kept.denominator)
    return whole * kept.numerator + min(rest, kept.numerator)


def positive_share(positive: int, negative: int) -> Fraction:
    """Return the share of positive examples among all.

    >>> positive_share(1, 3)
    Fraction(1, 4)
    """
    return Fraction(positive, positive + negative)


def share_before(score: Fraction, kept: Fraction) -> Fraction:
    """Return the share of positives, before resampling, among the examples that got one score.

    A population of such examples is made whose resampled part has exactly that share of positives; every negative
    that was left is then put back together with those that were dropped beside it.

    Args:
        score: share of positives among those left; strictly between 0 and 1.
        kept: share of the negatives that was left.

    >>> share_before(Fraction(1, 2), Fraction(1, 9))
    Fraction(1, 10)
    """
    positive = score.numerator * kept.numerator
    left = (score.denominator - score.numerator) * kept.numerator
    before = 0
    while left:
        left -= kept.numerator
        before += kept.denominator
    return positive_share(positive, before)
