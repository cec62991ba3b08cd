"""Steps with momentum: the linear recursion solved by matrices, relations between conventions, each mistake."""

import random
from fractions import Fraction
from typing import Any

import pytest

from gradus.answers import Real
from gradus.errors import Faults
from gradus.families.momentum_steps import MomentumSteps
from gradus.grading import grade

HALF = Fraction(1, 2)
NUMBERS: dict[str, Any] = {"start": 4, "centre": 0, "curvature": 1, "rate": HALF, "momentum": Fraction(1, 4)}


def last(rule: str, **changes: Any) -> tuple[Fraction, Fraction]:
    fields: dict[str, Any] = {"rule": rule, "steps": 2} | NUMBERS | changes
    variant = MomentumSteps(**fields)
    velocity, weight = variant.key().values()
    assert isinstance(velocity, Real)
    assert isinstance(weight, Real)
    assert variant.witness() == variant.key()
    return velocity.value, weight.value


def test_two_steps_written_out() -> None:
    # by hand: w 4, 2, then v = μ·(-2) - η·2
    assert last("scaled") == (Fraction(-3, 2), HALF)
    assert last("summed") == (Fraction(3), HALF)
    # v = 3/4·4 = 3, w = 5/2; then v = 3/4 + 15/8
    assert last("averaged") == (Fraction(21, 8), Fraction(19, 16))
    # looks ahead to 2 - 1/2: v = -1/2 - 3/4
    assert last("nesterov") == (Fraction(-5, 4), Fraction(3, 4))


def test_where_the_step_size_stands_does_not_change_the_weight() -> None:
    for seed in range(20):
        variant = MomentumSteps.draw(random.Random(seed))
        numbers = {
            name: getattr(variant, name) for name in ("start", "centre", "curvature", "rate", "momentum", "steps")
        }
        (scaled, one), (summed, other) = last("scaled", **numbers), last("summed", **numbers)
        assert one == other
        assert scaled == -variant.rate * summed


@pytest.mark.parametrize("rule", ["scaled", "nesterov"])
def test_a_matrix_power_agrees(rule: str) -> None:
    import numpy as np

    for seed in range(20):
        variant = MomentumSteps.draw(random.Random(seed), {"rule": rule})
        pull = float(variant.rate) * variant.curvature
        mu = float(variant.momentum)
        ahead = mu * (1 - pull) if rule == "nesterov" else mu
        step = np.array([[ahead, -pull], [ahead, 1 - pull]])  # of velocity and distance from the minimum
        velocity, distance = np.linalg.matrix_power(step, variant.steps) @ [0.0, variant.start - variant.centre]
        found = [float(answer.value) for answer in variant.key().values() if isinstance(answer, Real)]
        assert found == pytest.approx([velocity, distance + variant.centre], abs=1e-9)


@pytest.mark.parametrize(
    ("rule", "part", "answer", "mistake"),
    [
        ("scaled", "velocity", "-2", "one_step_too_few"),
        ("scaled", "weight", "2", "one_step_too_few"),
        ("scaled", "weight", "1", "no_momentum"),
        ("scaled", "velocity", "-2.5", "gradient_not_updated"),
        ("scaled", "weight", "-0.5", "gradient_not_updated"),
        ("scaled", "velocity", "3", "summed_instead"),
        ("scaled", "weight", "3/4", "nesterov_instead"),
        ("scaled", "weight", "19/16", "averaged_instead"),
        ("scaled", "weight", "9.5", "uphill"),
        ("summed", "velocity", "-1.5", "scaled_instead"),
        ("summed", "velocity", "21/8", "averaged_instead"),
        ("nesterov", "weight", "0.5", "scaled_instead"),
    ],
)
def test_a_mistake_is_recognised(rule: str, part: str, answer: str, mistake: str) -> None:
    variant = MomentumSteps(rule=rule, steps=2, **NUMBERS)  # type: ignore[arg-type]
    assert grade(variant, {part: answer})[part].mistake == mistake


def test_the_rule_stated_is_the_rule_asked() -> None:
    prompts = {rule: MomentumSteps(rule=rule, steps=2, **NUMBERS).prompt() for rule in ("scaled", "summed")}
    assert r"v \leftarrow \mu v - \eta \nabla L(w), \quad w \leftarrow w + v" in prompts["scaled"]
    assert r"v \leftarrow \mu v + \nabla L(w), \quad w \leftarrow w - \eta v" in prompts["summed"]


def test_a_start_at_the_minimum_is_refused() -> None:
    with pytest.raises(Faults, match="start = 0 is the minimum already; start elsewhere"):
        last("scaled", start=0)


def test_numbers_that_nobody_writes_by_hand_are_refused() -> None:
    with pytest.raises(Faults) as caught:
        last("nesterov", rate=Fraction(3, 97), momentum=Fraction(1, 89), steps=4)
    assert "rate = '3/97' leads to a weight of" in str(caught.value)
    assert str(caught.value).endswith("choose rounder numbers or fewer steps")
