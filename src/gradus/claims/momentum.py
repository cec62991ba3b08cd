"""What momentum needs and what it is good for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, final

from gradus.answers import Truth
from gradus.claim import Claim, Effect, Effort, Evidence, Figure, Route, Series, assume

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

SIZES = ((4, 3, 2), (8, 16, 4), (64, 32, 10), (20, 200, 5), (784, 16, 10))
RUNS = 24
LEAST = 0.02  # a difference in the share of runs that counts


@final
@dataclass(frozen=True, kw_only=True)
class MomentumHyperparameters(Claim):
    """Momentum v ← βv + ∇L, w ← w − αv has β besides the rate.

    Source: Goodfellow, Bengio and Courville, Deep Learning, algorithm 8.2.
    """

    subject: ClassVar[str] = "momentum"
    nesterov: bool = assume(False, True)

    def statement(self) -> str:
        """Return the statement."""
        return "The momentum update has no hyper-parameters."

    def decide(self, effort: Effort) -> Evidence:
        """Take three steps on w²/2 in exact fractions for several β: without an effect it would be no parameter."""
        ends = {beta: self._ended(beta) for beta in (Fraction(0), Fraction(1, 2), Fraction(9, 10))}
        finding = "three steps on w²/2 from 1 at rate 1/10 end at " + ", ".join(
            f"{end} for β = {beta}" for beta, end in ends.items()
        )
        same = len(set(ends.values())) == 1
        return Evidence(Truth.of(same), Route.PROOF if same else Route.COUNTEREXAMPLE, finding, networks=len(ends))

    def _ended(self, beta: Fraction) -> Fraction:
        weight, velocity, rate = Fraction(1), Fraction(0), Fraction(1, 10)
        for _ in range(3):
            gradient = weight
            velocity = beta * velocity + gradient
            weight -= rate * (gradient + beta * velocity if self.nesterov else velocity)
        return weight

    def witness(self, effort: Effort) -> Evidence:
        """Read what optax asks for, and train with two of its values."""
        import inspect

        import jax.numpy as jnp
        import optax

        asked = list(inspect.signature(optax.sgd).parameters)
        ends = []
        for beta in (0.5, 0.9):
            rule = optax.sgd(0.1, momentum=beta, nesterov=self.nesterov)
            weights = jnp.array([1.0, -2.0])
            state = rule.init(weights)
            for _ in range(5):
                updates, state = rule.update(weights, state)
                weights = optax.apply_updates(weights, updates)
            ends.append(float(weights[0]))
        none = ends[0] == ends[1] and "momentum" not in asked
        finding = (
            f"optax.sgd takes {', '.join(asked)}; five steps end at {ends[0]:.4f} for 0.5 and {ends[1]:.4f} for 0.9"
        )
        return Evidence(Truth.of(none), Route.COUNTEREXAMPLE, finding, networks=2)


@final
@dataclass(frozen=True, kw_only=True)
class MomentumMemory(Claim):
    """What an optimiser remembers beside n parameters.

    Source: Goodfellow, Bengio and Courville, Deep Learning, algorithms 8.1, 8.2 and 8.7.
    """

    subject: ClassVar[str] = "momentum"
    optimiser: str = assume("momentum", "nesterov", "adam", "plain descent")

    def statement(self) -> str:
        """Return the statement."""
        return f"For $n$ parameters {self.optimiser} keeps a number of extra values that grows as $n$."

    def decide(self, effort: Effort) -> Evidence:
        """Count the entries of optax's state for networks of several sizes."""
        import jax.numpy as jnp
        import optax
        from jax.tree_util import tree_leaves

        rules = {
            "momentum": optax.sgd(0.1, momentum=0.9),
            "nesterov": optax.sgd(0.1, momentum=0.9, nesterov=True),
            "adam": optax.adam(0.1),
            "plain descent": optax.sgd(0.1),
        }
        ratios = []
        for sizes in SIZES:
            shapes = list(pairwise(sizes))
            parameters = [jnp.zeros(shape) for shape in shapes]
            count = sum(a * b for a, b in shapes)
            state = rules[self.optimiser].init(parameters)
            # a counter of steps does not grow, and is no value per parameter
            extra = sum(leaf.size for leaf in tree_leaves(state) if leaf.ndim)
            ratios.append(Fraction(extra, count))
        finding = f"extra values for each parameter, for n from 18 to 12704: {', '.join(map(str, ratios))}"
        return Evidence(Truth.of(min(ratios) > 0 and len(set(ratios)) == 1), Route.PROOF, finding, networks=len(SIZES))

    def witness(self, effort: Effort) -> Evidence:
        """Look at what scikit-learn's own optimisers store after fitting."""
        import numpy as np
        from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

        ratios = []
        for sizes in SIZES:
            weights = [np.zeros(shape) for shape in pairwise(sizes)]
            count = sum(weight.size for weight in weights)
            if self.optimiser == "adam":
                rule = AdamOptimizer(weights)
                held = [*rule.ms, *rule.vs]
            else:
                # scikit-learn holds velocities whatever the momentum is; without it they fall to zero at once
                momentum = 0.0 if self.optimiser == "plain descent" else 0.9
                rule = SGDOptimizer(weights, momentum=momentum, nesterov=self.optimiser == "nesterov")
                rule.update_params(weights, [np.ones_like(weight) for weight in weights])
                rule.update_params(weights, [np.zeros_like(weight) for weight in weights])
                held = [velocity for velocity in rule.velocities if velocity.any()]
            ratios.append(sum(array.size for array in held) / count)
        finding = (
            f"values that scikit-learn's optimiser holds for each parameter: {', '.join(f'{r:g}' for r in ratios)}"
        )
        return Evidence(
            Truth.of(min(ratios) > 0 and len(set(ratios)) == 1), Route.EXPERIMENT, finding, networks=len(SIZES)
        )


