"""The gradient of an objective with a penalty on its weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from gradus.derivations import Derived, Statement, state
from gradus.derivations.derived import LAYOUT, maths
from gradus.derivations.pools import STEPS
from gradus.parameters import among

# text for the program, LaTeX for the reader
PENALTIES = {
    "l1": ("alpha*sum(abs(w))", r"{a} \lVert {w} \rVert_1"),
    "l2": ("alpha*norm(w)**2", r"{a} \lVert {w} \rVert_2^2"),
    "half_l2": ("alpha/2*norm(w)**2", r"\frac{{{a}}}{{2}} \lVert {w} \rVert_2^2"),
    "both": (
        "alpha*sum(abs(w)) + beta/2*norm(w)**2",
        r"{a} \lVert {w} \rVert_1 + \frac{{{b}}}{{2}} \lVert {w} \rVert_2^2",
    ),
    "centred": ("alpha/2*norm(w - v)**2", r"\frac{{{a}}}{{2}} \lVert {w} - {v} \rVert_2^2"),
}


@final
@dataclass(frozen=True, kw_only=True)
class RegularisedGradient(Derived):
    """Gradient of an objective with an L1 penalty, an L2 penalty, or both."""

    named: ClassVar[tuple[str, ...]] = ("weights", "centre", "objective", "penalised", "strength", "second_strength")

    penalty: str = among(*PENALTIES)
    weights: str = among("w", "theta", "W", "omega", "phi", "u", "x", "q")
    centre: str = among("v", "w_0", "c", "y", "z")
    objective: str = among("J", "L", "E", "f", "R", "C")
    penalised: str = among("T", "Q", "F", "H", "A")
    strength: str = among(*STEPS)
    second_strength: str = among("beta", "lambda_2", "kappa", "delta")

    def statement(self) -> Statement:
        """Add the penalty to an open objective."""
        text = PENALTIES[self.penalty][0]
        words = {"w": "d", "J": "d -> scalar", "∇J": "d -> d", "alpha": "positive scalar"}
        words |= {"beta": "positive scalar"} if "beta" in text else {}
        words |= {"v": "d"} if "v" in text else {}
        names = {
            "w": self.weights, "J": self.objective, "L": self.penalised, "alpha": self.strength,
            "beta": self.second_strength, "v": self.centre,
        }  # fmt: skip
        return state(words, f"L = J(w) + {text}", "w", names=names)

    def prompt(self) -> str:
        """Introduce every symbol, then ask."""
        w, v, j, t, a, b = (maths(getattr(self, name)) for name in (
            "weights", "centre", "objective", "penalised", "strength", "second_strength"))  # fmt: skip
        text, shown = PENALTIES[self.penalty]
        strengths = f"${a} > 0$ and ${b} > 0$" if "beta" in text else f"${a} > 0$"
        pulled = f", and ${v}$ is a fixed vector" if "v" in text else ""
        kinks = f" Take every $({w})_i \\neq 0$." if "abs" in text else ""
        return (
            f"The objective ${j}({w})$ of the weights, a vector ${w}$, is regularised:\n\n"
            f"$${t}({w}) = {j}({w}) + {shown.format(w=w, v=v, a=a, b=b)},$$\n\n"
            f"where {strengths}{pulled}.{kinks} Give the **gradient** $\\nabla_{{{w}}} {t}({w})$ in terms of "
            f"$\\nabla {j}({w})$. "
            f"{LAYOUT}"
        )
