"""Resampled classes: the published rule, a simulated population, each mistake."""

import random
from fractions import Fraction

import pytest

from gradus.answers import Real
from gradus.errors import Fault, Faults
from gradus.families.prior_correction import PriorCorrection
from gradus.grading import grade

HALF = Fraction(1, 2)
VARIANT = PriorCorrection(positives=10, negatives=90, kept=Fraction(1, 9), score=Fraction(4, 5), cut=HALF)


@pytest.mark.parametrize("kept", [Fraction(1, 2), Fraction(1, 10), Fraction(3, 10)])
def test_the_threshold_for_one_half_is_one_over_one_plus_beta(kept: Fraction) -> None:
    variant = PriorCorrection(positives=10, negatives=100, kept=kept, score=HALF, cut=HALF)
    assert variant.key()["threshold"] == variant.witness()["threshold"] == Real(1 / (1 + kept))


@pytest.mark.parametrize("kept", [Fraction(1, 2), Fraction(1, 10), Fraction(3, 10)])
def test_the_threshold_for_the_original_share_is_one_half_when_classes_are_balanced(kept: Fraction) -> None:
    # Dal Pozzolo et al. 2015, section III: β = N+/N- makes the threshold N+/N of the original data 1/2
    share = kept / (1 + kept)
    positives = int(300 * kept)
    variant = PriorCorrection(positives=positives, negatives=300, kept=kept, score=HALF, cut=share)
    assert variant.key() == variant.witness() == {part: Real(v) for part, v in _balanced(share).items()}


def _balanced(share: Fraction) -> dict[str, Fraction]:
    return {"share": HALF, "threshold": HALF, "probability": share}


def test_a_simulated_population_agrees() -> None:
    import numpy as np

    rng = np.random.default_rng(0)
    truth = rng.beta(1, 4, 2_000_000)
    label = rng.random(truth.size) < truth
    left = label | (rng.random(truth.size) < 0.2)
    near = left & (abs(truth - 0.3) < 0.005)  # examples of the same true probability
    score = Fraction(round(100 * float(label[near].mean())), 100)
    variant = PriorCorrection(positives=10, negatives=100, kept=Fraction(1, 5), score=score, cut=HALF)
    probability = variant.key()["probability"]
    assert isinstance(probability, Real)
    assert float(probability.value) == pytest.approx(0.3, abs=0.02)


def test_the_correction_of_the_threshold_is_the_original_cut() -> None:
    for seed in range(30):
        variant = PriorCorrection.draw(random.Random(seed))
        threshold = variant.key()["threshold"]
        assert isinstance(threshold, Real)
        fields = {"kept": variant.kept, "cut": variant.cut, "score": threshold.value}
        again = PriorCorrection(positives=variant.positives, negatives=variant.negatives, **fields)
        assert again.key()["probability"] == Real(variant.cut)


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("share", "10 %", "share_before"),
        ("share", "9/10", "share_divided"),
        ("share", "1", "ratio_for_share"),
        ("threshold", "0.5", "unchanged"),
        ("threshold", "0.1", "wrong_way"),
        ("threshold", "4.5", "probability_scaled"),
        ("probability", "0.8", "uncorrected"),
        ("probability", "4/45", "probability_scaled"),
        ("probability", "36/37", "wrong_way"),
        ("probability", "4/9", "odds_for_probability"),
        ("probability", "0.308", "rounded"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in VARIANT.key().values()] == ["0.5", "0.9", "4/13"]
    assert grade(VARIANT, {part: answer})[part].mistake == mistake


def test_one_minus_the_threshold_is_recognised() -> None:
    variant = PriorCorrection(positives=10, negatives=90, kept=Fraction(1, 9), score=HALF, cut=Fraction(1, 4))
    assert str(variant.key()["threshold"]) == "0.75"
    assert grade(variant, {"threshold": "0.25"})["threshold"].mistake == "unchanged"
    fifth = PriorCorrection(positives=10, negatives=90, kept=Fraction(1, 9), score=HALF, cut=Fraction(1, 5))
    assert grade(fifth, {"threshold": "4/13"})["threshold"].mistake == "complement"


def test_half_a_negative_is_refused() -> None:
    with pytest.raises(Faults) as caught:
        PriorCorrection(positives=10, negatives=91, kept=HALF, score=HALF, cut=HALF)
    assert str(caught.value) == (
        "PriorCorrection: kept = '0.5' leaves no whole number of the 91 negatives; choose numbers that fit together"
    )


def test_a_share_of_zero_is_refused() -> None:
    with pytest.raises(Fault, match=r"kept = Fraction.0, 1. must be a number between 1/1000 and 999/1000"):
        PriorCorrection(positives=10, negatives=90, kept=Fraction(0), score=HALF, cut=HALF)
