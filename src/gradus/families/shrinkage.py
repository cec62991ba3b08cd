"""What L1 and L2 do to small and to large weights: computed facts, and the same in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, final

from gradus.answers import Answer, Choice, Point, Samples, Written
from gradus.calculus import declare, read
from gradus.calculus.expression import ZERO, Expression, free_symbols
from gradus.calculus.minimiser import minimiser, stationary
from gradus.derivations import Formula, Terms, recognising
from gradus.derivations.derived import Named, maths
from gradus.derivations.minima import least
from gradus.derivations.pools import STEPS
from gradus.family import Mistake
from gradus.parameters import among

FATE = ("zero", "nonzero")
MODELS = {"l1": "1/2*H*(w - c)^2 + a*abs(w)", "l2": "1/2*H*(w - c)^2 + b/2*w^2"}
# the same for a weight that stays above 0, in terms of the distance d that it moves: w = c - d
MOVED = {"l1": "1/2*H*d^2 + a*(c - d)", "l2": "1/2*H*d^2 + b/2*(c - d)^2"}
FACTS = (
    "a small weight becomes exactly zero under L1",
    "a small weight becomes exactly zero under L2",
    "a large weight moves by the same distance under L1, whatever it is",
    "a large weight moves by the same distance under L2, whatever it is",
)


@final
@dataclass(frozen=True, kw_only=True)
class Shrinkage(Named):
    """How L1 and L2 regularisation act on small and on large weights of a separable quadratic."""

    parts: ClassVar[tuple[str, ...]] = ("small_l1", "small_l2", "large_l1", "large_l2", "difference")
    named: ClassVar[tuple[str, ...]] = ("weight", "centre", "curvature", "l1_strength", "l2_strength")

    weight: str = among("w", "theta", "x", "v", "u", "y", "phi", "omega")
    centre: str = among("c", "q", "w_0", "o", "z", "v_0", "b", "x_0", "z_0", "u_0", "y_0", "p_0")
    curvature: str = among("H", "A", "h", "kappa", "chi", "Q", "R", "k")
    l1_strength: str = among(*STEPS)
    l2_strength: str = among("beta", "lambda_2", "delta", "nu", "zeta", "eta_2", "alpha_2", "mu_2", "rho_2", "tau_2")

    def statement(self) -> dict[str, str]:
        """Return what the identifiers of the models are called here."""
        values = (self.weight, self.centre, self.curvature, self.l1_strength, self.l2_strength)
        return dict(zip("wcHab", values, strict=True))

    def key(self) -> Mapping[str, Answer]:
        """Read the facts off the minimisers and the distances, as formulas."""
        found, names = _facts(), self.statement()
        zero, fixed, moved = found.zero, found.fixed, found.moved
        return {
            "small_l1": Choice(frozenset({FATE[not zero["l1"]]}), FATE),
            "small_l2": Choice(frozenset({FATE[not zero["l2"]]}), FATE),
            "large_l1": moved["l1"].renamed(names),
            "large_l2": moved["l2"].renamed(names),
            "difference": Written(tuple(zip(FACTS, (zero["l1"], zero["l2"], fixed["l1"], fixed["l2"]), strict=True))),
        }

    def witness(self) -> Mapping[str, Answer]:
        """Look for the minima of several small and large weights, and see where they went."""

        def moves(name: str, centre: float, h: float, a: float) -> float:
            values = (("c", centre), ("H", h), ("a", a), ("b", 0.7))
            return centre - least(MODELS[name].replace("^", "**"), "w", values)

        names = self.statement()
        facts, samples = {}, {}
        for name in MODELS:
            small = [
                abs(share * 1.5 / 0.8 - moves(name, share * 1.5 / 0.8, 0.8, 1.5)) < 1e-6 for share in (0.2, -0.7, 0.9)
            ]
            points = [
                Point({}, {names["c"]: c, names["H"]: h, names["a"]: a, names["b"]: 0.7}, {}, (moves(name, c, h, a),))
                for c, h, a in ((2.5, 0.8, 1.5), (4.0, 0.8, 1.5), (3.0, 1.9, 0.4))
            ]
            samples[name] = Samples(tuple(points), 1e-6, 1.0)
            same = abs(points[0].result[0] - points[1].result[0]) < 1e-6
            facts[name] = (all(small), same)
        return {
            "small_l1": Choice(frozenset({"zero" if facts["l1"][0] else "nonzero"}), FATE),
            "small_l2": Choice(frozenset({"zero" if facts["l2"][0] else "nonzero"}), FATE),
            "large_l1": samples["l1"],
            "large_l2": samples["l2"],
            "difference": Written(
                tuple(zip(FACTS, (facts["l1"][0], facts["l2"][0], facts["l1"][1], facts["l2"][1]), strict=True))
            ),
        }

    def mistakes(self) -> Iterator[Mistake]:
        """Name the confusion of the two penalties, and the slips that the formulas suggest."""
        key = self.key()
        stays = "A small weight becomes exactly zero under L1: the kink of the penalty holds it there."
        yield Mistake("small_l1", "l1_taken_for_l2", Choice(frozenset({"nonzero"}), FATE), stays)
        pulled = "The pull of L2 vanishes with the weight, so it never reaches zero."
        yield Mistake("small_l2", "l2_taken_for_l1", Choice(frozenset({"zero"}), FATE), pulled)
        for part in ("large_l1", "large_l2"):
            formula = key[part]
            assert isinstance(formula, Formula)
            yield from recognising.listed(part, formula)

    def recognise(self, part: str, answer: Answer) -> Mistake | None:
        """Explain a wrong distance."""
        key = self.key()[part]
        if isinstance(key, Formula) and isinstance(answer, Formula):
            return recognising.recognise(part, key, answer)
        return None

    def prompt(self) -> str:
        """Introduce every symbol, then ask."""
        w, c, h, a, b = map(maths, self.statement().values())
        quadratic = rf"\frac{{1}}{{2}} {h} ({w} - {c})^2"
        return (
            f"A weight ${w}$ has its minimum at ${c}$ before any penalty, with a curvature ${h} > 0$. Compare the "
            f"penalised "
            f"$${quadratic} + {a} |{w}| \\quad\\text{{(L1)}} \\qquad\\text{{and}}\\qquad "
            f"{quadratic} + \\frac{{{b}}}{{2}} {w}^2 \\quad\\text{{(L2)}},$$ where ${a} > 0$ and ${b} > 0$.\n\n"
            f"For a small weight, $0 < |{c}| < {a}/{h}$: is the minimiser zero or nonzero under L1 (**small_l1**), "
            f"and under L2 "
            f"(**small_l2**)? For a large one, ${c} > {a}/{h}$: how far from ${c}$ does it move under L1 "
            f"(**large_l1**), and under "
            f"L2 (**large_l2**)? Then say in a few sentences in which way L1 and L2 differ for small and for large "
            f"weights "
            "(**difference**)."
        )

    def working(self) -> str:
        """Give the minimisers and the distances."""
        key = self.key()
        lines = [f"{part}: {answer}" for part, answer in key.items()]
        return "\n".join(["set the slope on either side of 0 to zero; with w = c - d the distance d is", *lines])


@dataclass(frozen=True)
class Facts:
    """What each penalty does: whether a range of centres ends at 0, how far a large weight moves, and if ever alike."""

    zero: Mapping[str, bool]
    moved: Mapping[str, Formula]
    fixed: Mapping[str, bool]


@lru_cache(maxsize=1)
def _facts() -> Facts:
    """Work the facts out in identifiers, for all names at once."""
    positive = dict.fromkeys("cHab", "positive scalar")
    words, answered = declare({"w": "scalar", "d": "scalar", **positive}), Terms(declare(positive))
    least = {name: minimiser(read(text, words).expression, "w") for name, text in MODELS.items()}
    moved = {name: stationary(read(text, words).expression, "d") for name, text in MOVED.items()}
    return Facts(
        {name: _has_zero(tree) for name, tree in least.items()},
        {name: Formula(tree, answered) for name, tree in moved.items()},
        {name: "c" not in free_symbols(tree) for name, tree in moved.items()},
    )


def _has_zero(tree: Expression) -> bool:
    """Return whether a minimiser is zero over a range: whether the last of its cases is."""
    return tree.head == "cases" and tree.parts[-1] == ZERO
