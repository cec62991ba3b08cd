"""Multiply-adds: published layers, the compiler's count, and what goes wrong."""

import os
from typing import Any

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import pytest
from jax import numpy as jnp

from gradus.answers import Count, Shape
from gradus.errors import Faults
from gradus.families.multiply_adds import MultiplyAdds
from gradus.grading import grade


@pytest.mark.parametrize(
    ("variant", "standard", "separable"),
    [
        pytest.param(
            MultiplyAdds(image=Shape(14, 14, 512), kernel=3, stride=1, padding=1, filters=512),
            462_422_016, 52_283_392, id="Howard et al. 2017, table 3: 462 million against 52.3 million",
        ),
        pytest.param(
            MultiplyAdds(image=Shape(224, 224, 3), kernel=3, stride=1, padding=1, filters=64),
            86_704_128, 224 * 224 * (27 + 192), id="VGG-16 conv1_1: 86.7 million",
        ),
        pytest.param(
            MultiplyAdds(image=Shape(224, 224, 3), kernel=7, stride=2, padding=3, filters=64),
            118_013_952, 112 * 112 * (147 + 192), id="ResNet conv1: 118 million",
        ),
        pytest.param(
            MultiplyAdds(image=Shape(12, 12, 3), kernel=5, stride=1, padding=0, filters=256),
            1_228_800, 53_952, id="a tutorial of many copies, some of which print 1,28,800 (madanswer.com/75226)",
        ),
        pytest.param(
            MultiplyAdds(image=Shape(1, 1, 1), kernel=1, stride=1, padding=0, filters=1), 1, 2, id="one of everything"
        ),
    ],
)  # fmt: skip
def test_published_layers_come_out_as_published(variant: MultiplyAdds, standard: int, separable: int) -> None:
    assert variant.key() == {
        "standard": Count(standard, "multiply-adds"),
        "separable": Count(separable, "multiply-adds"),
        "flops": Count(2 * standard, "FLOPs"),
    }
    assert variant.witness() == variant.key()


LAYER = MultiplyAdds(image=Shape(17, 21, 6), kernel=4, stride=2, padding=1, filters=10)  # output 8 × 10
PLACES, STANDARD, DEPTHWISE, POINTWISE = 80, 80 * 16 * 6 * 10, 80 * 16 * 6, 80 * 6 * 10


def test_abstract_evaluation_finds_the_same_output_and_so_the_same_cost() -> None:
    def convolve(image: Any, kernel: Any) -> Any:
        return jax.lax.conv_general_dilated(
            image, kernel, (2, 2), ((1, 1), (1, 1)), dimension_numbers=("NHWC", "HWIO", "NHWC")
        )

    image, kernel = jnp.zeros((1, 17, 21, 6)), jnp.zeros((4, 4, 6, 10))
    made = jax.eval_shape(convolve, image, kernel)
    assert LAYER.key()["standard"] == Count(made.size * 4 * 4 * 6, "multiply-adds") == Count(STANDARD, "multiply-adds")


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("standard", 17 * 21 * 16 * 6 * 10, "input_positions"),
        ("standard", 960, "parameters_given"),
        ("standard", 80 * 16 * 10, "depth_forgotten"),
        ("standard", 80 * 4 * 6 * 10, "kernel_not_squared"),
        ("standard", 80 * 16 * 6, "filters_forgotten"),
        ("standard", 2 * STANDARD, "flops_given"),
        ("separable", DEPTHWISE, "pointwise_forgotten"),
        ("separable", POINTWISE, "depthwise_forgotten"),
        ("separable", 6 * DEPTHWISE + POINTWISE, "depthwise_through_all_channels"),
        ("separable", DEPTHWISE * POINTWISE, "costs_multiplied"),
        ("separable", 80 * 16 * 10 + POINTWISE, "depthwise_with_all_filters"),
        ("flops", STANDARD, "not_doubled"),
        ("flops", STANDARD // 2, "halved"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: int, mistake: str) -> None:
    assert grade(LAYER, {part: str(answer)})[part].mistake == mistake


def test_flops_that_are_twice_wrong_multiply_adds_are_right() -> None:
    verdicts = grade(LAYER, {"standard": "12800", "flops": "25600"})
    assert (verdicts["standard"].mistake, verdicts["flops"].status) == ("depth_forgotten", "followed")


def test_a_kernel_larger_than_the_padded_image_is_refused() -> None:
    with pytest.raises(Faults, match="kernel = 7 must fit on the image with its padding, 6 pixels"):
        MultiplyAdds(image=Shape(4, 9, 1), kernel=7, stride=1, padding=1, filters=2)
