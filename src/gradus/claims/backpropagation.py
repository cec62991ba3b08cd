"""What back-propagation costs, what it needs, and what it updates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Any, ClassVar, final

from gradus.answers import Truth
from gradus.claim import Claim, Effect, Effort, Evidence, Figure, Route, Series, assume, undecided

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

SUBJECT = "back-propagation"


@final
@dataclass(frozen=True, kw_only=True)
class BackpropagationCost(Claim):
    """The cost of one gradient against the number n of parameters, read as its exact order.

    As an upper bound O(n²) holds of anything linear; weights that are used n times over do cost n².
    Source: Griewank and Walther, Evaluating Derivatives, section 3.3 (the cheap gradient principle).
    """

    subject: ClassVar[str] = SUBJECT
    network: str = assume("dense, wider", "dense, deeper", "convolutional, more channels", "recurrent, n steps")
    meaning: str = assume("exact order", "upper bound")

    def statement(self) -> str:
        """Return the statement."""
        return "For a network with $O(n)$ parameters back-propagation is an operation of order $n^2$."

    def decide(self, effort: Effort) -> Evidence:
        """Count the multiplications of the traced gradient program for growing networks."""
        return self._ruled([(n, _traced(program)) for n, program in self._programs()], "the traced program")

    def witness(self, effort: Effort) -> Evidence:
        """Add up what the chain rule asks of a weight each time it is used: one product forward, two back."""
        return self._ruled(list(self._by_hand()), "counting by hand")

    def _ruled(self, counts: list[tuple[int, int]], route: str) -> Evidence:
        (n, cost), (larger, more) = counts[-2:]
        exponent = log(more / cost) / log(larger / n)
        square = abs(exponent - 2) < 0.25
        linear = abs(exponent - 1) < 0.25
        holds = square or (linear and self.meaning == "upper bound")
        shown = ", ".join(f"{cost:,} for n = {n:,}" for n, cost in counts)
        finding = f"multiplications by {route}: {shown}; they grow as n to the power {exponent:.3f}"
        effect = Effect("exponent", exponent, exponent, exponent, "")
        points = Series(route, tuple(float(n) for n, _ in counts), tuple(float(c) for _, c in counts))
        figure = Figure("lines", "Cost of a gradient", "parameters", "multiplications", (points,), logarithmic=True)
        verdict = Truth.of(holds) if square or linear else Truth.UNDECIDED
        return Evidence(verdict, Route.PROOF, finding, effect, len(counts), 1, figure)

    def _programs(self) -> Iterator[tuple[int, Any]]:
        """Yield numbers of parameters and a loss of the parameters, with arguments."""
        import jax.numpy as jnp
        from jax import lax

        def dense(weights: Any, x: Any) -> Any:
            for weight in weights:
                x = jnp.maximum(x @ weight, 0)
            return x.sum()

        def convolved(weights: Any, x: Any) -> Any:
            for weight in weights:
                x = jnp.maximum(lax.conv_general_dilated(x, weight, (1, 1), "SAME"), 0)
            return x.sum()

        def recurrent(weights: Any, steps: Any) -> Any:
            return lax.scan(lambda h, x: (jnp.tanh(h @ weights[0] + x), None), jnp.zeros(4), steps)[0].sum()

        for size in (2, 4, 8, 16):
            if self.network == "dense, wider":
                weights, x, loss = [jnp.ones((32 * size, 32 * size))] * 3, jnp.ones((8, 32 * size)), dense
            elif self.network == "dense, deeper":
                weights, x, loss = [jnp.ones((32, 32))] * 4 * size, jnp.ones((8, 32)), dense
            elif self.network == "convolutional, more channels":
                weights, x, loss = [jnp.ones((4 * size, 4 * size, 3, 3))] * 3, jnp.ones((2, 4 * size, 8, 8)), convolved
            else:
                # independent blocks of 4 × 4 stand for more parameters; the steps grow with them
                n = 16 * size
                yield n, (recurrent, [jnp.ones((4, 4))], jnp.ones((n, 4)), size)
                continue
            yield sum(weight.size for weight in weights), (loss, weights, x, 1)

    def _by_hand(self) -> Iterator[tuple[int, int]]:
        for size in (2, 4, 8, 16):
            if self.network == "dense, wider":
                used, n = 8, 3 * (32 * size) ** 2
            elif self.network == "dense, deeper":
                used, n = 8, 4 * size * 32**2
            elif self.network == "convolutional, more channels":
                used, n = 2 * 8 * 8, 3 * 9 * (4 * size) ** 2
            else:
                used, n = 16 * size, 16 * size
            yield n, 3 * n * used


def _traced(program: Any) -> int:
    import jax

    from gradus.lab.operations import multiplications

    loss, weights, x, copies = program
    return int(copies) * multiplications(jax.grad(loss, argnums=0), weights, x)


@final
@dataclass(frozen=True, kw_only=True)
class BackpropagationCycles(Claim):
    """Whether gradients by reverse sweeps need a graph without directed cycles.

    One sweep in reverse topological order exists exactly for acyclic graphs; a recurrent net is unrolled into one, and
    a network at equilibrium is differentiated implicitly. Source: Bishop, Pattern Recognition, section 5.3.1.
    """

    subject: ClassVar[str] = SUBJECT
    method: str = assume("one reverse sweep", "implicit differentiation at an equilibrium")

    def statement(self) -> str:
        """Return the statement."""
        return "Back-propagation works only if the computational graph has no directed cycle."

    def decide(self, effort: Effort) -> Evidence:
        """Try an order for a sweep on random graphs, or an equilibrium's gradient against differences."""
        import numpy as np

        source = np.random.default_rng(effort.seed("graphs"))
        if self.method != "one reverse sweep":
            return _equilibrium(source, effort.choose(4, 16, 100), by_series=False)
        graphs, agreed, cyclic = effort.choose(100, 400, 4000), 0, 0
        for _ in range(graphs):
            edges = source.random((7, 7)) < 0.16
            agreed += _sweep_exists(edges) == (_trace_of_powers(edges) == 0)
            cyclic += _trace_of_powers(edges) > 0
        finding = (
            f"on {graphs} random graphs, {cyclic} with cycles, a sweep orders all nodes exactly where there is no cycle"
        )
        return Evidence(Truth.of(agreed == graphs), Route.EXPERIMENT, finding, networks=graphs, populations=1)

    def witness(self, effort: Effort) -> Evidence:
        """Let the standard library sort the graphs, or sum the series of the unrolled cycle."""
        import numpy as np

        source = np.random.default_rng(effort.seed("other graphs"))
        if self.method != "one reverse sweep":
            return _equilibrium(source, effort.choose(4, 16, 100), by_series=True)
        from graphlib import CycleError, TopologicalSorter

        refused = ordered = 0
        graphs = effort.choose(60, 200, 2000)
        for number in range(graphs):
            forward = np.triu(source.random((8, 8)) < 0.3, 1)
            if number % 2:  # close one cycle on purpose: a path from the first node to the last and back
                forward[0, 7] = forward[7, 0] = True
            graph = {node: list(np.flatnonzero(forward[node])) for node in range(8)}
            try:
                tuple(TopologicalSorter(graph).static_order())
                ordered += 1
            except CycleError:
                refused += 1
        holds = refused == graphs // 2 and ordered == graphs - refused
        finding = f"a topological sorter orders {ordered} acyclic graphs and refuses {refused} with one cycle closed"
        return Evidence(Truth.of(holds), Route.EXPERIMENT, finding, networks=graphs, populations=1)


