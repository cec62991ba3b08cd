"""The objective without logarithms: the difference of two means, whose gradient needs no quotient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from gradus.derivations import Derived, Statement, state
from gradus.derivations.derived import LAYOUT, maths
from gradus.derivations.objectives import NAMED, names_of
from gradus.derivations.pools import COUNTS, DISCRIMINATORS, GENERATORS, LOSSES, NOISE, PARAMETERS, SAMPLES
from gradus.parameters import among

SIGNS = {"minus": "-", "plus": "+"}


@final
@dataclass(frozen=True, kw_only=True)
class WassersteinGradient(Derived):
    """Gradient of the alternative likelihood, in which the discriminator's values stand without logarithms."""

    named: ClassVar[tuple[str, ...]] = NAMED

    sign: str = among("minus", "plus")
    averaged: bool = among(True, False)
    loss: str = among(*LOSSES)
    discriminator: str = among(*DISCRIMINATORS)
    generator: str = among(*GENERATORS)
    sample: str = among(*SAMPLES)
    noise: str = among(*NOISE)
    parameter: str = among(*PARAMETERS)
    count: str = among(*COUNTS)

    def statement(self) -> Statement:
        """Write the objective as a program of opaque functions."""
        front = "1/n*" if self.averaged else ""
        return state(
            {"X": "n × k", "Z": "n × r", "D": "k -> scalar", "G": "r -> k", "theta": "s", "∇_theta D": "k -> s"},
            f"L = {front}sum_i(D(X_i) {SIGNS[self.sign]} D(G(Z_i)))",
            "theta",
            names=names_of(self),
            shorthand=(("∇D", "∇_theta D"),),
        )

    def prompt(self) -> str:
        """Introduce every symbol, then ask."""
        d, g, x, z, theta, n, loss = (maths(getattr(self, name)) for name in (
            "discriminator", "generator", "sample", "noise", "parameter", "count", "loss"))  # fmt: skip
        front = rf"\frac{{1}}{{{n}}} " if self.averaged else ""
        return (
            f"A critic ${d}$ with parameters ${theta}$ scores real samples ${x}_1, \\dots, {x}_{{{n}}}$, and those "
            f"that "
            f"a generator ${g}$ makes from noise ${z}_1, \\dots, {z}_{{{n}}}$. Its objective is\n\n"
            f"$${loss} = {front}\\sum_{{i=1}}^{{{n}}} \\left[{d}({x}_i) {SIGNS[self.sign]} "
            f"{d}({g}({z}_i))\\right].$$\n\n"
            f"Give the **gradient** $\\nabla_{{{theta}}} {loss}$ in terms of $\\nabla_{{{theta}}} {d}$, the gradient "
            f"of ${d}$ by "
            f"its parameters. {LAYOUT}"
        )
