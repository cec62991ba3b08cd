"""Numbers worked by hand: exact roots, printing, and answers that are right but for rounding."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.answers import Count, Real
from gradus.arithmetic import bracketed, exact_root, listed, near, recognise_rounded, root, show, tex

POSITIVE = st.fractions(min_value=Fraction(1, 1000), max_value=10**6, max_denominator=10**6)


@given(POSITIVE)
def test_the_root_of_a_square_is_exact(value: Fraction) -> None:
    assert exact_root(value**2) == root(value**2) == value


@given(POSITIVE)
def test_a_root_squared_is_near_the_number(value: Fraction) -> None:
    assert abs(root(value) ** 2 - value) < Fraction(1, 10**20)


@given(st.fractions(max_denominator=10**4), st.integers(2, 6))
def test_an_exact_answer_that_was_rounded_is_recognised_and_earns_half(value: Fraction, places: int) -> None:
    key, rounded = Real(value), Real(Fraction(round(value * 10**places), 10**places))
    found = recognise_rounded("part", key, rounded)
    if key == rounded:
        assert found is None
    else:
        assert found is not None
        assert (found.name, found.credit) == ("rounded", Fraction(1, 2))


@pytest.mark.parametrize("text", ["0.6", "0.7", "0.66", "0.668", "2/3", "0.6666660", "1"])
def test_what_is_no_rounding_to_two_to_six_decimals_is_not_recognised(text: str) -> None:
    key = Real(Fraction(2, 3))
    assert recognise_rounded("part", key, key.read(text)) is None


def test_only_exact_numbers_are_rounded() -> None:
    assert recognise_rounded("part", near(2 / 3), Real(Fraction(67, 100))) is None
    assert recognise_rounded("part", Count(2), Count(3)) is None


def test_numbers_print_as_answers_do() -> None:
    assert [show(value) for value in (2, Fraction(1, 8), Fraction(-1, 7), root(Fraction(3)))] == [
        "2",
        "0.125",
        "-1/7",
        "1.732051",
    ]
    assert (bracketed(Fraction(-1, 4)), bracketed(3)) == ("(-0.25)", "3")
    assert tex(Fraction(-1, 7)) == r"-\frac{1}{7}"
    assert listed([1, Fraction(1, 3)]) == "1, 1/3"
