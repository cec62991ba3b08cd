"""Steps of Adam by hand, from the gradients, with the correction of the bias."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Real
from gradus.arithmetic import HALF, NEAR, QUARTER, bracketed, is_written, near, real, recognise_rounded, root, show, tex
from gradus.domains import Lists, Ratios
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.oracle import optimisers, rationals
from gradus.parameters import Among, Between, among, between, drawn

SMALL = Ratios(Fraction(1, 1000), Fraction(999, 1000))
GRADIENTS = Lists(2, 3, Among(tuple(g for g in range(-6, 9) if g)))
Pairs = Sequence[tuple[Fraction, Fraction]]


@final
@dataclass(frozen=True, kw_only=True)
class AdamSteps(Family):
    """Both moments and the weight after two or three steps of Adam, from the gradients.

    Source: Kingma and Ba, Adam: a method for stochastic optimization (ICLR 2015), algorithm 1; Goodfellow, Bengio and
    Courville, Deep Learning (2016), algorithm 8.7.

    >>> variant = AdamSteps(start=1, gradients=(2, 2), rate=Fraction(1, 10), beta_1=Fraction(9, 10), beta_2=HALF)
    >>> [str(answer) for answer in variant.key().values()]
    ['0.38', '3', '0.8']
    """

    parts: ClassVar[tuple[str, ...]] = ("first_moment", "second_moment", "weight")

    start: int = between(-5, 9, allowed=Between(-99, 99))
    gradients: tuple[int, ...] = drawn(GRADIENTS, Lists(2, 4, Between(-99, 99)))
    rate: Fraction = among(*map(Fraction, ("0.5", "0.2", "0.1", "0.3")), allowed=SMALL)
    beta_1: Fraction = among(*map(Fraction, ("0.9", "0.9", "0.8", "0.5")), allowed=SMALL)
    beta_2: Fraction = among(*map(Fraction, ("0.999", "0.99", "0.9", "0.75")), allowed=SMALL)

    def check(self) -> Iterator[Fault]:
        """Demand a first gradient, by whose size the first step is divided, and numbers for work by hand."""
        if not self.gradients[0]:
            yield Fault("AdamSteps", "gradients", None, "begin with 0, and 0 is divided by 0", "begin with another")
        for field, moment in zip(("beta_1", "beta_2"), self._moments()[-1], strict=True):
            if not is_written(moment):
                rule, remedy = f"leads to a moment of {moment}", "choose a rounder number or fewer steps"
                yield Fault("AdamSteps", field, show(getattr(self, field)), rule, remedy)

    def is_sensible(self) -> bool:
        """Draw gradients that differ in size, and two rates of decay that do."""
        return len({abs(g) for g in self.gradients}) > 1 and self.beta_1 != self.beta_2

    def prompt(self) -> str:
        """State rule, start and gradients."""
        moments = (
            r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad "
            r"w \leftarrow w - \eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)}}"
        )
        return (
            f"Adam updates a weight $w$ in step $t = 1, 2, \\dots$ by\n\n$${moments},$$\n\nwhere $g$ is the gradient "
            f"(the usual $\\epsilon$ in the denominator is left out). It begins with $w = {self.start}$ and "
            f"$m = v = 0$, with $\\eta = {tex(self.rate)}$, $\\beta_1 = {tex(self.beta_1)}$ and "
            f"$\\beta_2 = {tex(self.beta_2)}$, and meets the gradients "
            f"{', '.join(f'${g}$' for g in self.gradients)}, one a step. Give, after the last step, $m$ "
            "(**first_moment**) and $v$ (**second_moment**) exactly, both before the correction of the bias, and the "
            "**weight** $w$ to three decimals (within 0.001)."
        )

    def key(self) -> Mapping[str, Answer]:
        """Weigh gradients and squares by powers of the decays; sum up the corrected steps."""
        moments = self._moments()
        return {
            "first_moment": Real(moments[-1][0]),
            "second_moment": Real(moments[-1][1]),
            "weight": near(self._weight(self._corrected(moments))),
        }

    def _moments(self, first: Fraction | None = None, second: Fraction | None = None) -> Pairs:
        """Return both moments after each step, under these decays or others."""
        steps = range(1, len(self.gradients) + 1)
        one, two = first or self.beta_1, second or self.beta_2
        return [(_average(one, self.gradients[:n]), _average(two, [g * g for g in self.gradients[:n]])) for n in steps]

    def _corrected(self, moments: Pairs, first: Fraction | None = None, second: Fraction | None = None) -> Pairs:
        one, two = first or self.beta_1, second or self.beta_2
        return [(m / (1 - one**t), v / (1 - two**t)) for t, (m, v) in enumerate(moments, 1)]

    def _weight(self, pairs: Pairs) -> Fraction:
        """Return the weight after steps along the first of each pair, divided by the root of the second."""
        return self.start - self.rate * sum((m / root(v) for m, v in pairs), Fraction(0))

    def witness(self) -> Mapping[str, Answer]:
        """Let optax take the steps."""
        gradients = [float(gradient) for gradient in self.gradients]
        decays = (float(self.beta_1), float(self.beta_2))
        weight, first, second = optimisers.adam(float(self.start), gradients, float(self.rate), decays)
        return {
            "first_moment": Real(rationals.simplest(first)),
            "second_moment": Real(rationals.simplest(second)),
            "weight": Real(Fraction(round(weight * 10**9), 10**9)),
        }

    def mistakes(self) -> Iterator[Mistake]:
        """Name corrections left out or put in, decays swapped, and steps too few."""
        moments = self._moments()
        corrected, swapped = self._corrected(moments), self._moments(self.beta_2, self.beta_1)
        inverted = self._moments(1 - self.beta_1, 1 - self.beta_2)
        for index, part in enumerate(("first_moment", "second_moment")):
            told = "That is already corrected for the bias; the moment itself is asked for."
            yield real(part, "bias_corrected", corrected[-1][index], told, HALF)
            told = "The first decay belongs to the mean of gradients, the second to that of squares."
            yield real(part, "decays_swapped", swapped[-1][index], told, HALF)
            told = "The old value keeps the share β, the new one gets 1 - β."
            yield real(part, "shares_swapped", inverted[-1][index], told, HALF)
            yield real(part, "one_step_too_few", moments[-2][index], "That is one step too few.", QUARTER)
            values = [g if index == 0 else g * g for g in self.gradients]
            summed, decay = Fraction(0), (self.beta_1, self.beta_2)[index]
            for value in values:
                summed = decay * summed + value
            yield real(part, "share_forgotten", summed, "The new value is multiplied by 1 - β.", HALF)
        yield real(
            "second_moment", "not_squared", _average(self.beta_2, self.gradients), "The second moment is of squares."
        )
        yield from self._weights(moments, corrected)

    def _weights(self, moments: Pairs, corrected: Pairs) -> Iterator[Mistake]:
        told = "Both moments begin at 0 and are too small at first: divide them by 1 - β^t."
        yield real("weight", "bias_not_corrected", self._weight(moments), told, HALF, NEAR)
        told = "That is one step too few."
        yield real("weight", "one_step_too_few", self._weight(corrected[:-1]), told, QUARTER, NEAR)
        once = [(m / (1 - self.beta_1), v / (1 - self.beta_2)) for m, v in moments]
        told = "The correction weakens from step to step: 1 - β^t, with t the number of the step."
        yield real("weight", "power_forgotten", self._weight(once), told, HALF, NEAR)
        swapped = self._corrected(self._moments(self.beta_2, self.beta_1), self.beta_2, self.beta_1)
        told = "The first decay belongs to the mean of gradients, the second to that of squares."
        yield real("weight", "decays_swapped", self._weight(swapped), told, HALF, NEAR)
        raw = [(Fraction(g), v) for g, (_, v) in zip(self.gradients, corrected, strict=True)]
        told = "Adam steps along the mean of the gradients, not along the last one alone."
        yield real("weight", "first_moment_forgotten", self._weight(raw), told, within=NEAR)
        squared = [(m, v * v) for m, v in corrected]
        told = "The step divides by the root of the second moment."
        yield real("weight", "root_forgotten", self._weight(squared), told, HALF, NEAR)
        told = "Downhill is against the gradient: the step is subtracted."
        yield real("weight", "uphill", 2 * self.start - self._weight(corrected), told, within=NEAR)

    def recognise(self, part: str, answer: Answer) -> Mistake | None:
        """Recognise a rounded moment."""
        return recognise_rounded(part, self.key()[part], answer)

    def working(self) -> str:
        """Write out the steps."""
        moments = self._moments()
        corrected, weight = self._corrected(moments), str(self.start)
        one, two, eta = show(self.beta_1), show(self.beta_2), show(self.rate)
        lines, m, v = [], Fraction(0), Fraction(0)
        for t, g in enumerate(self.gradients, 1):
            (after, square), (mean, below) = moments[t - 1], corrected[t - 1]
            lines.append(
                f"step {t}: m = {one}·{bracketed(m)} + (1 - {one})·{bracketed(g)} = {show(after)}; "
                f"v = {two}·{show(v)} + (1 - {two})·{g * g} = {show(square)}"
            )
            halves = f"{show(after)}/(1 - {one}^{t}) = {show(mean)}", f"{show(square)}/(1 - {two}^{t}) = {show(below)}"
            lines.append(f"corrected: {'; '.join(halves)}")
            (m, v), before, weight = moments[t - 1], weight, str(near(self._weight(corrected[:t])))
            lines.append(f"w = {before} - {eta}·({show(mean)})/√({show(below)}) = {weight}")
        return "\n".join([*lines, f"first_moment: {show(m)}", f"second_moment: {show(v)}", f"weight: {weight}"])


def _average(decay: Fraction, values: Sequence[int]) -> Fraction:
    """Return the running average that begins at 0, as the sum it is: Σ (1 - β) β^(n-i) x_i."""
    shares = [(1 - decay) * decay ** (len(values) - 1 - i) for i in range(len(values))]
    return sum((share * value for share, value in zip(shares, values, strict=True)), Fraction(0))
