"""Batch norm seen from its pairs of samples, and differentiated along the imaginary axis."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

STEP = 1e-30


def spread(values: Sequence[int]) -> Fraction:
    """Return the mean square of the differences from the mean, from the differences of all pairs instead.

    >>> spread([1, 3, 5, 7])
    Fraction(5, 1)
    """
    return Fraction(sum((a - b) ** 2 for a, b in combinations(values, 2)), len(values) ** 2)


def balance(values: Sequence[int]) -> Fraction:
    """Return where values on a scale are in balance, by moving there from the first.

    >>> balance([1, 3, 5, 7])
    Fraction(4, 1)
    """
    point = Fraction(values[0])
    for seen, value in enumerate(values[1:], 2):
        point += (value - point) / seen
    return point


def normalise(values: Sequence[complex], scale: float, shift: float, epsilon: float) -> list[complex]:
    """Return a batch normalised over itself, then scaled and shifted; complex values pass through.

    >>> [y.real for y in normalise([1, 3], scale=2.0, shift=1.0, epsilon=0.0)]
    [-1.0, 3.0]
    """
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / len(values)
    return [scale * (value - mean) / (variance + epsilon) ** 0.5 + shift for value in values]


def slopes(
    values: Sequence[float], upstream: Sequence[float], scale: float, epsilon: float
) -> tuple[list[float], float, float]:
    """Measure the gradients of Σ upstream·output by each sample, by the scale and by the shift: a complex step.

    >>> slopes([1.0, 3.0], [1.0, 2.0], scale=2.0, epsilon=0.0)
    ([0.0, 0.0], 1.0, 3.0)
    """

    def loss(batch: Sequence[complex], scale: complex, shift: complex) -> complex:
        made = normalise(batch, scale, shift, epsilon)  # type: ignore[arg-type]
        return sum(weight * output for weight, output in zip(upstream, made, strict=True))

    by_sample = []
    for place in range(len(values)):
        nudged = [complex(value, STEP if i == place else 0.0) for i, value in enumerate(values)]
        by_sample.append(loss(nudged, scale, 0.0).imag / STEP)
    return by_sample, loss(values, complex(scale, STEP), 0.0).imag / STEP, loss(values, scale, 1j * STEP).imag / STEP


def pooled(old: Fraction, new: Fraction, share: Fraction) -> Fraction:
    """Return the mean of as many copies of two numbers as their shares say; `share` is the new one's.

    >>> pooled(Fraction(0), Fraction(10), Fraction(1, 10))
    Fraction(1, 1)
    """
    copies = [new] * share.numerator + [old] * (share.denominator - share.numerator)
    return sum(copies, Fraction(0)) / len(copies)
