"""`same` and `valid`: published layers, abstract evaluation, and what is said about each mistake."""

import jax
import jax.numpy as jnp
import pytest

from gradus.answers import Shape
from gradus.errors import Faults
from gradus.families.same_padding import SamePadding
from gradus.grading import grade


@pytest.mark.parametrize(
    ("layer", "answers"),
    [
        pytest.param(
            SamePadding(image=Shape(224, 224), kernel=7, stride=2, dilation=1),
            ["112 × 112", "109 × 109", "2", "3", "2", "3"], id="GoogLeNet's first layer as in TF-Slim: same, 112",
        ),
        pytest.param(
            SamePadding(image=Shape(224, 224), kernel=3, stride=1, dilation=1),
            ["224 × 224", "222 × 222", "1", "1", "1", "1"], id="VGG-16 conv1_1: Simonyan and Zisserman 2014",
        ),
        pytest.param(
            SamePadding(image=Shape(224, 224), kernel=3, stride=2, dilation=1),
            ["112 × 112", "111 × 111", "0", "1", "0", "1"], id="MobileNet's first layer in Keras: pad ((0, 1), (0, 1))",
        ),
        pytest.param(
            SamePadding(image=Shape(10, 13), kernel=2, stride=5, dilation=1),
            ["2 × 3", "2 × 3", "0", "0", "0", "0"], id="a stride so large that nothing is added",
        ),
    ],
)  # fmt: skip
def test_published_layers_come_out_as_published(layer: SamePadding, answers: list[str]) -> None:
    assert [str(answer) for answer in layer.key().values()] == answers
    assert layer.witness() == layer.key()


@pytest.mark.parametrize(("kernel", "stride", "dilation"), [(3, 2, 1), (4, 3, 1), (3, 1, 4), (5, 4, 2)])
def test_xla_adds_the_same_zeros(kernel: int, stride: int, dilation: int) -> None:
    layer = SamePadding(image=Shape(23, 32), kernel=kernel, stride=stride, dilation=dilation)
    sizes = [
        jax.eval_shape(
            lambda x, w, padding=padding: jax.lax.conv_general_dilated(
                x, w, (stride, stride), padding, rhs_dilation=(dilation, dilation)
            ),
            jnp.zeros((1, 1, 23, 32)), jnp.zeros((1, 1, kernel, kernel)),
        ).shape[2:]
        for padding in ("SAME", "VALID")
    ]  # fmt: skip
    span = dilation * (kernel - 1) + 1
    added = jax.lax.padtype_to_pads((23, 32), (span, span), (stride, stride), "SAME")
    pads = [str(side) for axis in added for side in axis]
    shapes = [str(Shape(*size)) for size in sizes]
    assert [str(answer) for answer in layer.key().values()] == [*shapes, *pads]


# a kernel of 4 with holes spans 7 pixels; 20: (7 − 1)·3 + 7 − 20 = 5 zeros, 2 and 3; 24: (8 − 1)·3 + 7 − 24 = 4
LAYER = SamePadding(image=Shape(20, 24), kernel=4, stride=3, dilation=2)


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("same", "20 × 24", "size_kept"),
        ("same", "6 × 8", "floor_for_ceil"),
        ("same", "5 × 6", "valid_for_same"),
        ("valid", "7 × 8", "same_for_valid"),
        ("valid", "4 × 5", "missing_plus_one"),
        ("valid", "6 × 7", "ceil_for_floor"),
        ("top", "3", "sides_swapped"),
        ("bottom", "2", "sides_swapped"),
        ("top", "5", "both_sides_together"),
        ("left", "3", "stride_ignored"),
        ("right", "1", "dilation_ignored"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in LAYER.key().values()] == ["7 × 8", "5 × 6", "2", "3", "2", "2"]
    assert grade(LAYER, {part: answer})[part].mistake == mistake


def test_a_kernel_that_fits_only_with_padding_is_refused() -> None:
    with pytest.raises(Faults) as caught:
        SamePadding(image=Shape(30, 8), kernel=5, stride=1, dilation=2)
    assert str(caught.value) == (
        "SamePadding: kernel = 5 spans 9 pixels, but the image has only 8 on one axis; "
        "choose a smaller kernel or less dilation"
    )
