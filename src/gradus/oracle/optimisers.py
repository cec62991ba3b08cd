"""Optimisers run, not calculated: optax takes the steps, in double precision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

Number = float
# compiled once a process; `jit` itself tells shapes apart
_COMPILED: dict[str, Callable[..., Any]] = {}


def descend(
    kind: str, start: Number, rate: Number, momentum: Number, quadratic: tuple[Number, Number], steps: int
) -> tuple[Number, Number]:
    """Descend from `start` on a/2 (w - c)², with the gradient by automatic differentiation.

    Args:
        kind: "trace" (velocity μv + g), "nesterov" (the same, looking ahead) or "average" (μv + (1 - μ)g).
        start: the first weight.
        rate: the step size.
        momentum: μ.
        quadratic: a and c.
        steps: how many steps.

    Returns: optax's parameter and its velocity after the last step. Under "nesterov" the parameter is the point that
        is looked ahead to, where gradients are taken.

    >>> descend("trace", 1.0, 0.5, 0.5, (1.0, 0.0), steps=2)
    (0.0, 1.0)
    """
    weight, velocity = _run(f"{kind} {steps}", partial(_descend, kind, steps), (start, rate, momentum, *quadratic))
    return float(weight), float(velocity)


def _descend(kind: str, steps: int, start: Any, rate: Any, momentum: Any, curvature: Any, centre: Any) -> Any:
    import jax
    import optax

    slope = jax.grad(lambda weight: curvature / 2 * (weight - centre) ** 2)
    if kind == "average":
        chosen = optax.chain(optax.ema(momentum, debias=False), optax.scale(-rate))
    else:
        chosen = optax.sgd(rate, momentum, nesterov=kind == "nesterov")
    weight, state = start, chosen.init(start)
    for _ in range(steps):
        updates, state = chosen.update(slope(weight), state)
        weight = optax.apply_updates(weight, updates)
    return weight, state[0].ema if kind == "average" else state[0].trace


def rmsprop(start: Number, gradients: Sequence[Number], rate: Number, decay: Number) -> tuple[Number, Number]:
    """Return weight and running mean square after RMSProp met these gradients, with ε = 0.

    >>> rmsprop(1.0, [2.0], rate=0.5, decay=0.75)
    (0.0, 1.0)
    """
    weight, state = _run("rmsprop", _rmsprop, (start, list(gradients), rate, decay))
    return float(weight), float(state[0].nu)


def _rmsprop(start: Any, gradients: Any, rate: Any, decay: Any) -> Any:
    import optax

    return _follow(optax.rmsprop(rate, decay, eps=0.0), start, gradients)


def adam(
    start: Number, gradients: Sequence[Number], rate: Number, decays: tuple[Number, Number]
) -> tuple[Number, Number, Number]:
    """Return weight and both moments, not corrected, after Adam met these gradients, with ε = 0.

    >>> adam(1.0, [2.0], rate=0.5, decays=(0.5, 0.75))
    (0.5, 1.0, 1.0)
    """
    weight, state = _run("adam", _adam, (start, list(gradients), rate, *decays))
    return float(weight), float(state[0].mu), float(state[0].nu)


def _adam(start: Any, gradients: Any, rate: Any, first: Any, second: Any) -> Any:
    import optax

    return _follow(optax.adam(rate, first, second, eps=0.0), start, gradients)


def _follow(chosen: Any, start: Any, gradients: Any) -> Any:
    import optax

    weight, state = start, chosen.init(start)
    for gradient in gradients:
        updates, state = chosen.update(gradient, state)
        weight = optax.apply_updates(weight, updates)
    return weight, state


def clip_by_value(gradient: Sequence[Number], limit: Number) -> list[Number]:
    """Clip each component to ±limit.

    >>> clip_by_value([3.0, -4.0], 3.5)
    [3.0, -3.5]
    """
    return [float(g) for g in _run("value", _clip_by_value, ([list(gradient)], limit))[0]]


def _clip_by_value(gradient: Any, limit: Any) -> Any:
    import optax

    return optax.clip(limit).update(gradient, optax.EmptyState())[0]


def clip_by_norm(layers: Sequence[Sequence[Number]], limit: Number) -> tuple[list[list[Number]], Number]:
    """Clip the gradients of several layers by their common L2 norm; return them and the norm before.

    >>> clip_by_norm([[3.0], [-4.0]], 2.5)
    ([[1.5], [-2.0]], 5.0)
    """
    clipped, norm = _run("norm", _clip_by_norm, ([list(layer) for layer in layers], limit))
    return [[float(g) for g in layer] for layer in clipped], float(norm)


def _clip_by_norm(layers: Any, limit: Any) -> Any:
    import optax

    return optax.clip_by_global_norm(limit).update(layers, optax.EmptyState())[0], optax.tree.norm(layers)


def _run(name: str, work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Compile once, then run in double precision: lists become arrays."""
    import jax
    import numpy as np

    arrays = jax.tree.map(np.float64, arguments)
    with jax.enable_x64(True):
        compiled = _COMPILED.setdefault(name, jax.jit(work)) if name not in _COMPILED else _COMPILED[name]
        return jax.device_get(compiled(*arrays))
