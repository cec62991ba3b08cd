"""Losses with many wells: their gradient, and which runs end in the deepest."""

import numpy as np
import pytest

from gradus.lab.wells import Wells, descend


@pytest.mark.parametrize("dimensions", [1, 2])
def test_the_gradient_is_that_of_differences(dimensions: int) -> None:
    source = np.random.default_rng(0)
    losses, places = Wells.draw(source, 3, dimensions), source.normal(size=(3, 4, dimensions))
    for axis in range(dimensions):
        step = np.zeros(dimensions)
        step[axis] = 1e-6
        slope = (losses.value(places + step) - losses.value(places - step)) / 2e-6
        assert np.allclose(losses.gradient(places)[..., axis], slope, atol=1e-6)


def test_runs_that_start_in_the_deepest_well_end_there() -> None:
    losses = Wells.draw(np.random.default_rng(1), 5, 1)
    grid = np.linspace(-5, 5, 2001)[None, :, None].repeat(5, axis=0)
    best = np.take_along_axis(grid, losses.value(grid).argmin(axis=1)[:, None, None], axis=1)
    assert (losses.deepest(descend(losses, best, 0.01, 0.0)) == 1).all()
