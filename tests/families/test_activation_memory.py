"""Activation memory: every tensor that stays, and what goes wrong."""

import os
from typing import Any

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import pytest
from jax import numpy as jnp

from gradus.answers import Count, Shape
from gradus.errors import Faults
from gradus.families.activation_memory import ActivationMemory
from gradus.grading import grade

NET = ActivationMemory(image=Shape(10, 13, 3), filters=4, more_filters=6, units=20, batch=16, width=4)
IMAGE, FIRST, POOLED, SECOND, AGAIN, LAST = 390, 520, 5 * 6 * 4, 5 * 6 * 6, 2 * 3 * 6, 20
VALUES = IMAGE + FIRST + POOLED + SECOND + AGAIN + LAST


def test_the_first_layers_of_vgg_take_as_much_as_stated() -> None:
    # CS231n's table: the image has 150 K values, 64 maps of 224 × 224 have 3.2 M, pooled to 112 × 112 they have 800 K
    net = ActivationMemory(image=Shape(224, 224, 3), filters=64, more_filters=128, units=10, batch=1, width=4)
    values = 150_528 + 3_211_264 + 802_816 + 1_605_632 + 401_408 + 10
    assert net.key() == net.witness() == {"values": Count(values, "values"), "bytes": Count(4 * values, "bytes")}


def test_abstract_evaluation_finds_the_same_tensors() -> None:
    sizes: list[int] = []

    def keep(tensor: Any) -> Any:
        sizes.append(tensor.size)
        return tensor

    def run(image: Any) -> Any:
        state = keep(image)
        for filters in (4, 6):
            kernel = jnp.zeros((3, 3, state.shape[-1], filters))
            dimensions = ("NHWC", "HWIO", "NHWC")
            state = keep(jax.lax.conv_general_dilated(state, kernel, (1, 1), "SAME", dimension_numbers=dimensions))
            state = keep(jax.lax.reduce_window(state, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID"))
        return keep(state.reshape(1, -1) @ jnp.zeros((36, 20)))

    jax.eval_shape(run, jnp.zeros((1, 10, 13, 3)))
    assert NET.key()["values"] == Count(sum(sizes), "values") == Count(VALUES, "values")


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("values", VALUES - IMAGE, "image_forgotten"),
        ("values", VALUES + FIRST + SECOND, "relu_counted"),
        ("values", VALUES + AGAIN, "flattening_counted"),
        ("values", VALUES - POOLED - AGAIN, "pooling_forgotten"),
        ("values", VALUES - FIRST - SECOND, "convolutions_forgotten"),
        ("values", 130 * (3 + 8 + 12) + 20, "pooling_keeps_size"),
        ("values", VALUES - LAST, "output_forgotten"),
        ("values", LAST, "last_layer_only"),
        ("bytes", 4 * VALUES, "batch_forgotten"),
        ("bytes", 16 * VALUES, "width_forgotten"),
        ("bytes", 8 * 64 * VALUES, "bits_given"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: int, mistake: str) -> None:
    assert grade(NET, {part: str(answer)})[part].mistake == mistake


def test_wrong_values_that_are_used_rightly_keep_the_bytes() -> None:
    verdicts = grade(NET, {"values": str(VALUES - IMAGE), "bytes": str(64 * (VALUES - IMAGE))})
    assert [verdict.status for verdict in verdicts.values()] == ["partial", "followed"]


def test_an_image_too_small_to_be_pooled_twice_is_refused() -> None:
    with pytest.raises(Faults, match="image = '3 × 9 × 1' must have sides of 4 pixels or more, to be pooled twice"):
        ActivationMemory(image=Shape(3, 9, 1), filters=4, more_filters=6, units=20, batch=16, width=4)
