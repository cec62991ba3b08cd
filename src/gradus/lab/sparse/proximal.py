"""Proximal steps composed with any optimiser of optax."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from gradus.errors import Fault
from gradus.lab.training.shrinking import BLOCKS, scaled_steps, shrunk


class Proximal(NamedTuple):
    """The state of `proximal`.

    Args:
        count: steps taken.
        memory: the state of the optimiser inside.
    """

    count: Any
    memory: Any


Steps = Callable[[Any, Any], Any]
"""From the optimiser's state and the number of steps taken to effective steps: a number, or a tree like the weights."""


def proximal(
    rule: Any, *, step: float | Steps, l1: Any = 0.0, group: Any = 0.0, blocks: str = "neurons", factors: Any = None
) -> Any:
    """Return an optax transformation: the step of another one, then the proximal step of l1·Σ|w| + group·Σ √size·‖·‖.

    After each update by `optax.apply_updates`, weights within the threshold are exactly 0.

    Args:
        rule: any optax optimiser whose updates are for addition, the rate included.
        step: what a weight moves by for each unit of a constant gradient: the rate for SGD, rate/(1 − momentum) with
            momentum, `adaptive(rate)` for Adam and its like; any other width would belong to another strength.
        l1: strength on each weight; a number, or traced.
        group: strength on each block.
        blocks: `neurons` (last axis of each array stays, the others are summed) or `inputs` (the axis before it stays).
        factors: a tree like the parameters with a factor of both strengths for each array; if not given, 1 for arrays
            of two or more axes and 0 for others, which are biases.

    Raises:
        Fault: an unknown kind of block.

    >>> import numpy as np, optax
    >>> rule = proximal(optax.sgd(0.1), step=0.1, l1=1.0)
    >>> weights = {"w": np.array([[1.0, 0.05]])}
    >>> updates, _ = rule.update({"w": np.zeros((1, 2))}, rule.init(weights), weights)
    >>> optax.apply_updates(weights, updates)["w"].round(2).tolist() == [[np.float32(0.9), 0.0]]
    True
    """
    import jax
    import jax.numpy as jnp
    import optax

    if blocks not in BLOCKS:
        raise Fault("proximal", "blocks", blocks, f"must be one of {', '.join(BLOCKS)}", "write neurons")
    inner = optax.with_extra_args_support(rule)

    def init(parameters: Any) -> Proximal:
        return Proximal(jnp.zeros((), jnp.int32), inner.init(parameters))

    def update(gradients: Any, state: Proximal, parameters: Any = None, **more: Any) -> tuple[Any, Proximal]:
        if parameters is None:
            raise Fault("proximal", "params", None, "are needed by its update", "call update(gradients, state, params)")
        updates, memory = inner.update(gradients, state.memory, parameters, **more)
        count = state.count + 1
        steps = step(memory, count) if callable(step) else step
        chosen = jax.tree.map(lambda a: float(a.ndim > 1), parameters) if factors is None else factors
        after = shrunk(optax.apply_updates(parameters, updates), chosen, steps, l1, group, blocks)
        return jax.tree.map(lambda new, old: new - old, after, parameters), Proximal(count, memory)

    return optax.GradientTransformationExtraArgs(init, update)


def adaptive(rate: Any, *, beta2: float | None = 0.999, epsilon: float = 1e-8) -> Steps:
    """Return the effective steps of optimisers that divide by √v + ε, v (`nu` in optax) a mean of squared gradients.

    Args:
        rate: a number, or a schedule: a function of the number of steps before this one.
        beta2: of Adam, whose v is divided by 1 − beta2^count; `None` where it is not (RMSProp).
        epsilon: as the optimiser has it.
    """
    import optax

    def steps(memory: Any, count: Any) -> Any:
        squares = optax.tree_utils.tree_get(memory, "nu")
        if squares is None:
            raise Fault("proximal", "step", "adaptive", "needs an optimiser with a mean of squares", "give a number")
        corrected = 1.0 if beta2 is None else 1 - beta2**count
        return scaled_steps(squares, rate(count - 1) if callable(rate) else rate, epsilon, corrected)

    return steps
