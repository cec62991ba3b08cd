"""The chain to the generator: the gradient by its parameters, from the gradient by what it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from gradus.answers import Answer
from gradus.derivations import Derived, Statement, state
from gradus.derivations.chaining import chained
from gradus.derivations.derived import LAYOUT, maths
from gradus.derivations.objectives import NAMED, TERMS, names_of, program
from gradus.derivations.pools import COUNTS, DISCRIMINATORS, GENERATOR_PARAMETERS, GENERATORS, LOSSES, NOISE, SAMPLES
from gradus.derivations.statement import samples_of
from gradus.parameters import among


@final
@dataclass(frozen=True, kw_only=True)
class GeneratorChain(Derived):
    """Gradient by the generator's parameters, from the gradients by the samples that it makes."""

    named: ClassVar[tuple[str, ...]] = NAMED

    objective: str = among(*TERMS)
    averaged: bool = among(True, False)
    loss: str = among(*LOSSES)
    discriminator: str = among(*DISCRIMINATORS)
    generator: str = among(*GENERATORS)
    sample: str = among(*SAMPLES)
    noise: str = among(*NOISE)
    parameter: str = among(*GENERATOR_PARAMETERS)
    count: str = among(*COUNTS)

    def statement(self) -> Statement:
        """Write the objective as a program of opaque functions."""
        return state(
            {
                "X": "n × k", "Z": "n × r", "D": "unit k -> scalar", "∇D": "k -> k", "G": "r -> k",
                "theta": "s", "∇_theta G": "r -> s × k",
            },
            program(self.objective, self.averaged, "D(X_i)", "D(G(Z_i))"),
            "theta",
            names=names_of(self),
            shorthand=(("∇G", "∇_theta G"),),
        )  # fmt: skip

    def key(self) -> Mapping[str, Answer]:
        """Send the gradients by the samples back through the generator, and add up."""
        return {"gradient": chained(self.statement(), "G(Z_i)", "delta", "n")}

    def witness(self) -> Mapping[str, Answer]:
        """Move the parameters of a running generator and measure the objective itself."""
        return {"gradient": samples_of(self.statement())}

    def prompt(self) -> str:
        """Introduce every symbol, then ask."""
        d, g, x, z, theta, n, loss = (maths(getattr(self, name)) for name in (
            "discriminator", "generator", "sample", "noise", "parameter", "count", "loss"))  # fmt: skip
        terms = TERMS[self.objective][2].format(p=f"{d}({x}_i)", q=f"{d}({g}({z}_i))")
        front = rf"\frac{{1}}{{{n}}} " if self.averaged else ""
        return (
            f"A generator ${g}$ with parameters ${theta}$ makes samples ${g}({z}_i)$ from noise ${z}_i$; a "
            f"discriminator ${d}$ "
            f"tells them from real samples ${x}_i$. The objective is\n\n"
            f"$${loss} = {front}\\sum_{{i=1}}^{{{n}}} \\left[{terms}\\right].$$\n\n"
            f"Write $\\delta_i = \\frac{{\\partial {loss}}}{{\\partial {g}({z}_i)}}$ for the gradient of this "
            f"${loss}$ by the $i$-th "
            f"generated sample, a column vector, and $\\nabla_{{{theta}}} {g}({z}_i)$ for the matrix with a row for "
            f"each "
            "parameter and a column for each element of the sample. Give the **gradient** "
            f"$\\nabla_{{{theta}}} {loss}$ in terms of these. {LAYOUT}"
        )

    def working(self) -> str:
        """Show what one sample passes on."""
        noise, made = f"{self.noise}_i", f"{self.generator}({self.noise}_i)"
        return (
            f"∂{self.loss}/∂{self.parameter} gets from sample i: ∇_{{{self.parameter}}} {made} delta_i\n"
            f"delta_i holds every factor before the sum already, since it is the gradient of {self.loss} by "
            f"{noise}'s sample\n"
            f"∂{self.loss}/∂{self.parameter} = {self.key()['gradient']}"
        )
