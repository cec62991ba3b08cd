"""Sparse linear models, the quadratic model's predictions, and how stable selections are."""

from typing import Any

import jax
import numpy as np
import pytest

from gradus.errors import Fault
from gradus.lab.data import Dataset, correlated_features, diabetes, wine
from gradus.lab.models import build
from gradus.lab.sparse import curvatures, elastic_net, predicted, shrunk_minimiser, stability, trained

RANDOM = np.random.default_rng(0)
REGRESSION = Dataset(RANDOM.standard_normal((60, 6)), RANDOM.standard_normal(60), name="made up")


@pytest.mark.parametrize(("l1", "l2"), [(0.02, 0.0), (0.1, 0.0), (0.05, 0.1)])
def test_a_linear_model_agrees_with_scikit_learn(l1: Any, l2: Any) -> None:
    wanted, ours = elastic_net(diabetes(), l1, l2), trained(diabetes(), l1, l2)
    assert np.abs(ours.weights - wanted.weights).max() < 1e-6
    assert ours.intercept == pytest.approx(wanted.intercept, abs=1e-6)
    assert np.array_equal(ours.weights == 0, wanted.weights == 0)


def test_the_closed_form_is_exact_where_inputs_are_orthogonal() -> None:
    inputs = RANDOM.standard_normal((40, 5))
    inputs = np.linalg.qr(inputs - inputs.mean(axis=0))[0] * np.sqrt(40) * [1, 2, 0.5, 1, 1]
    targets = inputs @ [1.0, 0.1, 0.5, -0.2, 0.0] + 0.01 * RANDOM.standard_normal(40)
    data = Dataset(inputs, targets)
    model = build("dense 1", (5,))
    least = np.linalg.lstsq(np.c_[data.inputs, np.ones(40)].astype(float), data.targets.astype(float), rcond=None)[0]
    minimum = {"1.dense": {"weight": least[:5], "bias": least[5]}}
    diagonal = curvatures(model, {"1.dense": {"weight": least[:5], "bias": least[5:, 0]}}, {}, data, "squared")
    ours = trained(data, 0.3)
    said = predicted(model, minimum, diagonal, {"1.dense": {"weight": ours.weights[:, None]}}, 0.3)
    assert said.agreement == said.kappa == 1
    assert 0 < said.shares[0] < 1
    assert np.allclose(said.predicted, said.found, atol=1e-5)


def test_curvatures_are_those_of_finite_differences() -> None:
    model = build("dense 3 > tanh > dense 2", (2,))
    data = Dataset(RANDOM.standard_normal((7, 2)), RANDOM.integers(2, size=7), 2)
    p = model.initialise(0)
    found = curvatures(model, p, model.state(), data)["1.dense"]["weight"][1, 2]

    def loss(weight: Any) -> Any:
        moved = jax.tree.map(lambda array: array.astype(float), p)
        moved["1.dense"]["weight"][1, 2] = weight
        hidden = np.tanh(data.inputs @ moved["1.dense"]["weight"] + moved["1.dense"]["bias"])
        scores = hidden @ moved["3.dense"]["weight"] + moved["3.dense"]["bias"]
        return -(scores[np.arange(7), data.targets] - np.log(np.exp(scores).sum(axis=1))).mean()

    here, h = float(p["1.dense"]["weight"][1, 2]), 1e-4
    assert found == pytest.approx((loss(here + h) - 2 * loss(here) + loss(here - h)) / h**2, rel=1e-3, abs=1e-5)


def test_the_curvature_of_a_penalty_is_that_of_its_weights_only() -> None:
    model, data = build("dense 2", (2,)), Dataset(RANDOM.standard_normal((7, 2)), RANDOM.integers(2, size=7), 2)
    bare, bent = (curvatures(model, model.initialise(0), {}, data, l2=l2)["1.dense"] for l2 in (0.0, 0.5))
    assert np.allclose(bent["weight"] - bare["weight"], 0.5, atol=1e-6)
    assert np.array_equal(bent["bias"], bare["bias"])


def test_the_closed_form_keeps_signs_and_refuses_what_does_not_fit() -> None:
    assert shrunk_minimiser([2.0, -2.0, 1.0], [1.0, 0.0, -1.0], 0.5).tolist() == [1.5, 0.0, 0.0]
    assert shrunk_minimiser([2.0], [0.0], 0.0).tolist() == [2.0]
    with pytest.raises(Fault, match=r"strength = -1 must be at least 0"):
        shrunk_minimiser([1.0], [1.0], -1)
    with pytest.raises(Fault, match=r"curvatures = \(2,\) must have the shape of the weights, \(1,\)"):
        shrunk_minimiser([1.0], [1.0, 1.0], 1)


def test_selection_is_unstable_among_correlated_inputs() -> None:
    alike = correlated_features(60, correlation=0.999, relevant=2, irrelevant=3, seed=1)
    apart = correlated_features(60, correlation=0.0, relevant=2, irrelevant=3, seed=1)
    one, other = (stability(data, 0.3, resamples=40) for data in (alike, apart))
    assert one.swaps(0, 1) > 0.3
    assert other.swaps(0, 1) < 0.1
    assert one.likeness < other.likeness
    for feature, interval in enumerate(one.frequencies):
        assert interval.low <= interval.estimate == one.chosen[:, feature].mean() <= interval.high


def test_ridge_beside_the_lasso_chooses_correlated_inputs_together() -> None:
    alike = correlated_features(60, correlation=0.999, relevant=2, irrelevant=3, seed=1)
    assert stability(alike, 0.5, 0.5, resamples=40).swaps(0, 1) < 0.1


def test_linear_models_refuse_what_is_no_regression() -> None:
    with pytest.raises(Fault, match=r"linear: data = 'wine' must be a regression"):
        elastic_net(wine(), 0.1)
    with pytest.raises(Fault, match=r"l1 = 0.0 must be above 0"):
        elastic_net(REGRESSION, 0.0)
    with pytest.raises(Fault, match=r"stability: resamples = 1 must be at least 2"):
        stability(REGRESSION, 0.1, resamples=1)
    with pytest.raises(Fault, match=r"stability: share = 2 must leave 2 to 60 examples"):
        stability(REGRESSION, 0.1, share=2)
