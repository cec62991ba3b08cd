"""Random numbers of compiled programs: even, independent of one another, and the same wherever they are drawn."""

from typing import Any

import jax
import numpy as np
from scipy import stats

from gradus.lab.noise import folded, uniform


def draws(key: Any, shape: Any) -> Any:
    return np.asarray(uniform(np.uint32(key), shape))


def test_numbers_are_even_for_many_keys() -> None:
    for key in (0, 1, 2, 2**31, 2**32 - 1):
        assert stats.kstest(draws(key, (20_000,)), "uniform").pvalue > 1e-3


def test_neighbouring_keys_steps_and_places_are_not_correlated() -> None:
    keys = [
        np.uint32(1),
        np.uint32(2),
        folded(np.uint32(1), 0),
        folded(np.uint32(1), 1),
        folded(folded(np.uint32(1), 0), 1),
    ]
    table = np.stack([np.asarray(uniform(key, (20_000,))) for key in keys])
    assert np.abs(np.corrcoef(table) - np.eye(len(keys))).max() < 0.03
    assert np.abs(np.corrcoef(table[0, :-1], table[0, 1:])[0, 1]) < 0.03


def test_a_run_draws_the_same_alone_and_among_others() -> None:
    keys = np.arange(8, dtype=np.uint32)
    together = jax.vmap(lambda key: uniform(key, (5, 3)))(keys)
    assert np.array_equal(together[3], draws(3, (5, 3)))