@final
@dataclass(frozen=True, kw_only=True)
class MomentumMinima(Claim):
    """Momentum and local minima of a loss with many wells, both methods started from the same places.

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 8.3.2.
    """

    subject: ClassVar[str] = "momentum"
    rates: str = assume("the same", "each at its best")

    def statement(self) -> str:
        """Return the statement."""
        return "The momentum update better avoids local minima by keeping a running statistic of gradients."

    def decide(self, effort: Effort) -> Evidence:
        """Count the runs that end in the deepest well of random sums of cosines in a bowl, in one dimension."""
        return self._compared(effort, "one dimension", effort.choose(40, 60, 400), dimensions=1)

    def witness(self, effort: Effort) -> Evidence:
        """Compare the values that runs reach in two dimensions, where wells are of another shape."""
        return self._compared(effort, "two dimensions", effort.choose(40, 60, 400), dimensions=2)

    def _compared(self, effort: Effort, space: str, wells: int, dimensions: int) -> Evidence:
        import numpy as np

        from gradus.lab import statistics
        from gradus.lab.wells import Wells, descend

        source = np.random.default_rng(effort.seed("wells", space))
        losses = Wells.draw(source, wells, dimensions)
        starts = source.uniform(-4, 4, size=(wells, RUNS, dimensions))
        grid = np.geomspace(0.01, 0.15, 6)  # beyond 2 / curvature of a well nothing stays in it
        plain = np.stack([losses.deepest(descend(losses, starts, rate, 0.0)) for rate in grid])  # rates × wells
        moved = np.stack([losses.deepest(descend(losses, starts, rate, 0.9)) for rate in grid])
        if self.rates == "each at its best":
            gain = moved[moved.mean(axis=1).argmax()] - plain[plain.mean(axis=1).argmax()]
        else:
            gain = (moved - plain).mean(axis=0)
        gained = statistics.mean(gain, least=LEAST)
        name = "share of runs in the deepest well, with momentum minus without"
        effect = Effect(name, gained.estimate, gained.low, gained.high, "", LEAST)
        verdict = Truth.TRUE if effect.low > LEAST else Truth.FALSE if effect.high < LEAST else Truth.UNDECIDED
        rates = tuple(float(rate) for rate in grid)
        figure = Figure(
            "lines",
            f"Runs that end in the deepest well, {space}",
            "rate",
            "share",
            (
                Series("plain descent", rates, tuple(map(float, plain.mean(axis=1)))),
                Series("momentum 0.9", rates, tuple(map(float, moved.mean(axis=1)))),
            ),
        )
        finding = f"{RUNS} runs on each of {wells} losses, {space}: {plain.mean():.3f} without, {moved.mean():.3f} with"
        return Evidence(verdict, Route.EXPERIMENT, finding, effect, wells, 1, figure)
