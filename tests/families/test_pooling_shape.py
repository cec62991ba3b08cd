"""One pooling layer: published layers, abstract evaluation, and what is said about each mistake."""

import jax
import jax.numpy as jnp
import pytest

from gradus.answers import Shape
from gradus.errors import Faults
from gradus.families.pooling_shape import PoolingShape
from gradus.grading import grade


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        pytest.param(
            PoolingShape(image=Shape(55, 55, 96), window=3, stride=2, padding=0, rounding="floor", kind="max"),
            Shape(27, 27, 96), id="AlexNet's first overlapping pooling: Krizhevsky et al. 2012, section 3.4",
        ),
        pytest.param(
            PoolingShape(image=Shape(224, 224, 64), window=2, stride=2, padding=0, rounding="floor", kind="max"),
            Shape(112, 112, 64), id="VGG-16's first pooling: Simonyan and Zisserman 2014, section 2.1",
        ),
        pytest.param(
            PoolingShape(image=Shape(112, 112, 64), window=3, stride=2, padding=1, rounding="floor", kind="max"),
            Shape(56, 56, 64), id="ResNet's only max pooling: He et al. 2015, table 1",
        ),
        pytest.param(
            PoolingShape(image=Shape(54, 54, 256), window=3, stride=2, padding=0, rounding="ceil", kind="max"),
            Shape(27, 27, 256), id="SqueezeNet's maxpool4, rounded up: Iandola et al. 2016, table 1 on 54 pixels",
        ),
        pytest.param(
            PoolingShape(image=Shape(7, 7, 1024), window=7, stride=1, padding=0, rounding="floor", kind="average"),
            Shape(1, 1, 1024), id="GoogLeNet's average pooling: Szegedy et al. 2014, table 1",
        ),
    ],
)  # fmt: skip
def test_published_layers_come_out_as_published(layer: PoolingShape, shape: Shape) -> None:
    assert layer.key()["shape"] == shape
    assert layer.witness() == layer.key()


@pytest.mark.parametrize(("window", "stride", "padding"), [(3, 2, 1), (2, 3, 0), (5, 4, 2)])
def test_abstract_evaluation_agrees(window: int, stride: int, padding: int) -> None:
    layer = PoolingShape(
        image=Shape(33, 46, 8), window=window, stride=stride, padding=padding, rounding="floor", kind="max"
    )
    sides = ((0, 0), (padding, padding), (padding, padding), (0, 0))
    made = jax.eval_shape(
        lambda x: jax.lax.reduce_window(
            x, -jnp.inf, jax.lax.max, (1, window, window, 1), (1, stride, stride, 1), sides
        ),
        jnp.zeros((1, 33, 46, 8)),
    )  # fmt: skip
    assert layer.key()["shape"] == Shape(*made.shape[1:])


# 17 + 2·1 − 4 = 15: 7 steps of 2 and a half, so 8 placements or 9; 20 + 2 − 4 = 18: 10 placements either way
DOWN = PoolingShape(image=Shape(17, 20, 6), window=4, stride=2, padding=1, rounding="floor", kind="average")
UP = PoolingShape(image=Shape(17, 20, 6), window=4, stride=2, padding=1, rounding="ceil", kind="average")


@pytest.mark.parametrize(
    ("layer", "part", "answer", "mistake"),
    [
        (DOWN, "shape", "9 × 10 × 6", "ceil_for_floor"),
        (UP, "shape", "8 × 10 × 6", "floor_for_ceil"),
        (DOWN, "shape", "7 × 9 × 6", "missing_plus_one"),
        (DOWN, "shape", "4 × 5 × 6", "stride_of_the_window"),
        (DOWN, "shape", "8 × 10 × 3", "depth_pooled"),
        (DOWN, "shape", "8 × 10", "channels_missing"),
        (DOWN, "values", "80", "channels_forgotten"),
        (DOWN, "values", "2040", "input_counted"),
    ],
)
def test_a_mistake_is_recognised(layer: PoolingShape, part: str, answer: str, mistake: str) -> None:
    assert DOWN.key()["shape"] == Shape(8, 10, 6)
    assert UP.key()["shape"] == Shape(9, 10, 6)
    assert grade(layer, {part: answer})[part].mistake == mistake


def test_padding_on_one_side_only_is_recognised() -> None:
    layer = PoolingShape(image=Shape(16, 20, 6), window=4, stride=1, padding=1, rounding="floor", kind="max")
    assert grade(layer, {"shape": "14 × 18 × 6"})["shape"].mistake == "padding_counted_once"


def test_a_window_that_would_begin_behind_the_image_is_not_kept() -> None:
    layer = PoolingShape(image=Shape(9, 9, 2), window=4, stride=4, padding=2, rounding="ceil", kind="max")
    assert layer.key()["shape"] == Shape(3, 3, 2)
    edge = PoolingShape(image=Shape(6, 6, 2), window=4, stride=4, padding=2, rounding="ceil", kind="max")
    assert edge.key()["shape"] == Shape(2, 2, 2)  # a third would begin at pixel 6, the first behind the image
    assert edge.witness() == edge.key()
    wide = PoolingShape(image=Shape(7, 7, 2), window=2, stride=4, padding=1, rounding="ceil", kind="max")
    assert grade(wide, {"shape": "3 × 3 × 2"})["shape"].mistake == "window_in_padding_counted"


def test_values_that_follow_from_a_wrong_shape_keep_their_credit() -> None:
    verdicts = grade(DOWN, {"shape": "9 × 10 × 6", "values": "540"})
    assert [verdict.status for verdict in verdicts.values()] == ["wrong", "followed"]


def test_more_padding_than_half_a_window_is_refused() -> None:
    with pytest.raises(Faults) as caught:
        PoolingShape(image=Shape(9, 9, 1), window=3, stride=2, padding=2, rounding="floor", kind="max")
    assert str(caught.value) == (
        "PoolingShape: padding = 2 must be at most half of the window, which is 3 wide; choose less padding"
    )
