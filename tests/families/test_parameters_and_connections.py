"""Parameters against connections: LeNet-5 as published, Jacobians, and what goes wrong."""

import os
from typing import Any

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import numpy as np
import pytest
from jax import numpy as jnp

from gradus.answers import Count, Shape
from gradus.errors import Faults
from gradus.families.parameters_and_connections import ParametersAndConnections
from gradus.grading import grade


def layer(kind: Any, image: Shape, window: int, filters: int = 6) -> ParametersAndConnections:
    return ParametersAndConnections(layer=kind, image=image, window=window, filters=filters)


@pytest.mark.parametrize(
    ("variant", "parameters", "connections"),
    [
        pytest.param(layer("convolution", Shape(32, 32, 1), 5), 156, 122_304, id="C1"),
        pytest.param(layer("subsampling", Shape(28, 28, 6), 2), 12, 5880, id="S2"),
        pytest.param(layer("subsampling", Shape(10, 10, 16), 2), 32, 2000, id="S4"),
        pytest.param(layer("convolution", Shape(5, 5, 16), 5, 120), 48_120, 48_120, id="C5"),
    ],
)
def test_lenet_comes_out_as_published(variant: ParametersAndConnections, parameters: int, connections: int) -> None:
    # LeCun et al. 1998, section II.B
    counts = {"parameters": Count(parameters, "parameters"), "connections": Count(connections, "connections")}
    assert variant.key() == variant.witness() == counts


def test_a_convolution_has_as_many_connections_as_its_jacobian_has_entries() -> None:
    variant = layer("convolution", Shape(6, 7, 2), 3, 4)
    kernel = jnp.asarray(np.random.default_rng(0).normal(size=(3, 3, 2, 4)))

    def convolve(image: Any) -> Any:
        return jax.lax.conv_general_dilated(
            image[None], kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")
        )

    jacobian = jax.jacobian(convolve)(jnp.zeros((6, 7, 2)))
    links, biases = int((jacobian != 0).sum()), 4 * 5 * 4
    assert variant.key()["connections"] == Count(links + biases, "connections")


CONV, POOL = layer("convolution", Shape(9, 11, 3), 4, 5), layer("subsampling", Shape(9, 11, 3), 4, 5)  # 6·8, 2·2


@pytest.mark.parametrize(
    ("variant", "part", "answer", "mistake"),
    [
        (CONV, "parameters", 49 * 5 * 48, "connections_given"),
        (CONV, "parameters", 48 * 5, "bias_forgotten"),
        (CONV, "parameters", 17 * 5, "depth_forgotten"),
        (CONV, "connections", 49 * 5, "parameters_given"),
        (CONV, "connections", 48 * 5 * 48, "bias_forgotten"),
        (CONV, "connections", 48 * 5 * 48 + 5, "bias_counted_once"),
        (CONV, "connections", 49 * 5 * 99, "input_positions"),
        (CONV, "connections", (297 + 1) * 48 * 5, "all_to_all"),
        (POOL, "parameters", 17 * 3, "pixels_weighted"),
        (POOL, "parameters", 0, "no_parameters"),
        (POOL, "parameters", 2, "one_pair_for_layer"),
        (POOL, "connections", 2 * 3 * 4, "parameters_repeated"),
        (POOL, "connections", 16 * 3 * 4, "bias_forgotten"),
    ],
)
def test_a_mistake_is_recognised(variant: ParametersAndConnections, part: str, answer: int, mistake: str) -> None:
    assert grade(variant, {part: str(answer)})[part].mistake == mistake


def test_wrong_parameters_that_are_used_rightly_keep_the_connections() -> None:
    verdicts = grade(CONV, {"parameters": "85", "connections": str(85 * 48)})
    assert [verdict.status for verdict in verdicts.values()] == ["wrong", "followed"]


def test_a_window_larger_than_the_image_is_refused() -> None:
    with pytest.raises(Faults, match="window = 5 must fit on the image, 4 pixels; choose a smaller window"):
        layer("convolution", Shape(4, 9, 1), 5)
