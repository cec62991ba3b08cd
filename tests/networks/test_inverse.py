"""Inverse questions return all solutions in range, and only solutions."""

from itertools import product

import pytest

from gradus.errors import Fault
from gradus.networks.inverse import solve
from gradus.networks.reading import read_text
from gradus.networks.rules import conv_size


def test_same_padding_sets_are_all_found() -> None:
    found = solve(read_text("conv kxkx8 p=p"), (32, 32, 3), {"k": range(1, 10), "p": range(6)}, output=(32, 32, None))
    assert found == [{"k": 1, "p": 0}, {"k": 3, "p": 1}, {"k": 5, "p": 2}, {"k": 7, "p": 3}, {"k": 9, "p": 4}]


def test_solutions_are_those_of_brute_force() -> None:
    ranges = {"k": range(1, 12), "s": range(1, 6), "p": range(6)}
    found = solve(read_text("conv kxkx8 s=s p=p"), (55, 55, 3), ranges, output=(14, 14, 8))
    every = [
        {"k": k, "s": s, "p": p}
        for k, s, p in product(*ranges.values())
        if k <= 55 + 2 * p and conv_size(55, k, s, p) == 14
    ]
    assert found == every


def test_filters_and_depth_follow_from_a_count() -> None:
    ranges = {"d": range(1, 65), "n": range(1, 257)}
    found = solve(read_text("conv 3x3xn"), (32, 32, "d"), ranges, parameters=1792)
    assert found == [{"d": d, "n": n} for d, n in product(*ranges.values()) if (3 * 3 * d + 1) * n == 1792]
    assert {"d": 3, "n": 64} in found


def test_two_equations_are_joined_on_what_they_share() -> None:
    found = solve(
        read_text("conv kxkxn s2 p=p"),
        (32, 32, 3),
        {"k": range(1, 8), "n": range(1, 40), "p": range(4)},
        output=(16, 16, None),
        parameters=760,
    )
    assert found == [{"k": 5, "n": 10, "p": 2}]


def test_what_is_free_takes_every_value() -> None:
    found = solve(read_text("conv 1x1xn s=s"), (1, 1, 3), {"n": (2,), "s": (1, 2, 3)}, output=(1, 1, 2))
    assert [solution["s"] for solution in found] == [1, 2, 3]


def test_assignments_that_do_not_fit_are_no_solutions() -> None:
    assert solve(read_text("conv kxkx4 > gap"), (3, 3, 1), {"k": range(1, 9)}, output=(4,)) == [
        {"k": k} for k in (1, 2, 3)
    ]
    found = solve(read_text("conv 1x1x8 g=g"), (2, 2, 8), {"g": range(1, 9)}, output=(2, 2, 8))
    assert [solution["g"] for solution in found] == [1, 2, 4, 8]


def test_no_solution_is_an_empty_list() -> None:
    assert solve(read_text("conv 3x3x8 s=s"), (9, 9, 1), {"s": range(1, 4)}, output=(8, 8, 8)) == []


def test_a_symbol_without_a_range_is_named() -> None:
    with pytest.raises(Fault) as fault:
        solve(read_text("conv kxkx8"), (9, 9, 1), {}, output=(7, 7, 8))
    assert str(fault.value) == "solve: ranges = 'k' has no range; give the values that k may take"
