"""Gradients through depth: what is measured, and what theory predicts, agree."""

import numpy as np
import pytest

from gradus.lab.depth import Stack

HE = 2**0.5


@pytest.mark.parametrize(
    "stack",
    [
        Stack(HE),
        Stack(2 * HE),
        Stack(2 * HE, "sigmoid"),
        Stack(HE, batch_norm=True),
        Stack(HE, skip=True),
        Stack(HE, skip=True, branch=0.25),
        Stack(HE, batch_norm=True, skip=True),
    ],
    ids=str,
)
def test_measured_growth_is_near_what_theory_predicts(stack: Stack) -> None:
    measured = stack.measure(np.random.default_rng(0), networks=4, width=96, batch=96)
    assert measured.mean() == pytest.approx(stack.predict(), abs=0.03)


def test_the_gradient_by_the_input_is_that_of_differences() -> None:
    """One network of three layers with batch norm, whose loss is a random linear function: ‖∂L/∂h‖ by differences."""
    stack = Stack(HE, batch_norm=True, depth=3)
    growth = stack.measure(np.random.default_rng(1), networks=1, width=5, batch=7)[0]

    source = np.random.default_rng(1)
    start = source.normal(size=(1, 7, 5))
    weights = [source.normal(size=(1, 5, 5)) * (HE / 5**0.5) for _ in range(3)]
    slope = source.normal(size=(1, 7, 5))

    def loss(hidden: np.ndarray) -> float:
        for weight in weights:
            z = hidden @ weight
            z = (z - z.mean(axis=1, keepdims=True)) / np.sqrt(z.var(axis=1, keepdims=True) + 1e-5)
            hidden = np.maximum(z, 0)
        return float((slope * hidden).sum())

    moves = np.eye(35).reshape(35, 1, 7, 5) * 1e-6
    gradient = np.array([(loss(start + move) - loss(start - move)) / 2e-6 for move in moves])
    assert growth == pytest.approx(np.log(np.linalg.norm(gradient) / np.linalg.norm(slope)) / 3, abs=1e-4)


def test_batch_norm_sets_the_growth_whatever_the_gain() -> None:
    assert Stack(HE, batch_norm=True).predict() == Stack(5 * HE, batch_norm=True).predict()
