"""What resampling of a class does to probabilities, and how it is undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Real
from gradus.arithmetic import HALF, real, recognise_rounded, show, tex
from gradus.domains import Ratios
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.oracle import rationals, resampling
from gradus.parameters import Among, Between, among, between, drawn

OPEN = Ratios(Fraction(1, 1000), Fraction(999, 1000))
KEPT = tuple(map(Fraction, ("1/2", "1/3", "1/4", "0.2", "0.3", "0.4", "1/8", "0.1", "0.05", "0.04", "0.02", "0.01")))
SCORES = tuple(Fraction(n, 20) for n in range(4, 20))


@final
@dataclass(frozen=True, kw_only=True)
class PriorCorrection(Family):
    """Training share, threshold and probability of a classifier that was trained on a share of the negatives only.

    Source: Dal Pozzolo, Caelen, Johnson and Bontempi, Calibrating probability with undersampling for unbalanced
    classification (IEEE SSCI 2015), sections II and III; Elkan (IJCAI 2001), theorem 2.

    >>> variant = PriorCorrection(positives=10, negatives=90, kept=Fraction(1, 9), score=Fraction(1, 2), cut=HALF)
    >>> [str(answer) for answer in variant.key().values()]
    ['0.5', '0.9', '0.1']
    """

    parts: ClassVar[tuple[str, ...]] = ("share", "threshold", "probability")

    positives: int = between(10, 200, step=10, allowed=Between(1, 100_000))
    negatives: int = between(1200, 12_000, step=600, allowed=Between(1, 10_000_000))
    kept: Fraction = drawn(Among(KEPT), OPEN)
    score: Fraction = drawn(Among(SCORES), OPEN)
    cut: Fraction = among(HALF, HALF, HALF, Fraction(1, 5), Fraction(1, 4), allowed=OPEN)

    def check(self) -> Iterator[Fault]:
        """Demand that a whole number of negatives is kept."""
        if (self.negatives * self.kept).denominator != 1:
            rule = f"leaves no whole number of the {self.negatives} negatives"
            yield Fault("PriorCorrection", "kept", show(self.kept), rule, "choose numbers that fit together")

    def prompt(self) -> str:
        """State what was kept, then ask."""
        original = f"{self.positives}$ positive and ${self.negatives}"
        return (
            f"A data set has ${original}$ negative examples. For training, all positive ones are kept, and of the "
            f"negative ones a share of $\\beta = {tex(self.kept)}$, chosen at random. On the data that are left, the "
            "classifier tells the probability of the positive class rightly.\n\n"
            "Which **share** of the training data is positive? On the original data an example is to be taken for "
            f"positive when its true probability there is at least ${tex(self.cut)}$: which **threshold** on the "
            f"classifier's output does that? And if the output is ${tex(self.score)}$, what is the **probability** on "
            "the original data? Give exact fractions or decimals that end."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms: the odds are multiplied by β on the way back."""
        kept = self.kept * self.negatives
        return {
            "share": Real(self.positives / (self.positives + kept)),
            "threshold": Real(_forward(self.cut, self.kept)),
            "probability": Real(_back(self.score, self.kept)),
        }

    def witness(self) -> Mapping[str, Answer]:
        """Count in a population; for the threshold, look for the group with the stated share."""
        share = resampling.positive_share(self.positives, resampling.survivors(self.negatives, self.kept))
        cut, beta = self.cut, self.kept
        found = rationals.crossing(lambda score: resampling.share_before(score, beta) - cut)
        return {
            "share": Real(share),
            "threshold": Real(found),
            "probability": Real(resampling.share_before(self.score, self.kept)),
        }

    def mistakes(self) -> Iterator[Mistake]:
        """Name corrections that go the wrong way, or half of it."""
        p, n, beta, score, cut = self.positives, self.negatives, self.kept, self.score, self.cut
        yield real("share", "share_before", Fraction(p, p + n), "That is the share before negatives were dropped.")
        told = "The share kept is of the negatives; the positives were all kept."
        yield real("share", "share_divided", Fraction(p, p + n) / beta, told)
        yield real("share", "ratio_for_share", p / (beta * n), "A share is of all, not of the negatives alone.", HALF)
        told = "The classifier saw too few negatives, so its outputs are too high: the threshold on them changes."
        yield real("threshold", "unchanged", cut, told)
        told = "The wrong way: fewer negatives raise the outputs, and so the threshold on them."
        yield real("threshold", "wrong_way", _back(cut, beta), told, HALF)
        yield real("threshold", "complement", 1 - _forward(cut, beta), "That is one minus the threshold.", HALF)
        told = "The odds change by β, not the probability."
        yield real("threshold", "probability_scaled", cut / beta, told)
        told = "The output is right on what was left for training only; on the original data it is too high."
        yield real("probability", "uncorrected", score, told)
        told = "The odds, not the probability, are multiplied by β."
        yield real("probability", "probability_scaled", beta * score, told)
        told = "The wrong way: on the original data there are more negatives, so the probability is lower."
        yield real("probability", "wrong_way", _forward(score, beta), told, HALF)
        told = "These are the odds; the probability is odds divided by one plus odds."
        yield real("probability", "odds_for_probability", beta * score / (1 - score), told, HALF)

    def recognise(self, part: str, answer: Answer) -> Mistake | None:
        """Recognise a rounded fraction."""
        return recognise_rounded(part, self.key()[part], answer)

    def working(self) -> str:
        """Write out the counts and the odds."""
        key, beta, kept = self.key(), show(self.kept), show(self.kept * self.negatives)
        p, t = show(self.score), show(self.cut)
        return "\n".join(
            (
                f"negatives kept: {beta}·{self.negatives} = {kept}",
                f"share: {self.positives}/({self.positives} + {kept}) = {key['share']}",
                f"dropping negatives divides the odds p/(1 - p) by β = {beta}",
                f"threshold: {t}/({t} + {beta}·(1 - {t})) = {key['threshold']}",
                f"probability: {beta}·{p}/({beta}·{p} + 1 - {p}) = {key['probability']}",
            )
        )


def _forward(probability: Fraction, kept: Fraction) -> Fraction:
    """Return what a true probability becomes after a share of the negatives is kept."""
    return probability / (probability + kept * (1 - probability))


def _back(score: Fraction, kept: Fraction) -> Fraction:
    """Return the true probability behind an output on resampled data."""
    return kept * score / (kept * score + 1 - score)
