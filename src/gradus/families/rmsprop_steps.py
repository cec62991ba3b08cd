"""Steps of RMSProp by hand, from the gradients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Real
from gradus.arithmetic import HALF, NEAR, QUARTER, is_written, listed, near, real, recognise_rounded, root, show, tex
from gradus.domains import Lists, Ratios
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.oracle import optimisers, rationals
from gradus.parameters import Among, Between, among, between, drawn

SMALL = Ratios(Fraction(1, 1000), Fraction(999, 1000))
GRADIENTS = Lists(2, 3, Among(tuple(g for g in range(-6, 9) if g)))


@final
@dataclass(frozen=True, kw_only=True)
class RmspropSteps(Family):
    """Running mean square and weight after two or three steps of RMSProp, from the gradients.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), algorithm 8.5; Hinton, Neural Networks for Machine
    Learning (2012), lecture 6e.

    >>> variant = RmspropSteps(start=1, gradients=(2, 1), rate=HALF, decay=Fraction(3, 4))
    >>> [str(answer) for answer in variant.key().values()]
    ['1', '-0.5']
    """

    parts: ClassVar[tuple[str, ...]] = ("mean_square", "weight")

    start: int = between(-5, 9, allowed=Between(-99, 99))
    gradients: tuple[int, ...] = drawn(GRADIENTS, Lists(2, 4, Between(-99, 99)))
    rate: Fraction = among(*map(Fraction, ("0.5", "0.2", "0.1", "0.05", "0.3")), allowed=SMALL)
    decay: Fraction = among(*map(Fraction, ("0.9", "0.75", "0.5", "0.8", "0.99")), allowed=SMALL)

    def check(self) -> Iterator[Fault]:
        """Demand a first gradient, by whose size the first step is divided, and numbers for work by hand."""
        if not self.gradients[0]:
            yield Fault("RmspropSteps", "gradients", None, "begin with 0, and 0 is divided by 0", "begin with another")
        if not is_written(square := self._mean_square(len(self.gradients))):
            rule = f"leads to a mean square of {square}"
            yield Fault("RmspropSteps", "decay", show(self.decay), rule, "choose a rounder number or fewer steps")

    def is_sensible(self) -> bool:
        """Draw gradients that differ in size."""
        return len({abs(g) for g in self.gradients}) > 1

    def prompt(self) -> str:
        """State rule, start and gradients."""
        rule = r"s \leftarrow \rho s + (1 - \rho) g^2, \quad w \leftarrow w - \eta \frac{g}{\sqrt{s}}"
        return (
            f"RMSProp updates a weight $w$ by\n\n$${rule},$$\n\nwhere $g$ is the gradient (the usual $\\epsilon$ in "
            f"the denominator is left out). It begins with $w = {self.start}$ and $s = 0$, with "
            f"$\\eta = {tex(self.rate)}$ and $\\rho = {tex(self.decay)}$, and meets the gradients "
            f"{', '.join(f'${g}$' for g in self.gradients)}, one a step. Give the running mean square $s$ "
            "(**mean_square**) exactly and the **weight** $w$ to three decimals (within 0.001) after the last step."
        )

    def key(self) -> Mapping[str, Answer]:
        """Weigh the squares by powers of ρ; sum up the steps."""
        squares = [self._mean_square(n) for n in range(1, len(self.gradients) + 1)]
        return {"mean_square": Real(squares[-1]), "weight": near(self._weight(squares))}

    def _mean_square(self, steps: int) -> Fraction:
        weights = [(1 - self.decay) * self.decay ** (steps - 1 - i) for i in range(steps)]
        return sum((w * g**2 for w, g in zip(weights, self.gradients, strict=False)), Fraction(0))

    def _weight(self, squares: Sequence[Fraction]) -> Fraction:
        """Return the weight after steps that divide by the roots of these."""
        moved = sum((g / root(s) for g, s in zip(self.gradients, squares, strict=False) if s), Fraction(0))
        return self.start - self.rate * moved

    def witness(self) -> Mapping[str, Answer]:
        """Let optax take the steps."""
        gradients = [float(gradient) for gradient in self.gradients]
        weight, square = optimisers.rmsprop(float(self.start), gradients, float(self.rate), float(self.decay))
        return {"mean_square": Real(rationals.simplest(square)), "weight": Real(Fraction(round(weight * 10**9), 10**9))}

    def mistakes(self) -> Iterator[Mistake]:
        """Name other averages and roots left out."""
        steps, rho = len(self.gradients), self.decay
        squares = [self._mean_square(n) for n in range(1, steps + 1)]
        sums = [Fraction(sum(g * g for g in self.gradients[:n])) for n in range(1, steps + 1)]
        swapped, plain = [Fraction(0)], [Fraction(0)]
        for g in self.gradients:
            swapped.append((1 - rho) * swapped[-1] + rho * g * g)
            plain.append(rho * plain[-1] + (1 - rho) * g)
        corrected = [square / (1 - rho**n) for n, square in enumerate(squares, 1)]
        told = "The old mean square keeps the share ρ, the new square gets 1 - ρ."
        yield from self._both("decay_swapped", swapped[1:], told, HALF)
        told = "That is AdaGrad, which sums the squares up; RMSProp takes a running mean."
        yield from self._both("adagrad_instead", sums, told)
        told = "There is no correction of the bias in this rule; that is Adam's."
        yield from self._both("bias_corrected", corrected, told, HALF)
        told = "That is one step too few."
        yield real("mean_square", "one_step_too_few", squares[-2], told, QUARTER)
        yield real("weight", "one_step_too_few", self._weight(squares[:-1]), told, QUARTER, NEAR)
        yield real("mean_square", "not_squared", plain[-1], "The mean is of squared gradients.")
        told = "That is the root mean square."
        if root(squares[-1]) ** 2 == squares[-1]:
            yield real("mean_square", "root_taken", root(squares[-1]), told, HALF)
        moved = sum((g / s for g, s in zip(self.gradients, squares, strict=True)), Fraction(0))
        told = "The step divides by the root of the mean square."
        yield real("weight", "root_forgotten", self.start - self.rate * moved, told, HALF, NEAR)
        told = "That is plain gradient descent: each step is divided by the root of the mean square."
        yield real("weight", "not_divided", self.start - self.rate * sum(self.gradients), told, within=NEAR)
        told = "Downhill is against the gradient: the step is subtracted."
        yield real("weight", "uphill", 2 * self.start - self._weight(squares), told, within=NEAR)

    def _both(
        self, name: str, squares: Sequence[Fraction], told: str, credit: Fraction = Fraction(0)
    ) -> Iterator[Mistake]:
        """Yield what both parts come to with other averages."""
        yield real("mean_square", name, squares[-1], told, credit)
        yield real("weight", name, self._weight(squares), told, credit, NEAR)

    def recognise(self, part: str, answer: Answer) -> Mistake | None:
        """Recognise a rounded mean square."""
        return recognise_rounded(part, self.key()[part], answer)

    def working(self) -> str:
        """Write out the steps."""
        lines, square = [f"gradients: {listed(self.gradients)}"], Fraction(0)
        rho, eta, weight = show(self.decay), show(self.rate), str(self.start)
        squares = [self._mean_square(n) for n in range(1, len(self.gradients) + 1)]
        for n, g in enumerate(self.gradients, 1):
            before, square = square, squares[n - 1]
            after = str(near(self._weight(squares[:n])))
            below = show(root(square))
            lines.append(
                f"step {n}: s = {rho}·{show(before)} + (1 - {rho})·{g * g} = {show(square)}, its root {below}; "
                f"w = {weight} - {eta}·({g})/{below} = {after}"
            )
            weight = after
        return "\n".join([*lines, f"mean_square: {show(square)}", f"weight: {weight}"])
