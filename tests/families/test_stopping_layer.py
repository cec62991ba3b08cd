"""Where a network stops: published networks on images too small for them, each mistake."""

import jax
import jax.numpy as jnp
import pytest

from gradus.answers import Shape
from gradus.errors import Fault, Faults
from gradus.families.stopping_layer import StoppingLayer, Window
from gradus.grading import grade

# Krizhevsky et al. 2012, section 3.5; on 227 pixels it is left with 6 × 6 after its last pooling
ALEXNET = (
    Window("convolution", 11, 4), Window("pooling", 3, 2), Window("convolution", 5, 1, 2), Window("pooling", 3, 2),
    Window("convolution", 3, 1, 1), Window("convolution", 3, 1, 1), Window("convolution", 3, 1, 1),
    Window("pooling", 3, 2),
)  # fmt: skip
# Simonyan and Zisserman 2014, table 1, column A: five poolings halve, so 32 pixels are the least
VGG = tuple(
    window
    for convolutions in (1, 1, 2, 2, 2)
    for window in (*(Window("convolution", 3, 1, 1),) * convolutions, Window("pooling", 2, 2))
)


@pytest.mark.parametrize(
    ("image", "layers", "layer", "left"),
    [
        pytest.param(Shape(32, 32), ALEXNET, "4", "2 × 2", id="AlexNet on the images of CIFAR-10"),
        pytest.param(Shape(66, 66), ALEXNET, "8", "2 × 2", id="AlexNet one pixel short of 67"),
        pytest.param(Shape(31, 31), VGG, "13", "1 × 1", id="VGG-11 one pixel short of 32"),
        pytest.param(Shape(28, 28), VGG, "13", "1 × 1", id="VGG-11 on the images of MNIST"),
    ],
)
def test_published_networks_stop_where_they_do(image: Shape, layers: tuple[Window, ...], layer: str, left: str) -> None:
    variant = StoppingLayer(image=image, layers=layers)
    assert [str(answer) for answer in variant.key().values()] == [layer, left]
    assert variant.witness() == variant.key()


def test_networks_that_fit_stop_nowhere_and_are_refused() -> None:
    with pytest.raises(Faults) as caught:
        StoppingLayer(image=Shape(67, 67), layers=ALEXNET)
    assert str(caught.value) == (
        "StoppingLayer: layers all fit an image of 67 × 67, so the network stops nowhere; "
        "choose a smaller image or add layers"
    )
    with pytest.raises(Faults, match="stops nowhere"):
        StoppingLayer(image=Shape(32, 32), layers=VGG)


LAYERS = (
    Window("convolution", 4, 1),
    Window("pooling", 3, 2),
    Window("convolution", 4, 2, 1),
    Window("convolution", 6, 1, 1),
    Window("pooling", 2, 2),
)
# 17 − 4 + 1 = 14, ⌊(14 − 3)/2⌋ + 1 = 6, (6 + 2 − 4)/2 + 1 = 3, and 3 + 2 is less than 6; 20: 17, 8, 4
VARIANT = StoppingLayer(image=Shape(17, 20), layers=LAYERS)


def test_abstract_evaluation_makes_nothing_at_that_layer() -> None:
    def through(x: jax.Array) -> jax.Array:
        for w in LAYERS[:4]:
            kernel = jnp.ones((1, 1, w.kernel, w.kernel))
            x = jax.lax.conv_general_dilated(x, kernel, (w.stride,) * 2, [(w.padding,) * 2] * 2)
        return x

    assert min(jax.eval_shape(through, jnp.zeros((1, 1, 17, 20))).shape) == 0


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("layer", "5", "rounded_up"),
        ("layer", "3", "one_too_early"),
        ("left", "1 × 2", "missing_plus_one"),
        ("left", "2 × 3", "padding_ignored"),
        ("left", "6 × 8", "layer_before"),
        ("left", "5 × 6", "padding_included"),
        ("left", "6 × 6", "window_given"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in VARIANT.key().values()] == ["4", "3 × 4"]
    assert grade(VARIANT, {part: answer})[part].mistake == mistake


def test_rounding_up_and_leaving_out_kernels_are_recognised() -> None:
    layers = (Window("pooling", 2, 2), Window("convolution", 3, 2), Window("pooling", 3, 3), Window("pooling", 2, 2))
    variant = StoppingLayer(image=Shape(13, 13), layers=layers)  # 6, 2, and 2 is less than 3
    assert [str(key) for key in variant.key().values()] == ["3", "2 × 2"]
    assert grade(variant, {"left": "1 × 1"})["left"].mistake == "rounded_up"  # 7, 3, 1
    kernels = (Window("convolution", 5, 2), Window("convolution", 4, 1), Window("pooling", 5, 2))
    other = StoppingLayer(image=Shape(15, 15), layers=kernels)  # 6, 3; by the strides alone 7, 7, 3
    assert [str(key) for key in other.key().values()] == ["3", "3 × 3"]
    assert grade(other, {"layer": "4"})["layer"].mistake == "one_too_late"
    longer = StoppingLayer(image=Shape(15, 15), layers=(*kernels, Window("pooling", 4, 4)))
    assert grade(longer, {"layer": "4"})["layer"].mistake == "only_strides_used"


def test_what_is_left_before_a_wrong_layer_keeps_its_credit() -> None:
    verdicts = grade(VARIANT, {"layer": "3", "left": "6 × 8"})
    assert [verdict.status for verdict in verdicts.values()] == ["wrong", "followed"]


def test_a_network_without_layers_is_refused() -> None:
    with pytest.raises(Fault, match="must be 1 to 64 layers with kernels and strides of 1 to 64"):
        StoppingLayer(image=Shape(9, 9), layers=())
