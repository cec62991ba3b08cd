"""Sparse networks: exact zeros where the optimum has them, whatever the optimiser."""

from dataclasses import replace
from typing import Any

import jax
import numpy as np
import optax
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from gradus.errors import Fault
from gradus.lab.data import Dataset, split, wine
from gradus.lab.sparse import (
    Path,
    adaptive,
    elastic_net,
    path,
    proximal,
    sparsity,
    sparsity_of_layers,
)
from gradus.lab.training import Settings, train
from gradus.lab.training.shrinking import block_threshold, soft_threshold

RANDOM = np.random.default_rng(0)
INPUTS = RANDOM.standard_normal((60, 6)) * [1, 1, 1, 0.3, 3, 1]
TARGETS = INPUTS @ [2.0, -1.0, 0.0, 0.0, 0.1, 0.0] + 0.1 * RANDOM.standard_normal(60)
REGRESSION = Dataset(INPUTS, TARGETS, name="made up")
LAYERS = "dense 8 > relu > dense 3"
WINE = split(wine(), 90, 40, seed=0)
WAY = Settings(rate=0.1, epochs=30, measure_every=30, l1_method="proximal")


@pytest.fixture(scope="module")
def found() -> Path:
    return path(LAYERS, WINE, WAY, (0.0, 0.01, 0.03, 0.1), warm=10, warm_strength=0.01)


@given(
    st.lists(st.floats(-3, 3), min_size=1, max_size=5),
    st.lists(st.floats(0.01, 2), min_size=5, max_size=5),
    st.floats(0, 3),
)
@settings(max_examples=60, deadline=None)
def test_the_block_threshold_solves_its_equation_in_any_metric(values: Any, steps: Any, strength: Any) -> None:
    z, s = np.array(values), np.array(steps)[: len(values)]
    with jax.enable_x64(True):
        w = np.asarray(block_threshold(z, s * strength, (0,)))
    size = np.linalg.norm(w)
    if size == 0:  # 0 is the minimiser exactly if the pull on it is within the ball of the strength
        assert np.linalg.norm(z / s) <= strength * (1 + 1e-9) + 1e-12
    else:
        assert np.allclose((w - z) / s + strength * w / size, 0, atol=1e-7)


def test_the_block_threshold_is_the_minimum_that_a_general_solver_finds() -> None:
    z, s, strength = np.array([1.0, -2.0, 0.5]), np.array([0.5, 0.1, 2.0]), 1.3

    def objective(w: Any) -> Any:
        return ((w - z) ** 2 / (2 * s)).sum() + strength * np.linalg.norm(w)

    wanted = minimize(objective, z, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 5000}).x
    assert np.allclose(block_threshold(z, s * strength, (0,)), wanted, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("sgd", {"rate": 0.05}),
        ("momentum", {"rate": 0.01, "momentum": 0.9}),
        ("nesterov", {"rate": 0.01, "momentum": 0.8}),
        ("adam", {"rate": 0.003, "beta2": 0.9}),
        ("rmsprop", {"rate": 0.003, "epsilon": 0.1}),
    ],
)
def test_every_optimiser_ends_at_the_same_minimum(name: Any, numbers: Any) -> None:
    way = Settings(optimiser=name, loss="squared", batch=None, epochs=3000, measure_every=3000, scheme="zero",
                   l1_method="proximal", l1=0.3, **numbers)  # fmt: skip
    weights = train("dense 1", REGRESSION, way, [0]).parameters["1.dense"]["weight"][0, 0, 0, :, 0]
    wanted = elastic_net(REGRESSION, 0.3).weights
    assert np.array_equal(weights == 0, wanted == 0)
    assert np.allclose(weights, wanted, atol=2e-3)


RULES: dict[str, Any] = {
    "sgd": (optax.sgd(0.05), 0.05),
    "momentum": (optax.sgd(0.01, momentum=0.9), 0.1),
    "adam": (optax.adam(0.01, b2=0.9), adaptive(0.01, beta2=0.9)),
    "adam by a schedule": (optax.adam(optax.constant_schedule(0.01), b2=0.9), adaptive(lambda _: 0.01, beta2=0.9)),
    "rmsprop": (optax.rmsprop(0.003, eps_in_sqrt=False), adaptive(0.003, beta2=None)),
}


@pytest.mark.parametrize("name", RULES)
def test_any_optimiser_of_optax_can_be_composed(name: Any) -> None:
    rule = proximal(RULES[name][0], step=RULES[name][1], l1=0.3)

    def loss(p: Any) -> Any:
        return 0.5 * ((INPUTS @ p["w"][:, 0] + p["b"] - TARGETS) ** 2).mean()

    def advance(carry: Any, _: Any) -> Any:
        p, state = carry
        updates, state = rule.update(jax.grad(loss)(p), state, p)
        return (optax.apply_updates(p, updates), state), None

    start = {"w": np.zeros((6, 1), np.float32), "b": np.zeros((), np.float32)}
    (end, _), _ = jax.jit(lambda p: jax.lax.scan(advance, (p, rule.init(p)), length=3000))(start)
    wanted = elastic_net(REGRESSION, 0.3)
    assert np.array_equal(end["w"][:, 0] == 0, wanted.weights == 0)
    assert np.allclose(end["w"][:, 0], wanted.weights, atol=5e-3)
    assert float(end["b"]) != 0  # biases are free


def test_what_cannot_be_composed_says_so() -> None:
    with pytest.raises(Fault, match=r"proximal: blocks = 'rows' must be one of neurons, inputs; write neurons"):
        proximal(optax.sgd(0.1), step=0.1, blocks="rows")
    rule = proximal(optax.sgd(0.1), step=adaptive(0.1))
    weights = {"w": np.ones((2, 2))}
    with pytest.raises(Fault, match=r"step = 'adaptive' needs an optimiser with a mean of squares; give a number"):
        rule.update(weights, rule.init(weights), weights)
    with pytest.raises(Fault, match=r"params are needed by its update"):
        rule.update(weights, rule.init(weights))


