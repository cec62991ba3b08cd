"""Back-propagation through time, written out, is the gradient."""

import numpy as np
import pytest

from gradus.lab.recurrence import _gradients, follow


def test_the_gradient_is_that_of_differences() -> None:
    source = np.random.default_rng(0)
    weights, reader = source.normal(size=(2, 3, 3)), source.normal(size=(2, 3))
    inputs = source.uniform(0.1, 1, size=(2, 4, 5, 3))
    target = source.normal(size=(2, 5))
    _, (of_weights, of_reader) = _gradients(weights, reader, inputs, target)
    for place in np.ndindex(2, 3, 3):
        step = np.zeros((2, 3, 3))
        step[place] = 1e-6
        up, down = (_gradients(weights + sign * step, reader, inputs, target)[0] for sign in (1, -1))
        assert of_weights[place] == pytest.approx((up - down)[place[0]] / 2e-6, rel=1e-4, abs=1e-6)
    for place in np.ndindex(2, 3):
        move = np.zeros((2, 3))
        move[place] = 1e-6
        up, down = (_gradients(weights, reader + sign * move, inputs, target)[0] for sign in (1, -1))
        assert of_reader[place] == pytest.approx((up - down)[place[0]] / 2e-6, rel=1e-4, abs=1e-6)


def test_clipping_leaves_the_first_gradient_as_it_is() -> None:
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        plain, clipped = (follow(np.random.default_rng(3), 4, clip) for clip in (None, 1.0))
    assert (plain.first_norm == clipped.first_norm).all()
