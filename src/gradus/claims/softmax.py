"""What softmax keeps when its inputs are scaled or shifted."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import ClassVar, final

from gradus.answers import Truth
from gradus.claim import Claim, Effort, Evidence, Route, assume


@final
@dataclass(frozen=True, kw_only=True)
class SoftmaxScaling(Claim):
    """Softmax under y → c·y or y → y + c: log-odds are differences of logits, so a shift cancels and a scale does not.

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 4.1.
    """

    subject: ClassVar[str] = "softmax"
    change: str = assume("scale", "shift")
    compared: str = assume("probabilities", "predicted class of positive factors")

    def statement(self) -> str:
        """Return the statement."""
        changed = {"scale": r"c \cdot y", "shift": "y + c"}[self.change]
        if self.compared == "probabilities":
            return rf"$\mathrm{{softmax}}(y) = \mathrm{{softmax}}({changed})$ for every real number $c$."
        return rf"$\mathrm{{softmax}}(y)$ and $\mathrm{{softmax}}({changed})$ predict the same class for every $c > 0$."

    def decide(self, effort: Effort) -> Evidence:
        """Compare log-odds, or the order of logits, exactly on a grid; the smallest vector that differs counts."""
        grid = sorted(product(range(-3, 4), repeat=3), key=lambda point: sum(map(abs, point)))
        positive = self.compared != "probabilities"
        factors = sorted({Fraction(n, d) for d in (1, 2, 3) for n in range(1 if positive else -6, 7)}, key=abs)
        for logits in grid:
            for factor in factors:
                changed = [factor * y if self.change == "scale" else y + factor for y in logits]
                if not self._same(logits, changed):
                    finding = f"y = {logits} and c = {factor}: the log-odds {_odds(logits)} become {_odds(changed)}"
                    return Evidence(Truth.FALSE, Route.COUNTEREXAMPLE, finding, networks=len(grid))
        rule = "yᵢ − yⱼ" if self.change == "shift" else "the sign of yᵢ − yⱼ"
        finding = f"{rule} is the same before and after for every pair, on {len(grid)} vectors in exact fractions too"
        return Evidence(Truth.TRUE, Route.PROOF, finding, networks=len(grid))

    def witness(self, effort: Effort) -> Evidence:
        """Compare SciPy's softmax in floating point on random vectors of many lengths and magnitudes."""
        import numpy as np
        from scipy.special import softmax

        source = np.random.default_rng(effort.seed("softmax scaling"))
        worst, changed, count = 0.0, 0, effort.choose(200, 2000, 20000)
        for _ in range(count):
            logits = source.normal(size=source.integers(2, 9)) * 10.0 ** source.uniform(-1, 1)
            factor = source.uniform(0.1, 5) if self.compared != "probabilities" else source.normal() * 3
            after = softmax(logits * factor if self.change == "scale" else logits + factor)
            worst = max(worst, float(np.abs(softmax(logits) - after).max()))
            changed += int(np.argmax(logits) != np.argmax(after))
        same = changed == 0 if self.compared != "probabilities" else worst < 1e-12
        finding = (
            f"{count} random vectors: a probability changed by up to {worst:.2g}, the predicted class {changed} times"
        )
        route = Route.EXPERIMENT if same else Route.COUNTEREXAMPLE
        return Evidence(Truth.of(same), route, finding, networks=count)

    def _same(self, before: tuple[int, ...], after: list[Fraction]) -> bool:
        if self.compared == "probabilities":
            return _odds(before) == _odds(after)
        return [y == max(before) for y in before] == [y == max(after) for y in after]


def _odds(logits: tuple[int, ...] | list[Fraction]) -> str:
    return ", ".join(str(y - logits[-1]) for y in logits[:-1])
