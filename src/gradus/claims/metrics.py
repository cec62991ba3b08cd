"""Metrics that must weigh one kind of error against another."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar, final

from gradus.answers import Truth
from gradus.claim import Claim, Effort, Evidence, Route, assume

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


@final
@dataclass(frozen=True, kw_only=True)
class F1ForCostlyAccusations(Claim):
    """Whether the threshold that is best for F1 is best when a false accusation costs more than a missed criminal.

    The threshold that maximises F1 is half the best F1, so never above 1/2, while costs ask for c/(c + 1).
    Source: Lipton, Elkan and Naryanaswamy, Optimal thresholding of classifiers to maximize F1 (2014), theorem 1.
    """

    subject: ClassVar[str] = "metrics"
    accusation: str = assume("costs ten times as much", "costs a fifth")

    def statement(self) -> str:
        """Return the statement."""
        return f"F1 is the metric to choose where a false accusation {self.accusation} as a missed criminal."

    @property
    def cost(self) -> Fraction:
        """The cost of a false accusation in missed criminals."""
        return Fraction(10) if self.accusation == "costs ten times as much" else Fraction(1, 5)

    def decide(self, effort: Effort) -> Evidence:
        """Enumerate small populations with exact posteriors: what the threshold of the best F1 costs."""
        regrets = []
        cells = [Fraction(n, 12) for n in range(1, 12)]  # the posterior of a cell; every cell holds as many people
        for low, high in product(cells, repeat=2):
            if low >= high:
                continue
            posteriors = [low, (low + high) / 2, high]
            costs, harmonic, accuracy = zip(*(self._judged(posteriors, called) for called in range(4)), strict=True)
            least = min(costs)
            chosen = costs[max(range(4), key=lambda called: harmonic[called])]
            rival = costs[max(range(4), key=lambda called: accuracy[called])]
            regrets.append((chosen - least, rival - least))
        mine, other = (sum(column, Fraction()) / len(regrets) for column in zip(*regrets, strict=True))
        finding = (
            f"over {len(regrets)} populations the threshold of the best F1 costs {float(mine):.3f} more than the best, "
            f"that of the best accuracy {float(other):.3f} more"
        )
        holds = mine < Fraction(1, 10)
        route = Route.EXPERIMENT if holds else Route.COUNTEREXAMPLE  # a grid of populations proves nothing of others
        return Evidence(Truth.of(holds), route, finding, networks=len(regrets), populations=len(regrets))

    def _judged(self, posteriors: list[Fraction], called: int) -> tuple[Fraction, Fraction, Fraction]:
        """Return cost, F1 and accuracy if the `called` highest cells are accused."""
        accused, spared = posteriors[len(posteriors) - called :], posteriors[: len(posteriors) - called]
        right, wrong, missed = sum(accused, Fraction()), sum(1 - p for p in accused), sum(spared, Fraction())
        harmonic = 2 * right / (2 * right + wrong + missed)
        return self.cost * wrong + missed, harmonic, right + sum(1 - p for p in spared)

    def witness(self, effort: Effort) -> Evidence:
        """Choose thresholds by scikit-learn's curve on simulated scores and add up what they cost on fresh people."""
        import numpy as np
        from sklearn.metrics import precision_recall_curve

        source = np.random.default_rng(effort.seed("accusations"))
        ratios = []
        for _ in range(effort.choose(8, 20, 200)):
            prevalence, distance = source.uniform(0.1, 0.4), source.uniform(0.8, 2.0)
            scores, truth = _people(source, prevalence, distance)
            precision, recall, cuts = precision_recall_curve(truth, scores)
            harmonic = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
            chosen = cuts[min(int(harmonic.argmax()), len(cuts) - 1)]
            fresh, guilty = _people(source, prevalence, distance)
            spent = [self._spent(fresh >= cut, guilty) for cut in np.quantile(fresh, np.linspace(0, 1, 101))]
            none = float(guilty.sum())  # nobody is accused
            ratios.append(self._spent(fresh >= chosen, guilty) / max(min(*spent, none), 1e-9))
        middle = float(np.median(ratios))
        finding = f"on {len(ratios)} simulated populations the F1 threshold costs {middle:.2f} times the least"
        return Evidence(
            Truth.of(middle < 1.25), Route.EXPERIMENT, finding, networks=len(ratios), populations=len(ratios)
        )

    def _spent(self, accused: Array, guilty: Array) -> float:
        return float(self.cost) * float((accused & ~guilty).sum()) + float((~accused & guilty).sum())


def _people(source: np.random.Generator, prevalence: float, distance: float) -> tuple[Array, Array]:
    """Return scores and guilt of 3000 people."""
    guilty = source.random(3000) < prevalence
    return source.normal(size=3000) + distance * guilty, guilty
