"""Softmax under scaling and shifting: known values, another library, each mistake."""

import random
from fractions import Fraction
from typing import Any

import pytest

from gradus.answers import Choice, Real
from gradus.errors import Faults
from gradus.families.softmax_scaling import QUANTITIES, SoftmaxScaling
from gradus.grading import grade

NUMBERS: dict[str, Any] = {"logits": (1, 2, 3), "target": 2, "amount": Fraction(2)}
SCALED = SoftmaxScaling(action="scaled", **NUMBERS)
SHIFTED = SoftmaxScaling(action="shifted", **NUMBERS)


def number(answer: object) -> float:
    assert isinstance(answer, Real)
    return float(answer.value)


@pytest.mark.parametrize(("target", "probability"), [(1, 0.09003057), (2, 0.24472847), (3, 0.66524096)])
def test_the_softmax_of_one_two_three_is_what_every_manual_prints(target: int, probability: float) -> None:
    key = SoftmaxScaling(action="shifted", **(NUMBERS | {"target": target})).key()
    assert number(key["probability"]) == number(key["new_probability"]) == pytest.approx(probability, abs=1e-6)


def test_jax_agrees() -> None:
    import jax

    for seed in range(20):
        variant = SoftmaxScaling.draw(random.Random(seed))
        with jax.enable_x64(True):
            before = jax.numpy.array(variant.logits, float)
            moved = before * float(variant.amount) if variant.action == "scaled" else before + float(variant.amount)
            losses = [-float(jax.nn.log_softmax(z)[variant.target - 1]) for z in (before, moved)]
        assert [number(variant.key()[part]) for part in ("loss", "new_loss")] == pytest.approx(losses, abs=1e-6)


def test_a_shift_changes_the_normaliser_only_and_a_scale_all_but_the_order() -> None:
    assert SHIFTED.key()["changes"] == Choice(frozenset({"logsumexp"}), QUANTITIES, several=True)
    assert SCALED.key()["changes"] == Choice(frozenset(QUANTITIES) - {"order"}, QUANTITIES, several=True)
    assert SHIFTED.witness()["changes"] == SHIFTED.key()["changes"]
    assert SCALED.witness()["changes"] == SCALED.key()["changes"]


@pytest.mark.parametrize(
    ("variant", "part", "answer", "mistake"),
    [
        (SCALED, "probability", "1/3", "logits_divided"),
        (SCALED, "probability", "0.665", "largest_instead"),
        (SCALED, "probability", "1.408", "loss_for_probability"),
        (SCALED, "loss", "2.031", "logarithm_to_base_2"),
        (SCALED, "loss", "0.611", "logarithm_to_base_10"),
        (SCALED, "loss", "-1.408", "sign"),
        (SCALED, "loss", "0.245", "probability_for_loss"),
        (SCALED, "new_probability", "0.245", "taken_as_unchanged"),
        (SCALED, "new_loss", "1.408", "taken_as_unchanged"),
        (SCALED, "new_loss", "2.815", "loss_scaled"),
        (SCALED, "changes", "none", "nothing_changes"),
        (SCALED, "changes", "probabilities, loss, gradient, logsumexp", "odds_kept"),
        (SCALED, "changes", "order, probabilities, loss, gradient, logsumexp, odds", "order_changed"),
        (SHIFTED, "new_probability", "1.808", "not_cancelled"),
        (SHIFTED, "new_loss", "-0.592", "loss_shifted"),
        (SHIFTED, "changes", "none", "nothing_changes"),
        (SHIFTED, "changes", "loss and logsumexp", "loss_too"),
        (SHIFTED, "changes", "probabilities, loss, gradient, logsumexp, odds", "all_but_order"),
    ],
)
def test_a_mistake_is_recognised(variant: SoftmaxScaling, part: str, answer: str, mistake: str) -> None:
    assert grade(variant, {part: answer})[part].mistake == mistake


def test_three_decimals_are_enough() -> None:
    assert [grade(SCALED, {"loss": text})["loss"].status for text in ("1.408", "1.41", "1.4")] == [
        "right",
        "wrong",
        "wrong",
    ]


def test_large_logits_do_not_overflow() -> None:
    variant = SoftmaxScaling(logits=(20, -20), target=2, action="scaled", amount=Fraction(20))
    assert number(variant.key()["new_loss"]) == number(variant.witness()["new_loss"]) == 800


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"target": 4}, "SoftmaxScaling: target = 4 must be one of the 3 classes; choose an earlier one"),
        ({"logits": (2, 2)}, "SoftmaxScaling: logits are all equal, so scaling changes nothing; change one"),
        (
            {"amount": Fraction(-1)},
            "SoftmaxScaling: amount = '-1' must be positive and not 1 where logits are scaled; write 2, or shift "
            "instead",
        ),
        (
            {"logits": (0, 20)},
            "SoftmaxScaling: logits makes a loss below 0.001, too small to tell from 0; bring them closer together",
        ),
    ],
)
def test_what_makes_no_question_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(Faults) as caught:
        SoftmaxScaling(**({"action": "scaled"} | NUMBERS | fields))
    assert str(caught.value) == message


def test_a_shift_by_nothing_is_refused() -> None:
    with pytest.raises(Faults, match="amount = 0 must not be 0; write 2"):
        SoftmaxScaling(action="shifted", **(NUMBERS | {"amount": Fraction(0)}))
