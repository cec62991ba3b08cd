"""Metrics read off a confusion matrix, as exact fractions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Real
from gradus.arithmetic import HALF, real, recognise_rounded, show, tex
from gradus.domains import Ratios
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.oracle import examples
from gradus.parameters import Between, among, between

NUMBER = Between(0, 10_000)
WEIGHT = Ratios(Fraction(1, 100), Fraction(100))


@final
@dataclass(frozen=True, kw_only=True)
class ConfusionMetrics(Family):
    """Accuracy, precision, recall, specificity, F1 and F_β from a confusion matrix, as exact fractions.

    Source: Murphy, Probabilistic Machine Learning: An Introduction (2022), section 5.1.3; F_β after van Rijsbergen,
    Information Retrieval (1979), chapter 7.

    >>> cells = {"true_positives": 8, "false_negatives": 2, "false_positives": 4, "true_negatives": 6}
    >>> variant = ConfusionMetrics(**cells, beta=Fraction(2), rows="actual", first="positive")
    >>> [str(answer) for answer in variant.key().values()]
    ['0.7', '2/3', '0.8', '0.6', '8/11', '10/13']
    """

    parts: ClassVar[tuple[str, ...]] = ("accuracy", "precision", "recall", "specificity", "f1", "f_beta")

    true_positives: int = between(2, 60, allowed=Between(1, 10_000))
    false_negatives: int = between(1, 40, allowed=NUMBER)
    false_positives: int = between(1, 40, allowed=NUMBER)
    true_negatives: int = between(2, 90, allowed=NUMBER)
    beta: Fraction = among(*map(Fraction, ("2", "3", "1/2", "1/3")), allowed=WEIGHT)
    rows: Literal["actual", "predicted"] = among("actual", "predicted")
    first: Literal["positive", "negative"] = among("positive", "negative")

    def check(self) -> Iterator[Fault]:
        """Demand a negative example: without one there is no specificity."""
        if not self.false_positives + self.true_negatives:
            rule = "leaves no negative example, and the specificity undefined"
            yield Fault("ConfusionMetrics", "true_negatives", self.true_negatives, rule, "add a negative example")

    def is_sensible(self) -> bool:
        """Draw matrices in which precision and recall differ."""
        return self.false_positives != self.false_negatives

    def prompt(self) -> str:
        """Show the matrix, its axes named."""
        return (
            f"A classifier of two classes was tested. Rows are {self.rows} classes, columns "
            f"{'predicted' if self.rows == 'actual' else 'actual'} ones:\n\n{self._table()}\n\n"
            "Give the **accuracy**; for the positive class the **precision** (share of those predicted positive that "
            "are), the **recall** (share of the positive ones that are predicted so) and the **specificity** (share of "
            "the negative ones that are predicted negative); and the $F_1$ score (**f1**) and the $F_\\beta$ score "
            f"with $\\beta = {tex(self.beta)}$ (**f_beta**), where "
            "$F_\\beta = (1 + \\beta^2) \\frac{P R}{\\beta^2 P + R}$ of precision $P$ and recall $R$. Give exact "
            "fractions or decimals that end."
        )

    def _table(self) -> str:
        """Return the matrix in the order of axes and classes asked for."""
        cells = {
            ("positive", "positive"): self.true_positives,
            ("positive", "negative"): self.false_negatives,
            ("negative", "positive"): self.false_positives,
            ("negative", "negative"): self.true_negatives,
        }
        order = ("positive", "negative") if self.first == "positive" else ("negative", "positive")
        across = "predicted" if self.rows == "actual" else "actual"
        lines = [" " * 20 + "".join(f"{across} {name}".rjust(20) for name in order)]
        for row in order:
            shown = [cells[(row, column) if self.rows == "actual" else (column, row)] for column in order]
            lines.append(f"{self.rows} {row}".ljust(20) + "".join(str(cell).rjust(20) for cell in shown))
        return "```text\n" + "\n".join(lines) + "\n```"

    def key(self) -> Mapping[str, Answer]:
        """Divide the counts."""
        tp, fn, fp, tn = self._cells()
        square = self.beta**2
        return {
            "accuracy": Real(Fraction(tp + tn, tp + fn + fp + tn)),
            "precision": Real(Fraction(tp, tp + fp)),
            "recall": Real(Fraction(tp, tp + fn)),
            "specificity": Real(Fraction(tn, tn + fp)),
            "f1": Real(Fraction(2 * tp, 2 * tp + fp + fn)),
            "f_beta": Real((1 + square) * tp / ((1 + square) * tp + square * fn + fp)),
        }

    def _cells(self) -> tuple[int, int, int, int]:
        return self.true_positives, self.false_negatives, self.false_positives, self.true_negatives

    def witness(self) -> Mapping[str, Answer]:
        """Go through the examples one by one."""
        counted = {
            (True, True): self.true_positives,
            (True, False): self.false_negatives,
            (False, True): self.false_positives,
            (False, False): self.true_negatives,
        }
        return {part: Real(value) for part, value in examples.metrics(counted, self.beta).items()}

    def mistakes(self) -> Iterator[Mistake]:
        """Name what is taken for what."""
        tp, fn, fp, tn = self._cells()
        precision, recall, everything = Fraction(tp, tp + fp), Fraction(tp, tp + fn), tp + fn + fp + tn
        wrong = Fraction(fn + fp, everything)
        yield real("accuracy", "error_rate", wrong, "That is the share of wrong predictions.", HALF)
        yield real("accuracy", "positives_only", Fraction(tp, everything), "True negatives are right predictions too.")
        swapped = "Precision divides by those predicted positive, recall by those that are."
        yield real("precision", "recall_for_precision", recall, swapped)
        yield real("precision", "accuracy_for_precision", Fraction(tp + tn, everything), "That is the accuracy.")
        yield real("precision", "false_discovery_rate", 1 - precision, "That is the share of false alarms.", HALF)
        yield real("recall", "precision_for_recall", precision, swapped)
        told = "That is the recall of the negative class, the specificity."
        yield real("recall", "specificity_for_recall", Fraction(tn, tn + fp), told)
        yield real("recall", "miss_rate", 1 - recall, "That is the share of the positive ones that were missed.", HALF)
        yield real("specificity", "recall_for_specificity", recall, "That is the recall of the positive class.")
        told = "That is the share of negative ones predicted positive: one minus the specificity."
        yield real("specificity", "false_positive_rate", 1 - Fraction(tn, tn + fp), told, HALF)
        if tn + fn:
            told = "Divide by those that are negative, not by those predicted so."
            yield real("specificity", "negative_predictive_value", Fraction(tn, tn + fn), told)
        told = "The F score is the harmonic mean of precision and recall, not the plain one."
        yield real("f1", "arithmetic_mean", (precision + recall) / 2, told)
        told = "The harmonic mean of two numbers has a factor of 2 above."
        yield real("f1", "factor_forgotten", precision * recall / (precision + recall), told, HALF)
        yield real("f_beta", "f1_for_f_beta", _f(precision, recall, Fraction(1)), "That is F1: recall weighs β² here.")
        told = "The weight of the recall is β²: it stands beside the precision in the denominator."
        yield real("f_beta", "weights_swapped", _f(recall, precision, self.beta**2), told, HALF)
        told = "In the definition, β is squared."
        yield real("f_beta", "beta_not_squared", _f(precision, recall, self.beta), told, HALF)

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Accept the F scores of a precision and a recall given earlier."""
        precision, recall = given.get("precision"), given.get("recall")
        if part not in {"f1", "f_beta"} or not isinstance(precision, Real) or not isinstance(recall, Real):
            return None
        if precision.value <= 0 or recall.value <= 0:
            return None
        return Real(_f(precision.value, recall.value, self.beta**2 if part == "f_beta" else Fraction(1)))

    def recognise(self, part: str, answer: Answer) -> Mistake | None:
        """Recognise a rounded fraction."""
        return recognise_rounded(part, self.key()[part], answer)

    def working(self) -> str:
        """Write out the quotients."""
        tp, fn, fp, tn = self._cells()
        key = self.key()
        p, r, square = key["precision"], key["recall"], show(self.beta**2)
        return "\n".join(
            (
                f"true positives {tp}, false negatives {fn}, false positives {fp}, true negatives {tn}",
                f"accuracy: ({tp} + {tn})/({tp} + {fn} + {fp} + {tn}) = {key['accuracy']}",
                f"precision: {tp}/({tp} + {fp}) = {p}",
                f"recall: {tp}/({tp} + {fn}) = {r}",
                f"specificity: {tn}/({tn} + {fp}) = {key['specificity']}",
                f"f1: 2·{tp}/(2·{tp} + {fp} + {fn}) = {key['f1']}",
                f"f_beta: (1 + {square})·{tp}/((1 + {square})·{tp} + {square}·{fn} + {fp}) = {key['f_beta']}",
            )
        )


def _f(precision: Fraction, recall: Fraction, square: Fraction) -> Fraction:
    return (1 + square) * precision * recall / (square * precision + recall)
