"""What is computed from which data before training."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, final

from gradus.answers import Truth
from gradus.claim import Claim, Effect, Effort, Evidence, Route, assume

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

LEAST = 0.03  # of accuracy


@final
@dataclass(frozen=True, kw_only=True)
class StatisticsBeforeSplit(Claim):
    """Mean and deviation of all data let test examples reach the training inputs: a leak, if often a harmless one.

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 7.10.2.
    """

    subject: ClassVar[str] = "preprocessing"
    asked: str = assume("whether test data stay unseen", "whether accuracy on like data stays the same")

    def statement(self) -> str:
        """Return the statement."""
        kept = {
            "whether test data stay unseen": "keeps test data unseen",
            "whether accuracy on like data stays the same": "leaves the measured accuracy about the same",
        }[self.asked]
        return f"Normalising by mean and deviation of the whole data set, before it is split, {kept}."

    def decide(self, effort: Effort) -> Evidence:
        """Move one test example and see, in exact fractions, whether a training input moves."""
        if self.asked != "whether test data stay unseen":
            return self._accuracies(effort, "digits")
        train, test = [Fraction(n) for n in (1, 2, 4)], [Fraction(3), Fraction(5)]
        before, after = (_normalised(train, [*train, *held]) for held in (test, [test[0], test[1] + 1]))
        finding = f"a test value of 5 made 6 moves the squared first training input from {before[0]} to {after[0]}"
        return Evidence(Truth.of(before == after), Route.COUNTEREXAMPLE, finding, networks=1)

    def witness(self, effort: Effort) -> Evidence:
        """Differentiate the training inputs by the test inputs, or compare accuracies on other data."""
        if self.asked != "whether test data stay unseen":
            return self._accuracies(effort, "wine")
        import jax
        import jax.numpy as jnp

        train = jax.random.normal(jax.random.PRNGKey(effort.seed("leak")), (12, 3))

        def normalised(test: Any) -> Any:
            both = jnp.concatenate([train, test])
            return (train - both.mean(axis=0)) / both.std(axis=0)

        slope = float(jnp.abs(jax.jacobian(normalised)(train[:4] + 1.0)).max())
        finding = f"the largest derivative of a training input by a test input is {slope:.3g}"
        return Evidence(Truth.of(slope == 0), Route.EXPERIMENT, finding, networks=1, populations=1)

    def _accuracies(self, effort: Effort, name: str) -> Evidence:
        import numpy as np
        from sklearn import datasets

        from gradus.lab import statistics

        # the nearest neighbour by Euclidean distance classifies
        inputs, labels = getattr(datasets, f"load_{name}")(return_X_y=True)
        source = np.random.default_rng(effort.seed("split", name))
        gains = []
        for _ in range(effort.choose(24, 30, 300)):
            order = source.permutation(len(inputs))
            train, test = order[:60], order[60:160]
            scores = []
            for rows in (train, np.concatenate([train, test])):
                spread = inputs[rows].std(axis=0)
                scaled = (inputs - inputs[rows].mean(axis=0)) / np.where(spread > 0, spread, 1)
                nearest = ((scaled[test][:, None] - scaled[train]) ** 2).sum(axis=2).argmin(axis=1)
                scores.append(float((labels[train][nearest] == labels[test]).mean()))
            gains.append(scores[1] - scores[0])
        change = statistics.mean(gains, least=LEAST)
        finding = f"{name}: {len(gains)} splits of 60 examples for training and 100 for the test, nearest neighbour"
        title = "accuracy, statistics of all minus those of training"
        effect = Effect(title, change.estimate, change.low, change.high, "", LEAST)
        verdicts = {"negligible": Truth.TRUE, "above": Truth.FALSE, "below": Truth.FALSE}
        verdict = verdicts.get(change.verdict, Truth.UNDECIDED)
        return Evidence(verdict, Route.EXPERIMENT, finding, effect, 2 * len(gains), 1)


def _normalised(values: list[Fraction], sample: list[Fraction]) -> list[Fraction]:
    """Return (x − mean)²/variance with the sign of x − mean, which needs no root."""
    mean = sum(sample, Fraction()) / len(sample)
    variance = sum(((x - mean) ** 2 for x in sample), Fraction()) / len(sample)
    return [(x - mean) * abs(x - mean) / variance for x in values]
