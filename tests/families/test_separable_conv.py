"""Depthwise separable convolutions: published layers, and what is said about each mistake."""

import jax
import jax.numpy as jnp
import pytest

from gradus.answers import Shape
from gradus.errors import Faults
from gradus.families.separable_conv import SeparableConv
from gradus.grading import grade


@pytest.mark.parametrize(
    ("layer", "answers"),
    [
        pytest.param(
            SeparableConv(image=Shape(112, 112, 32), kernel=3, stride=1, padding=1, filters=64, bias=False),
            ["112 × 112 × 64", "288", "2048", "18432"], id="MobileNet, layers 2 and 3: Howard et al. 2017, table 1",
        ),
        pytest.param(
            SeparableConv(image=Shape(112, 112, 64), kernel=3, stride=2, padding=1, filters=128, bias=False),
            ["56 × 56 × 128", "576", "8192", "73728"], id="MobileNet, layers 4 and 5: Howard et al. 2017, table 1",
        ),
        pytest.param(
            SeparableConv(image=Shape(19, 19, 728), kernel=3, stride=1, padding=1, filters=728, bias=False),
            ["19 × 19 × 728", "6552", "529984", "4769856"], id="Xception's middle flow: Chollet 2017, figure 5",
        ),
    ],
)  # fmt: skip
def test_published_layers_come_out_as_published(layer: SeparableConv, answers: list[str]) -> None:
    assert [str(answer) for answer in layer.key().values()] == answers
    assert layer.witness() == layer.key()


def test_abstract_evaluation_accepts_these_weights_and_makes_this_shape() -> None:
    layer = SeparableConv(image=Shape(20, 31, 6), kernel=4, stride=3, padding=1, filters=10, bias=False)
    depthwise = jnp.zeros((4, 4, 1, 6))
    pointwise = jnp.zeros((1, 1, 6, 10))

    def both(x: jax.Array, d: jax.Array, p: jax.Array) -> jax.Array:
        numbers = ("NHWC", "HWIO", "NHWC")
        x = jax.lax.conv_general_dilated(x, d, (3, 3), [(1, 1)] * 2, dimension_numbers=numbers, feature_group_count=6)
        made: jax.Array = jax.lax.conv_general_dilated(x, p, (1, 1), "VALID", dimension_numbers=numbers)
        return made

    made = jax.eval_shape(both, jnp.zeros((1, 20, 31, 6)), depthwise, pointwise)
    key = layer.key()
    assert key["shape"] == Shape(*made.shape[1:])
    assert [str(key["depthwise"]), str(key["pointwise"])] == [str(depthwise.size), str(pointwise.size)]


# 17 + 2·1 − 4 = 15: 7 whole steps of 2, 8 placements; (16 + 1)·6 = 102, (6 + 1)·10 = 70, (16·6 + 1)·10 = 970
LAYER = SeparableConv(image=Shape(17, 21, 6), kernel=4, stride=2, padding=1, filters=10)


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("shape", "8 × 10 × 6", "depth_kept"),
        ("shape", "8 × 10 × 60", "depth_multiplied"),
        ("shape", "7 × 9 × 10", "missing_plus_one"),
        ("shape", "4 × 5 × 10", "stride_taken_twice"),
        ("depthwise", "582", "depth_counted_twice"),
        ("depthwise", "170", "one_filter_per_output"),
        ("depthwise", "17", "one_filter_for_all"),
        ("depthwise", "96", "bias_forgotten"),
        ("pointwise", "970", "kernel_counted"),
        ("pointwise", "20", "depth_forgotten"),
        ("pointwise", "60", "bias_forgotten"),
        ("plain", "172", "sum_of_both"),
        ("plain", "170", "depth_forgotten"),
        ("plain", "960", "bias_forgotten"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in LAYER.key().values()] == ["8 × 10 × 10", "102", "70", "970"]
    assert grade(LAYER, {part: answer})[part].mistake == mistake


def test_padding_on_one_side_only_is_recognised() -> None:
    layer = SeparableConv(image=Shape(16, 20, 6), kernel=3, stride=1, padding=2, filters=10)
    assert grade(layer, {"shape": "16 × 20 × 10"})["shape"].mistake == "padding_counted_once"


def test_a_kernel_larger_than_the_padded_image_is_refused() -> None:
    with pytest.raises(Faults, match=r"kernel = 5 must fit on the image with its padding, 2 \+ 2·1 pixels"):
        SeparableConv(image=Shape(2, 9, 3), kernel=5, stride=1, padding=1, filters=4)
