"""Early stopping inside a compiled program: a stopped run goes on being computed, but nothing of it changes."""

from __future__ import annotations

from typing import Any, NamedTuple

from gradus.lab.training.settings import Stopping


class Held(NamedTuple):
    """The best so far.

    Args:
        parameters: at the best measurement.
        state: likewise.
        value: the best value, times the sign that makes low ones good.
        best: number of the best measurement, from 0; −1 before the first.
        count: measurements taken before the run stopped, the last one included.
        stopped: whether it has.
    """

    parameters: Any
    state: Any
    value: Any
    best: Any
    count: Any
    stopped: Any


def begin(parameters: Any, state: Any) -> Held:
    """Return what is held before the first measurement."""
    import jax.numpy as jnp

    return Held(parameters, state, jnp.float32(jnp.inf), jnp.int32(-1), jnp.int32(0), jnp.bool_(False))


def watch(rule: Stopping, patience: Any, held: Held, measured: dict[str, Any], after: Any) -> Held:
    """Return what is held after one more measurement; NaN is never better."""
    import jax
    import jax.numpy as jnp

    value = rule.sign * measured[rule.quantity]
    better = (value < held.value) & ~held.stopped
    count = held.count + jnp.where(held.stopped, 0, 1)

    def pick(new: Any, old: Any) -> Any:
        return jnp.where(better, new, old)

    best = pick(count - 1, held.best)
    return Held(
        jax.tree.map(pick, after.parameters, held.parameters),
        jax.tree.map(pick, after.state, held.state),
        pick(value, held.value),
        best,
        count,
        held.stopped | (count - 1 - best >= patience),
    )


def frozen(held: Held, before: Any, after: Any) -> Any:
    """Return where a run is after a stretch: where it was, if it had stopped."""
    import jax
    import jax.numpy as jnp

    return jax.tree.map(lambda old, new: jnp.where(held.stopped, old, new), before, after)
