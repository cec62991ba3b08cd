"""One convolution: published layers, and what is said about each mistake."""

from fractions import Fraction

import pytest

from gradus.answers import Count, Shape
from gradus.errors import Fault, Faults
from gradus.families.conv_layer import ConvLayer
from gradus.grading import grade


@pytest.mark.parametrize(
    ("layer", "shape", "parameters"),
    [
        pytest.param(
            ConvLayer(image=Shape(227, 227, 3), kernel=11, stride=4, padding=0, filters=96),
            Shape(55, 55, 96), 34_944, id="AlexNet conv1: Krizhevsky et al. 2012, section 3.5, on 227 pixels",
        ),
        pytest.param(
            ConvLayer(image=Shape(224, 224, 3), kernel=3, stride=1, padding=1, filters=64),
            Shape(224, 224, 64), 1792, id="VGG-16 conv1_1: Simonyan and Zisserman 2014, table 1",
        ),
        pytest.param(
            ConvLayer(image=Shape(14, 14, 512), kernel=3, stride=1, padding=1, filters=512),
            Shape(14, 14, 512), 2_359_808, id="VGG-16 conv5_3: Simonyan and Zisserman 2014, table 1",
        ),
        pytest.param(
            ConvLayer(image=Shape(224, 224, 3), kernel=7, stride=2, padding=3, filters=64, bias=False),
            Shape(112, 112, 64), 9408, id="ResNet conv1: He et al. 2015, table 1",
        ),
        pytest.param(
            ConvLayer(image=Shape(56, 56, 256), kernel=1, stride=2, padding=0, filters=512, bias=False),
            Shape(28, 28, 512), 131_072, id="ResNet-50 projection into conv3_x: He et al. 2015, table 1",
        ),
        pytest.param(
            ConvLayer(image=Shape(32, 32, 1), kernel=5, stride=1, padding=0, filters=6),
            Shape(28, 28, 6), 156, id="LeNet-5 C1: LeCun et al. 1998, section II.B",
        ),
        pytest.param(
            ConvLayer(image=Shape(14, 14, 6), kernel=5, stride=1, padding=0, filters=16),
            Shape(10, 10, 16), 2416, id="LeNet-5 C3 with all connections: 25·6·16 + 16",
        ),
    ],
)  # fmt: skip
def test_published_layers_come_out_as_published(layer: ConvLayer, shape: Shape, parameters: int) -> None:
    assert layer.key() == {"shape": shape, "parameters": Count(parameters, "parameters")}
    assert layer.witness() == layer.key()


# 17 + 2·1 − 4 = 15 pixels of room, in steps of 2: 7 whole steps, 8 placements; 21 + 2 − 4 = 19: 9 steps, 10 placements
LAYER = ConvLayer(image=Shape(17, 21, 3), kernel=4, stride=2, padding=1, filters=10)
BARE = ConvLayer(image=Shape(17, 21, 3), kernel=4, stride=2, padding=1, filters=10, bias=False)


@pytest.mark.parametrize(
    ("answer", "mistake", "feedback"),
    [
        (
            "7 × 9 × 10",
            "missing_plus_one",
            "The window's first placement counts too: add 1 after dividing by the stride.",
        ),
        (
            "9 × 11 × 10",
            "ceil_for_floor",
            "A window that does not fit on the padded image is dropped: round down, not up.",
        ),
        ("16 × 20 × 10", "stride_ignored", "The window moves by the stride: divide by it."),
        ("8 × 10 × 3", "depth_kept", "Each filter makes one output channel, so there are as many channels as filters."),
        (
            "10 × 8 × 10",
            "channels_first",
            "The sizes are right, but the channels stand last here: height × width × channels.",
        ),
        ("8 × 10", "channels_missing", "Height and width are right; the number of channels is missing."),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_recognised(answer: str, mistake: str, feedback: str) -> None:
    assert LAYER.key()["shape"] == Shape(8, 10, 10)
    verdict = grade(LAYER, {"shape": answer})["shape"]
    assert (verdict.mistake, verdict.feedback) == (mistake, feedback)


def test_padding_on_one_side_only_is_recognised() -> None:
    layer = ConvLayer(image=Shape(16, 20, 3), kernel=4, stride=2, padding=1, filters=10)  # 7 and 9 steps, not 6 and 8
    verdict = grade(layer, {"shape": "7 × 9 × 10"})["shape"]
    assert verdict.mistake == "padding_counted_once"
    assert verdict.feedback == "The padding is added on both sides of an axis, so it counts twice."


def test_using_the_stride_alone_is_recognised() -> None:
    layer = ConvLayer(image=Shape(20, 20, 3), kernel=5, stride=2, padding=0, filters=10)  # (20 − 5)/2: 8 placements
    verdict = grade(layer, {"shape": "10 × 10 × 10"})["shape"]
    assert verdict.mistake == "only_stride_used"
    assert verdict.feedback == "The kernel's own size and the padding count too."


@pytest.mark.parametrize(
    ("layer", "answer", "mistake", "feedback"),
    [
        (LAYER, 480, "bias_forgotten", "Every filter has a bias as well."),
        (LAYER, 481, "one_bias_for_all", "There is one bias for each filter, not one for the layer."),
        (BARE, 490, "bias_added", "This layer has no biases."),
        (
            LAYER, 170, "depth_forgotten",
            "A filter reaches through all channels of its input: multiply by the depth.",
        ),
        (LAYER, 130, "kernel_not_squared", "The kernel has two sides: square it."),
        (LAYER, 49, "filters_forgotten", "That is one filter of several."),
        (LAYER, 39_200, "positions_counted", "The weights are shared by all positions: count them once."),
    ],
)  # fmt: skip
def test_a_wrong_count_is_recognised(layer: ConvLayer, answer: int, mistake: str, feedback: str) -> None:
    assert LAYER.key()["parameters"] == Count(490, "parameters")
    verdict = grade(layer, {"parameters": str(answer)})["parameters"]
    assert (verdict.mistake, verdict.feedback) == (mistake, feedback)


def test_half_the_points_remain_for_a_forgotten_bias_or_a_misplaced_channel() -> None:
    verdicts = grade(LAYER, {"shape": "10 × 8 × 10", "parameters": "480"})
    assert [verdict.credit for verdict in verdicts.values()] == [Fraction(1, 2), Fraction(1, 2)]


def test_a_kernel_larger_than_the_padded_image_is_refused() -> None:
    with pytest.raises(Faults) as caught:
        ConvLayer(image=Shape(2, 9, 3), kernel=5, stride=1, padding=1, filters=4)
    assert str(caught.value) == (
        "ConvLayer: kernel = 5 must fit on the image with its padding, 2 + 2·1 pixels; "
        "choose a smaller kernel or more padding"
    )


def test_a_value_that_is_not_allowed_is_refused() -> None:
    with pytest.raises(Fault, match="ConvLayer: stride = 0 must be between 1 and 64; choose a value that is"):
        ConvLayer(image=Shape(9, 9, 3), kernel=3, stride=0, padding=1, filters=4)
