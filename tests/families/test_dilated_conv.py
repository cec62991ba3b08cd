"""One dilated convolution: published layers, abstract evaluation, and what is said about each mistake."""

import jax
import jax.numpy as jnp
import pytest

from gradus.answers import Count, Shape
from gradus.errors import Faults
from gradus.families.dilated_conv import DilatedConv
from gradus.grading import grade


@pytest.mark.parametrize(
    ("layer", "effective", "shape", "parameters"),
    [
        pytest.param(
            DilatedConv(image=Shape(64, 64, 21), kernel=3, dilation=16, stride=1, padding=16, filters=21),
            33, Shape(64, 64, 21), 3990, id="context module, layer 6: Yu and Koltun 2015, table 1",
        ),
        pytest.param(
            DilatedConv(image=Shape(41, 41, 512), kernel=3, dilation=12, stride=1, padding=12, filters=1024),
            25, Shape(41, 41, 1024), 4_719_616, id="fc6 of DeepLab-LargeFOV, rate 12: Chen et al. 2016, section 3.1",
        ),
        pytest.param(
            DilatedConv(image=Shape(28, 28, 512), kernel=3, dilation=2, stride=1, padding=2, filters=512),
            5, Shape(28, 28, 512), 2_359_808, id="conv5 of VGG-16 made dense, rate 2: Chen et al. 2016, section 3.1",
        ),
    ],
)  # fmt: skip
def test_published_layers_come_out_as_published(
    layer: DilatedConv, effective: int, shape: Shape, parameters: int
) -> None:
    assert list(layer.key().values()) == [Count(effective, "pixels"), shape, Count(parameters, "parameters")]
    assert layer.witness() == layer.key()


@pytest.mark.parametrize(("kernel", "dilation", "stride", "padding"), [(3, 4, 2, 1), (2, 7, 3, 0), (5, 2, 1, 4)])
def test_abstract_evaluation_agrees(kernel: int, dilation: int, stride: int, padding: int) -> None:
    layer = DilatedConv(
        image=Shape(33, 47, 3), kernel=kernel, dilation=dilation, stride=stride, padding=padding, filters=6
    )
    image, weights = (
        jnp.zeros((1, 33, 47, 3)),
        jnp.zeros((kernel, kernel, 3, 6)),
    )
    made = jax.eval_shape(
        lambda x, w: jax.lax.conv_general_dilated(
            x, w, (stride, stride), [(padding, padding)] * 2, rhs_dilation=(dilation,) * 2,
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
        ),
        image, weights,
    )  # fmt: skip
    assert layer.key()["shape"] == Shape(*made.shape[1:])


# the kernel spans 3·(4 − 1) + 1 = 10 pixels; 21 + 2·3 − 10 = 17: 8 whole steps of 2, 9 placements; 26 + 6 − 10: 12
LAYER = DilatedConv(image=Shape(21, 26, 3), kernel=4, dilation=3, stride=2, padding=3, filters=5)


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("effective", "12", "kernel_multiplied"),
        ("effective", "13", "dilation_as_holes"),
        ("effective", "4", "dilation_ignored"),
        ("effective", "9", "missing_plus_one"),
        ("shape", "12 × 15 × 5", "dilation_ignored"),
        ("shape", "8 × 11 × 5", "kernel_multiplied"),
        ("shape", "8 × 10 × 5", "padding_counted_once"),
        ("shape", "9 × 12", "channels_missing"),
        ("parameters", "1505", "holes_counted"),
        ("parameters", "240", "bias_forgotten"),
        ("parameters", "85", "depth_forgotten"),
        ("parameters", "49", "filters_forgotten"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in LAYER.key().values()] == ["10", "9 × 12 × 5", "245"]
    assert grade(LAYER, {part: answer})[part].mistake == mistake


def test_forgetting_the_first_placement_is_recognised() -> None:
    layer = DilatedConv(image=Shape(30, 30, 1), kernel=3, dilation=4, stride=1, padding=0, filters=2)
    assert grade(layer, {"shape": "21 × 21 × 2"})["shape"].mistake == "missing_plus_one"


def test_a_shape_that_follows_from_a_wrong_span_keeps_its_credit() -> None:
    verdicts = grade(LAYER, {"effective": "12", "shape": "8 × 11 × 5"})
    assert [verdicts[part].status for part in ("effective", "shape")] == ["wrong", "followed"]


def test_a_dilation_that_stretches_the_kernel_beyond_the_image_is_refused() -> None:
    with pytest.raises(Faults) as caught:
        DilatedConv(image=Shape(9, 30, 1), kernel=3, dilation=6, stride=1, padding=1, filters=2)
    assert str(caught.value) == (
        "DilatedConv: dilation = 6 makes the kernel span 13 pixels, but the padded image has 9 + 2·1; "
        "choose less dilation or more padding"
    )
