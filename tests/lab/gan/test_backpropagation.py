"""Backpropagation by hand equals automatic differentiation, on every size tried."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradus.errors import Fault
from gradus.lab.gan.backpropagation import Perceptron, clip, forward, gradients, step

HIDDEN = st.lists(st.integers(1, 6), min_size=0, max_size=3)


def perceptron(random: np.random.Generator, sizes: list[int], last: str) -> Perceptron:
    """Return random weights; those of wide layers are smaller, so that the other way's logarithms stay finite."""
    scales = [min(1.0, 2 * given**-0.5) for given in sizes]
    sized = zip(itertools.pairwise(sizes), scales, strict=False)
    weights = tuple(random.normal(scale=scale, size=(out, given)) for (given, out), scale in sized)
    names = ["tanh", "relu", "sigmoid", "identity"]
    chosen = [names[i] for i in random.integers(len(names), size=len(weights) - 1)]
    return Perceptron(weights, (*chosen, last))


def written(objective: str, activations: tuple[tuple[str, ...], ...], weights: Any, real: Any, noise: Any) -> Any:
    """Return L as the question writes it, samples in rows, by JAX alone."""
    import jax
    import jax.numpy as jnp

    known: dict[str, Any] = {"tanh": jnp.tanh, "relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid, "identity": lambda z: z}

    def apply(number: int, rows: Any) -> Any:
        for weight, name in zip(weights[number], activations[number], strict=True):
            rows = known[name](rows @ weight.T)
        return rows

    at_real, at_made = apply(0, real.T), apply(0, apply(1, noise.T))
    if objective == "minimax":
        return jnp.mean(jnp.log(at_real) + jnp.log(1 - at_made))
    return jnp.mean(at_real - at_made)


@pytest.mark.parametrize("kind", [("minimax", "sigmoid"), ("wasserstein", "identity")], ids=lambda kind: kind[0])
@pytest.mark.parametrize("hidden", [[], [128], [128, 128], [64, 32, 16], [1, 200, 1]], ids=str)
@pytest.mark.parametrize("n", [1, 256])
def test_gradients_of_networks_as_they_are_used_equal_automatic_ones(
    hidden: list[int], n: int, kind: tuple[str, str]
) -> None:
    check_gradients(len(hidden), hidden, hidden[::-1], 32, 20, n, kind)


@settings(max_examples=25)
@given(
    st.integers(0, 2**32 - 1), HIDDEN, HIDDEN, st.integers(1, 5), st.integers(1, 4), st.integers(1, 7),
    st.sampled_from([("minimax", "sigmoid"), ("wasserstein", "identity"), ("wasserstein", "sigmoid")]),
)  # fmt: skip
def test_gradients_by_hand_equal_automatic_ones(
    seed: int, first: list[int], second: list[int], features: int, noise: int, n: int, kind: tuple[str, str]
) -> None:
    check_gradients(seed, first, second, features, noise, n, kind)


def check_gradients(
    seed: int, first: list[int], second: list[int], features: int, noise: int, n: int, kind: tuple[str, str]
) -> None:
    import jax

    objective, last = kind
    random = np.random.default_rng(seed)
    judge = perceptron(random, [features, *first, 1], last)
    maker = perceptron(random, [noise, *second, features], "identity")
    x, z = random.normal(size=(features, n)), random.normal(size=(noise, n))
    found = gradients(judge, maker, x, z, objective)
    with jax.enable_x64(True), jax.disable_jit():
        value, (by_judge, by_maker) = jax.value_and_grad(written, argnums=2)(
            objective, (judge.activations, maker.activations), (judge.weights, maker.weights), x, z
        )
    assert found.objective == pytest.approx(float(value), abs=1e-10)
    for own, other in zip([*found.discriminator, *found.generator], [*by_judge, *by_maker], strict=True):
        assert own.shape == other.shape
        np.testing.assert_allclose(own, other, rtol=0, atol=1e-10 * max(1.0, float(np.abs(other).max())))


def test_a_saturated_discriminator_still_has_a_finite_objective() -> None:
    judge = Perceptron((np.array([[1e4]]),), ("sigmoid",))
    maker = Perceptron((np.array([[1.0]]),), ("identity",))
    found = gradients(judge, maker, np.array([[-1.0]]), np.array([[1.0]]))
    assert found.objective == -2e4
    assert found.discriminator[0].item() == -2.0


def test_the_discriminator_climbs_and_the_generator_descends() -> None:
    random = np.random.default_rng(3)
    judge, maker = perceptron(random, [3, 8, 1], "sigmoid"), perceptron(random, [2, 8, 3], "identity")
    x, z = random.normal(size=(3, 50)), random.normal(size=(2, 50))
    found = gradients(judge, maker, x, z)
    assert gradients(step(judge, found.discriminator, 1e-3), maker, x, z).objective > found.objective
    assert gradients(judge, step(maker, found.generator, -1e-3), x, z).objective < found.objective


def test_clipped_weights_lie_within_the_bound() -> None:
    judge = clip(perceptron(np.random.default_rng(0), [4, 5, 1], "identity"), 0.01)
    assert max(float(np.abs(weight).max()) for weight in judge.weights) == 0.01
    assert forward(judge, np.ones((4, 2))).output.shape == (1, 2)


JUDGE = Perceptron((np.ones((1, 2)),), ("sigmoid",))
MAKER = Perceptron((np.ones((2, 3)),), ("identity",))
LINEAR = Perceptron((np.ones((1, 2)),), ("identity",))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((JUDGE, MAKER, np.ones((2, 4)), np.ones((3, 4)), "minmax"),
         "gan: objective = 'minmax' must be one of minimax, wasserstein; did you mean 'minimax'?"),
        ((MAKER, MAKER, np.ones((2, 4)), np.ones((3, 4))),
         "gan: discriminator = (2, 3) must have one output; end in one row"),
        ((LINEAR, MAKER, np.ones((2, 4)), np.ones((3, 4))),
         "gan: discriminator = 'identity' must end in a sigmoid for minimax: its output is a probability; "
         "use sigmoid, or wasserstein"),
        ((JUDGE, MAKER, np.ones((5, 4)), np.ones((3, 4))),
         "gan: real = 5 must be 2; make the sizes follow one another"),
        ((JUDGE, MAKER, np.ones((2, 4)), np.ones((3, 6))),
         "gan: samples = 6 must be 4; make the sizes follow one another"),
    ],
)  # fmt: skip
def test_sizes_that_do_not_fit_are_named(arguments: Any, message: str) -> None:
    with pytest.raises(Fault) as fault:
        gradients(*arguments)
    assert str(fault.value) == message


def test_layers_that_do_not_follow_one_another_are_named() -> None:
    with pytest.raises(Fault, match=r"W_2 = \(1, 3\) must have 2 columns, the outputs of the layer before"):
        Perceptron((np.ones((2, 2)), np.ones((1, 3))), ("relu", "sigmoid"))
    with pytest.raises(Fault, match=r"activations = 'rely' must be one of .*; did you mean 'relu'\?"):
        Perceptron((np.ones((2, 2)),), ("rely",))
    with pytest.raises(Fault, match="one for each of the 1 weight matrices"):
        Perceptron((np.ones((2, 2)),), ())
