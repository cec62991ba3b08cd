"""Optimisers run by optax in double precision, and clipping."""

import pytest

from gradus.oracle import optimisers


def test_momentum_is_summed_or_averaged() -> None:
    assert optimisers.descend("trace", 2.0, 0.25, 0.5, (1.0, 0.0), 1) == (1.5, 2.0)
    assert optimisers.descend("average", 2.0, 0.25, 0.5, (1.0, 0.0), 1) == (1.75, 1.0)


def test_nesterovs_parameter_is_the_point_looked_ahead_to() -> None:
    weight, velocity = optimisers.descend("nesterov", 2.0, 0.25, 0.5, (1.0, 0.0), 1)
    assert (weight, velocity) == (2.0 - 0.25 * (2.0 + 0.5 * 2.0), 2.0)


def test_numbers_are_of_double_precision() -> None:
    weight, _ = optimisers.descend("trace", 1.0, 0.1, 0.9, (1.0, 0.0), 1)
    assert weight == pytest.approx(0.9, abs=1e-15)


def test_lists_of_different_lengths_follow_each_other() -> None:
    assert optimisers.rmsprop(0.0, [1.0], 0.5, 0.75)[1] == 0.25
    assert optimisers.rmsprop(0.0, [1.0, 1.0], 0.5, 0.75)[1] == 0.4375
    assert optimisers.adam(0.0, [1.0, 1.0, 1.0], 0.1, (0.9, 0.999))[0] == pytest.approx(-0.3)


def test_clipping_by_norm_counts_all_layers() -> None:
    assert optimisers.clip_by_norm([[3.0, 0.0], [4.0]], 1.0) == ([[pytest.approx(0.6), 0.0], [pytest.approx(0.8)]], 5.0)
    assert optimisers.clip_by_norm([[3.0], [4.0]], 5.0)[0] == [[3.0], [4.0]]
    assert optimisers.clip_by_value([3.0, -4.0, 1.0], 2.0) == [2.0, -2.0, 1.0]
