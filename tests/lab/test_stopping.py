"""Early stopping: the loop of the textbook, on any curve."""

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradus.errors import Fault
from gradus.lab.data import blobs, mislabelled, split
from gradus.lab.training import Settings, Stopping, stopping, train


class After(NamedTuple):
    parameters: object
    state: object


def by_loop(curve: Any, patience: Any) -> Any:
    """Return the best measurement and how many were taken."""
    best, value, waited = -1, np.inf, 0
    for number, now in enumerate(curve):
        if now < value:
            best, value, waited = number, now, 0
        else:
            waited += 1
        if number - best >= patience:
            return best, number + 1
    return best, len(curve)


CURVES = st.lists(st.floats(-3, 3, width=32) | st.just(float("nan")), min_size=1, max_size=12)


@settings(max_examples=30, deadline=None)
@given(CURVES, st.integers(1, 4), st.sampled_from(["lowest", "highest"]))
def test_the_best_is_held_and_the_run_stops_as_by_the_loop(curve: Any, patience: Any, seek: Any) -> None:
    import jax

    with jax.disable_jit():
        rule = Stopping(patience=patience, seek=seek)
        held = stopping.begin(np.float32(-1), np.float32(-1))
        for number, now in enumerate(curve):
            measured = {"validation_loss": np.float32(now)}
            held = stopping.watch(rule, patience, held, measured, After(np.float32(number), np.float32(number)))
    best, count = by_loop([rule.sign * value for value in curve], patience)
    assert (int(held.best), int(held.count)) == (best, count)
    assert float(held.parameters) == best  # −1: what it began with


@pytest.fixture(scope="module")
def pair() -> Any:
    data = split(mislabelled(blobs(90, classes=3, seed=0), 0.3, seed=0), 30, 30, seed=0)
    plain = Settings(epochs=30, batch=10, rate=0.3, keep_path=True)
    stopped = Settings(epochs=30, batch=10, rate=0.3, stopping=Stopping(patience=3))
    return (train("dense 16 > relu > dense 3", data, way, seeds=range(3)) for way in (plain, stopped))


def test_a_stopped_run_returns_what_the_full_run_had_at_its_best(pair: Any) -> None:
    full, stopped = pair
    path, _ = full.path
    for seed in range(3):
        curve = full.history["validation_loss"][0, 0, seed]
        best, count = by_loop(curve, 3)
        assert (stopped.best[0, 0, seed], stopped.stopped[0, 0, seed]) == (best, count)
        assert np.allclose(stopped.parameters["1.dense"]["weight"][0, 0, seed],
                           path["1.dense"]["weight"][0, 0, seed, best], atol=1e-5)  # fmt: skip
        assert stopped.final("validation_loss")[0, 0, seed] == pytest.approx(curve[best], rel=1e-4)
        after = stopped.history["validation_loss"][0, 0, seed, count - 1 :]
        assert (after == after[0]).all()  # nothing changes any more


@pytest.mark.parametrize(
    ("fields", "text"),
    [({"patience": 0}, "stopping: patience = 0 must be at least 1"),
     ({"quantity": "loss"}, "stopping: quantity = 'loss' must be one of validation_loss"),
     ({"seek": "trough"}, "stopping: seek = 'trough' must be one of lowest, highest")],
)  # fmt: skip
def test_a_rule_that_cannot_be_followed_is_refused(fields: Any, text: Any) -> None:
    with pytest.raises(Fault) as caught:
        Stopping(**fields)
    assert text in str(caught.value)
