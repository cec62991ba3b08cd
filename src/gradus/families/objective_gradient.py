"""The gradient of a stated objective of two players by the parameters of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from gradus.derivations import Derived, Statement, state
from gradus.derivations.derived import LAYOUT, maths
from gradus.derivations.objectives import NAMED, TERMS, names_of, program
from gradus.derivations.pools import COUNTS, DISCRIMINATORS, GENERATORS, LOSSES, NOISE, PARAMETERS, SAMPLES
from gradus.parameters import among


@final
@dataclass(frozen=True, kw_only=True)
class ObjectiveGradient(Derived):
    """Gradient of a two-player objective by the discriminator's parameters, in terms of its own gradient."""

    named: ClassVar[tuple[str, ...]] = NAMED

    objective: str = among(*TERMS)
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
        return state(
            {"X": "n × k", "Z": "n × r", "D": "unit k -> scalar", "G": "r -> k", "theta": "s", "∇_theta D": "k -> s"},
            program(self.objective, self.averaged, "D(X_i)", "D(G(Z_i))"),
            "theta",
            names=names_of(self),
            shorthand=(("∇D", "∇_theta D"),),
        )

    def prompt(self) -> str:
        """Introduce every symbol, then ask."""
        d, g, x, z, theta, n, loss = (maths(getattr(self, name)) for name in (
            "discriminator", "generator", "sample", "noise", "parameter", "count", "loss"))  # fmt: skip
        terms = TERMS[self.objective][2].format(p=f"{d}({x}_i)", q=f"{d}({g}({z}_i))")
        front = rf"\frac{{1}}{{{n}}} " if self.averaged else ""
        return (
            f"A discriminator ${d}$ with parameters ${theta}$ gives every sample a number between 0 and 1; a generator "
            f"${g}$ makes samples from noise. There are ${n}$ real samples ${x}_1, \\dots, {x}_{{{n}}}$ and ${n}$ "
            f"draws of noise ${z}_1, \\dots, {z}_{{{n}}}$. The objective is\n\n"
            f"$${loss} = {front}\\sum_{{i=1}}^{{{n}}} \\left[{terms}\\right].$$\n\n"
            f"Give the **gradient** $\\nabla_{{{theta}}} {loss}$ in terms of ${d}$, ${g}$ and $\\nabla_{{{theta}}} "
            f"{d}$, the "
            f"gradient of ${d}$ by its parameters. {LAYOUT}"
        )
