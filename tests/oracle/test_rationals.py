"""Fractions found without a formula."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.oracle.rationals import crossing, simplest

FEW_DIGITS = st.one_of(
    st.fractions(min_value=-100, max_value=100, max_denominator=1000),
    st.integers(-(10**9), 10**9).map(lambda n: Fraction(n, 10**7)),
)


@given(FEW_DIGITS)
def test_a_number_with_few_digits_is_found_behind_its_floating_point(value: Fraction) -> None:
    assert simplest(float(value)) == value


@pytest.mark.parametrize("measured", [2**0.5, 3.141592653589793])
def test_what_is_irrational_stays_within_its_own_precision(measured: float) -> None:
    assert abs(simplest(measured) - Fraction(measured)) <= Fraction(1, 10**12)


@given(st.fractions(min_value=Fraction(1, 200), max_value=Fraction(199, 200), max_denominator=300))
def test_a_change_of_sign_is_found_exactly(value: Fraction) -> None:
    assert crossing(lambda p: p - value) == value


def test_a_function_without_a_fractional_zero_is_told() -> None:
    with pytest.raises(ValueError, match="at no fraction with a small denominator"):
        crossing(lambda p: p * p - Fraction(1, 2))


def test_a_fraction_far_down_one_side_is_reached_in_leaps() -> None:
    asked: list[Fraction] = []

    def excess(p: Fraction) -> Fraction:
        asked.append(p)
        return p - Fraction(1, 1_000_000)

    assert crossing(excess) == Fraction(1, 1_000_000)
    assert len(asked) < 100
