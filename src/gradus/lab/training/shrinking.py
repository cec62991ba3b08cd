"""Penalties that make zeros: their proximal steps, in the metric of the optimiser, and their subgradients.

A proximal step is exact only if its width fits the step before it. Let `step` be the effective step of a weight: what
the optimiser takes off for each unit of a constant gradient. The point where nothing moves any more is then the
minimiser of loss + penalty, whatever the optimiser is; with the bare rate it would be that of another strength (for
momentum 0.9 a tenth of it). Sources: Parikh and Boyd (2014), sections 2.2 and 6.5; Duchi, Hazan and Singer (2011),
section 5 (thresholds in an adaptive metric); Yuan and Lin (2006), the weight √size of a block.
"""

from __future__ import annotations

import math
from typing import Any

BLOCKS = ("neurons", "inputs")
"""Blocks of weights: all that come into a unit or filter (last axis), all that leave an input (the axis before it)."""

ROUNDS = 8
"""Newton steps for the norm of a block; the equation is nearly linear (Conn, Gould and Toint 2000, section 7.3)."""


def effective_steps(optimiser: str, numbers: Any, memory: Any, rate: Any, count: Any) -> Any:
    """Return what each weight moves by for each unit of a constant gradient: a number, or a tree like the weights.

    Args:
        optimiser: one of `OPTIMISERS`.
        numbers: momentum, beta2, epsilon, …
        memory: the optimiser's state after the step.
        rate: of this step.
        count: steps taken, this one included.
    """
    import optax

    if optimiser in ("momentum", "nesterov"):
        return rate / (1 - numbers["momentum"])
    if optimiser not in ("rmsprop", "adam", "adamw"):
        return rate
    squares = optax.tree_utils.tree_get(memory, "nu")
    corrected = 1.0 if optimiser == "rmsprop" else 1 - numbers["beta2"] ** count
    return scaled_steps(squares, rate, numbers["epsilon"], corrected)


def scaled_steps(squares: Any, rate: Any, epsilon: Any, corrected: Any = 1.0) -> Any:
    """Return rate/(√(square/corrected) + epsilon) for a tree of means of squared gradients."""
    import jax
    import jax.numpy as jnp

    return jax.tree.map(lambda square: rate / (jnp.sqrt(square / corrected) + epsilon), squares)


def soft_threshold(values: Any, width: Any) -> Any:
    """Return the values moved towards 0 by the width, and exactly 0 where they are within it.

    >>> import numpy as np
    >>> [float(value) for value in soft_threshold(np.array([3.0, -0.5, -2.0]), 1.0)]
    [2.0, -0.0, -1.0]
    """
    import jax.numpy as jnp

    return jnp.sign(values) * jnp.maximum(jnp.abs(values) - width, 0)


def block_threshold(values: Any, widths: Any, axes: tuple[int, ...]) -> Any:
    """Return the proximal step of strength·‖block‖ in the metric of the steps; whole blocks become exactly 0.

    The result w solves wᵢ·(1 + widthᵢ/‖w‖) = valueᵢ; with equal widths it is value·max(1 − width/‖value‖, 0).

    Args:
        values: weights after the optimiser's step.
        widths: step·strength of each weight, positive or 0; the shape of the values, or a number.
        axes: that a block runs along.

    >>> import numpy as np
    >>> block_threshold(np.array([[3.0, 0.6], [4.0, 0.8]]), 2.5, axes=(0,)).tolist()
    [[1.5, 0.0], [2.0, 0.0]]
    """
    import jax.numpy as jnp
    import numpy as np

    values = jnp.asarray(values)
    widths = jnp.broadcast_to(jnp.asarray(widths, values.dtype), values.shape)
    least = float(np.finfo(np.float32).tiny) ** 0.5  # squares of which are still numbers

    def norm(array: Any) -> Any:
        return jnp.sqrt((array**2).sum(axis=axes, keepdims=True))

    kept = norm(values / jnp.maximum(widths, least)) > 1
    size = jnp.maximum(norm(values) - widths.max(axis=axes, keepdims=True), least)  # at most the norm looked for
    for _ in range(ROUNDS):  # Newton for 1/‖value/(size + width)‖ = 1, which is concave: it never goes too far
        shares = values / (size + widths)
        length = jnp.maximum(norm(shares), least)
        slope = (shares**2 / (size + widths)).sum(axis=axes, keepdims=True) / length**3
        size = size + jnp.where(kept, (1 - 1 / length) / jnp.maximum(slope, least), 0)
    return jnp.where(kept, values * (size / (size + widths)), 0)


