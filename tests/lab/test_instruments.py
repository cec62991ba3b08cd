"""Instruments: each number by a second way."""

from typing import Any

import jax
import numpy as np
import pytest
from sklearn import metrics

from gradus.errors import Fault
from gradus.lab.data import blobs
from gradus.lab.instruments import calibration, confusion, evaluate, growth, layers, outputs
from gradus.lab.models import build
from gradus.lab.training.jobs import stacked

MODEL = build("dense 5 > relu > dense 5 > relu > dense 3", (4,))
DATA = blobs(40, classes=3, features=4, seed=0)
PARAMETERS = stacked([MODEL.initialise(seed) for seed in range(3)])
SCORES = np.random.default_rng(0).standard_normal((2, 200, 3)) * 2
TRUTH = np.random.default_rng(1).integers(3, size=200)


@pytest.fixture(scope="module")
def found() -> Any:
    return layers(MODEL, PARAMETERS, {}, DATA)


def by_hand(seed: Any) -> Any:
    """Return the loss, and the gradients for the outputs of all layers and for the first weights, by NumPy."""
    p = MODEL.initialise(seed)
    x, y = DATA.inputs.astype(float), np.eye(3)[DATA.targets]
    first = x @ p["1.dense"]["weight"]
    a = np.maximum(first, 0)
    second = a @ p["3.dense"]["weight"]
    b = np.maximum(second, 0)
    scores = b @ p["5.dense"]["weight"]
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    d5 = (chances - y) / len(x)
    d4 = d5 @ p["5.dense"]["weight"].T
    d3 = d4 * (second > 0)
    d2 = d3 @ p["3.dense"]["weight"].T
    d1 = d2 * (first > 0)
    return -np.log((chances * y).sum(axis=1)).mean(), (d1, d2, d3, d4, d5), x.T @ d1, (a, b)


@pytest.mark.parametrize("seed", range(3))
def test_flows_and_gradients_are_those_derived_by_hand(found: Any, seed: Any) -> None:
    loss, flows, first, (a, b) = by_hand(seed)
    assert found.loss[seed] == pytest.approx(loss, rel=1e-5)
    assert np.allclose(found.flow[seed], [np.linalg.norm(flow) for flow in flows], rtol=1e-4)
    assert found.gradient[seed, 0] == pytest.approx(np.sqrt((first**2).mean()), rel=1e-4)
    assert found.activation[seed, 1] == pytest.approx(np.sqrt((a**2).mean()), rel=1e-4)
    assert found.dead[seed, 3] == pytest.approx((b == 0).all(axis=0).mean())
    assert np.allclose(found.ratio, found.gradient / found.weight)
    assert found.weighted == ("1.dense", "3.dense", "5.dense")


def test_outputs_and_accuracies_are_those_of_each_network_by_itself() -> None:
    together = outputs(MODEL, PARAMETERS, {}, DATA.inputs)
    judged = evaluate(MODEL, PARAMETERS, {}, DATA)
    for seed in range(3):
        alone, _ = MODEL.apply(MODEL.initialise(seed), {}, DATA.inputs)
        assert np.allclose(together[seed], alone, atol=1e-5)
        assert judged["accuracy"][seed] == pytest.approx((alone.argmax(axis=1) == DATA.targets).mean())


def test_axes_of_runs_stay_in_front() -> None:
    square = jax.tree.map(lambda array: np.stack([array, array]), PARAMETERS)
    assert outputs(MODEL, square, {}, DATA.inputs).shape == (2, 3, 40, 3)
    alone = outputs(MODEL, MODEL.initialise(0), {}, DATA.inputs)
    assert alone.shape == (40, 3)


def test_gradients_of_random_relu_networks_grow_by_the_gain() -> None:
    """Each layer multiplies the mean square by gain²·fan/2·2/fan (He et al. 2015, section 2.2)."""
    seen = growth("7 x (dense 64 > relu) > dense 10", (64,), gains=(0.5, 1.0, 2.0), seeds=range(12))
    rates = seen.per_layer()
    assert rates.shape == (3, 12)
    assert np.allclose(rates.mean(axis=1), [0.5, 1.0, 2.0], rtol=0.05)
    assert np.allclose(np.exp(seen.per_layer(logarithm=True)), rates)


def test_growth_needs_layers_to_compare() -> None:
    with pytest.raises(Fault, match="growth: suffix = 'dense' must name three layers or more; use a deeper network"):
        growth("dense 4 > dense 3", (4,), seeds=[0]).per_layer()


def test_cross_entropy_and_brier_are_those_of_scikit_learn() -> None:
    found = calibration(SCORES, TRUTH)
    for run in range(2):
        chances = np.exp(SCORES[run]) / np.exp(SCORES[run]).sum(axis=1, keepdims=True)
        assert found.cross_entropy[run] == pytest.approx(metrics.log_loss(TRUTH, chances))
        assert found.brier[run] == pytest.approx(((chances - np.eye(3)[TRUTH]) ** 2).sum(axis=1).mean())


def test_the_calibration_error_is_the_loop_over_bins() -> None:
    found = calibration(SCORES, TRUTH, bins=10)
    chances = np.exp(SCORES[0]) / np.exp(SCORES[0]).sum(axis=1, keepdims=True)
    confidence, right = chances.max(axis=1), chances.argmax(axis=1) == TRUTH
    error = 0.0
    for low in np.arange(10) / 10:
        members = (confidence >= low) & (confidence < low + 0.1)
        if members.any():
            error += members.mean() * abs(right[members].mean() - confidence[members].mean())
    assert found.error[0] == pytest.approx(error)
    assert found.counts[0].sum() == 200


def test_confusion_counts_are_those_of_scikit_learn() -> None:
    found = confusion(SCORES, TRUTH)
    for run in range(2):
        assert np.array_equal(found[run], metrics.confusion_matrix(TRUTH, SCORES[run].argmax(axis=1)))


def test_a_threshold_moves_predictions_to_the_first_class() -> None:
    scores, truth = SCORES[0, :, :1], TRUTH % 2
    chances = 1 / (1 + np.exp(-scores[:, 0]))
    wanted = metrics.confusion_matrix(truth, chances >= 0.8)
    assert np.array_equal(confusion(scores, truth, threshold=0.8), wanted)
