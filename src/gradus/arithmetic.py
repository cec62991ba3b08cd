"""What families of numbers worked by hand share: how they print them, and answers that are right but for rounding."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import isqrt

from gradus.answers import Answer, Count, Real
from gradus.family import Mistake

HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)
NEAR = Fraction(1, 1000)  # tolerance of what cannot be written exactly
STORED = 10**6  # what cannot be written exactly is kept to so many parts of 1


def exact_root(square: Fraction) -> Fraction | None:
    """Return the root of a square of a fraction, and None where the root is irrational.

    >>> exact_root(Fraction(9, 4)), exact_root(Fraction(2))
    (Fraction(3, 2), None)
    """
    above, below = isqrt(square.numerator), isqrt(square.denominator)
    return Fraction(above, below) if above**2 == square.numerator and below**2 == square.denominator else None


def root(square: Fraction) -> Fraction:
    """Return the root of a fraction: exactly where it is a fraction, else to some 30 digits.

    >>> root(Fraction(9, 4)), float(root(Fraction(2)))
    (Fraction(3, 2), 1.4142135623730951)
    """
    exact = exact_root(square)
    return Fraction(isqrt(int(square * 10**60)), 10**30) if exact is None else exact


def is_written(value: Fraction) -> bool:
    """Return whether a fraction has few enough digits to be written by hand, and to be told from a measured number.

    >>> is_written(Fraction(1, 7)), is_written(Fraction(1, 10**9)), is_written(Fraction(1, 7**9))
    (True, True, False)
    """
    return value.denominator <= 10**5 or 10**9 % value.denominator == 0


def near(value: Fraction | float, tolerance: Fraction = NEAR) -> Real:
    """Return an answer that cannot be written exactly, stored to six decimals, with the tolerance stated.

    >>> print(near(2 ** 0.5))
    1.414214
    """
    return Real(Fraction(round(value * STORED), STORED), tolerance)


def show(value: Fraction | int) -> str:
    """Print a number as answers print it, and one that is too long for that to six decimals.

    >>> show(Fraction(1, 4)), show(Fraction(-1, 3)), show(root(Fraction(2)))
    ('0.25', '-1/3', '1.414214')
    """
    fraction = Fraction(value)
    return str(Real(fraction)) if fraction.denominator <= 10**9 else f"{float(fraction):.6f}"


def bracketed(value: Fraction | int) -> str:
    """Print a number, in brackets if it is negative.

    >>> bracketed(-2)
    '(-2)'
    """
    return f"({show(value)})" if value < 0 else show(value)


def tex(value: Fraction | int) -> str:
    r"""Print a number as LaTeX.

    >>> print(tex(Fraction(1, 3)))
    \frac{1}{3}
    """
    return Real(Fraction(value)).latex()


def listed(values: Iterable[Fraction | int]) -> str:
    """Print numbers one after the other.

    >>> listed((3, Fraction(1, 2)))
    '3, 0.5'
    """
    return ", ".join(map(show, values))


def real(
    part: str,
    name: str,
    value: Fraction | int,
    feedback: str,
    credit: Fraction = Fraction(0),
    within: Fraction = Fraction(0),
) -> Mistake:
    """Return a mistake whose answer is a number, exact or `within` a tolerance of it.

    >>> real("recall", "precision_for_recall", Fraction(1, 2), "That is the precision.").answer
    Real(value=Fraction(1, 2), tolerance=Fraction(0, 1), unit='')
    """
    answer = near(value, within) if within else Real(Fraction(value))
    return Mistake(part, name, answer, feedback, credit)


def count(part: str, name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    """Return a mistake whose answer is a whole number.

    >>> count("cost", "errors_counted", 3, "Weigh each error by its cost.").answer
    Count(value=3, unit='')
    """
    return Mistake(part, name, Count(value), feedback, credit)


def recognise_rounded(part: str, key: Answer, answer: Answer) -> Mistake | None:
    """Recognise an exact key that was rounded to two to six decimals; it earns half.

    >>> key = Real(Fraction(2, 3))
    >>> recognise_rounded("recall", key, key.read("0.667")).name
    'rounded'
    >>> recognise_rounded("recall", key, key.read("0.66")) is None  # cut off, not rounded
    True
    """
    if not (isinstance(key, Real) and isinstance(answer, Real)) or key.tolerance or key == answer:
        return None
    for places in range(2, 7):
        if (answer.value * 10**places).denominator == 1:
            if abs(answer.value - key.value) * 2 * 10**places <= 1:
                feedback = "Right but for rounding: the exact value is asked for, as a fraction or a decimal that ends."
                return Mistake(part, "rounded", answer, feedback, HALF)
            return None
    return None
