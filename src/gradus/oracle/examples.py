"""Classified examples looked at one by one: how many are right, and what the wrong ones cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction


def metrics(cells: Mapping[tuple[bool, bool], int], beta: Fraction) -> dict[str, Fraction]:
    """Measure a classifier on every single example of a confusion matrix.

    Args:
        cells: how many examples there are, by (is positive, is predicted positive).
        beta: of the F_β score.

    Returns: shares of examples found by going through them. F1 is the overlap of two sets of examples, Dice's
        coefficient; F_β the weighted harmonic mean of the two shares.

    >>> cells = {(True, True): 2, (True, False): 1, (False, True): 1, (False, False): 4}
    >>> metrics(cells, Fraction(1))["f1"]
    Fraction(2, 3)
    """
    examples = [kind for kind, number in cells.items() for _ in range(number)]
    positive = {i for i, (is_positive, _) in enumerate(examples) if is_positive}
    predicted = {i for i, (_, is_predicted) in enumerate(examples) if is_predicted}
    negative = {i for i, _ in enumerate(examples)} - positive
    right = sum(1 for is_positive, is_predicted in examples if is_positive == is_predicted)
    precision = Fraction(len(positive & predicted), len(predicted))
    recall = Fraction(len(positive & predicted), len(positive))
    share = 1 / (1 + beta * beta)
    return {
        "accuracy": Fraction(right, len(examples)),
        "precision": precision,
        "recall": recall,
        "specificity": Fraction(len(negative - predicted), len(negative)),
        "f1": Fraction(2 * len(positive & predicted), len(positive) + len(predicted)),
        "f_beta": 1 / (share / precision + (1 - share) / recall),
    }


def cost(examples: Iterable[tuple[Fraction, int]], threshold: Fraction, wrong: Mapping[tuple[int, int], int]) -> int:
    """Decide every example by a threshold, and add up what the decisions cost.

    Args:
        examples: probability of the positive class and label, 0 or 1.
        threshold: from here on it is taken for positive.
        wrong: cost by (label, decision); decisions that are not named cost nothing.

    >>> cost([(Fraction(1, 2), 0), (Fraction(1, 4), 1)], Fraction(1, 2), {(0, 1): 3, (1, 0): 10})
    13
    """
    total = 0
    for probability, label in examples:
        total += wrong.get((label, 1 if probability >= threshold else 0), 0)
    return total


def least(costs: Sequence[int]) -> int:
    """Return where the least cost stands, by comparing each with all others.

    >>> least([4, 2, 3])
    1
    """
    return next(i for i, one in enumerate(costs) if all(one <= other for other in costs))
