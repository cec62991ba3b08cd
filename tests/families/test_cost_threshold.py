"""Thresholds where errors cost differently: the published rule, brute force, each mistake."""

import random
from fractions import Fraction
from typing import Any

import pytest

from gradus.answers import Count, Real
from gradus.errors import Faults
from gradus.families.cost_threshold import CostThreshold
from gradus.grading import grade

SCORES = tuple(Fraction(n, 100) for n in (15, 42, 35, 64, 88, 52))
LABELS = (0, 1, 0, 0, 1, 0)
NUMBERS: dict[str, Any] = {"false_positive": 1, "false_negative": 4, "scores": SCORES, "labels": LABELS}
VARIANT = CostThreshold(**NUMBERS)


def test_the_threshold_is_elkans() -> None:
    # Elkan 2001, equation 2, with no cost of right decisions: c10 / (c10 + c01)
    for dear in (1, 2, 9, 99):
        variant = CostThreshold(false_positive=1, false_negative=dear, scores=SCORES[:2], labels=(0, 1))
        assert variant.key()["threshold"] == variant.witness()["threshold"] == Real(Fraction(1, 1 + dear))


def test_no_other_threshold_costs_less() -> None:
    import numpy as np

    for seed in range(30):
        variant = CostThreshold.draw(random.Random(seed))
        scores, labels = np.array(variant.scores, float), np.array(variant.labels)
        costs = [
            variant.false_positive * int(((scores >= float(t)) & (labels == 0)).sum())
            + variant.false_negative * int(((scores < float(t)) & (labels == 1)).sum())
            for t in variant.thresholds
        ]
        assert variant.key()["cost"] == Count(min(costs))
        assert variant.key()["best"] == Real(variant.thresholds[int(np.argmin(costs))])


def test_deciding_by_the_threshold_costs_least_in_expectation() -> None:
    threshold = VARIANT.key()["threshold"]
    assert isinstance(threshold, Real)
    for n in range(101):
        p = Fraction(n, 100)
        positive, negative = (1 - p) * VARIANT.false_positive, p * VARIANT.false_negative
        assert (positive <= negative) == (p >= threshold.value)


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("threshold", "4/5", "costs_swapped"),
        ("threshold", "0.5", "costs_ignored"),
        ("threshold", "1/4", "odds_for_probability"),
        ("best", "0.7", "fewest_errors"),
        ("best", "0.1", "nearest_to_theory"),
        ("cost", "4", "fewest_errors"),
        ("cost", "1", "errors_counted"),
        ("cost", "6", "at_one_half"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in VARIANT.key().values()] == ["0.2", "0.3", "3"]
    assert grade(VARIANT, {part: answer})[part].mistake == mistake


def test_swapped_costs_are_recognised_on_the_table() -> None:
    scores = tuple(Fraction(n, 100) for n in (25, 45, 61, 65, 85))
    variant = CostThreshold(false_positive=9, false_negative=7, scores=scores, labels=(0, 1, 0, 0, 1))
    assert [str(key) for key in variant.key().values()] == ["0.5625", "0.7", "7"]
    third = CostThreshold(
        false_positive=4, false_negative=1, scores=SCORES, labels=LABELS, thresholds=(Fraction(3, 10), Fraction(9, 10))
    )
    assert [str(key) for key in third.key().values()] == ["0.8", "0.9", "2"]
    assert grade(third, {"best": "0.3"})["best"].mistake in {"costs_swapped", "fewest_errors"}
    assert grade(third, {"cost": "3"})["cost"].mistake == "costs_swapped"


def test_a_rounded_fraction_earns_half() -> None:
    variant = CostThreshold(false_positive=1, false_negative=2, scores=SCORES[:2], labels=(0, 1))
    verdict = grade(variant, {"threshold": "0.333"})["threshold"]
    assert (verdict.mistake, verdict.credit) == ("rounded", Fraction(1, 2))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"labels": (0, 1)},
            "CostThreshold: labels must be as many as the 6 scores; give each example its label",
        ),
        (
            {"thresholds": (Fraction(1, 2),)},
            "CostThreshold: thresholds must be at least two different ones, above 0 and up to 1; write [0.3, 0.5, 0.7]",
        ),
        (
            {"thresholds": (Fraction(1, 5), Fraction(1, 4))},
            "CostThreshold: thresholds cost 3 at 0.2 and at 0.25 alike; change a score or a threshold",
        ),
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(Faults) as caught:
        CostThreshold(**(NUMBERS | fields))
    assert str(caught.value) == message
