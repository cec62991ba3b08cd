"""Softmax and cross-entropy when logits are scaled or shifted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Choice, Real
from gradus.arithmetic import HALF, NEAR, listed, near, real, show, tex
from gradus.domains import Lists, Ratios
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.oracle import softmaxes
from gradus.parameters import Among, Between, among, drawn

QUANTITIES = ("order", "probabilities", "loss", "gradient", "logsumexp", "odds")
CHANGED = {"shifted": ("logsumexp",), "scaled": tuple(name for name in QUANTITIES if name != "order")}
SMALLEST = 0.001
AMOUNTS = tuple(map(Fraction, ("2", "3", "-2", "-3", "0.5", "1.5", "2.5")))


@final
@dataclass(frozen=True, kw_only=True)
class SoftmaxScaling(Family):
    """Softmax probability and cross-entropy before and after logits are scaled or shifted, and what changes.

    A shift changes the log of the summed exponentials only. A scaling by a positive factor other than 1 changes all
    but the order, unless all logits are equal: exponentials of different fractions are linearly independent over the
    fractions (Lindemann and Weierstrass), so that no two of the sums agree by accident.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 4.1 and 6.2.2.3; for scaling, Hinton,
    Vinyals and Dean, Distilling the knowledge in a neural network (2015), section 2.

    >>> variant = SoftmaxScaling(logits=(0, 1, 3), target=2, action="shifted", amount=Fraction(2))
    >>> [str(answer) for answer in variant.key().values()]
    ['0.114195', '2.169846', '0.114195', '2.169846', 'logsumexp']
    """

    parts: ClassVar[tuple[str, ...]] = ("probability", "loss", "new_probability", "new_loss", "changes")

    logits: tuple[int, ...] = drawn(Lists(3, 4, Between(-4, 6)), Lists(2, 8, Between(-20, 20)))
    target: int = among(1, 2, 3, allowed=Between(1, 8))
    action: Literal["scaled", "shifted"] = among("scaled", "scaled", "shifted")
    amount: Fraction = drawn(Among(AMOUNTS), Ratios(Fraction(-20), Fraction(20), 100))

    def check(self) -> Iterator[Fault]:
        """Demand a target, logits that differ, and a scale that is positive and changes something."""
        if self.target > len(self.logits):
            rule = f"must be one of the {len(self.logits)} classes"
            yield Fault("SoftmaxScaling", "target", self.target, rule, "choose an earlier one")
        if len(set(self.logits)) == 1:
            yield Fault("SoftmaxScaling", "logits", None, "are all equal, so scaling changes nothing", "change one")
        if self.action == "scaled" and (self.amount <= 0 or self.amount == 1):
            rule = "must be positive and not 1 where logits are scaled"
            yield Fault("SoftmaxScaling", "amount", show(self.amount), rule, "write 2, or shift instead")
        if not self.amount:
            yield Fault("SoftmaxScaling", "amount", 0, "must not be 0", "write 2")
        if self.target <= len(self.logits) and min(self._loss(self.logits), self._loss(self._after())) < SMALLEST:
            rule = f"makes a loss below {SMALLEST}, too small to tell from 0"
            yield Fault("SoftmaxScaling", "logits", None, rule, "bring them closer together")

    def is_sensible(self) -> bool:
        """Draw losses that differ from 0 before and after."""
        return min(self._loss(self.logits), self._loss(self._after())) > 0.02

    def _after(self) -> list[Fraction]:
        move = self.amount
        return [z * move if self.action == "scaled" else z + move for z in self.logits]

    def prompt(self) -> str:
        """State logits, target and change; then explain each quantity."""
        change = rf"multiplied by ${tex(self.amount)}$"
        if self.action == "shifted":
            change = rf"{'raised' if self.amount > 0 else 'lowered'} by ${tex(abs(self.amount))}$"
        return (
            f"A classifier puts out the logits $z = ({', '.join(map(str, self.logits))})$; the true class is number "
            f"${self.target}$, counted from $1$. The loss is the cross-entropy of the softmax, with natural "
            "logarithms. Give the softmax **probability** of the true class and the **loss**. Then all logits are "
            f"{change}: give both anew (**new_probability**, **new_loss**). Three decimals are enough (within 0.001)."
            "\n\nWhich of these differ afterwards from what they were before (**changes**; name all that do): the "
            "`order` of the classes by probability, the `probabilities`, the `loss`, the `gradient` of the loss by the "
            "logits (as it stands at the logits fed to the softmax), `logsumexp` = $\\log \\sum_j e^{z_j}$, the `odds` "
            "$p_i / p_j$ of two classes?"
        )

    def key(self) -> Mapping[str, Answer]:
        """Sum exponentials of differences; a shift leaves these alone."""
        before = self._loss(self.logits)
        after = before if self.action == "shifted" else self._loss(self._after())
        return {
            "probability": near(math.exp(-before)),
            "loss": near(before),
            "new_probability": near(math.exp(-after)),
            "new_loss": near(after),
            "changes": Choice(frozenset(CHANGED[self.action]), QUANTITIES, several=True),
        }

    def _loss(self, logits: Sequence[Fraction | int]) -> float:
        """Return the cross-entropy from differences to the target's logit: log Σ exp(z_j - z_target)."""
        top, own = max(logits), logits[self.target - 1]
        return float(top - own) + math.log(math.fsum(math.exp(z - top) for z in logits))

    def witness(self) -> Mapping[str, Answer]:
        """Let SciPy evaluate both, and compare every quantity."""
        factor, shift = (float(self.amount), 0.0) if self.action == "scaled" else (1.0, float(self.amount))
        before = softmaxes.measure([float(z) for z in self.logits], self.target - 1)
        after = softmaxes.measure([factor * z + shift for z in self.logits], self.target - 1)
        values = (before.probabilities[self.target - 1], before.loss, after.probabilities[self.target - 1], after.loss)
        names = self.parts[:4]
        found = {name: Real(Fraction(round(v * 10**9), 10**9)) for name, v in zip(names, values, strict=True)}
        return {**found, "changes": Choice(frozenset(softmaxes.changed(before, after)), QUANTITIES, several=True)}

    def mistakes(self) -> Iterator[Mistake]:
        """Name other normalisations, logarithms and beliefs about invariance."""
        for prefix, logits in (("", list(map(Fraction, self.logits))), ("new_", self._after())):
            loss, own = self._loss(logits), logits[self.target - 1]
            told = "A softmax divides exponentials by their sum, not the logits themselves."
            if total := sum(logits):
                yield real(f"{prefix}probability", "logits_divided", own / total, told, within=NEAR)
            told = "That is the largest probability; the one of the true class is asked for."
            best = math.exp(max(logits) - own - loss)
            yield _real(f"{prefix}probability", "largest_instead", best, told)
            told = "That is the loss; the probability is e to the minus loss."
            yield _real(f"{prefix}probability", "loss_for_probability", loss, told)
            told = "Logarithms are natural here."
            yield _real(f"{prefix}loss", "logarithm_to_base_2", loss / math.log(2), told, HALF)
            yield _real(f"{prefix}loss", "logarithm_to_base_10", loss / math.log(10), told, HALF)
            yield _real(f"{prefix}loss", "sign", -loss, "The loss is minus the logarithm: it is positive.", HALF)
            yield _real(f"{prefix}loss", "probability_for_loss", math.exp(-loss), "Take minus its logarithm.")
        yield from self._beliefs()

    def _beliefs(self) -> Iterator[Mistake]:
        before = self._loss(self.logits)
        if self.action == "scaled":
            told = "Softmax does not care about a shift, but it does about a scale: differences of logits grow with it."
            yield _real("new_probability", "taken_as_unchanged", math.exp(-before), told)
            yield _real("new_loss", "taken_as_unchanged", before, told)
            told = "The loss is not proportional to the logits."
            yield _real("new_loss", "loss_scaled", before * float(self.amount), told)
            told = "The odds are exponentials of differences of logits, which are scaled too."
            yield self._choice("odds_kept", {"probabilities", "loss", "gradient", "logsumexp"}, told)
            told = "A larger logit stays the larger one when all are multiplied by the same positive factor."
            yield self._choice("order_changed", set(QUANTITIES), told)
            yield self._choice("nothing_changes", set(), "That holds of a shift; a scale changes differences.")
            return
        told = "A shift of all logits cancels in the softmax: differences of logits decide."
        after = math.exp(float(self.amount) - before)
        yield _real("new_probability", "not_cancelled", after, told)
        yield _real("new_loss", "loss_shifted", before - float(self.amount), told)
        told = "The log of the summed exponentials moves by the shift, as each logit does: only differences stay."
        yield self._choice("nothing_changes", set(), told, HALF)
        told = "A shift of all logits cancels in the softmax, and with it in all that is computed from probabilities."
        yield self._choice("all_but_order", set(CHANGED["scaled"]), told)
        yield self._choice("loss_too", {"logsumexp", "loss"}, told)

    def _choice(self, name: str, chosen: set[str], told: str, credit: Fraction = Fraction(0)) -> Mistake:
        return Mistake("changes", name, Choice(frozenset(chosen), QUANTITIES, several=True), told, credit)

    def working(self) -> str:
        """Write out both sums."""
        key, lines = self.key(), []
        for prefix, logits in (("", list(map(Fraction, self.logits))), ("new_", self._after())):
            own = logits[self.target - 1]
            powers = " + ".join(f"e^({show(z - own)})" for z in logits)
            lines += [
                f"logits {listed(logits)}; less the true class's: {listed(z - own for z in logits)}",
                f"{prefix}probability: 1/({powers}) = {key[f'{prefix}probability']}",
                f"{prefix}loss: log({powers}) = {key[f'{prefix}loss']}",
            ]
        return "\n".join([*lines, f"changes: {key['changes']}"])


def _real(part: str, name: str, value: float, told: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, near(value), told, credit)
