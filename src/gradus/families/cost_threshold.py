"""Thresholds where errors cost differently: in expectation, and on a table of scored examples."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count, Real
from gradus.arithmetic import HALF, count, listed, real, recognise_rounded, show, tex
from gradus.domains import Lists, Ratios
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.oracle import examples, rationals
from gradus.parameters import Among, Between, between, drawn

PROBABILITY = Ratios(Fraction(0), Fraction(1))
HUNDREDTHS = Among(tuple(Fraction(n, 100) for n in range(4, 97) if n % 10))
TENTHS = tuple(Fraction(n, 10) for n in range(1, 10, 2))


@final
@dataclass(frozen=True, kw_only=True)
class CostThreshold(Family):
    """Threshold of least cost where errors cost differently: in expectation, and on a table of scored examples.

    Source: Elkan, The foundations of cost-sensitive learning (IJCAI 2001), section 1.2.

    >>> scores = tuple(Fraction(n, 100) for n in (15, 42, 35, 64, 88))
    >>> variant = CostThreshold(false_positive=1, false_negative=4, scores=scores, labels=(0, 1, 0, 0, 1))
    >>> [str(answer) for answer in variant.key().values()]
    ['0.2', '0.3', '2']
    """

    parts: ClassVar[tuple[str, ...]] = ("threshold", "best", "cost")

    false_positive: int = between(1, 20, allowed=Between(1, 1000))
    false_negative: int = between(1, 20, allowed=Between(1, 1000))
    scores: tuple[Fraction, ...] = drawn(Lists(8, 8, HUNDREDTHS), Lists(2, 40, PROBABILITY))
    labels: tuple[int, ...] = drawn(Lists(8, 8, Between(0, 1)), Lists(2, 40, Between(0, 1)))
    thresholds: tuple[Fraction, ...] = TENTHS

    def check(self) -> Iterator[Fault]:
        """Demand a label for each score, thresholds to choose among, and one of them that costs least."""
        if len(self.labels) != len(self.scores):
            rule = f"must be as many as the {len(self.scores)} scores"
            yield Fault("CostThreshold", "labels", None, rule, "give each example its label")
            return
        if len(set(self.thresholds)) < 2 or not all(0 < t <= 1 for t in self.thresholds):
            rule = "must be at least two different ones, above 0 and up to 1"
            yield Fault("CostThreshold", "thresholds", None, rule, "write [0.3, 0.5, 0.7]")
            return
        costs = self._costs(self.false_positive, self.false_negative)
        best = [t for t in self.thresholds if costs[t] == min(costs.values())]
        if len(best) > 1:
            rule = f"cost {min(costs.values())} at {' and at '.join(map(show, best))} alike"
            yield Fault("CostThreshold", "thresholds", None, rule, "change a score or a threshold")

    def is_sensible(self) -> bool:
        """Draw unequal costs, several examples of each class, and scores that tell something of the class."""
        positive = [score for score, label in zip(self.scores, self.labels, strict=True) if label]
        negative = [score for score, label in zip(self.scores, self.labels, strict=True) if not label]
        if self.false_positive == self.false_negative or min(len(positive), len(negative)) < 3:
            return False
        better = sum(positive) * len(negative) > sum(negative) * len(positive)
        return better and len(set(self.scores)) == len(self.scores)

    def prompt(self) -> str:
        """Give costs, table and thresholds."""
        return (
            "A classifier tells the probability of the positive class. An example is taken for positive when that "
            f"probability is at least a threshold. A false positive costs ${self.false_positive}$, a false negative "
            f"${self.false_negative}$, a right decision nothing.\n\n"
            "If the probabilities are right (calibrated), from which **threshold** on does taking an example for "
            "positive cost no more in expectation than taking it for negative? Give an exact fraction.\n\n"
            f"On these examples (label 1 is positive)\n\n{self._table()}\n\nwhich of the thresholds "
            f"{', '.join(f'${tex(t)}$' for t in self.thresholds)} costs least in all (**best**), and how much does it "
            "cost there (**cost**)?"
        )

    def _table(self) -> str:
        shown = [show(score) for score in self.scores]
        wide = max(map(len, shown))
        scores = "  ".join(text.rjust(wide) for text in shown)
        labels = "  ".join(str(label).rjust(wide) for label in self.labels)
        return f"```text\nprobability  {scores}\nlabel        {labels}\n```"

    def _costs(self, false_positive: int, false_negative: int) -> dict[Fraction, int]:
        """Return what each threshold costs, from sorted scores: positives below it, negatives from it on."""
        by_label: tuple[list[Fraction], list[Fraction]] = ([], [])
        for score, label in sorted(zip(self.scores, self.labels, strict=True)):
            by_label[label].append(score)
        negative, positive = by_label
        return {
            t: false_negative * bisect_left(positive, t) + false_positive * (len(negative) - bisect_left(negative, t))
            for t in self.thresholds
        }

    def key(self) -> Mapping[str, Answer]:
        """Use the closed form; on the table, count by sorted scores."""
        costs = self._costs(self.false_positive, self.false_negative)
        best = min(costs, key=costs.__getitem__)
        threshold = Fraction(self.false_positive, self.false_positive + self.false_negative)
        return {"threshold": Real(threshold), "best": Real(best), "cost": Count(costs[best])}

    def witness(self) -> Mapping[str, Answer]:
        """Compare expected costs at one probability after the other; decide the examples one by one."""
        wrong = {(0, 1): self.false_positive, (1, 0): self.false_negative}
        even = rationals.crossing(lambda p: p * wrong[1, 0] - (1 - p) * wrong[0, 1])
        table = list(zip(self.scores, self.labels, strict=True))
        costs = [examples.cost(table, threshold, wrong) for threshold in self.thresholds]
        best = examples.least(costs)
        return {"threshold": Real(even), "best": Real(self.thresholds[best]), "cost": Count(costs[best])}

    def mistakes(self) -> Iterator[Mistake]:
        """Name costs that are swapped, left out, or put in a ratio."""
        a, b = self.false_positive, self.false_negative
        told = "The other way round: a dear false negative lowers the threshold."
        yield real("threshold", "costs_swapped", Fraction(b, a + b), told, HALF)
        yield real("threshold", "costs_ignored", HALF, "One half is best only if both errors cost the same.")
        told = "These are the odds at the threshold; as a probability they are divided by one plus the odds."
        yield real("threshold", "odds_for_probability", Fraction(a, b), told, HALF)
        costs = self._costs(a, b)
        errors, turned = self._costs(1, 1), self._costs(b, a)
        fewest, least = min(errors, key=errors.__getitem__), min(turned, key=turned.__getitem__)
        told = "That is the threshold with the fewest errors, but they do not cost the same."
        yield real("best", "fewest_errors", fewest, told)
        told = "That costs least if the two costs are swapped."
        yield real("best", "costs_swapped", least, told, HALF)
        theory = Fraction(a, a + b)
        nearest = min(self.thresholds, key=lambda t: abs(t - theory))
        told = "That is near the threshold of right probabilities; on this table another one costs less."
        yield real("best", "nearest_to_theory", nearest, told)
        yield count("cost", "fewest_errors", costs[fewest], "The threshold with the fewest errors costs more.")
        yield count("cost", "errors_counted", min(errors.values()), "Errors are to be weighed by their costs.")
        yield count("cost", "costs_swapped", turned[least], "The two costs are swapped.", HALF)
        yield count("cost", "at_one_half", self._cost_at(HALF), "That is the cost at the threshold of one half.")

    def _cost_at(self, threshold: Fraction) -> int:
        wrong = {(0, True): self.false_positive, (1, False): self.false_negative}
        return sum(wrong.get((label, p >= threshold), 0) for p, label in zip(self.scores, self.labels, strict=True))

    def recognise(self, part: str, answer: Answer) -> Mistake | None:
        """Recognise a rounded fraction."""
        return recognise_rounded(part, self.key()[part], answer) if part == "threshold" else None

    def working(self) -> str:
        """Compare the expected costs, and tabulate."""
        a, b, key = self.false_positive, self.false_negative, self.key()
        errors, alarms = self._costs(0, 1), self._costs(1, 0)
        lines = [
            f"positive costs no more where (1 - p)·{a} ≤ p·{b}, so from p = {a}/({a} + {b}) on",
            f"threshold: {key['threshold']}",
        ]
        for t in self.thresholds:
            sums = f"{alarms[t]}·{a} + {errors[t]}·{b} = {alarms[t] * a + errors[t] * b}"
            lines.append(f"at {show(t)}: {alarms[t]} false positives, {errors[t]} false negatives, {sums}")
        return "\n".join([*lines, f"least of {listed(self._costs(a, b).values())}", f"best: {key['best']}",
                          f"cost: {key['cost']}"])  # fmt: skip
