"""Small convolutions by hand: a published example, real evaluation, each mistake."""

import random

import jax
import jax.numpy as jnp
import pytest

from gradus.answers import Shape
from gradus.errors import Fault, Faults
from gradus.families.small_convolution import SmallConvolution
from gradus.grading import grade

# Dumoulin and Visin 2016, figure 1.1: the blue map, the kernel, and the green map of 12 12 17, 10 17 19, 9 6 14
BLUE = ((3, 3, 2, 1, 0), (0, 0, 1, 3, 1), (3, 1, 2, 2, 3), (2, 0, 0, 2, 2), (2, 0, 0, 0, 1))
KERNEL = ((0, 1, 2), (2, 2, 0), (0, 1, 2))
GREEN = ((12, 12, 17), (10, 17, 19), (9, 6, 14))


@pytest.mark.parametrize(("row", "column"), [(1, 1), (1, 3), (2, 1), (3, 2), (3, 3)])
def test_the_published_example_comes_out_as_published(row: int, column: int) -> None:
    variant = SmallConvolution(image=BLUE, kernel=KERNEL, stride=1, padding=0, row=row, column=column)
    assert [str(a) for a in variant.key().values()] == [
        "3 × 3",
        str(GREEN[row - 1][column - 1]),
        str(sum(map(sum, GREEN))),
    ]
    assert variant.witness() == variant.key()


def test_real_evaluation_agrees() -> None:
    for seed in range(20):
        variant = SmallConvolution.draw(random.Random(seed))
        made = jax.lax.conv_general_dilated(
            jnp.array(variant.image, "float32")[None, None], jnp.array(variant.kernel, "float32")[None, None],
            (variant.stride,) * 2, [(variant.padding,) * 2] * 2,
        )[0, 0]  # fmt: skip
        entry = int(made[variant.row - 1, variant.column - 1])
        assert [str(a) for a in variant.key().values()] == [str(Shape(*made.shape)), str(entry), str(int(made.sum()))]


IMAGE = ((1, 2, 0, 3, 1), (4, 1, 2, 2, 0), (3, 0, 1, 1, 2), (1, 1, 0, 2, 1), (2, 0, 1, 0, 3))
VARIANT = SmallConvolution(image=IMAGE, kernel=((1, 0), (2, -3)), stride=2, padding=1, row=2, column=1)


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("shape", "2 × 2", "missing_plus_one"),
        ("shape", "5 × 5", "size_kept"),
        ("entry", "-1", "kernel_transposed"),
        ("entry", "11", "kernel_flipped"),
        ("entry", "4", "row_and_column_swapped"),
        ("total", "12", "kernel_flipped"),
        ("total", "0", "sums_multiplied"),
        ("total", "-9", "entry_only"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    # the window holds the padding and, from the image, 4 over 3: 0·4 − 3·3
    assert str(VARIANT.key()["shape"]) == "3 × 3"
    assert str(VARIANT.key()["entry"]) == "-9"
    assert grade(VARIANT, {part: answer})[part].mistake == mistake


def test_stride_padding_and_counting_from_zero_are_recognised() -> None:
    apart = ((1, 20, 300, 4, 50), (6, 70, 8, 90, 1), (11, 200, 13, 400, 15), (7, 1, 2, 3, 4), (5, 6, 7, 8, 9))
    variant = SmallConvolution(image=apart, kernel=((1, 0), (0, 2)), stride=2, padding=1, row=2, column=2)
    assert str(variant.key()["entry"]) == str(70 + 2 * 13)
    found = {
        answer: grade(variant, {"entry": str(answer)})["entry"].mistake
        for answer in (1 + 2 * 70, 13 + 2 * 3, 3 + 2 * 9)
    }
    assert found == {141: "stride_ignored", 19: "padding_ignored", 21: "counted_from_zero"}


def test_padding_on_one_side_only_is_recognised() -> None:
    variant = SmallConvolution(image=IMAGE, kernel=((1, 2, 1),) * 3, stride=1, padding=2, row=2, column=1)
    assert grade(variant, {"shape": "5 × 5"})["shape"].mistake == "size_kept"
    wide = SmallConvolution(image=IMAGE, kernel=((1, 2),) * 2, stride=1, padding=2, row=2, column=1)
    assert grade(wide, {"shape": "6 × 6"})["shape"].mistake == "padding_counted_once"


def test_an_entry_beyond_the_output_is_refused() -> None:
    with pytest.raises(Faults) as caught:
        SmallConvolution(image=IMAGE, kernel=((1, 2), (0, 1)), stride=2, padding=0, row=3, column=1)
    assert str(caught.value) == "SmallConvolution: row = 3 must be one of the output's 2; ask for an earlier one"


def test_a_kernel_that_does_not_fit_is_refused() -> None:
    with pytest.raises(Faults, match="kernel is 3 high, but the padded image only 2"):
        SmallConvolution(image=((1, 2, 3), (4, 5, 6)), kernel=((1,),) * 3, stride=1, padding=0, row=1, column=1)


def test_a_matrix_whose_rows_differ_in_length_is_refused() -> None:
    with pytest.raises(Fault, match="must be a matrix of 1 to 12 rows and columns"):
        SmallConvolution(image=((1, 2), (3,)), kernel=((1,),), stride=1, padding=0, row=1, column=1)
