"""Metrics of a confusion matrix: a published example, another library, each mistake."""

import random
from fractions import Fraction

import pytest

from gradus.answers import Real
from gradus.errors import Faults
from gradus.families.confusion_metrics import ConfusionMetrics
from gradus.grading import grade

HALF = Fraction(1, 2)
VARIANT = ConfusionMetrics(
    true_positives=8,
    false_negatives=2,
    false_positives=4,
    true_negatives=6,
    beta=Fraction(2),
    rows="actual",
    first="positive",
)


def test_a_published_screening_comes_out_as_published() -> None:
    # the worked example of Wikipedia's "Sensitivity and specificity": 2030 people, 30 of them ill
    screening = ConfusionMetrics(
        true_positives=20,
        false_negatives=10,
        false_positives=180,
        true_negatives=1820,
        beta=Fraction(2),
        rows="predicted",
        first="positive",
    )
    shown = {part: f"{float(answer.value):.3f}" for part, answer in screening.key().items() if isinstance(answer, Real)}
    assert shown["recall"] == "0.667"
    assert shown["specificity"] == "0.910"
    assert shown["precision"] == "0.100"
    assert shown["f1"] == "0.174"
    assert screening.witness() == screening.key()


def test_scikit_learn_agrees() -> None:
    from sklearn import metrics

    for seed in range(15):
        variant = ConfusionMetrics.draw(random.Random(seed))
        cells = [
            (1, 1, variant.true_positives),
            (1, 0, variant.false_negatives),
            (0, 1, variant.false_positives),
            (0, 0, variant.true_negatives),
        ]
        actual = [is_positive for is_positive, _, number in cells for _ in range(number)]
        predicted = [said for _, said, number in cells for _ in range(number)]
        found = {
            "accuracy": metrics.accuracy_score(actual, predicted),
            "precision": metrics.precision_score(actual, predicted),
            "recall": metrics.recall_score(actual, predicted),
            "specificity": metrics.recall_score(actual, predicted, pos_label=0),
            "f1": metrics.f1_score(actual, predicted),
            "f_beta": metrics.fbeta_score(actual, predicted, beta=float(variant.beta)),
        }
        for part, answer in variant.key().items():
            assert isinstance(answer, Real)
            assert float(answer.value) == pytest.approx(found[part], abs=1e-12)


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("accuracy", "30 %", "error_rate"),
        ("accuracy", "8/20", "positives_only"),
        ("precision", "4/5", "recall_for_precision"),
        ("precision", "1/3", "false_discovery_rate"),
        ("precision", "0.7", "accuracy_for_precision"),
        ("recall", "2/3", "precision_for_recall"),
        ("recall", "0.6", "specificity_for_recall"),
        ("recall", "0.2", "miss_rate"),
        ("specificity", "0.8", "recall_for_specificity"),
        ("specificity", "0.4", "false_positive_rate"),
        ("specificity", "3/4", "negative_predictive_value"),
        ("f1", "11/15", "arithmetic_mean"),
        ("f1", "4/11", "factor_forgotten"),
        ("f_beta", "8/11", "f1_for_f_beta"),
        ("f_beta", "20/29", "weights_swapped"),
        ("f_beta", "3/4", "beta_not_squared"),
        ("f1", "0.73", "rounded"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert grade(VARIANT, {part: answer})[part].mistake == mistake


def test_f_scores_follow_from_a_wrong_precision_and_recall() -> None:
    given = {"precision": "1/2", "recall": "1/2", "f1": "1/2", "f_beta": "1/2"}
    verdicts = grade(VARIANT, given)
    assert (verdicts["f1"].status, verdicts["f_beta"].status) == ("followed", "followed")
    zero = grade(VARIANT, {"precision": "0", "recall": "1/2", "f1": "0"})
    assert zero["f1"].status == "wrong"


def test_axes_and_order_of_the_matrix_are_stated() -> None:
    cells = {"true_positives": 11, "false_negatives": 22, "false_positives": 33, "true_negatives": 44}
    shown = ConfusionMetrics(**cells, beta=HALF, rows="predicted", first="negative").prompt()
    table = [line.split() for line in shown.splitlines()]
    assert ["actual", "negative", "actual", "positive"] in table
    assert ["predicted", "negative", "44", "22"] in table
    assert "Rows are predicted classes, columns actual ones" in shown


def test_a_matrix_without_negatives_is_refused() -> None:
    cells = {"true_positives": 1, "false_negatives": 1, "false_positives": 0, "true_negatives": 0}
    with pytest.raises(Faults) as caught:
        ConfusionMetrics(**cells, beta=HALF, rows="actual", first="positive")
    assert str(caught.value) == (
        "ConfusionMetrics: true_negatives = 0 leaves no negative example, and the specificity undefined; add a "
        "negative example"
    )
