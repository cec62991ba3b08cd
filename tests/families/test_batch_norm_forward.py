"""Batch norm forward: another library, invariances, each mistake."""

import random
from fractions import Fraction
from typing import Any

import pytest

from gradus.answers import Real, Truth
from gradus.errors import Faults
from gradus.families.batch_norm_forward import BatchNormForward
from gradus.grading import grade

NUMBERS: dict[str, Any] = {
    "batch": (1, -5, 3, 1),
    "scale": 2,
    "shift": 5,
    "running": 4,
    "momentum": Fraction(1, 10),
    "weighs": "new",
    "sample": 2,
}


def ask(**changes: Any) -> BatchNormForward:
    return BatchNormForward(**(NUMBERS | changes))


def number(answer: object) -> float:
    assert isinstance(answer, Real)
    return float(answer.value)


def test_scikit_learn_standardises_alike() -> None:
    import numpy as np
    from sklearn.preprocessing import StandardScaler

    for seed in range(20):
        variant = BatchNormForward.draw(random.Random(seed))
        scaler = StandardScaler().fit(np.array(variant.batch, float)[:, None])
        made = scaler.transform(np.array(variant.batch, float)[:, None])[variant.sample - 1, 0]
        found = [number(variant.key()[part]) for part in ("mean", "variance", "output")]
        assert found == pytest.approx([scaler.mean_[0], scaler.var_[0], variant.scale * made + variant.shift])


def test_batches_drawn_have_whole_statistics() -> None:
    for seed in range(50):
        key = BatchNormForward.draw(random.Random(seed)).key()
        assert number(key["mean"]).is_integer()
        assert (number(key["variance"]) ** 0.5).is_integer()


def test_adding_to_all_samples_and_stretching_them_does_not_change_the_output() -> None:
    stretched = tuple(3 * value + 7 for value in NUMBERS["batch"])
    assert ask(batch=stretched).key()["output"] == ask().key()["output"]


def test_both_conventions_of_momentum_are_told_apart() -> None:
    # α weighs the batch in PyTorch, the running mean in Keras and in the paper's moving averages
    assert number(ask().key()["running_mean"]) == pytest.approx(3.6)
    assert number(ask(weighs="old").key()["running_mean"]) == pytest.approx(0.4)
    assert r"(1 - \alpha) \cdot \text{running mean} + \alpha" in ask().prompt()
    assert r"\alpha \cdot \text{running mean} + (1 - \alpha)" in ask(weighs="old").prompt()


def test_an_output_that_does_not_end_may_be_rounded() -> None:
    variant = ask(batch=(0, 1, 2, 4), sample=1, epsilon=Fraction(1, 100_000))
    assert "within 0.001" in variant.prompt()
    assert variant.key()["output"].agrees(variant.witness()["output"]) is Truth.TRUE
    assert grade(variant, {"output": f"{number(variant.witness()['output']):.3f}"})["output"].status == "right"


def test_epsilon_stands_inside_the_root() -> None:
    variant = ask(batch=(3, -1, -1, -1), sample=1, epsilon=Fraction(1))  # variance 3
    assert variant.key()["output"] == variant.witness()["output"] == Real(Fraction(2 * 3, 2) + 5)


@pytest.mark.parametrize(
    ("changes", "part", "answer", "mistake"),
    [
        ({"batch": (3, -3, 5, 3)}, "mean", "8", "sum_for_mean"),
        ({}, "mean", "1", "median"),
        ({}, "variance", "12", "unbiased"),
        ({}, "variance", "3", "standard_deviation"),
        ({}, "variance", "36", "not_divided"),
        ({"batch": (3, -3, 5, 3)}, "variance", "13", "mean_square"),
        ({}, "output", "35/9", "root_forgotten"),
        ({}, "output", "-5/3", "not_scaled"),
        ({}, "output", "-10/3", "shift_forgotten"),
        ({}, "output", "20/3", "shift_scaled"),
        ({"batch": (3, -3, 5, 3)}, "output", "3", "mean_not_subtracted"),
        ({}, "output", "-1", "running_mean_subtracted"),
        ({}, "output", "2.113", "unbiased"),
        ({}, "output", "1.67", "rounded"),
        ({}, "running_mean", "0.4", "momentum_swapped"),
        ({}, "running_mean", "0", "replaced"),
        ({}, "running_mean", "4", "added"),
    ],
)
def test_a_mistake_is_recognised(changes: dict[str, Any], part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in ask().key().values()] == ["0", "9", "5/3", "3.6"]
    assert grade(ask(**changes), {part: answer})[part].mistake == mistake


def test_what_follows_from_a_wrong_mean_and_variance_keeps_its_credit() -> None:
    verdicts = grade(ask(), {"mean": "1", "variance": "4", "output": "-1", "running_mean": "3.7"})
    assert [verdicts[part].status for part in ("output", "running_mean")] == ["followed", "followed"]
    assert grade(ask(), {"mean": "1", "variance": "-4", "output": "-1"})["output"].status != "followed"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sample": 5}, "BatchNormForward: sample = 5 must be one of the batch's 4; choose an earlier one"),
        (
            {"batch": (2, 2, 2)},
            "BatchNormForward: batch are all the same, so that 0 is divided by 0; change one, or set epsilon",
        ),
        (
            {"epsilon": Fraction(-1)},
            "BatchNormForward: epsilon = '-1' must be between 0 and 100; write 0",
        ),
    ],
)
def test_what_cannot_be_normalised_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(Faults) as caught:
        ask(**changes)
    assert str(caught.value) == message
