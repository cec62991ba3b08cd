"""Clipped gradients: by NumPy, what clipping keeps, each mistake."""

import random
from fractions import Fraction
from typing import Any

import pytest

from gradus.answers import Real
from gradus.countersigning import countersign
from gradus.errors import Faults
from gradus.families.gradient_clipping import GradientClipping
from gradus.grading import grade

NUMBERS: dict[str, Any] = {
    "gradient": (3, -4, 12),
    "first_layer": 2,
    "norm_limit": Fraction(6),
    "limit": Fraction(3),
    "place": 2,
}


def ask(**changes: Any) -> GradientClipping:
    return GradientClipping(**(NUMBERS | changes))


def number(answer: object) -> float:
    assert isinstance(answer, Real)
    return float(answer.value)


def test_numpy_agrees() -> None:
    import numpy as np

    for seed in range(30):
        variant = GradientClipping.draw(random.Random(seed))
        gradient, place = np.array(variant.gradient, float), variant.place - 1
        norm = np.linalg.norm(gradient)
        scaled = gradient * min(1.0, float(variant.norm_limit) / norm)
        cut = np.clip(gradient, -float(variant.limit), float(variant.limit))
        found = [number(variant.key()[part]) for part in ("norm", "by_norm", "by_value")]
        assert found == pytest.approx([norm, scaled[place], cut[place]])


def test_norms_drawn_are_whole() -> None:
    assert all(number(GradientClipping.draw(random.Random(seed)).key()["norm"]).is_integer() for seed in range(50))


@pytest.mark.parametrize(
    ("gradient", "limit", "direction"),
    [((3, -4, 12), 3, "norm"), ((3, -4, 12), 12, "both"), ((5, -5, 5), 3, "both"), ((5, -5, 0), 3, "both")],
)
def test_cutting_keeps_the_direction_only_if_all_are_cut_alike(
    gradient: tuple[int, ...], limit: int, direction: str
) -> None:
    variant = ask(gradient=gradient, limit=Fraction(limit))
    assert str(variant.key()["direction"]) == str(variant.witness()["direction"]) == direction


def test_a_norm_within_its_limit_is_left_alone() -> None:
    variant = ask(norm_limit=Fraction(13))
    assert variant.key()["by_norm"] == variant.witness()["by_norm"] == Real(Fraction(-4))
    assert grade(ask(norm_limit=Fraction(26)), {"by_norm": "-8"})["by_norm"].mistake == "scaled_all_the_same"


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("norm", "169", "squared_norm"),
        ("norm", "19", "l1_norm"),
        ("norm", "12", "largest_component"),
        ("norm", "5", "one_layer"),
        ("by_norm", "-4/13", "divided_only"),
        ("by_norm", "-4", "one_layer"),
        ("by_value", "-12/13", "scaled"),
        ("by_value", "-4", "not_clipped"),
        ("by_value", "0", "set_to_zero"),
        ("by_value", "3", "sign_lost"),
        ("direction", "value", "value_said"),
        ("direction", "both", "both_said"),
        ("direction", "neither", "neither_said"),
        ("by_norm", "-1.85", "rounded"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in ask().key().values()] == ["13", "-24/13", "-3", "norm"]
    assert grade(ask(), {part: answer})[part].mistake == mistake


def test_other_ways_of_clipping_by_norm_are_recognised() -> None:
    assert grade(ask(norm_limit=Fraction(2)), {"by_norm": "-2"})["by_norm"].mistake == "cut_at_the_limit"
    assert grade(ask(norm_limit=Fraction(2)), {"by_norm": "-1.6"})["by_norm"].mistake == "one_layer"
    assert grade(ask(norm_limit=Fraction(2)), {"by_norm": "-4"})["by_norm"].mistake == "not_clipped"
    assert grade(ask(limit=Fraction(5)), {"by_value": "-5"})["by_value"].mistake == "put_on_the_limit"
    assert grade(ask(limit=Fraction(12)), {"direction": "norm"})["direction"].mistake == "norm_said"


def test_a_norm_that_does_not_end_may_be_rounded() -> None:
    variant = ask(gradient=(1, 2, 3))
    assert "within 0.001" in variant.prompt()
    assert countersign(variant).complete
    assert grade(variant, {"norm": "3.742"})["norm"].status == "right"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"first_layer": 3},
            "GradientClipping: first_layer = 3 must leave the second layer some of the 3 components; choose a smaller "
            "one",
        ),
        ({"place": 4}, "GradientClipping: place = 4 must be one of the 3 components; choose an earlier one"),
        (
            {"gradient": (0, 0, 0)},
            "GradientClipping: gradient has no direction, being 0; change a component",
        ),
    ],
)
def test_what_cannot_be_clipped_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(Faults) as caught:
        ask(**changes)
    assert str(caught.value) == message
