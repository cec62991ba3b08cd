"""Steps of gradient descent with momentum on a parabola, by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Real
from gradus.arithmetic import HALF, QUARTER, bracketed, is_written, real, recognise_rounded, show, tex
from gradus.domains import Ratios
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.oracle import optimisers, rationals
from gradus.parameters import Between, among, between

RULES = {
    "scaled": r"v \leftarrow \mu v - \eta \nabla L(w), \quad w \leftarrow w + v",
    "summed": r"v \leftarrow \mu v + \nabla L(w), \quad w \leftarrow w - \eta v",
    "averaged": r"v \leftarrow \mu v + (1 - \mu) \nabla L(w), \quad w \leftarrow w - \eta v",
    "nesterov": r"v \leftarrow \mu v - \eta \nabla L(w + \mu v), \quad w \leftarrow w + v",
}
NAMES = {
    "scaled": "momentum, the step size inside the velocity",
    "summed": "momentum, the step size outside the velocity",
    "averaged": "momentum as a running average of gradients",
    "nesterov": "Nesterov momentum: the gradient is taken at the point looked ahead to",
}
SMALL = Ratios(Fraction(1, 100), Fraction(1), 100)


@dataclass(frozen=True, slots=True)
class _Step:
    """One step: where the gradient was taken, the gradient, and velocity and weight afterwards."""

    at: Fraction
    gradient: Fraction
    velocity: Fraction
    weight: Fraction


@final
@dataclass(frozen=True, kw_only=True)
class MomentumSteps(Family):
    """Velocity and weight after two or three steps with momentum, in either convention, or with Nesterov's.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), algorithms 8.2 and 8.3; Sutskever, Martens, Dahl and
    Hinton, On the importance of initialization and momentum in deep learning (ICML 2013), section 2.

    >>> numbers = {"start": 1, "centre": 0, "curvature": 1, "rate": HALF, "momentum": HALF, "steps": 2}
    >>> [str(answer) for answer in MomentumSteps(rule="scaled", **numbers).key().values()]
    ['-0.5', '0']
    >>> [str(answer) for answer in MomentumSteps(rule="nesterov", **numbers).key().values()]
    ['-0.375', '0.125']
    """

    parts: ClassVar[tuple[str, ...]] = ("velocity", "weight")

    rule: Literal["scaled", "summed", "averaged", "nesterov"] = among("scaled", "summed", "averaged", "nesterov")
    steps: int = among(2, 3, allowed=Between(2, 4))
    start: int = between(-9, 12, allowed=Between(-99, 99))
    centre: int = between(-5, 5, allowed=Between(-99, 99))
    curvature: int = between(1, 4, allowed=Between(1, 20))
    rate: Fraction = among(*map(Fraction, ("0.5", "0.25", "0.2", "0.1", "0.05")), allowed=SMALL)
    momentum: Fraction = among(*map(Fraction, ("0.5", "0.9", "0.8", "0.6", "0.75")), allowed=SMALL)

    def check(self) -> Iterator[Fault]:
        """Demand numbers that can be worked with by hand, and somewhere to go."""
        if self.start == self.centre:
            yield Fault("MomentumSteps", "start", self.start, "is the minimum already", "start elsewhere")
        last = self._walk(self.rule)[-1]
        if not (is_written(last.velocity) and is_written(last.weight)):
            rule = f"leads to a weight of {last.weight}"
            yield Fault("MomentumSteps", "rate", show(self.rate), rule, "choose rounder numbers or fewer steps")

    def is_sensible(self) -> bool:
        """Draw descents that do not leap over the minimum and beyond."""
        return self.rate * self.curvature < 2 and abs(self.start - self.centre) > 1

    def prompt(self) -> str:
        """State loss, rule and start."""
        centre = f"(w {'-' if self.centre > 0 else '+'} {abs(self.centre)})" if self.centre else "w"
        loss = rf"L(w) = \frac{{{self.curvature}}}{{2}} {centre}^2"
        return (
            f"The loss ${loss}$ is minimised by {NAMES[self.rule]},\n\n$${RULES[self.rule]},$$\n\nfrom $w = "
            f"{self.start}$ and $v = 0$ on, with $\\eta = {tex(self.rate)}$ and $\\mu = {tex(self.momentum)}$. Give "
            f"the **velocity** $v$ and the **weight** $w$ after ${self.steps}$ steps, as exact fractions or decimals."
        )

    def key(self) -> Mapping[str, Answer]:
        """Take the steps in fractions."""
        last = self._walk(self.rule)[-1]
        return {"velocity": Real(last.velocity), "weight": Real(last.weight)}

    def _slope(self, weight: Fraction) -> Fraction:
        return self.curvature * (weight - self.centre)

    def _walk(self, rule: str, slope: Callable[[Fraction], Fraction] | None = None) -> list[_Step]:
        """Return the steps of a rule, with the loss's gradient or another."""
        slope, weight, velocity, taken = slope or self._slope, Fraction(self.start), Fraction(0), []
        for _ in range(self.steps):
            at = weight + self.momentum * velocity if rule == "nesterov" else weight
            gradient = slope(at)
            if rule in {"scaled", "nesterov"}:
                velocity = self.momentum * velocity - self.rate * gradient
                weight += velocity
            else:
                share = 1 - self.momentum if rule == "averaged" else 1
                velocity = self.momentum * velocity + share * gradient
                weight -= self.rate * velocity
            taken.append(_Step(at, gradient, velocity, weight))
        return taken

    def witness(self) -> Mapping[str, Answer]:
        """Let optax take the steps; it keeps gradients summed up, and of Nesterov's rule the point looked ahead to."""
        kind = {"averaged": "average", "nesterov": "nesterov"}.get(self.rule, "trace")
        rate, momentum = float(self.rate), float(self.momentum)
        parabola = (float(self.curvature), float(self.centre))
        weight, velocity = optimisers.descend(kind, float(self.start), rate, momentum, parabola, self.steps)
        if self.rule in {"scaled", "nesterov"}:
            velocity *= -rate
        if self.rule == "nesterov":
            weight -= momentum * velocity
        return {"velocity": Real(rationals.simplest(velocity)), "weight": Real(rationals.simplest(weight))}

    def mistakes(self) -> Iterator[Mistake]:
        """Name other rules, gradients at the wrong place, and steps too few."""
        steps = self._walk(self.rule)
        for part in self.parts:
            value = getattr(steps[-2], part)
            yield real(part, "one_step_too_few", value, f"That is the {part} one step earlier.", QUARTER)
            told = "Downhill is against the gradient: mind the sign."
            uphill = self._walk(self.rule, lambda weight: -self._slope(weight))[-1]
            yield real(part, "uphill", getattr(uphill, part), told)
            told = "The gradient changes with the weight: compute it anew at each step."
            frozen = self._walk(self.rule, lambda _: self._slope(Fraction(self.start)))[-1]
            yield real(part, "gradient_not_updated", getattr(frozen, part), told)
            told = "That is the step without momentum: add μ times the velocity before."
            yield real(part, "no_momentum", getattr(self._plain(), part), told)
            for other in RULES:
                # where the step size stands changes the velocity only: of the two, the first is told
                if other != self.rule and not (part == "weight" and other == "summed"):
                    told = f"That is {NAMES[other]}; the rule stated here is another."
                    yield real(part, f"{other}_instead", getattr(self._walk(other)[-1], part), told, HALF)

    def _plain(self) -> _Step:
        """Return the last step without momentum, its step as the velocity."""
        weight = Fraction(self.start)
        for _ in range(self.steps):
            before, gradient = weight, self._slope(weight)
            weight -= self.rate * gradient
        return _Step(before, gradient, gradient if self.rule in {"summed", "averaged"} else weight - before, weight)

    def recognise(self, part: str, answer: Answer) -> Mistake | None:
        """Recognise a rounded number."""
        return recognise_rounded(part, self.key()[part], answer)

    def working(self) -> str:
        """Write out the steps."""
        mu, eta = show(self.momentum), show(self.rate)
        lines, velocity, weight = [], Fraction(0), Fraction(self.start)
        for number, step in enumerate(self._walk(self.rule), 1):
            v, g = bracketed(velocity), bracketed(step.gradient)
            inner = {"summed": f"{mu}·{v} + {g}", "averaged": f"{mu}·{v} + (1 - {mu})·{g}"}
            change = show(step.velocity)
            moved = f"{show(weight)} + {bracketed(step.velocity)}"
            if self.rule in inner:
                moved = f"{show(weight)} - {eta}·{bracketed(step.velocity)}"
            lines.append(
                f"step {number}: gradient {self.curvature}·({show(step.at)} - {bracketed(self.centre)}) = "
                f"{show(step.gradient)}; v = {inner.get(self.rule, f'{mu}·{v} - {eta}·{g}')} = {change}; "
                f"w = {moved} = {show(step.weight)}"
            )
            velocity, weight = step.velocity, step.weight
        return "\n".join([*lines, f"velocity: {show(velocity)}", f"weight: {show(weight)}"])
