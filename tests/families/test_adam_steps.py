"""Steps of Adam: what its paper proves, a loop in NumPy, each mistake."""

import random
from fractions import Fraction

import pytest

from gradus.answers import Real
from gradus.errors import Faults
from gradus.families.adam_steps import AdamSteps
from gradus.grading import grade

HALF, TENTH = Fraction(1, 2), Fraction(1, 10)
VARIANT = AdamSteps(start=1, gradients=(3, -1), rate=HALF, beta_1=HALF, beta_2=Fraction(3, 4))


def test_a_loop_in_numpy_agrees() -> None:
    import numpy as np

    for seed in range(30):
        variant = AdamSteps.draw(random.Random(seed))
        one, two = float(variant.beta_1), float(variant.beta_2)
        m, v, weight = 0.0, 0.0, float(variant.start)
        for t, gradient in enumerate(variant.gradients, 1):
            m, v = one * m + (1 - one) * gradient, two * v + (1 - two) * gradient**2
            weight -= float(variant.rate) * m / (1 - one**t) / np.sqrt(v / (1 - two**t))
        found = [float(answer.value) for answer in variant.key().values() if isinstance(answer, Real)]
        assert found == pytest.approx([m, v, weight], abs=1e-6)


@pytest.mark.parametrize("gradient", [1, -7, 50])
def test_equal_gradients_move_by_the_rate_each_step(gradient: int) -> None:
    # Kingma and Ba 2015, section 2.1: the effective step is bounded by the rate, and reaches it here
    nine = Fraction(9, 10)
    variant = AdamSteps(start=0, gradients=(gradient,) * 3, rate=TENTH, beta_1=nine, beta_2=Fraction(999, 1000))
    sign = 1 if gradient > 0 else -1
    assert variant.key()["weight"] == Real(Fraction(-3 * sign, 10), Fraction(1, 1000))


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("first_moment", "1/3", "bias_corrected"),
        ("first_moment", "1.5", "one_step_too_few"),
        ("first_moment", "0.5", "share_forgotten"),
        ("first_moment", "5/16", "decays_swapped"),
        ("second_moment", "31/7", "bias_corrected"),
        ("second_moment", "9/4", "one_step_too_few"),
        ("second_moment", "31/4", "share_forgotten"),
        ("second_moment", "5/16", "not_squared"),
        ("second_moment", "2.75", "decays_swapped"),
        ("second_moment", "39/16", "shares_swapped"),
        ("weight", "0.5", "one_step_too_few"),
        ("weight", "0.41", "bias_not_corrected"),
        ("weight", "0.738", "first_moment_forgotten"),
        ("weight", "1.579", "uphill"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in VARIANT.key().values()] == ["0.25", "1.9375", "0.420802"]
    assert grade(VARIANT, {part: answer})[part].mistake == mistake


def test_a_moment_weighed_the_wrong_way_round_is_recognised() -> None:
    variant = AdamSteps(start=1, gradients=(3, -1), rate=HALF, beta_1=Fraction(9, 10), beta_2=Fraction(3, 4))
    assert grade(variant, {"first_moment": "-0.63"})["first_moment"].mistake == "shares_swapped"


def test_the_prompt_says_that_moments_are_not_corrected() -> None:
    assert "both before the correction of the bias" in VARIANT.prompt()
    assert r"\sqrt{v / (1 - \beta_2^t)}" in VARIANT.prompt()


def test_a_first_gradient_of_zero_is_refused() -> None:
    with pytest.raises(Faults, match="gradients begin with 0, and 0 is divided by 0; begin with another"):
        AdamSteps(start=1, gradients=(0, 1), rate=HALF, beta_1=HALF, beta_2=TENTH)


def test_numbers_that_nobody_writes_by_hand_are_refused() -> None:
    with pytest.raises(
        Faults, match=r"beta_2 = '1/97' leads to a moment of .*; choose a rounder number or fewer steps"
    ):
        AdamSteps(start=1, gradients=(1, 2, 3), rate=HALF, beta_1=HALF, beta_2=Fraction(1, 97))
