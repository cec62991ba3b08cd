"""Which values a parameter may take, and which are drawn."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.answers import Shape
from gradus.parameters import Among, Between, Domain, Sizes, among, between

RANGES = st.tuples(st.integers(-50, 50), st.integers(0, 50), st.integers(1, 7)).map(
    lambda drawn: Between(drawn[0], drawn[0] + drawn[1], drawn[2])
)
LISTS = st.lists(st.integers(), min_size=1, unique=True).map(lambda options: Among(tuple(options)))


@given(RANGES | LISTS, st.integers(0, 2**256))
def test_what_is_drawn_is_one_of_the_values_and_allowed(domain: Domain, seed: int) -> None:
    value = domain.draw(random.Random(seed))
    assert value in list(domain.values())
    assert domain.allows(value)


@given(RANGES)
def test_a_range_allows_exactly_its_values(domain: Between) -> None:
    allowed = [value for value in range(-120, 160) if domain.allows(value)]
    assert allowed == list(domain.values())


@pytest.mark.parametrize("domain", [Among((1, 2, 3, 4)), Between(1, 4), Between(1, 7, 2)])
def test_all_values_are_drawn_equally_often(domain: Domain) -> None:
    source = random.Random(0)
    counts = Counter(domain.draw(source) for _ in range(4000))
    assert set(counts) == set(domain.values())
    assert all(870 <= count <= 1130 for count in counts.values())  # 1000 and almost five standard deviations of 27


@pytest.mark.parametrize("value", [True, 1.0, "1", None, (1,), Shape(1)])
def test_a_range_of_whole_numbers_allows_nothing_else(value: object) -> None:
    assert not Between(0, 9).allows(value)


def test_a_range_that_is_open_allows_all_beyond_and_cannot_be_drawn_from() -> None:
    assert Between(1, None).allows(10**100)
    assert not Between(1, None).allows(0)
    assert Between(None, 1).allows(-(10**100))
    with pytest.raises(TypeError, match="open at an end cannot be drawn from"):
        Between(1, None).draw(random.Random(0))


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        (Shape(1, 1, 1), True),
        (Shape(9, 9, 9), True),
        (Shape(10, 9, 9), False),
        (Shape(0, 1, 1), False),
        (Shape(1, 1), False),
        ((1, 1, 1), False),
    ],
)
def test_sizes_are_shapes_of_a_rank_within_bounds(value: object, allowed: bool) -> None:
    assert Sizes(3, 9).allows(value) is allowed


def test_sizes_are_allowed_and_never_drawn() -> None:
    with pytest.raises(TypeError, match="allowed, not drawn"):
        Sizes(3, 9).draw(random.Random(0))
    with pytest.raises(TypeError, match="allowed, not drawn"):
        Sizes(3, 9).values()


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        (Among((3,)), "3"),
        (Among((Shape(1, 2), 3)), "one of 1 × 2, 3"),
        (Between(1, None), "at least 1"),
        (Between(None, 9), "at most 9"),
        (Between(16, 64), "between 16 and 64"),
        (Between(16, 64, 16), "between 16 and 64 in steps of 16"),
        (Sizes(3, 4096), "3 sizes, each between 1 and 4096"),
    ],
)
def test_a_domain_prints_as_the_end_of_must_be(domain: Domain, text: str) -> None:
    assert str(domain) == text


def test_an_author_may_fix_what_is_drawn_unless_more_is_allowed() -> None:
    assert among(1, 3).metadata["allowed"] == Among((1, 3))
    assert among(1, 3, allowed=Between(1, 9)).metadata["allowed"] == Between(1, 9)
    assert between(1, 9, step=2).metadata["allowed"] == Between(1, 9, 2)
