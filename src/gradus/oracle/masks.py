"""Dropout by going through every mask, each with its probability."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product


def output(inputs: Sequence[int], weights: Sequence[int], mask: Sequence[int], drop: Fraction) -> Fraction:
    """Return what one unit puts out: each input that is kept goes through as if its neighbours' share were added.

    Args:
        inputs: values that come in.
        weights: one for each.
        mask: 1 where the input is kept, 0 where it is dropped.
        drop: probability of being dropped.

    >>> output([1, 2], [3, 4], [0, 1], Fraction(1, 2))
    Fraction(16, 1)
    """
    share = 1 - drop
    total = Fraction(0)
    for value, weight, kept in zip(inputs, weights, mask, strict=True):
        if kept:
            total += Fraction(value * weight) / share
    return total


def moments(inputs: Sequence[int], weights: Sequence[int], drop: Fraction) -> tuple[Fraction, Fraction]:
    """Return mean and variance of the output over all masks.

    >>> moments([1, 2], [3, 4], Fraction(1, 2))
    (Fraction(11, 1), Fraction(73, 1))
    """
    outcomes = []
    for mask in product((0, 1), repeat=len(inputs)):
        probability = Fraction(1)
        for kept in mask:
            probability *= 1 - drop if kept else drop
        outcomes.append((probability, output(inputs, weights, mask, drop)))
    mean = sum((probability * value for probability, value in outcomes), Fraction(0))
    return mean, sum((probability * (value - mean) ** 2 for probability, value in outcomes), Fraction(0))
