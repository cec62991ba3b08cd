"""The gradient by what goes into a network, from the gradient by its first pre-activation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from gradus.derivations import Derived, Statement, state
from gradus.derivations.derived import LAYOUT, maths
from gradus.derivations.pools import LOSSES
from gradus.parameters import among


@final
@dataclass(frozen=True, kw_only=True)
class InputGradient(Derived):
    """Gradient by the input of a network, from the gradient by its first pre-activation."""

    named: ClassVar[tuple[str, ...]] = ("weight", "preactivation", "source", "offset", "loss")

    weight: str = among(
        "W_1", "W", "V_1", "V", "U_1", "M_1", "Theta_1", "A_1", "B_1", "w_1", "K_1", "H_1", "Q_1", "R_1"
    )
    preactivation: str = among("z_1", "u_1", "v_1", "h_1", "q_1", "z", "t_1", "s_1")
    source: str = among("x", "g", "f", "y", "e", "c", "x_0", "a_0", "o", "u", "y_0", "e_0")
    offset: str = among("b_1", "b", "c_1", "beta_1")
    loss: str = among(*LOSSES)
    bias: bool = among(True, False)
    batch: bool = among(False, True)

    def statement(self) -> Statement:
        """Run the first layer."""
        names = {"W": self.weight, "z": self.preactivation, "x": self.source, "b": self.offset, "L": self.loss}
        biases = {"b": "m"} if self.bias else {}
        if self.batch:
            offset = " + b" if self.bias else ""
            return state({"W": "m × k", "x": "n × k", **biases}, f"z = x @ W.T{offset}", "x", ["z"], names)
        offset = " + b" if self.bias else ""
        return state({"W": "m × k", "x": "k", **biases}, f"z = W @ x{offset}", "x", ["z"], names)

    def prompt(self) -> str:
        """Introduce the layer, then ask."""
        w, z, x, b, loss = (maths(getattr(self, name)) for name in (
            "weight", "preactivation", "source", "offset", "loss"))  # fmt: skip
        product = rf"{x} {w}^\top" if self.batch else f"{w} {x}"
        offset = (rf" + {b}" if not self.batch else rf" + \mathbf{{1}} {b}^\top") if self.bias else ""
        shape = f"a batch whose rows are the samples, as a matrix ${x}$" if self.batch else f"a column vector ${x}$"
        biased = f" and the bias ${b}$" if self.bias else ""
        return (
            f"A network is fed {shape}. Its first layer has the weight matrix ${w}${biased}, and the pre-activation "
            f"${z} = {product}{offset}$. Its loss is ${loss}$.\n\n"
            f"Give the **gradient** $\\frac{{\\partial {loss}}}{{\\partial {x}}}$ by the input, from "
            f"$\\frac{{\\partial {loss}}}{{\\partial {z}}}$ and the first layer's weights. {LAYOUT}"
        )
