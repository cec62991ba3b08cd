"""Normalisation layers."""

from __future__ import annotations

from typing import Any

from gradus.errors import Fault
from gradus.lab.models.kinds import Arrays, Kind, Moment, Slot
from gradus.networks import Norm

EPSILON = 1e-5
KEPT = 0.9
"""Share of the running statistics that one batch leaves as it was."""


def _slots(layer: Norm, shape: tuple[int, ...]) -> dict[str, Slot]:
    found = {}
    if layer.scale and layer.kind != "response":
        found["scale"] = Slot(shape[-1:], "scale")
    if layer.shift and layer.kind not in ("rms", "response"):
        found["shift"] = Slot(shape[-1:], "shift")
    return found


def _stored(layer: Norm, shape: tuple[int, ...]) -> dict[str, Slot]:
    if layer.kind != "batch":
        return {}
    return {"mean": Slot(shape[-1:], "mean"), "variance": Slot(shape[-1:], "variance")}


def _norm(layer: Norm, parameters: Arrays, inputs: Any, moment: Moment) -> tuple[Any, Arrays]:
    import jax.numpy as jnp

    state = moment.state
    if layer.kind == "batch":
        outputs, state = _batch(inputs, moment)
    elif layer.kind == "layer":
        outputs = _standard(inputs, (-1,))
    elif layer.kind == "rms":
        outputs = inputs / jnp.sqrt((inputs**2).mean(axis=-1, keepdims=True) + EPSILON)
    elif layer.kind == "instance":
        outputs = _standard(inputs, tuple(range(1, inputs.ndim - 1)))
    elif layer.kind == "group":
        grouped = inputs.reshape(*inputs.shape[:-1], layer.groups, -1)
        axes = (*range(1, inputs.ndim - 1), inputs.ndim)
        outputs = _standard(grouped, axes).reshape(inputs.shape)
    else:
        raise Fault("norm", "kind", layer.kind, "is not known to the laboratory", "use batch norm or layer norm")
    outputs = outputs * parameters["scale"] if "scale" in parameters else outputs
    return (outputs + parameters["shift"] if "shift" in parameters else outputs), state


def _standard(inputs: Any, axes: tuple[int, ...]) -> Any:
    from jax import lax

    mean, variance = inputs.mean(axis=axes, keepdims=True), inputs.var(axis=axes, keepdims=True)
    return (inputs - mean) * lax.rsqrt(variance + EPSILON)


def _batch(inputs: Any, moment: Moment) -> tuple[Any, Arrays]:
    """Normalise by the batch in training, by the running statistics otherwise (Ioffe and Szegedy 2015, algorithm 2)."""
    from jax import lax

    state = moment.state
    if not moment.train:
        return (inputs - state["mean"]) * lax.rsqrt(state["variance"] + EPSILON), state
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    count = inputs.size // inputs.shape[-1]
    unbiased = variance * (count / max(1, count - 1))
    kept = {
        "mean": KEPT * state["mean"] + (1 - KEPT) * lax.stop_gradient(mean),
        "variance": KEPT * state["variance"] + (1 - KEPT) * lax.stop_gradient(unbiased),
    }
    return (inputs - mean) * lax.rsqrt(variance + EPSILON), kept


KINDS: dict[type, Kind] = {Norm: Kind(_norm, _slots, _stored)}
