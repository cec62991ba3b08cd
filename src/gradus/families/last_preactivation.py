"""The gradient by the pre-activation of a discriminator's last layer, a sigmoid: one sample's, or a shift of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Samples, Truth
from gradus.calculus import algebra
from gradus.calculus.differentiate import summed
from gradus.calculus.shapes import Sizes
from gradus.derivations import Derived, Formula, Statement, state
from gradus.derivations.derived import maths
from gradus.derivations.objectives import TERMS, program
from gradus.derivations.pools import COUNTS, DISCRIMINATORS, GENERATORS, LOSSES, NOISE, SAMPLES
from gradus.derivations.statement import key_of
from gradus.family import Mistake
from gradus.parameters import among

OF = ("of one real sample", "of one generated sample", "shifted alike for all samples")

MERGED = (
    "That is the derivative by a shift common to all samples: it merges the pre-activations of the real and of the "
    "generated samples, which differ. Of one sample alone it is {}."
)


@final
@dataclass(frozen=True, kw_only=True)
class LastPreactivation(Derived):
    """Gradient by the pre-activation of a sigmoid output: of a real sample, of a generated one, or of all together."""

    named: ClassVar[tuple[str, ...]] = (
        "loss", "discriminator", "generator", "sample", "noise", "real", "generated", "count",
    )  # fmt: skip

    preactivation: str = among(*OF)
    objective: str = among("likelihood", "cross_entropy", "odds", "exponential")
    averaged: bool = among(True, False)
    loss: str = among(*LOSSES)
    discriminator: str = among(*DISCRIMINATORS)
    generator: str = among(*GENERATORS)
    sample: str = among(*SAMPLES)
    noise: str = among(*NOISE)
    real: str = among("z", "a", "v", "o")
    generated: str = among("t", "h", "q", "y")
    count: str = among(*COUNTS)

    def statement(self) -> Statement:
        """Write the objective in the pre-activations; for a common shift, run it with one added."""
        one = self._one("u_i" if self.preactivation == OF[1] else "z_i")
        if self.preactivation != OF[2]:
            return one
        text = program(self.objective, self.averaged, "sigmoid(z_i + s)", "sigmoid(u_i + s)")
        return replace(one, run=replace(one.run, words=(*one.run.words, ("s", "scalar")), program=text, by="s"))

    def _one(self, by: str) -> Statement:
        names = {
            "L": self.loss, "D": self.discriminator, "G": self.generator, "X": self.sample, "Z": self.noise,
            "z": self.real, "u": self.generated, "n": self.count,
        }  # fmt: skip
        return state(
            {"z": "n", "u": "n", "X": "n × k", "Z": "n × r", "D": "unit k -> scalar", "G": "r -> k"},
            program(self.objective, self.averaged, "sigmoid(z_i)", "sigmoid(u_i)"),
            by,
            names=names,
            same=(("D(X_i)", "sigmoid(z_i)"), ("D(G(Z_i))", "sigmoid(u_i)")),
            finished=True,
        )

    def key(self) -> Mapping[str, Answer]:
        """Differentiate by one pre-activation; by a common shift, add up over all of them (the chain rule)."""
        if self.preactivation != OF[2]:
            return {"gradient": key_of(self.statement())}
        return {"gradient": self._shifted_alike()}

    def _shifted_alike(self) -> Formula:
        real = key_of(self._one("z_i"))
        both = algebra.add(Sizes(), (real.tree, key_of(self._one("u_i")).tree))
        return Formula(summed("i", self.count, both), real.terms)

    def witness(self) -> Mapping[str, Answer]:
        """Shift what is asked for and measure; the values are those of the pre-activations as they stand."""
        found = super().witness()["gradient"]
        return {"gradient": found if self.preactivation != OF[2] else _shifted(found, self.real, self.generated)}

    def mistakes(self) -> Iterator[Mistake]:
        """Name the sum over all samples in the place of one of them, and the slips that the key suggests."""
        if self.preactivation != OF[2]:
            yield Mistake(
                "gradient", "merged", self._shifted_alike(), MERGED.format(self.key()["gradient"]), Fraction(1, 2)
            )
        yield from super().mistakes()

    def recognise(self, part: str, answer: Answer) -> Mistake | None:
        """Recognise the sum over all samples before any slip."""
        if self.preactivation != OF[2] and self._shifted_alike().agrees(answer) is Truth.TRUE:
            return Mistake("gradient", "merged", answer, MERGED.format(self.key()["gradient"]), Fraction(1, 2))
        return super().recognise(part, answer)

    def prompt(self) -> str:
        """Introduce every symbol, then ask."""
        d, g, x, z, n, loss, real, generated = (maths(getattr(self, name)) for name in (
            "discriminator", "generator", "sample", "noise", "count", "loss", "real", "generated"))  # fmt: skip
        terms = TERMS[self.objective][2].format(p=f"{d}({x}_i)", q=f"{d}({g}({z}_i))")
        front = rf"\frac{{1}}{{{n}}} " if self.averaged else ""
        asked = {
            OF[0]: f"by the pre-activation ${real}_i$ of one real sample",
            OF[1]: f"by the pre-activation ${generated}_i$ of one generated sample",
            OF[2]: f"by a shift that is added to all ${real}_i$ and all ${generated}_i$ alike (as an output bias is)",
        }[self.preactivation]
        return (
            f"The last layer of a discriminator ${d}$ is a sigmoid $\\sigma$. Its pre-activation is ${real}_i$ for "
            f"the real "
            f"sample ${x}_i$, so that ${d}({x}_i) = \\sigma({real}_i)$, and ${generated}_i$ for the sample "
            f"${g}({z}_i)$ that a "
            f"generator ${g}$ makes from noise ${z}_i$, so that ${d}({g}({z}_i)) = \\sigma({generated}_i)$. With "
            f"${n}$ samples "
            f"of each kind the objective is\n\n"
            f"$${loss} = {front}\\sum_{{i=1}}^{{{n}}} \\left[{terms}\\right].$$\n\n"
            f"Give the **gradient** of ${loss}$ {asked}, without derivatives of $\\sigma$: in terms of ${d}$, or of "
            f"$\\sigma$ and "
            "the pre-activations."
        )

    def working(self) -> str:
        """Name the three derivatives that the question could mean, and the one it asks for."""
        real, generated = key_of(self._one("z_i")), key_of(self._one("u_i"))
        lines = [
            f"of one real sample: ∂{self.loss}/∂{self.real}_i = {real}",
            f"of one generated sample: ∂{self.loss}/∂{self.generated}_i = {generated}",
        ]
        return "\n".join([*lines, f"{self.preactivation}: {self.key()['gradient']}"])


def _shifted(found: Answer, *names: str) -> Answer:
    """Return samples whose pre-activations are those after the shift at which they were measured."""
    assert isinstance(found, Samples)
    points = tuple(
        replace(point, values={**point.values, **{name: point.values[name] + point.values["s"] for name in names}})
        for point in found.points
    )
    return replace(found, points=points)
