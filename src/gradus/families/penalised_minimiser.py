"""The minimiser of a quadratic with a penalty, element by element: soft threshold, ridge, both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from gradus.answers import Answer
from gradus.calculus.minimiser import side, stationary
from gradus.calculus.names import canonical
from gradus.calculus.read import read
from gradus.derivations import Derived, Statement, state
from gradus.derivations.derived import maths
from gradus.derivations.minima import key_of_minimum, samples_of_minimum
from gradus.derivations.pools import STEPS
from gradus.derivations.statement import Words
from gradus.parameters import among

# text for the program, LaTeX for the reader
QUADRATICS = {
    "half": ("1/2*H*(w - c)^2", r"\frac{{1}}{{2}} {h} ({w} - {c})^2"),
    "whole": ("H*(w - c)^2", "{h} ({w} - {c})^2"),
}
PENALTIES = {
    "l1": ("a*abs(w)", r"{a} |{w}|"),
    "l2": ("b/2*w^2", r"\frac{{{b}}}{{2}} {w}^2"),
    "whole_l2": ("b*w^2", r"{b} {w}^2"),
    "both": ("a*abs(w) + b/2*w^2", r"{a} |{w}| + \frac{{{b}}}{{2}} {w}^2"),
    "double_l1": ("2*a*abs(w)", r"2 {a} |{w}|"),
}
# centre as a multiple of the threshold a/H, so that each case is met on both sides
CENTRES = (-3.1, -1.4, -0.6, 0.3, 0.9, 1.2, 2.7)


@final
@dataclass(frozen=True, kw_only=True)
class PenalisedMinimiser(Derived):
    """Minimiser of the separable quadratic with an L1 penalty, an L2 penalty, or both; any form of it is right."""

    parts: ClassVar[tuple[str, ...]] = ("minimiser",)
    named: ClassVar[tuple[str, ...]] = ("weight", "centre", "curvature", "strength", "second_strength")

    quadratic: str = among("half", "whole")
    penalty: str = among(*PENALTIES)
    weight: str = among("w", "theta", "x", "v", "u", "y", "phi")
    centre: str = among("star", "c", "q", "b", "o", "z")
    curvature: str = among("H", "A", "Q", "h", "kappa", "chi")
    strength: str = among(*STEPS)
    second_strength: str = among("beta", "lambda_2", "delta", "nu", "zeta")
    index: str = among("i", "j", "l", "t", *map(str, range(1, 10)))

    def _objective(self) -> str:
        return f"{QUADRATICS[self.quadratic][0]} + {PENALTIES[self.penalty][0]}"

    def _names(self) -> tuple[str, ...]:
        """Return the names of weight, centre, curvature and strengths, with the index of the element."""
        i = self.index
        centre = f"{self.weight}_{i}^*" if self.centre == "star" else f"{self.centre}_{i}"
        curvature = f"{self.curvature}_{{{i}{i}}}" if self.curvature.isupper() else f"{self.curvature}_{i}"
        return f"{self.weight}_{i}", centre, curvature, self.strength, self.second_strength

    def statement(self) -> Statement:
        """State the function of one weight."""
        names = dict(zip("wcHab", self._names(), strict=True))
        words = {"w": "scalar", "c": "scalar", "H": "positive scalar", "a": "positive scalar", "b": "positive scalar"}
        return state(words, f"L = {self._objective()}", "w", names=names)

    def key(self) -> Mapping[str, Answer]:
        """Set the slope on either side of 0 to 0."""
        return {"minimiser": key_of_minimum(*_asked(self.statement()))}

    def witness(self) -> Mapping[str, Answer]:
        """Look for the least value on ever finer grids."""
        stated = self.statement()
        points: list[Mapping[str, float]] = [
            {"c": place * a / h, "H": h, "a": a, "b": b}
            for place in CENTRES
            for h, a, b in ((0.8, 1.3, 0.7), (2.5, 0.9, 1.6))
        ]
        program = stated.run.program.partition("=")[2].strip()
        return {"minimiser": samples_of_minimum(program, "w", points, stated.names)}

    def prompt(self) -> str:
        """Introduce every symbol, then ask."""
        w, c, h, a, b = map(maths, self._names())
        text, shown = PENALTIES[self.penalty]
        quadratic = QUADRATICS[self.quadratic][1].format(h=h, w=w, c=c)
        strengths = " and ".join(
            f"${name} > 0$" for letter, name in (("a*", a), ("b*", b), ("b/", b)) if letter in text
        )
        return (
            f"Near the minimum ${c}$ of an unregularised objective, the regularised one is modelled weight by "
            f"weight, as the "
            f"function\n\n$${quadratic} + {shown.format(a=a, b=b, w=w)}$$\n\n"
            f"of one weight ${w}$, with a curvature ${h} > 0$ and a penalty of strength {strengths}. Give the "
            f"**minimiser** "
            f"${w}$ in terms of the other symbols, for every real ${c}$. One formula or several cases with their "
            f"conditions "
            "(`… when …, … otherwise`) are equally welcome."
        )

    def working(self) -> str:
        """Set the slope to 0 on either side."""
        objective, by, words, names = _asked(self.statement())
        key = key_of_minimum(objective, by, words, names)
        written = dict(names)
        tree = read(self.statement().asked.program.partition("=")[2], key.terms.vocabulary).expression
        above, below = (
            stationary(side(tree, canonical(written["w"]), sign), canonical(written["w"])) for sign in (1, -1)
        )
        return "\n".join(_lines(written["w"], str(above), str(below), str(key)))


def _asked(stated: Statement) -> tuple[str, str, Words, Words]:
    return stated.run.program.partition("=")[2].strip(), stated.run.by, stated.run.words, stated.names


def _lines(weight: str, above: str, below: str, key: str) -> Iterator[str]:
    yield f"above 0 the slope is 0 at {weight} = {above}"
    yield f"below 0 the slope is 0 at {weight} = {below}"
    yield "where neither lies on its own side, the kink at 0 is the minimum"
    yield f"{weight} = {key}"
