"""Losses and accuracies of whole sets, in blocks, so that memory does not grow with the set."""

from __future__ import annotations

from typing import Any

from gradus.lab.models import Model
from gradus.lab.training.losses import hits, losses

BLOCK = 512
"""Examples whose activations are held at once."""


def measure(model: Model, loss: str, parameters: Any, state: Any, data: Any) -> dict[str, Any]:
    """Return `train_loss`, `train_accuracy`, … of every set there is, without penalties, dropout off.

    Accuracy is there for classes only. Weights of examples count as in the loss that is trained on.
    """
    found = {}
    for name, part in data.items():
        total, right = _sums(model, loss, parameters, state, part)
        size = part["inputs"].shape[0]
        found[f"{name}_loss"] = total / size
        if part["targets"].dtype.kind in "iu":
            found[f"{name}_accuracy"] = right / size
    return found


def _sums(model: Model, loss: str, parameters: Any, state: Any, part: Any) -> tuple[Any, Any]:
    import jax.numpy as jnp
    from jax import lax

    def block(inputs: Any, targets: Any, weights: Any) -> tuple[Any, Any]:
        outputs, _ = model.apply(parameters, state, inputs)
        each = losses(loss, outputs, targets)
        right = hits(loss, outputs, targets).sum() if targets.dtype.kind in "iu" else jnp.float32(0)
        return (each if weights is None else each * weights).sum(), right

    inputs, targets, weights = part["inputs"], part["targets"], part.get("weights")
    size = inputs.shape[0]
    whole = size // BLOCK * BLOCK
    total = right = jnp.float32(0)
    if whole > BLOCK:
        arrays = [a if a is None else a[:whole].reshape(-1, BLOCK, *a.shape[1:]) for a in (inputs, targets, weights)]
        sums = lax.map(lambda parts: block(*parts), tuple(arrays))
        total, right = sums[0].sum(), sums[1].sum()
    else:
        whole = 0
    if whole < size:
        rest = block(inputs[whole:], targets[whole:], None if weights is None else weights[whole:])
        total, right = total + rest[0], right + rest[1]
    return total, right