def _sweep_exists(edges: Array) -> bool:
    """Return whether every node can be visited after all that it feeds."""
    waiting = set(range(len(edges)))
    while ready := {node for node in waiting if not any(edges[node, other] for other in waiting)}:
        waiting -= ready
    return not waiting


def _trace_of_powers(edges: Array) -> int:
    """Return how many closed walks there are, of any length up to the number of nodes."""
    power, total = edges.astype(object), 0
    step = power
    for _ in range(len(edges)):
        total += sum(power[i, i] for i in range(len(edges)))
        power = power @ step
    return int(total)


def _equilibrium(source: np.random.Generator, networks: int, by_series: bool) -> Evidence:
    """Differentiate the fixed point of h = tanh(Wh + x), a graph with a cycle, and hold it against differences."""
    import numpy as np

    worst = 0.0
    for _ in range(networks):
        weights, x = source.normal(size=(5, 5)) * 0.25, source.normal(size=5)

        def settled(x: Array, weights: Array = weights) -> Array:
            hidden = np.zeros(5)
            for _ in range(300):
                hidden = np.tanh(weights @ hidden + x)
            return hidden

        slopes: Array = np.diag(1 - settled(x) ** 2)
        step = slopes @ weights
        if by_series:  # Σ (SW)ᵏ S: the cycle unrolled
            gradient: Array = np.zeros((5, 5))
            term = slopes
            for _ in range(300):
                gradient, term = gradient + term, step @ term
        else:
            gradient = np.linalg.solve(np.eye(5) - step, slopes)
        size = 1e-6
        measured = np.stack([(settled(x + size * e) - settled(x - size * e)) / (2 * size) for e in np.eye(5)], axis=1)
        worst = max(worst, float(np.abs(gradient - measured).max()))
    finding = f"{networks} cyclic networks have gradients that agree with differences to {worst:.1g}"
    if worst > 1e-6:  # a gradient that we got wrong says nothing of those that can be got
        return undecided(finding)
    finding += ": a cycle is no bar"
    return Evidence(Truth.FALSE, Route.COUNTEREXAMPLE, finding, networks=networks, populations=1)


