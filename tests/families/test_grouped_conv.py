"""One grouped convolution: published layers, abstract evaluation, and what is said about each mistake."""

import jax
import jax.numpy as jnp
import pytest

from gradus.answers import Count, Shape
from gradus.errors import Faults
from gradus.families.grouped_conv import GroupedConv
from gradus.grading import grade


@pytest.mark.parametrize(
    ("layer", "shape", "parameters"),
    [
        pytest.param(
            GroupedConv(image=Shape(27, 27, 96), kernel=5, stride=1, padding=2, filters=256, groups=2),
            Shape(27, 27, 256), 307_456, id="AlexNet conv2: Krizhevsky et al. 2012, section 3.5, kernels 5 × 5 × 48",
        ),
        pytest.param(
            GroupedConv(image=Shape(13, 13, 384), kernel=3, stride=1, padding=1, filters=256, groups=2),
            Shape(13, 13, 256), 442_624, id="AlexNet conv5: Krizhevsky et al. 2012, section 3.5, kernels 3 × 3 × 192",
        ),
        pytest.param(
            GroupedConv(image=Shape(56, 56, 128), kernel=3, stride=1, padding=1, filters=128, groups=32, bias=False),
            Shape(56, 56, 128), 4608, id="ResNeXt-50 32×4d, conv2 of a block: Xie et al. 2016, section 3.1, 32·4·9·4",
        ),
        pytest.param(
            GroupedConv(image=Shape(112, 112, 32), kernel=3, stride=1, padding=1, filters=32, groups=32, bias=False),
            Shape(112, 112, 32), 288, id="MobileNet's first depthwise layer: Howard et al. 2017, table 1",
        ),
    ],
)  # fmt: skip
def test_published_layers_come_out_as_published(layer: GroupedConv, shape: Shape, parameters: int) -> None:
    assert layer.key() == {"shape": shape, "parameters": Count(parameters, "parameters")}
    assert layer.witness() == layer.key()


@pytest.mark.parametrize(("groups", "kernel", "stride", "padding"), [(1, 3, 1, 0), (2, 5, 2, 3), (4, 2, 3, 1)])
def test_abstract_evaluation_accepts_these_weights_and_makes_this_shape(
    groups: int, kernel: int, stride: int, padding: int
) -> None:
    layer = GroupedConv(
        image=Shape(20, 31, 8), kernel=kernel, stride=stride, padding=padding, filters=12, groups=groups, bias=False
    )
    weights = jnp.zeros((kernel, kernel, 8 // groups, 12))
    made = jax.eval_shape(
        lambda x, w: jax.lax.conv_general_dilated(
            x, w, (stride, stride), [(padding, padding)] * 2, feature_group_count=groups,
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
        ),
        jnp.zeros((1, 20, 31, 8)), weights,
    )  # fmt: skip
    assert layer.key() == {"shape": Shape(*made.shape[1:]), "parameters": Count(weights.size, "parameters")}


# 17 + 2·1 − 4 = 15: 7 whole steps of 2, 8 placements; a filter sees 8/2 = 4 channels: (16·4 + 1)·10 = 650
LAYER = GroupedConv(image=Shape(17, 21, 8), kernel=4, stride=2, padding=1, filters=10, groups=2)


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("shape", "8 × 10 × 5", "filters_divided"),
        ("shape", "8 × 10 × 20", "filters_multiplied"),
        ("shape", "8 × 10 × 8", "depth_kept"),
        ("shape", "7 × 9 × 10", "missing_plus_one"),
        ("parameters", "1290", "groups_ignored"),
        ("parameters", "325", "divided_twice"),
        ("parameters", "640", "bias_forgotten"),
        ("parameters", "642", "bias_per_group"),
        ("parameters", "645", "bias_divided"),
        ("parameters", "170", "depth_forgotten"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in LAYER.key().values()] == ["8 × 10 × 10", "650"]
    assert grade(LAYER, {part: answer})[part].mistake == mistake


def test_padding_on_one_side_only_is_recognised() -> None:
    layer = GroupedConv(image=Shape(16, 20, 8), kernel=3, stride=1, padding=2, filters=10, groups=2)
    assert grade(layer, {"shape": "16 × 20 × 10"})["shape"].mistake == "padding_counted_once"


def test_groups_that_divide_neither_channels_nor_filters_are_refused_with_both_reasons() -> None:
    with pytest.raises(Faults) as caught:
        GroupedConv(image=Shape(17, 21, 8), kernel=4, stride=2, padding=1, filters=10, groups=3)
    assert str(caught.value) == (
        "GroupedConv: groups = 3 must divide the 8 channels of the image; choose a common divisor of both\n"
        "GroupedConv: groups = 3 must divide the 10 filters; choose a common divisor of both"
    )
