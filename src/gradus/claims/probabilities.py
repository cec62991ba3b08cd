"""Outputs that are probabilities: what softmax gives, and what sampling does to them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import ClassVar, final

from gradus.answers import Truth
from gradus.claim import Claim, Effort, Evidence, Route, assume, undecided


@final
@dataclass(frozen=True, kw_only=True)
class SoftmaxDistribution(Claim):
    """Softmax gives numbers between 0 and 1 that sum to 1: a mass function over classes, no density.

    Source: Bishop, Pattern Recognition and Machine Learning, section 4.3.4.
    """

    subject: ClassVar[str] = "softmax"
    called: str = assume("probability mass function", "probability density")

    def statement(self) -> str:
        """Return the statement."""
        return f"The outputs of softmax over classes are a {self.called}: each lies in 0 to 1, and their sum is 1."

    def decide(self, effort: Effort) -> Evidence:
        """Form bᵃ/Σbᶜ with a rational base b in place of e, and add up what each class gets, exactly.

        A mass function counts points; a density is integrated, and a single point has length 0.
        """
        size = 0 if self.called == "probability density" else 1  # of one class, in the measure
        vectors = list(product(range(-3, 4), repeat=3))
        for powers in vectors:
            weights = [Fraction(11, 4) ** power for power in powers]  # any base above 1 has the argument of e
            shares = [weight / sum(weights) for weight in weights]
            total = sum(share * size for share in shares)
            if total != 1 or not all(0 < share < 1 for share in shares):
                shown = ", ".join(map(str, shares))
                finding = f"softmax gives shares such as {shown}: as a {self.called} their total is {total}"
                if not size:
                    finding += ", since a density has mass 0 at every single point"
                return Evidence(Truth.FALSE, Route.COUNTEREXAMPLE, finding, networks=len(vectors))
        finding = (
            "each share is a positive number over the sum of all of them, so it lies in 0 to 1 and their total is 1; "
            f"so it is for {len(vectors)} vectors in exact fractions"
        )
        return Evidence(Truth.TRUE, Route.PROOF, finding, networks=len(vectors))

    def witness(self, effort: Effort) -> Evidence:
        """Let SciPy accept the outputs as a discrete distribution, and ask what a density would give a single class."""
        import numpy as np
        from scipy.special import softmax
        from scipy.stats import gaussian_kde, rv_discrete

        source = np.random.default_rng(effort.seed("softmax outputs"))
        count = effort.choose(20, 100, 2000)
        accepted, point = 0, 0.0
        for _ in range(count):
            shares = softmax(source.normal(size=5) * 3)
            law = rv_discrete(values=(np.arange(5), shares))
            accepted += bool(np.isclose(law.pmf(np.arange(5)).sum(), 1))
            if self.called == "probability density":
                density = gaussian_kde(np.arange(5), weights=shares)
                point = max(point, float(density.integrate_box_1d(2, 2)))
        if self.called == "probability density":
            finding = f"a density gives the single class at most {point:.1g}, softmax gives it its share: they differ"
            return Evidence(Truth.of(point > 0), Route.EXPERIMENT, finding, networks=count)
        finding = f"SciPy accepts {accepted} of {count} outputs as discrete distributions with total 1"
        return Evidence(Truth.of(accepted == count), Route.EXPERIMENT, finding, networks=count)


@final
@dataclass(frozen=True, kw_only=True)
class ResampledThreshold(Claim):
    """A classifier trained after dropping negatives at random, keeping the share β, must decide at 1/(1 + β).

    Source: Elkan, The foundations of cost-sensitive learning (2001), theorem 2.
    """

    subject: ClassVar[str] = "resampled classes"
    metric: str = assume("accuracy", "balanced accuracy")

    def statement(self) -> str:
        """Return the statement."""
        return (
            "After negatives were dropped at random in training, the threshold for a positive must be raised above "
            f"$1/2$ at test time, for the best {self.metric}."
        )

    def decide(self, effort: Effort) -> Evidence:
        """Count cells of positives and negatives before and after the dropping, in exact fractions.

        The best cut is the score of a cell where both calls are as good; every other cell must lie on its side of it.
        """
        looked = cells = 0
        for kept in (Fraction(n, 12) for n in range(1, 12)):
            for prevalence in (Fraction(n, 16) for n in range(1, 8)):  # positives are the minority
                looked += 1
                # what a call is worth: each example, or each in the share of its class
                worth = (1 / prevalence, 1 / (1 - prevalence)) if self.metric == "balanced accuracy" else (1, 1)
                cut = _score(Fraction(worth[1]), Fraction(worth[0]), kept)
                for positives, negatives in product(range(1, 7), repeat=2):
                    cells += 1
                    better = positives * worth[0] - negatives * worth[1]
                    if (better > 0) != (_score(Fraction(positives), Fraction(negatives), kept) > cut):
                        return undecided(f"with β = {kept} and prevalence {prevalence} no single cut is best")
                if cut <= Fraction(1, 2):
                    finding = f"with β = {kept} and prevalence {prevalence} the best cut on the sampled scores is {cut}"
                    return Evidence(Truth.FALSE, Route.COUNTEREXAMPLE, finding, networks=looked)
                if self.metric == "accuracy" and cut != 1 / (1 + kept):
                    return undecided(f"with β = {kept} the best cut is {cut}, and not 1/(1 + β)")
        rule = "exactly 1/(1 + β), which is above 1/2" if self.metric == "accuracy" else "above 1/2"
        finding = f"for {looked} pairs of β and prevalence, {cells} cells of examples in all, the best cut is {rule}"
        return Evidence(Truth.TRUE, Route.PROOF, finding, networks=looked)

    def witness(self, effort: Effort) -> Evidence:
        """Train scikit-learn's classifier on the sampled set and find the best threshold on fresh data."""
        import numpy as np
        from sklearn.linear_model import LogisticRegression

        source = np.random.default_rng(effort.seed("resampled"))
        best = []
        for _ in range(effort.choose(4, 8, 60)):
            labels = (source.random(24000) < 0.05).astype(int)
            points = source.normal(size=(24000, 2)) + 1.2 * labels[:, None]
            kept = (labels == 1) | (source.random(24000) < 1 / 19)  # 50 : 50 afterwards
            train, test = slice(0, 12000), slice(12000, None)
            model = LogisticRegression().fit(points[train][kept[train]], labels[train][kept[train]])
            scores, truth = model.predict_proba(points[test])[:, 1], labels[test]
            cuts = np.linspace(0.02, 0.98, 97)
            called = scores[:, None] > cuts
            found, spared = called[truth == 1].mean(axis=0), 1 - called[truth == 0].mean(axis=0)
            share = 0.5 if self.metric == "balanced accuracy" else truth.mean()
            best.append(float(cuts[int(np.argmax(share * found + (1 - share) * spared))]))
        low, high = float(np.min(best)), float(np.max(best))
        holds = float(np.median(best)) > 0.6
        finding = f"the best thresholds of {len(best)} classifiers lie in {low:.2f} to {high:.2f}; 1/(1 + 1/19) is 0.95"
        return Evidence(Truth.of(holds), Route.EXPERIMENT, finding, networks=len(best), populations=1)


def _score(positives: Fraction, negatives: Fraction, kept: Fraction) -> Fraction:
    """Return the share of positives in a cell when of its negatives a share is kept."""
    return positives / (positives + kept * negatives)