@final
@dataclass(frozen=True, kw_only=True)
class BackpropagationUpdates(Claim):
    """Which quantities of a network have a gradient that back-propagation delivers.

    Source: Ioffe and Szegedy, Batch Normalization, section 3; Kingma and Ba, Adam, algorithm 1.
    """

    subject: ClassVar[str] = SUBJECT
    quantity: str = assume("γ of batch norm", "β of Adam", "running mean of batch norm")

    def statement(self) -> str:
        """Return the statement."""
        return f"Back-propagation updates the {self.quantity}."

    def decide(self, effort: Effort) -> Evidence:
        """Differentiate the loss of a training step by all that the step carries along."""
        import jax
        import jax.numpy as jnp
        import numpy as np
        import optax

        x = np.random.default_rng(effort.seed("updates")).normal(size=(16, 3)).astype(np.float32)

        def step(carried: Any) -> tuple[Any, Any]:
            """Return the loss, and the running mean and the factor of Adam's first moment that the step leaves."""
            z = x @ carried["weight"]
            mean = z.mean(axis=0)
            normed = (z - mean) / jnp.sqrt(z.var(axis=0) + 1e-5) * carried["γ of batch norm"]
            rule = optax.inject_hyperparams(optax.adam)(learning_rate=0.01, b1=carried["β of Adam"])
            _, state = rule.update(carried["weight"], rule.init(carried["weight"]))
            running = 0.9 * carried["running mean of batch norm"] + 0.1 * mean
            left = {"running mean of batch norm": running, "β of Adam": state.hyperparams["b1"]}
            return (jnp.tanh(normed + 0.3) ** 2).mean(), left

        carried = {
            "weight": np.float32(1) + x[:3, :2],
            "γ of batch norm": np.ones(2, np.float32),
            "running mean of batch norm": np.zeros(2, np.float32),
            "β of Adam": np.float32(0.9),
        }
        gradient, left = jax.jit(jax.grad(step, has_aux=True))(carried)  # one program compiles faster than each step
        slope = float(np.abs(gradient[self.quantity]).max())
        finding = f"the gradient of a step's loss by the {self.quantity} is at most {slope:.3g}"
        if self.quantity in left:
            moved = float(np.abs(left[self.quantity] - carried[self.quantity]).max())
            finding += f"; the step itself changes it by {moved:.3g}"
        return Evidence(Truth.of(slope > 0), Route.EXPERIMENT, finding, networks=1)

    def witness(self, effort: Effort) -> Evidence:
        """Move the quantity by hand and see whether the loss that is back-propagated notices at all."""
        import numpy as np

        source = np.random.default_rng(effort.seed("updates by hand"))
        x, weight = source.normal(size=(16, 3)), source.normal(size=(3, 2))

        def train(gamma: float, running: float, beta: float) -> tuple[float, Array, float]:
            """Return the loss of one training step, the weight that Adam leaves, and the new running mean."""
            z = x @ weight
            mean, spread = z.mean(axis=0), z.var(axis=0)
            active = np.tanh((z - mean) / np.sqrt(spread + 1e-5) * gamma + 0.3)
            slope = x.T @ (2 * active * (1 - active**2)) / active.size
            moment = (1 - beta) * slope / (1 - beta)
            moved = weight - 0.01 * moment / (np.abs(slope) + 1e-8)
            return float((active**2).mean()), moved, 0.9 * running + 0.1 * float(mean.mean())

        usual, step = (1.0, 0.0, 0.9), 1e-5
        place = ("γ of batch norm", "running mean of batch norm", "β of Adam").index(self.quantity)
        shifted = tuple(value + step * (position == place) for position, value in enumerate(usual))
        slope = (train(*shifted)[0] - train(*usual)[0]) / step
        finding = f"moved by {step}, the {self.quantity} changes the training loss at a slope of {slope:.3g}"
        return Evidence(Truth.of(slope != 0), Route.EXPERIMENT, finding, networks=1)
