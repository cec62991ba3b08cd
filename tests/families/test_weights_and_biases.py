"""Weights and biases in columns of their own."""

import os
from typing import Any

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import numpy as np
import pytest

from gradus.answers import Count, Shape
from gradus.errors import Faults
from gradus.families.weights_and_biases import WeightsAndBiases
from gradus.grading import grade


@pytest.mark.parametrize(
    ("net", "weights", "biases"),
    [
        pytest.param(
            WeightsAndBiases(image=Shape(32, 32, 3), kernel=5, filters=6, more_filters=16, units=120, classes=10),
            450 + 2400 + 48_000 + 1200, 6 + 16 + 120 + 10,
            id="PyTorch's CIFAR-10 tutorial: 456, 2416 and 48,120 before its head",
        ),
        pytest.param(
            WeightsAndBiases(image=Shape(28, 28, 1), kernel=3, filters=32, more_filters=64, units=10, classes=10),
            288 + 18_432 + 16_000 + 100, 32 + 64 + 10 + 10,
            id="Keras' MNIST example: 320, 18,496 and 16,010, and one layer more",
        ),
    ],
)  # fmt: skip
def test_published_layers_come_out_as_published(net: WeightsAndBiases, weights: int, biases: int) -> None:
    assert net.key() == {"weights": Count(weights, "weights"), "biases": Count(biases, "biases")}
    assert net.witness() == net.key()


def test_a_gradient_reaches_exactly_as_many_scalars() -> None:
    net = WeightsAndBiases(image=Shape(10, 12, 2), kernel=3, filters=2, more_filters=3, units=4, classes=2)
    source = np.random.default_rng(0)
    shapes = [(3, 3, 2, 2), (2,), (3, 3, 2, 3), (3,), (1 * 1 * 3, 4), (4,), (4, 2), (2,)]  # 10 → 4 → 1 and 12 → 5 → 1
    arrays = [source.normal(size=shape) for shape in shapes]
    image = source.normal(size=(1, 10, 12, 2))

    def run(arrays: Any) -> Any:
        state: Any = image
        for kernel, bias in (arrays[:2], arrays[2:4]):
            dimensions = ("NHWC", "HWIO", "NHWC")
            state = jax.lax.conv_general_dilated(state, kernel, (1, 1), "VALID", dimension_numbers=dimensions) + bias
            state = jax.lax.reduce_window(state, -np.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        state = state.reshape(-1) @ arrays[4] + arrays[5]
        return (state @ arrays[6] + arrays[7]).sum()

    reached = [int((slope != 0).sum()) for slope in jax.grad(run)(arrays)]
    assert net.key() == {
        "weights": Count(sum(reached[::2]), "weights"),
        "biases": Count(sum(reached[1::2]), "biases"),
    }


NET = WeightsAndBiases(image=Shape(20, 24, 3), kernel=3, filters=5, more_filters=8, units=30, classes=4)
CONVS, CELLS, LAST, BIASES = 9 * 3 * 5 + 9 * 5 * 8, 3 * 4 * 8, 30 * 4, 5 + 8 + 30 + 4  # 20 → 9 → 3, 24 → 11 → 4


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("weights", CONVS + CELLS * 30 + LAST + BIASES, "biases_included"),
        ("weights", CONVS + 8 * 30 + LAST, "flatten_forgotten"),
        ("weights", CONVS + 16 * 20 * 8 * 30 + LAST, "pooling_forgotten"),
        ("weights", CONVS + 5 * 6 * 8 * 30 + LAST, "convolution_keeps_size"),
        ("weights", 9 * 5 + 9 * 8 + CELLS * 30 + LAST, "depth_forgotten"),
        ("weights", 9 * 3 * 5 + 9 * 3 * 8 + CELLS * 30 + LAST, "depth_not_updated"),
        ("weights", CONVS + CELLS * 30 + LAST + 4 * 13, "pooling_given_weights"),
        ("biases", 4, "one_for_each_layer"),
        ("biases", 34, "filters_forgotten"),
        ("biases", 13, "dense_forgotten"),
        ("biases", 43, "last_layer_forgotten"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: int, mistake: str) -> None:
    assert NET.key()["weights"] == Count(CONVS + CELLS * 30 + LAST, "weights")
    assert grade(NET, {part: str(answer)})[part].mistake == mistake


def test_a_kernel_that_leaves_nothing_to_pool_is_refused() -> None:
    with pytest.raises(Faults, match="kernel = 5 must leave two pixels to pool after convolution 2, where 5 pixels"):
        WeightsAndBiases(image=Shape(15, 15, 3), kernel=5, filters=5, more_filters=8, units=30, classes=4)
