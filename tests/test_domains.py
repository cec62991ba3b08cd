"""Sets of fractions, lists and batches: what is drawn is allowed, and what is allowed is what is said."""

import random
from fractions import Fraction
from math import isqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.domains import Batches, Lists, Ratios
from gradus.parameters import Among, Between, Domain

UNIT = Ratios(Fraction(0), Fraction(1), 100)
PAIRS = Lists(2, 2, Between(0, 9))


@pytest.mark.parametrize("domain", [Lists(2, 5, Between(-3, 3)), Lists(3, 3, PAIRS), Batches((4, 5, 6))])
def test_what_is_drawn_is_allowed(domain: Domain) -> None:
    drawn = [domain.draw(random.Random(seed)) for seed in range(50)]
    assert all(domain.allows(value) for value in drawn)
    assert len(set(map(str, drawn))) > 40
    assert all(domain.allows(value) for value in domain.values())


@pytest.mark.parametrize("domain", [PAIRS, Batches((4,))])
def test_a_sample_for_an_audit_is_always_the_same(domain: Domain) -> None:
    assert list(domain.values()) == list(domain.values())
    assert len(list(domain.values())) == 24


@given(st.integers(4, 6), st.integers(0, 2**64))
def test_a_batch_that_is_drawn_has_a_whole_mean_and_standard_deviation(length: int, seed: int) -> None:
    batch = Batches((length,)).draw(random.Random(seed))
    assert len(batch) == length
    assert sum(batch) % length == 0
    square = Fraction(sum((value * length - sum(batch)) ** 2 for value in batch), length**3)
    assert square.denominator == 1
    assert isqrt(square.numerator) ** 2 == square.numerator > 0


def test_all_lengths_of_a_list_are_drawn_equally_often() -> None:
    source = random.Random(0)
    lengths = [len(Lists(1, 4, Between(0, 1)).draw(source)) for _ in range(4000)]
    assert all(870 <= lengths.count(length) <= 1130 for length in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        (Fraction(0), True),
        (Fraction(1, 100), True),
        (1, True),
        (Fraction(1, 101), False),
        (Fraction(101, 100), False),
        (0.5, False),
        (True, False),
        ("1/2", False),
        (None, False),
    ],
)
def test_ratios_are_fractions_in_bounds_with_few_digits(value: object, allowed: bool) -> None:
    assert UNIT.allows(value) is allowed


@pytest.mark.parametrize("value", [(1,), (1, 2, 3), [1, 2], (1, 10), (1, 2.0), "12", None, 12])
def test_a_list_of_two_digits_is_nothing_else(value: object) -> None:
    assert not PAIRS.allows(value)


def test_numbers_of_a_range_are_allowed_and_never_drawn() -> None:
    with pytest.raises(TypeError, match="allowed, not drawn: give those to draw among"):
        UNIT.draw(random.Random(0))
    with pytest.raises(TypeError, match="allowed, not drawn: give those to draw among"):
        UNIT.values()


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        (UNIT, "a number between 0 and 1, as a decimal or fraction"),
        (PAIRS, "a list of 2 values, each between 0 and 9"),
        (Lists(1, 3, Among(("A", "B"))), "a list of 1 to 3 values, each one of A, B"),
        (Lists(1, 3, PAIRS), "a list of 1 to 3 values, each a list of 2 values, each between 0 and 9"),
        (Batches((4,)), "a list of 2 to 12 values, each between -999 and 999"),
    ],
)
def test_a_domain_prints_as_the_end_of_a_rule(domain: Domain, text: str) -> None:
    assert str(domain) == text
