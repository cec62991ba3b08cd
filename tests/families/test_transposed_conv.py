"""One transposed convolution: published layers, abstract evaluation, and what is said about each mistake."""

import jax
import jax.numpy as jnp
import pytest

from gradus.answers import Count, Shape
from gradus.errors import Faults
from gradus.families.transposed_conv import TransposedConvLayer
from gradus.grading import grade
from gradus.oracle import windows


@pytest.mark.parametrize(
    ("layer", "shape", "parameters"),
    [
        pytest.param(
            TransposedConvLayer(
                image=Shape(28, 28, 1024), kernel=2, stride=2, padding=0, output_padding=0, filters=512
            ),
            Shape(56, 56, 512), 2_097_664, id="U-Net's first up-convolution: Ronneberger et al. 2015, figure 1",
        ),
        pytest.param(
            TransposedConvLayer(
                image=Shape(4, 4, 512), kernel=4, stride=2, padding=1, output_padding=0, filters=256, bias=False
            ),
            Shape(8, 8, 256), 2_097_152, id="second layer of the DCGAN tutorial's generator: 4 × 4 to 8 × 8",
        ),
        pytest.param(
            TransposedConvLayer(
                image=Shape(1, 1, 100), kernel=4, stride=1, padding=0, output_padding=0, filters=512, bias=False
            ),
            Shape(4, 4, 512), 819_200, id="its first layer: noise of 100 values to 4 × 4",
        ),
        pytest.param(
            TransposedConvLayer(image=Shape(3, 3, 1), kernel=3, stride=2, padding=1, output_padding=1, filters=1),
            Shape(6, 6, 1), 10, id="back from 3 × 3 to 6 × 6: Dumoulin and Visin 2016, relationship 14 with a = 1",
        ),
    ],
)  # fmt: skip
def test_published_layers_come_out_as_published(layer: TransposedConvLayer, shape: Shape, parameters: int) -> None:
    assert layer.key() == {"shape": shape, "parameters": Count(parameters, "parameters")}
    assert layer.witness() == layer.key()


@pytest.mark.parametrize(("kernel", "stride", "padding", "extra"), [(4, 2, 1, 0), (3, 3, 0, 2), (5, 2, 2, 1)])
def test_abstract_evaluation_of_a_dilated_input_makes_this_shape(
    kernel: int, stride: int, padding: int, extra: int
) -> None:
    layer = TransposedConvLayer(
        image=Shape(7, 9, 3), kernel=kernel, stride=stride, padding=padding, output_padding=extra, filters=6
    )
    sides = (kernel - 1 - padding, kernel - 1 - padding + extra)
    made = jax.eval_shape(
        lambda x, w: jax.lax.conv_general_dilated(
            x, w, (1, 1), [sides, sides], lhs_dilation=(stride, stride), dimension_numbers=("NHWC", "HWIO", "NHWC")
        ),
        jnp.zeros((1, 7, 9, 3)), jnp.zeros((kernel, kernel, 3, 6)),
    )  # fmt: skip
    assert layer.key()["shape"] == Shape(*made.shape[1:])


def test_the_ordinary_convolution_leads_back() -> None:
    layer = TransposedConvLayer(image=Shape(7, 9, 3), kernel=5, stride=3, padding=2, output_padding=1, filters=6)
    shape = layer.witness()["shape"]
    assert isinstance(shape, Shape)
    assert [windows.count_placements(side, 5, 3, 2) for side in shape.sizes[:2]] == [7, 9]


# (7 − 1)·3 + 5 − 2·1 + 2 = 23 and (9 − 1)·3 + 5 = 29; (25·4 + 1)·10 = 1010
LAYER = TransposedConvLayer(image=Shape(7, 9, 4), kernel=5, stride=3, padding=1, output_padding=2, filters=10)


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("shape", "21 × 27 × 10", "output_padding_forgotten"),
        ("shape", "25 × 31 × 10", "output_padding_twice"),
        ("shape", "27 × 33 × 10", "padding_added"),
        ("shape", "24 × 30 × 10", "padding_cut_once"),
        ("shape", "26 × 32 × 10", "first_pixel_counted_twice"),
        ("shape", "2 × 3 × 10", "ordinary_convolution"),
        ("shape", "23 × 29 × 4", "depth_kept"),
        ("parameters", "1000", "bias_forgotten"),
        ("parameters", "1004", "bias_per_input_channel"),
        ("parameters", "260", "depth_forgotten"),
        ("parameters", "101", "filters_forgotten"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in LAYER.key().values()] == ["23 × 29 × 10", "1010"]
    assert grade(LAYER, {part: answer})[part].mistake == mistake


def test_leaving_padding_or_kernel_out_is_recognised() -> None:
    layer = TransposedConvLayer(image=Shape(7, 9, 4), kernel=5, stride=3, padding=2, output_padding=0, filters=10)
    assert grade(layer, {"shape": "23 × 29 × 10"})["shape"].mistake == "padding_ignored"
    assert grade(layer, {"shape": "21 × 27 × 10"})["shape"].mistake == "padding_cut_once"
    wide = TransposedConvLayer(image=Shape(7, 9, 4), kernel=5, stride=2, padding=1, output_padding=0, filters=10)
    assert grade(wide, {"shape": "14 × 18 × 10"})["shape"].mistake == "only_stride_used"


def test_an_output_padding_of_the_stride_or_more_is_refused() -> None:
    with pytest.raises(Faults) as caught:
        TransposedConvLayer(image=Shape(7, 7, 3), kernel=3, stride=2, padding=1, output_padding=2, filters=4)
    assert str(caught.value) == (
        "TransposedConvLayer: output_padding = 2 must be less than the stride, which is 2; choose a smaller one"
    )


def test_padding_that_cuts_everything_away_is_refused() -> None:
    with pytest.raises(Faults, match="padding = 3 cuts away all that 2 pixels make; choose less padding"):
        TransposedConvLayer(image=Shape(2, 7, 3), kernel=3, stride=2, padding=3, output_padding=0, filters=4)
