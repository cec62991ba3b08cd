"""The recursion of backpropagation: the gradient by one layer's pre-activation from the next one's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from gradus.derivations import Derived, Statement, state
from gradus.derivations.derived import LAYOUT, maths
from gradus.derivations.pools import LOSSES
from gradus.parameters import Between, among, between

ACTIVATIONS = ("any", "sigmoid", "tanh", "softplus", "exp")


@final
@dataclass(frozen=True, kw_only=True)
class LayerRecursion(Derived):
    """Gradient by a layer's pre-activation, from the gradient by the next layer's."""

    named: ClassVar[tuple[str, ...]] = ("weight", "preactivation", "activation", "output", "offset", "loss")

    weight: str = among("W", "V", "U", "M", "Theta")
    preactivation: str = among("z", "u", "v", "h", "q")
    output: str = among("a", "A", "x", "y")
    activation: str = among("g", "f", "phi", "psi", "rho")
    offset: str = among("b", "c", "beta")
    kind: str = among(*ACTIVATIONS)
    layer: int = between(0, 40, allowed=Between(0, 1000))
    loss: str = among(*LOSSES)
    bias: bool = among(True, False)

    def _index(self, ahead: int) -> str:
        """Return the number of a layer; 0 stands for the letter l."""
        if self.layer:
            return str(self.layer + ahead)
        return "{l+1}" if ahead else "l"

    def statement(self) -> Statement:
        """Run from one pre-activation to the next."""
        words = {
            "W": "p × m",
            "z": "m",
            **({"b": "p"} if self.bias else {}),
            **({"g": "elementwise"} if self.open else {}),
        }
        function = "g" if self.open else self.kind
        here, ahead = self._index(0), self._index(1)
        names = {
            "W": f"{self.weight}_{ahead}", "z": f"{self.preactivation}_{here}", "a": f"{self.output}_{here}",
            "g": f"{self.activation}_{here}", "y": f"{self.preactivation}_{ahead}", "b": f"{self.offset}_{ahead}",
            "L": self.loss,
        }  # fmt: skip
        offset = " + b" if self.bias else ""
        return state(words, f"a = {function}(z); y = W @ a{offset}", "z", ["y"], names)

    @property
    def open(self) -> bool:
        """Whether the activation function is any function."""
        return self.kind == "any"

    def prompt(self) -> str:
        """Introduce the layer, then ask."""
        here, ahead = self._index(0), self._index(1)
        z, w, a, b = (maths(f"{n}_{i}") for n, i in (
            (self.preactivation, here), (self.weight, ahead), (self.output, here), (self.offset, ahead)))  # fmt: skip
        after, g, loss = maths(f"{self.preactivation}_{ahead}"), maths(f"{self.activation}_{here}"), maths(self.loss)
        function = g if self.open else rf"\{self.kind}" if self.kind in ("tanh", "exp") else rf"\mathrm{{{self.kind}}}"
        offset = f" + {b}" if self.bias else ""
        said = f"a differentiable function ${g}$" if self.open else f"the function ${function}$"
        name = "l" if not self.layer else str(self.layer)
        biased = f" and the bias ${b}$" if self.bias else ""
        return (
            f"In a network with loss ${loss}$, layer ${name}$ turns its pre-activation, the vector ${z}$, into the "
            f"activation "
            f"${a} = {function}({z})$, by {said} applied to every element. With the weight matrix ${w}$"
            f"{biased} the next layer computes its pre-activation ${after} = {w} {a}{offset}$.\n\n"
            f"Give the **gradient** $\\frac{{\\partial {loss}}}{{\\partial {z}}}$ in terms of "
            f"$\\frac{{\\partial {loss}}}{{\\partial {after}}}$ and of what the two layers hold. Vectors are "
            f"columns. {LAYOUT}"
        )