def axes_of(array: Any, blocks: str) -> tuple[int, ...]:
    """Return the axes that a block of an array runs along."""
    if array.ndim < 2:
        return ()
    apart = array.ndim - (1 if blocks == "neurons" else 2)
    return tuple(axis for axis in range(array.ndim) if axis != apart)


def weight_of(array: Any, axes: tuple[int, ...]) -> float:
    """Return √(size of a block), which makes equal strengths fair to blocks of different sizes."""
    return math.sqrt(math.prod(array.shape[axis] for axis in axes))


def shrunk(parameters: Any, chosen: Any, steps: Any, l1: Any, group: Any, blocks: str) -> Any:
    """Return the parameters after the proximal step of l1·Σ|w| + group·Σ √size·‖block‖ (both or one of them).

    Args:
        parameters: after the optimiser's step.
        chosen: the same tree: the factor of each array's strength, 0 or `False` for none.
        steps: effective steps: a number, or the same tree.
        l1: strength, or `None`.
        group: strength, or `None`.
        blocks: one of `BLOCKS`.
    """
    import jax

    def shrink(value: Any, choose: float, step: Any) -> Any:
        if not choose:
            return value
        value = value if l1 is None else soft_threshold(value, step * (l1 * choose))
        if group is None:
            return value
        axes = axes_of(value, blocks)
        return block_threshold(value, step * (group * choose * weight_of(value, axes)), axes)

    trees = jax.tree.map(lambda _: steps, parameters) if jax.tree_util.all_leaves([steps]) else steps
    return jax.tree.map(shrink, parameters, chosen, trees)


def zeros_kept(parameters: Any, before: Any, chosen: Any) -> Any:
    """Return the parameters with 0 wherever a chosen array was 0 before."""
    import jax
    import jax.numpy as jnp

    return jax.tree.map(lambda new, old, choose: jnp.where(old == 0, 0, new) if choose else new,
                        parameters, before, chosen)  # fmt: skip


def penalised(
    gradients: Any, parameters: Any, chosen: Any, l1: Any, l2: Any, group: Any = None, blocks: str = "neurons"
) -> Any:
    """Return the gradients with subgradients of l1·Σ|w| + l2·Σw²/2 + group·Σ √size·‖block‖ added, 0 being sign(0).

    Args:
        gradients: of the loss.
        parameters: the same tree.
        chosen: the same tree: the factor of each array's strengths, 0 or `False` for none.
        l1: strength, or `None`.
        l2: strength, or `None`.
        group: strength, or `None`.
        blocks: one of `BLOCKS`.
    """
    import jax
    import jax.numpy as jnp

    def add(gradient: Any, value: Any, choose: float) -> Any:
        if not choose:
            return gradient
        gradient = gradient if l1 is None else gradient + l1 * choose * jnp.sign(value)
        gradient = gradient if l2 is None else gradient + l2 * choose * value
        if group is None:
            return gradient
        axes = axes_of(value, blocks)
        length = jnp.sqrt((value**2).sum(axis=axes, keepdims=True))
        return gradient + group * choose * weight_of(value, axes) * value / jnp.maximum(length, 1e-30)

    return jax.tree.map(add, gradients, parameters, chosen)