def test_a_path_goes_from_dense_to_empty(found: Any) -> None:
    assert found.zeros[0] < 0.5
    assert list(found.zeros[1:]) == sorted(found.zeros[1:])
    assert set(found.zeros_of_layers) == {"1.dense", "3.dense"}
    assert found.final("test_accuracy").shape == (4,)
    assert np.allclose(found.zeros, sparsity(found.model, found.runs.parameters)[:, 0, 0])


def test_a_path_without_warm_start_is_what_train_makes_strength_by_strength() -> None:
    way = replace(WAY, epochs=3, measure_every=3)
    along = path(LAYERS, WINE, way, (0.01, 0.1), seed=2)
    runs = train(LAYERS, WINE, [replace(way, l1=0.01), replace(way, l1=0.1)], seeds=[2])
    for place, arrays in runs.parameters.items():
        for name, array in arrays.items():
            assert np.allclose(along.runs.parameters[place][name], array, atol=1e-5)


def test_the_subgradient_method_reaches_no_exact_zero(found: Any) -> None:
    way = replace(WAY, l1_method="subgradient")
    assert (path(LAYERS, WINE, way, found.strengths[1:]).zeros == 0).all()


def test_a_refit_keeps_zeros_and_fits_better(found: Any) -> None:
    way = replace(WAY, epochs=10, measure_every=10)
    bare, refitted = (path(LAYERS, WINE, way, found.strengths, refit=epochs) for epochs in (0, 10))
    assert np.array_equal(refitted.zeros, bare.zeros)
    assert (refitted.final("train_loss")[1:] < bare.final("train_loss")[1:]).all()


def test_the_sparsest_network_that_is_good_enough_is_chosen(found: Any) -> None:
    chosen = found.sparsest(found.final("validation_accuracy").max(), lost=1.0)
    assert chosen == found.strengths[int(np.argmax(found.zeros))]
    with pytest.raises(Fault, match=r"path: validation_accuracy = 2.0 is reached by no network of the path to 0.01"):
        found.sparsest(2.0)
    with pytest.raises(Fault, match=r"path: strength = 0.5 is not on the path; take one of \(0.0, 0.01"):
        found.network(0.5)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"strengths": ()}, "strengths = () must be one or more numbers from 0"),
        ({"strengths": (-1,)}, "strengths = (-1.0,) must be one or more numbers from 0"),
        ({"penalty": "l3"}, "penalty = 'l3' must be one of l1, group; write l1"),
        ({"strengths": (100.0,), "warm": 30}, "warm_strength = 100.0 leaves 1.dense without weights"),
    ],
)
def test_a_path_refuses_what_leads_nowhere(given: Any, message: Any) -> None:
    arguments = {"strengths": (0.1,)} | given
    with pytest.raises(Fault) as caught:
        path(LAYERS, WINE, WAY, arguments.pop("strengths"), **arguments)
    assert message in str(caught.value)


def test_settings_refuse_penalties_without_sense() -> None:
    with pytest.raises(Fault, match=r"penalty_factors = -1.0 must be at least 0 and finite for 1.dense"):
        Settings(penalty_factors=(("1.dense", -1),))
    with pytest.raises(Fault, match=r"l1 = -0.1 must be at least 0 for proximal steps"):
        Settings(l1=-0.1, l1_method="proximal")
    with pytest.raises(Fault, match=r"momentum = 1.0 must be below 1 for proximal steps"):
        Settings(momentum=1.0, l1_method="proximal")
    with pytest.raises(Fault, match=r"penalty_factors = '4.dense' is no layer with weights; did you mean '3.dense'"):
        train(LAYERS, WINE, Settings(penalty_factors=(("4.dense", 1),)), [0])


def test_layers_can_have_strengths_of_their_own() -> None:
    way = replace(WAY, l1=0.05, penalty_factors=(("3.dense", 0.0),))
    runs = train(LAYERS, WINE, way, [0])
    shares = sparsity_of_layers(runs.model, runs.parameters)
    assert shares["1.dense"][0, 0, 0] > 0.3
    assert shares["3.dense"][0, 0, 0] == 0


@pytest.mark.parametrize(("blocks", "axis", "optimiser"), [("neurons", 0, "momentum"), ("inputs", 1, "adam")])
def test_groups_vanish_as_a_whole(blocks: Any, axis: Any, optimiser: Any) -> None:
    way = replace(WAY, blocks=blocks, group=0.05, optimiser=optimiser, rate=0.1 if optimiser == "momentum" else 0.01,
                  penalty_factors=(("3.dense", 0.0),))  # fmt: skip
    weight = train(LAYERS, WINE, way, [0]).parameters["1.dense"]["weight"][0, 0, 0]
    empty = (weight == 0).all(axis=axis)
    assert 0 < empty.sum() < len(empty)
    assert (weight != 0).any(axis=axis).sum() * weight.shape[axis] == (weight != 0).sum()


def test_filters_of_a_convolution_are_groups() -> None:
    values = np.ones((3, 3, 2, 4)) * [0.1, 1.0, 0.1, 1.0]
    kept = np.asarray(block_threshold(values, 1.0, (0, 1, 2)))
    assert ((kept == 0).all(axis=(0, 1, 2)) == [True, False, True, False]).all()


def test_soft_thresholds_are_the_limit_of_blocks_of_one() -> None:
    values = RANDOM.standard_normal((4, 4))
    assert np.allclose(soft_threshold(values, 0.4), block_threshold(values, 0.4, ()), atol=1e-6)
