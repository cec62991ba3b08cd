"""Inverted dropout: simulated masks, what expectation promises, each mistake."""

import random
from fractions import Fraction
from typing import Any

import pytest

from gradus.answers import Real
from gradus.errors import Faults
from gradus.families.inverted_dropout import InvertedDropout
from gradus.grading import grade

NUMBERS: dict[str, Any] = {"inputs": (2, 3, 1), "weights": (1, -2, 4), "mask": (1, 0, 1)}
VARIANT = InvertedDropout(drop=Fraction(1, 4), **NUMBERS)


def number(answer: object) -> float:
    assert isinstance(answer, Real)
    return float(answer.value)


def test_the_mean_over_masks_is_the_output_at_test_time() -> None:
    # Srivastava et al. 2014, section 10: expected activations at training time equal those at test time
    for seed in range(30):
        key = InvertedDropout.draw(random.Random(seed)).key()
        assert key["mean"] == key["test"]


def test_simulated_masks_agree() -> None:
    import numpy as np

    rng = np.random.default_rng(0)
    for drop in (Fraction(1, 2), Fraction(1, 5)):
        variant = InvertedDropout(drop=drop, **NUMBERS)
        kept = rng.random((400_000, 3)) >= float(drop)
        made = (kept / float(1 - drop)) @ (np.array(variant.inputs) * np.array(variant.weights))
        assert made.mean() == pytest.approx(number(variant.key()["mean"]), abs=0.05)
        assert made.var() == pytest.approx(number(variant.key()["variance"]), rel=0.02)


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("train", "6", "not_scaled"),
        ("train", "24", "drop_for_keep"),
        ("train", "4.5", "multiplied"),
        ("train", "-8", "mask_inverted"),
        ("train", "0", "mask_ignored"),
        ("variance", "10.5", "not_scaled"),
        ("variance", "0", "sum_squared"),
        ("variance", "224/3", "mean_not_subtracted"),
        ("variance", "168", "inverted"),
        ("variance", "18.67", "rounded"),
        ("test", "8", "dropped_at_test"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in VARIANT.key().values()] == ["8", "0", "56/3", "0"]
    assert grade(VARIANT, {part: answer})[part].mistake == mistake


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("mean", "6", "not_scaled"),
        ("mean", "32/3", "scaled_only"),
        ("mean", "16/3", "given_mask"),
        ("test", "6", "scaled_at_test"),
        ("test", "32/3", "divided_at_test"),
    ],
)
def test_a_scale_at_the_wrong_time_is_recognised(part: str, answer: str, mistake: str) -> None:
    variant = InvertedDropout(inputs=(2, 4), weights=(2, 1), mask=(1, 0), drop=Fraction(1, 4))
    assert [str(key) for key in variant.key().values()] == ["16/3", "8", "32/3", "8"]
    assert grade(variant, {part: answer})[part].mistake == mistake


@pytest.mark.parametrize("field", ["weights", "mask"])
def test_lists_of_different_lengths_are_refused(field: str) -> None:
    with pytest.raises(Faults) as caught:
        InvertedDropout(drop=Fraction(1, 4), **(NUMBERS | {field: (1, 1)}))
    assert str(caught.value) == (
        f"InvertedDropout: {field} = [1, 1] must be as many as the 3 inputs; give one for each input"
    )
