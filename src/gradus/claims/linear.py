"""Linear classifiers: weights that start at zero, and weights that are tripled."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar, final

from gradus.answers import Truth
from gradus.claim import Claim, Effect, Effort, Evidence, Route, assume, undecided

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


@final
@dataclass(frozen=True, kw_only=True)
class ZeroInitialisedClassifier(Claim):
    """A softmax classifier that starts at zero: its first gradient Xᵀ(1/K − Y)/n vanishes for equal class means.

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 8.4 (symmetry concerns hidden units).
    """

    subject: ClassVar[str] = "linear classifiers"
    data: str = assume("any", "balanced classes of equal means")

    def statement(self) -> str:
        """Return the statement."""
        return "If weights and biases of a linear classifier start at zero, all entries of its final $W$ are the same."

    def decide(self, effort: Effort) -> Evidence:
        """Compute the first gradient in exact fractions on every data set of a small grid."""
        points = list(product((0, 1), repeat=2))
        looked, ruled = 0, True
        for size in (2, 4):
            for inputs in product(points, repeat=size):
                labels = [0, 1] * (size // 2)
                if self.data != "any" and _mean(inputs, labels, 0) != _mean(inputs, labels, 1):
                    continue
                looked += 1
                gradient = _first_gradient(inputs, labels)
                means = zip(_mean(inputs, labels, 0), _mean(inputs, labels, 1), strict=True)
                ruled = ruled and gradient == [[(b - a) / 4, (a - b) / 4] for a, b in means]
                if len({entry for row in gradient for entry in row}) > 1:
                    shown = [[str(entry) for entry in row] for row in gradient]
                    finding = (
                        f"inputs {inputs} with labels {labels}: the first gradient is {shown}, so after one step W is "
                        "not constant"
                    )
                    return Evidence(Truth.FALSE, Route.COUNTEREXAMPLE, finding, networks=looked)
        finding = (
            "the first gradient is a quarter of the difference of the classes' means: where they are equal training "
            f"never leaves W = 0; so it is on all {looked} such data sets of a grid, in exact fractions"
        )
        if not ruled:
            return undecided(f"on {looked} data sets the first gradient is zero, but not by the rule")
        return Evidence(Truth.TRUE, Route.PROOF, finding, networks=looked)

    def witness(self, effort: Effort) -> Evidence:
        """Train by gradient descent on real data, or on data made to have equal class means."""
        import numpy as np
        from sklearn.datasets import load_digits, load_iris

        steps, spread, sets = effort.choose(20, 100, 1000), [], []
        if self.data == "any":
            sets = [load_digits(return_X_y=True), load_iris(return_X_y=True)]
        else:
            source = np.random.default_rng(effort.seed("equal means"))
            half = source.integers(-4, 5, size=(40, 6)).astype(float)
            mirrored = np.concatenate([half, -half])  # each class holds every point with its opposite
            sets = [(np.concatenate([mirrored, 2 * mirrored]), np.repeat([0, 1], 80))]
        for inputs, labels in sets:
            weights = _descend(np.asarray(inputs) / np.abs(inputs).max(), np.eye(labels.max() + 1)[labels], steps)
            spread.append(float(np.ptp(weights)))
        same = max(spread) < 1e-12
        finding = f"after {steps} steps from zero the entries of W spread over {', '.join(f'{s:.3g}' for s in spread)}"
        route = Route.EXPERIMENT if same else Route.COUNTEREXAMPLE
        return Evidence(Truth.of(same), route, finding, networks=len(sets), populations=len(sets))


def _mean(inputs: Any, labels: list[int], label: int) -> tuple[Fraction, ...]:
    chosen = [point for point, given in zip(inputs, labels, strict=True) if given == label]
    return tuple(Fraction(sum(column), len(chosen)) for column in zip(*chosen, strict=True))


def _first_gradient(inputs: Any, labels: list[int]) -> list[list[Fraction]]:
    """Return the gradient of the mean cross-entropy at W = 0, features × 2 classes: every probability is 1/2."""
    errors = [[Fraction(1, 2) - (label == k) for k in (0, 1)] for label in labels]
    return [
        [sum((x[j] * e[k] for x, e in zip(inputs, errors, strict=True)), Fraction()) / len(labels) for k in (0, 1)]
        for j in range(len(inputs[0]))
    ]


def _descend(inputs: Array, targets: Array, steps: int) -> Array:
    """Return the weights of a softmax classifier with biases after gradient descent from zero at rate 1."""
    import numpy as np
    from scipy.special import softmax

    weights, biases = np.zeros((inputs.shape[1], targets.shape[1])), np.zeros(targets.shape[1])
    for _ in range(steps):
        errors = (softmax(inputs @ weights + biases, axis=1) - targets) / len(inputs)
        weights, biases = weights - inputs.T @ errors, biases - errors.sum(axis=0)
    return weights


@final
@dataclass(frozen=True, kw_only=True)
class TripledWeights(Claim):
    """W → 3W in a softmax classifier that is right on every training example.

    Without a bias every margin triples, and log(1 + Σ exp(−c·margin)) falls in c while margins are positive; a bias
    that is not scaled moves the boundary. Source: Soudry et al., The implicit bias of gradient descent, section 2.
    """

    subject: ClassVar[str] = "linear classifiers"
    bias: str = assume("unscaled", "none", "scaled too")
    ties: str = assume("count as wrong", "count as right")

    def statement(self) -> str:
        """Return the statement."""
        return (
            "A softmax classifier with 100 % training accuracy keeps its accuracy, and lowers its unregularised "
            "cross-entropy, when $W$ becomes $3W$."
        )

    def decide(self, effort: Effort) -> Evidence:
        """Look through every classifier of small whole numbers on every pair of examples, in exact order of margins."""
        looked, tripled = 0, True
        sizes = sorted(product(range(-3, 4), repeat=4), key=lambda numbers: sum(map(abs, numbers)))
        for weight, offset, first, second in sizes:
            bias = 0 if self.bias == "none" else offset
            if self.bias == "none" and offset:
                continue
            before = [label * (weight * x + bias) for label, x in ((-1, first), (1, second))]
            least = 0 if self.ties == "count as right" else 1
            if min(before) < least:
                continue
            looked += 1
            factor = 3 if self.bias == "scaled too" else 1
            after = [label * (3 * weight * x + factor * bias) for label, x in ((-1, first), (1, second))]
            tripled = tripled and after == [3 * margin for margin in before]
            # the logistic loss of an example falls exactly when its margin grows
            worse = [(b, a) for b, a in zip(before, after, strict=True) if a < b]
            if min(after) < least or len(worse) == 2 or before == after:
                finding = f"w = {weight}, b = {bias}, x = {first} and {second}: the margins {before} become {after}"
                return Evidence(Truth.FALSE, Route.COUNTEREXAMPLE, finding, networks=looked)
        if not tripled:
            return undecided(f"{looked} classifiers of small whole numbers neither refute it nor triple all margins")
        finding = (
            "each margin is a sum of products with the weights, so it triples, and the loss falls as margins grow; "
            f"so it is for all {looked} classifiers of small whole numbers that are right"
        )
        return Evidence(Truth.TRUE, Route.PROOF, finding, networks=looked)

    def witness(self, effort: Effort) -> Evidence:
        """Fit scikit-learn's logistic regression to separable data and triple its weights."""
        from gradus.lab import statistics

        kept = looked = 0
        worst = ""
        if self.ties == "count as right":
            return self._tied()
        for inputs, labels in _separable(effort, offset=self.bias != "none"):
            found = _fitted(inputs, labels, intercept=self.bias != "none")
            if found is None:
                continue
            weights, biases = found
            looked += 1
            losses, right = [], []
            for factor in (1, 3):
                logits = inputs @ (factor * weights) + biases * (factor if self.bias == "scaled too" else 1)
                loss, accuracy = _scores(logits, labels)
                losses.append(loss)
                right.append(accuracy)
            if right[1] == 1 and losses[1] < losses[0]:
                kept += 1
            else:
                worst = f"; once accuracy 1 became {right[1]:.2f} and the loss {losses[0]:.3g} became {losses[1]:.3g}"
        if not looked:
            return undecided("no classifier reached 100 % accuracy")
        share = statistics.share([True] * kept + [False] * (looked - kept))
        finding = f"it holds for {kept} of {looked} fitted classifiers{worst}"
        effect = Effect("share for which it holds", share.estimate, share.low, share.high, "")
        return Evidence(Truth.of(kept == looked), Route.EXPERIMENT, finding, effect, networks=looked, populations=2)

    def _tied(self) -> Evidence:
        """Take W = 0 on one class, right by the rule of ties alone, and triple it."""
        import numpy as np

        inputs, labels, weights = np.arange(6.0).reshape(3, 2), np.zeros(3, dtype=int), np.zeros((2, 2))
        (before, right), (after, still) = (_scores(inputs @ (c * weights), labels) for c in (1, 3))
        finding = (
            f"W = 0 predicts the first class of a tie: on that class accuracy {right:.0%} becomes {still:.0%} and the "
            f"loss {before:.3f} becomes {after:.3f}"
        )
        if right < 1:
            return undecided(finding)
        holds = still == 1 and after < before
        return Evidence(Truth.of(holds), Route.EXPERIMENT if holds else Route.COUNTEREXAMPLE, finding, networks=1)


