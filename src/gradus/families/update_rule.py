"""One plain gradient step: up for who maximises, down for who minimises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, final

from gradus.answers import Answer, Point, Samples
from gradus.calculus import Expression, declare, minimiser, plain, read
from gradus.calculus.renaming import Renaming
from gradus.derivations import Derived, Formula, Statement, Terms, state
from gradus.derivations.derived import maths
from gradus.derivations.pools import LOSSES, STEPS
from gradus.derivations.statement import Spelling
from gradus.parameters import among

# what the step trades: the change of the objective to first order, against the squared length of the step
MODELS = {"ascent": "1/2*(t - p)^2 - a*g*(t - p)", "descent": "1/2*(t - p)^2 + a*g*(t - p)"}


@final
@dataclass(frozen=True, kw_only=True)
class UpdateRule(Derived):
    """Plain gradient step of a player who maximises (ascent) or minimises (descent) an objective."""

    parts: ClassVar[tuple[str, ...]] = ("update",)
    named: ClassVar[tuple[str, ...]] = ("parameter", "step", "loss")

    direction: str = among("ascent", "descent")
    player: str = among(
        "discriminator",
        "generator",
        "classifier",
        "encoder",
        "decoder",
        "critic",
        "policy",
        "student",
        "teacher",
        "adversary",
    )
    parameter: str = among(
        "theta", "theta_d", "theta_g", "phi", "phi_d", "phi_g", "w", "w_d", "w_g", "psi", "omega", "v", "u", "b", "x",
        "theta_1", "theta_2", "w_1", "w_2", "phi_1", "phi_2", "omega_1", "omega_2", "q", "chi", "zeta", "kappa", "xi",
    )  # fmt: skip
    step: str = among(*STEPS, "beta", "delta", "h", "c", "eta_0", "alpha_0", "epsilon_0", "gamma_0")
    loss: str = among(*LOSSES, "F", "V", "U", "R", "Q", "C")

    def statement(self) -> Statement:
        """Name the parameters, the step and the gradient."""
        return state(
            {"theta": "s", "alpha": "positive scalar", "X": "n × k", "D": "unit k -> scalar", "∇_theta D": "k -> s"},
            "L = sum_i(log(D(X_i)))",
            "theta",
            names={"theta": self.parameter, "alpha": self.step, "L": self.loss},
        )

    def key(self) -> Mapping[str, Answer]:
        """Find the best step: the least of a parabola, exactly."""
        return {"update": _key(self.direction, self.parameter, self.step, self.loss)}

    def witness(self) -> Mapping[str, Answer]:
        """Measure a gradient of a running network, and look for the best step coordinate by coordinate."""
        spelt = Spelling(dict(self.statement().names))
        points = tuple(
            Point({"s": len(start)}, {
                spelt("theta"): start, f"∇_{{{spelt('theta')}}} {spelt('L')}": slope, spelt("alpha"): step,
            }, {}, result, (len(result),))
            for start, slope, step, result in _steps(self.direction)
        )  # fmt: skip
        return {"update": Samples(points, 1e-6, 1.0)}

    def prompt(self) -> str:
        """Introduce every symbol, then ask."""
        theta, alpha, loss = maths(self.parameter), maths(self.step), maths(self.loss)
        aim = "large" if self.direction == "ascent" else "small"
        return (
            f"The parameters ${theta}$ of a {self.player} are trained to make an objective ${loss}$ as {aim} "
            f"as possible, by plain gradient steps with step size ${alpha} > 0$. Write ${theta}$ for their "
            f"present value and $\\nabla_{{{theta}}} {loss}$ for the gradient there. Give the **update**: the next "
            f"value of ${theta}$."
        )

    def working(self) -> str:
        """Say which way is up."""
        sign = "with" if self.direction == "ascent" else "against"
        return f"the step goes {sign} the gradient, by {self.step} times its length: {self.key()['update']}"


def _key(direction: str, parameter: str, step: str, loss: str) -> Formula:
    """Return the best step in the names of the question."""
    gradient = f"∇_{{{parameter}}} {loss}"
    aliases = {gradient: (f"∇{loss}", f"∂{loss}/∂{parameter}"), parameter: (f"{parameter}_t", f"{parameter}_k")}
    words = declare({parameter: "s", step: "positive scalar", gradient: "s"}, aliases=aliases)
    best = Renaming({"p": parameter, "g": gradient, "a": step}).tree(_best(direction))
    return Formula(best, Terms(words, ("s",)))


@lru_cache(maxsize=2)
def _best(direction: str) -> Expression:
    """Return where the trade is best: for one element by the parabola, for a vector element by element."""
    numbers = declare({"t": "scalar", "p": "scalar", "g": "scalar", "a": "positive scalar"})
    vectors = declare({"p": "s", "g": "s", "a": "positive scalar"})
    return read(plain(minimiser(read(MODELS[direction], numbers).expression, "t")), vectors).expression


@lru_cache(maxsize=8)
def _steps(direction: str) -> tuple[tuple[list[float], list[float], float, tuple[float, ...]], ...]:
    """Return starts, gradients, step sizes and where the best step leads."""
    from gradus.oracle.gradients import observe_steadily
    from gradus.oracle.minima import minimum

    words = {"theta": "s", "X": "n × k", "D": "unit k -> scalar", "∇_theta D": "k -> s"}
    model = MODELS[direction].replace("^", "**")
    found = []
    networks = observe_steadily("L = sum_i(log(D(X_i)))", words, "theta")
    for measured, step in zip(networks, (0.3, 1.7), strict=True):
        start, slope = list(map(float, measured.values["theta"])), list(map(float, measured.gradient))
        result = tuple(minimum(model, "t", {"p": p, "g": g, "a": step}) for p, g in zip(start, slope, strict=True))
        found.append((start, slope, step, result))
    return tuple(found)
