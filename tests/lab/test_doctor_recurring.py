"""Recurrent layers: gradients that vanish through time, or burst on the way, are named and told from other faults."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradus.lab.data import Dataset, digits, split
from gradus.lab.doctor import WATCH, Log, Setup, Step, diagnose, logs
from gradus.lab.training import Settings, train


def made(loss: float, flow: tuple[float, ...], burst: float = 0.01, update: float = 0.001) -> Log:
    steps = tuple(
        Step(
            step=n,
            loss=0.7 + 0.01 * math.sin(n) if loss else 0.7 * 0.9**n,
            gradient={"lstm": burst if n == 20 else 0.01, "head": 0.01},
            weight={"lstm": 0.1, "head": 0.1},
            update={"lstm": update, "head": update},
        )
        for n in range(60)
    )
    return Log(Setup(classes=(50, 50)), steps, flows={"lstm": (flow,)})


def test_gradients_that_vanish_through_time_are_named_if_nothing_is_learned() -> None:
    (finding,) = diagnose(made(1, (1e-12, 1e-9, 1e-6, 1e-3)))
    assert (finding.name, finding.places) == ("vanishing gradients", ("lstm",))
    assert "gradient by time step of lstm: 1e-12 in the first quarter, 0.001 at its largest" in finding.evidence
    assert "gates" in finding.remedy
    assert diagnose(made(0, (1e-12, 1e-9, 1e-6, 1e-3))) == ()
    assert "vanishing gradients" not in [one.name for one in diagnose(made(1, (1e-4, 1e-4, 1e-3, 1e-3)))]


def test_a_burst_of_a_recurrent_layer_is_named_unless_the_rate_made_it() -> None:
    even = (1.0, 1.0, 1.0)
    (finding,) = diagnose(made(1, even, burst=5.0))
    assert finding.name == "exploding gradients"
    assert "lstm 50 at step 20" in finding.evidence[0]
    assert [one.name for one in diagnose(made(1, even, burst=5.0, update=0.1))] == ["rate too high"]
    assert diagnose(made(0, even, burst=5.0)) == ()


@pytest.mark.parametrize(("gain", "name"), [(0.2, "vanishing gradients"), (10.0, "exploding gradients")])
def test_a_recurrent_network_of_the_laboratory_is_followed_through_time(gain: float, name: str) -> None:
    whole = digits()
    data = split(Dataset(whole.inputs.reshape(-1, 64, 1), whole.targets, 10), 320, 300, seed=7)
    way = Settings(rate=0.005, epochs=4, batch=32, watch=WATCH, measure_every=4, scheme="glorot", gain=gain)
    log = logs(train("rnn 16 last > dense 10", data, way, [0]), data)[0, 0, 0]
    assert diagnose(log)[0].name == name
    if gain < 1:
        (times,) = log.flows["1.recurrent"]
        assert len(times) == 64
        assert times[0] < 1e-9 * times[-1]


def test_the_flow_by_time_is_that_of_finite_differences() -> None:
    random = np.random.default_rng(0)
    inputs, targets = random.standard_normal((6, 3, 2)), random.integers(2, size=6)
    data = Dataset(inputs, targets, 2)
    runs = train("rnn 3 last > dense 2", data, Settings(epochs=1, batch=None, watch=WATCH), [0])
    (found,) = logs(runs, data)[0, 0, 0].flows["1.recurrent"]

    def loss(moved: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
        scores = runs.outputs(moved.astype(np.float32))[0, 0, 0].astype(float)
        return float(-(scores[np.arange(6), targets] - np.log(np.exp(scores).sum(axis=1))).mean())

    gradient, step = np.zeros(inputs.shape), 1e-2
    for place in np.ndindex(inputs.shape):
        change = np.zeros(inputs.shape)
        change[place] = step
        gradient[place] = (loss(inputs + change) - loss(inputs - change)) / (2 * step)
    assert np.allclose(found, np.sqrt((gradient**2).mean(axis=(0, 2))), rtol=0.02)
