"""Steps of RMSProp: by hand, by a loop in NumPy, each mistake."""

import random
from fractions import Fraction

import pytest

from gradus.answers import Real
from gradus.errors import Faults
from gradus.families.rmsprop_steps import RmspropSteps
from gradus.grading import grade

HALF = Fraction(1, 2)
# roots are whole here: s = 1, then 3/4 + 1/4
VARIANT = RmspropSteps(start=5, gradients=(2, 1), rate=HALF, decay=Fraction(3, 4))


def test_two_steps_with_rational_roots() -> None:
    assert VARIANT.key()["mean_square"] == VARIANT.witness()["mean_square"] == Real(Fraction(1))
    assert str(VARIANT.key()["weight"]) == "3.5"


def test_a_loop_in_numpy_agrees() -> None:
    import numpy as np

    for seed in range(30):
        variant = RmspropSteps.draw(random.Random(seed))
        square, weight = 0.0, float(variant.start)
        for gradient in variant.gradients:
            square = float(variant.decay) * square + float(1 - variant.decay) * gradient**2
            weight -= float(variant.rate) * gradient / np.sqrt(square)
        found = [float(answer.value) for answer in variant.key().values() if isinstance(answer, Real)]
        assert found == pytest.approx([square, weight], abs=1e-6)


def test_the_size_of_equal_gradients_does_not_matter() -> None:
    # Hinton, lecture 6e: only the sign is left of a gradient that stays the same
    weights = [
        RmspropSteps(start=0, gradients=(g, g), rate=HALF, decay=Fraction(3, 4)).key()["weight"] for g in (1, 7, 50)
    ]
    assert len({str(weight) for weight in weights}) == 1


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("mean_square", "1.5", "decay_swapped"),
        ("mean_square", "5", "adagrad_instead"),
        ("mean_square", "16/7", "bias_corrected"),
        ("mean_square", "0.625", "not_squared"),
        ("weight", "4", "one_step_too_few"),
        ("weight", "4.276", "adagrad_instead"),
        ("weight", "4.169", "bias_corrected"),
        ("weight", "4.014", "decay_swapped"),
        ("weight", "6.5", "uphill"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert grade(VARIANT, {part: answer})[part].mistake == mistake


def test_what_is_not_divided_or_not_rooted_is_recognised() -> None:
    other = RmspropSteps(start=0, gradients=(4, 2), rate=HALF, decay=Fraction(3, 4))
    assert [str(answer) for answer in other.key().values()] == ["4", "-1.5"]
    assert grade(other, {"weight": "-3"})["weight"].mistake == "not_divided"
    assert grade(other, {"weight": "-0.75"})["weight"].mistake == "root_forgotten"
    assert grade(other, {"mean_square": "2"})["mean_square"].mistake == "root_taken"


def test_a_weight_may_be_rounded_to_three_decimals_but_not_to_two() -> None:
    variant = RmspropSteps(start=0, gradients=(1, 2), rate=HALF, decay=HALF)
    assert str(variant.key()["weight"]) == "-1.373773"
    assert grade(variant, {"weight": "-1.374"})["weight"].status == "right"
    assert grade(variant, {"weight": "-1.37"})["weight"].status == "wrong"


def test_a_first_gradient_of_zero_is_refused() -> None:
    with pytest.raises(Faults, match="gradients begin with 0, and 0 is divided by 0; begin with another"):
        RmspropSteps(start=0, gradients=(0, 1), rate=HALF, decay=HALF)


def test_numbers_that_nobody_writes_by_hand_are_refused() -> None:
    with pytest.raises(Faults, match=r"leads to a mean square of .*; choose a rounder number or fewer steps"):
        RmspropSteps(start=0, gradients=(1, 1, 1), rate=HALF, decay=Fraction(1, 97))
