"""Receptive fields: published networks, gradients, and what is said about each mistake."""

import jax
import jax.numpy as jnp
import pytest

from gradus.errors import Fault, Faults
from gradus.families.receptive_field import ReceptiveField, Window
from gradus.grading import grade

CONV, POOL = Window("convolution", 3), Window("pooling", 2, 2)
VGG = (CONV, CONV, POOL) * 2 + (CONV, CONV, CONV, POOL) * 3
ALEXNET = (
    Window("convolution", 11, 4), Window("pooling", 3, 2), Window("convolution", 5), Window("pooling", 3, 2),
    CONV, CONV, CONV, Window("pooling", 3, 2),
)  # fmt: skip


@pytest.mark.parametrize(
    ("layers", "size", "jump"),
    [
        pytest.param(VGG, "212", "32", id="VGG-16 up to its last pooling: Araujo et al. 2019, table 1"),
        pytest.param(ALEXNET, "195", "32", id="AlexNet up to its last pooling: Araujo et al. 2019, table 1"),
        pytest.param(
            tuple(Window("convolution", 2, 1, 2**i) for i in range(10)), "1024", "1",
            id="a block of WaveNet, dilations 1 to 512: van den Oord et al. 2016, section 2.1",
        ),
        pytest.param(
            tuple(Window("convolution", 3, 1, d) for d in (1, 1, 2, 4, 8, 16, 1)), "67", "1",
            id="the context module: Yu and Koltun 2015, table 1",
        ),
        pytest.param((CONV, CONV, CONV), "7", "1", id="three 3 × 3: Simonyan and Zisserman 2014, section 2.3"),
    ],
)  # fmt: skip
def test_published_networks_come_out_as_published(layers: tuple[Window, ...], size: str, jump: str) -> None:
    variant = ReceptiveField(layers=layers)
    assert [str(answer) for answer in variant.key().values()] == [size, jump]
    assert variant.witness() == variant.key()


LAYERS = (
    Window("convolution", 5, 2), Window("convolution", 3, 1, 2), Window("pooling", 3, 3), Window("convolution", 3)
)  # fmt: skip


def test_the_gradient_of_a_unit_is_nonzero_on_as_many_pixels_and_moves_by_the_jump() -> None:
    def through(x: jax.Array, unit: int) -> jax.Array:
        for w in LAYERS:
            weights = jnp.ones((1, 1, w.kernel))
            x = jax.lax.conv_general_dilated(x, weights, (w.stride,), "VALID", rhs_dilation=(w.dilation,))
        return x[0, 0, unit]

    x = jnp.zeros((1, 1, 80))
    one, other = (jnp.flatnonzero(jax.grad(through)(x, unit)[0, 0]) for unit in (2, 3))
    key = ReceptiveField(layers=LAYERS).key()
    assert str(key["size"]) == str(int(one[-1] - one[0] + 1))
    assert str(key["jump"]) == str(int(other[0] - one[0]))


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("size", "13", "stride_ignored"),
        ("size", "16", "kernels_added"),
        ("size", "41", "own_stride_counted"),
        ("size", "25", "dilation_ignored"),
        ("size", "28", "missing_first_pixel"),
        ("size", "3", "last_layer_only"),
        ("jump", "7", "strides_added"),
        ("jump", "1", "last_stride_only"),
        ("jump", "2", "pooling_ignored"),
        ("jump", "29", "size_given"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    # 1 + 4·1 + 4·2 + 2·2 + 2·6 = 29, jump 2·1·3·1 = 6
    variant = ReceptiveField(layers=LAYERS)
    assert [str(key) for key in variant.key().values()] == ["29", "6"]
    assert grade(variant, {part: answer})[part].mistake == mistake


def test_leaving_out_pooling_is_recognised() -> None:
    variant = ReceptiveField(layers=(CONV, POOL, CONV, CONV))
    assert grade(variant, {"size": "12"})["size"].status == "right"
    assert grade(variant, {"size": "7"})["size"].mistake == "pooling_ignored"


def test_a_field_beyond_what_can_be_followed_is_refused() -> None:
    layers = [Window("convolution", 2, 1, 2**i) for i in range(10)]
    with pytest.raises(Faults, match="layers see 16384 pixels, and at most 8192 can be followed; leave out the last"):
        ReceptiveField(layers=(*layers, Window("convolution", 16, 1, 1024)))
    with pytest.raises(Fault, match="must be 1 to 64 layers with kernels of 1 to 31"):
        ReceptiveField(layers=())