def _separable(effort: Effort, offset: bool) -> list[tuple[Array, Array]]:
    """Return small sets that a linear classifier gets right: digits, and two clouds – far from the origin, if asked."""
    import numpy as np
    from sklearn.datasets import load_digits

    source = np.random.default_rng(effort.seed("separable"))
    images, digits = load_digits(return_X_y=True)
    sets = []
    for _ in range(effort.choose(2, 4, 30)):
        chosen = source.choice(len(images), size=100, replace=False)
        sets.append((images[chosen] / 16, digits[chosen]))
        labels = np.repeat([0, 1], 30)
        centres = (
            np.where(labels[:, None] == 0, [10.0, 0.0], [12.0, 0.0]) if offset else (2 * labels[:, None] - 1) * 4.0
        )
        sets.append((centres + source.uniform(-0.5, 0.5, size=(60, 2)), labels))
    return sets


def _fitted(inputs: Array, labels: Array, intercept: bool) -> tuple[Array, Array] | None:
    """Return weights and biases of a classifier with 100 % accuracy, one column a class; None if it has less."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=100.0, fit_intercept=intercept, max_iter=300, tol=1e-3).fit(inputs, labels)
    if model.score(inputs, labels) < 1:
        return None
    weights, biases = model.coef_.T, np.atleast_1d(model.intercept_)
    if weights.shape[1] == 1:  # two classes are fitted as one column
        weights, biases = np.hstack([-weights, weights]) / 2, np.hstack([-biases, biases]) / 2
    return weights, biases


def _scores(logits: Array, labels: Array) -> tuple[float, float]:
    """Return mean cross-entropy and accuracy."""
    import numpy as np
    from scipy.special import log_softmax

    places = np.unique(labels, return_inverse=True)[1]
    loss = -float(log_softmax(logits, axis=1)[np.arange(len(labels)), places].mean())
    return loss, float((logits.argmax(axis=1) == places).mean())
