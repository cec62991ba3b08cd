"""Small poolings by hand: published examples, real evaluation, each mistake."""

import random
from fractions import Fraction

import jax
import jax.numpy as jnp
import pytest

from gradus.answers import Real, Shape
from gradus.errors import Fault, Faults
from gradus.families.small_pooling import SmallPooling
from gradus.grading import grade

# Dumoulin and Visin 2016, figures 1.5 and 1.6: 3 × 3 pooling of the map of figure 1.1 with stride 1
BLUE = ((3, 3, 2, 1, 0), (0, 0, 1, 3, 1), (3, 1, 2, 2, 3), (2, 0, 0, 2, 2), (2, 0, 0, 0, 1))


def test_published_averages_come_out_as_published() -> None:
    for row, shown in enumerate((("1.7", "1.7", "1.7"), ("1.0", "1.2", "1.8"), ("1.1", "0.8", "1.3")), start=1):
        for column, mean in enumerate(shown, start=1):
            variant = SmallPooling(image=BLUE, kind="average", window=3, stride=1, row=row, column=column)
            entry = variant.key()["entry"]
            assert isinstance(entry, Real)
            assert f"{float(entry.value):.1f}" == mean
            assert variant.witness() == variant.key()


def test_published_maxima_come_out_as_published() -> None:
    for row, shown in enumerate(((3, 3, 3), (3, 3, 3), (3, 2, 3)), start=1):
        for column, largest in enumerate(shown, start=1):
            variant = SmallPooling(image=BLUE, kind="max", window=3, stride=1, row=row, column=column)
            assert list(variant.key().values()) == [Shape(3, 3), Real(Fraction(largest)), Real(Fraction(26))]
            assert variant.witness() == variant.key()


def test_real_evaluation_agrees() -> None:
    for seed in range(20):
        variant = SmallPooling.draw(random.Random(seed))
        x, area = jnp.array(variant.image, "float32"), variant.window**2
        sizes, steps = (variant.window,) * 2, (variant.stride,) * 2
        if variant.kind == "max":
            made, area = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, sizes, steps, "VALID"), 1
        else:
            made = jax.lax.reduce_window(x, 0.0, jax.lax.add, sizes, steps, "VALID")
        entry = Fraction(int(made[variant.row - 1, variant.column - 1]), area)
        total = Fraction(int(made.sum()), area)
        assert list(variant.key().values()) == [Shape(*made.shape), Real(entry), Real(total)]


IMAGE = ((1, -9, 3, 4, 7), (2, 5, 8, -3, 0), (6, 1, 0, 2, 9), (-4, 3, 1, 7, -2), (5, 0, 4, 6, 8))
LARGEST = SmallPooling(image=IMAGE, kind="max", window=2, stride=2, row=1, column=1)
MEAN = SmallPooling(image=IMAGE, kind="average", window=2, stride=1, row=2, column=3)


@pytest.mark.parametrize(
    ("variant", "part", "answer", "mistake"),
    [
        (LARGEST, "shape", "1 × 1", "missing_plus_one"),
        (LARGEST, "shape", "3 × 3", "ceil_for_floor"),
        (LARGEST, "entry", "-1/4", "average_for_max"),
        (LARGEST, "entry", "-9", "largest_in_size"),
        (LARGEST, "entry", "7", "counted_from_zero"),
        (LARGEST, "total", "27/4", "average_for_max"),
        (LARGEST, "total", "64", "image_added"),
        (LARGEST, "total", "5", "entry_only"),
        (MEAN, "entry", "8", "max_for_average"),
        (MEAN, "entry", "7", "not_divided"),
        (MEAN, "entry", "1", "rounded_down"),
        (MEAN, "entry", "5/4", "row_and_column_swapped"),
        (MEAN, "entry", "4", "counted_from_zero"),
        (MEAN, "total", "1.75", "entry_only"),
    ],
)
def test_a_mistake_is_recognised(variant: SmallPooling, part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in LARGEST.key().values()] == ["2 × 2", "5", "26"]
    assert str(MEAN.key()["entry"]) == "1.75"
    assert grade(variant, {part: answer})[part].mistake == mistake


def test_a_wrong_stride_is_recognised() -> None:
    variant = SmallPooling(image=IMAGE, kind="max", window=2, stride=2, row=1, column=2)
    assert str(variant.key()["entry"]) == "8"
    middle = SmallPooling(image=IMAGE, kind="average", window=2, stride=1, row=2, column=2)
    assert grade(middle, {"entry": "5/2"})["entry"].mistake == "stride_of_the_window"
    wide = SmallPooling(image=((1, 2, 3, 4, 99), *IMAGE[1:]), kind="max", window=2, stride=3, row=1, column=2)
    assert grade(wide, {"entry": "8"})["entry"].mistake == "stride_ignored"


@pytest.mark.parametrize("written", ["1.75", "7/4", r"\frac{7}{4}", "175 %"])
def test_a_mean_may_be_written_as_fraction_or_decimal(written: str) -> None:
    assert grade(MEAN, {"entry": written})["entry"].status == "right"


def test_a_window_larger_than_the_image_is_refused() -> None:
    with pytest.raises(Faults) as caught:
        SmallPooling(image=((1, 2, 3), (4, 5, 6)), kind="max", window=3, stride=1, row=1, column=1)
    assert str(caught.value) == "SmallPooling: window = 3 must fit on the image of 2 × 3; use a smaller window"


def test_an_entry_beyond_the_output_is_refused() -> None:
    with pytest.raises(Faults, match="row = 3 must be one of the output's 2; ask for an earlier one"):
        SmallPooling(image=IMAGE, kind="max", window=2, stride=2, row=3, column=1)


def test_a_matrix_whose_rows_differ_in_length_is_refused() -> None:
    with pytest.raises(Fault, match="must be a matrix of 1 to 12 rows and columns"):
        SmallPooling(image=((1, 2), (3,)), kind="max", window=1, stride=1, row=1, column=1)
