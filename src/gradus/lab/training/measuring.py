"""Losses and accuracies of whole sets, in blocks, so that memory does not grow with the set."""

from __future__ import annotations

from typing import Any

from gradus.lab.models import Model
from gradus.lab.training.losses import hits, losses

BLOCK = 512
"""Examples whose activations are held at once."""


def gathered(data: Any) -> dict[str, Any]:
    """Return all sets as one, in blocks × examples, filled up with copies of the first example.

    One set is measured by one piece of program, which takes a third of the time to compile that three take.
    """
    import jax.numpy as jnp

    size = sum(part["inputs"].shape[0] for part in data.values())
    block = min(BLOCK, size)
    fill = -size % block

    def joined(arrays: list[Any]) -> Any:
        whole = jnp.concatenate([*arrays, *[arrays[0][:1]] * fill])
        return whole.reshape(-1, block, *whole.shape[1:])

    return {name: joined([part[name] for part in data.values()]) for name in ("inputs", "targets")}


def measure(model: Model, loss: str, parameters: Any, state: Any, data: Any, whole: Any) -> dict[str, Any]:
    """Return `train_loss`, `train_accuracy`, … of every set there is, without penalties, dropout off.

    Accuracy is there for classes only. Weights of examples count as in the loss that is trained on.

    Args:
        model: the network.
        loss: one of `LOSSES`.
        parameters: of one network.
        state: likewise.
        data: the sets by name.
        whole: the same as `gathered` returns them.
    """
    from jax import lax

    classes = whole["targets"].dtype.kind in "iu"

    def block(part: Any) -> Any:
        outputs, _ = model.apply(parameters, state, part["inputs"])
        each = losses(loss, outputs, part["targets"])
        return (each, hits(loss, outputs, part["targets"])) if classes else (each,)

    if whole["inputs"].shape[0] == 1:
        values = block({name: array[0] for name, array in whole.items()})
    else:
        values = tuple(array.reshape(-1) for array in lax.map(block, whole))
    found, first = {}, 0
    for name, part in data.items():
        rows = slice(first, first := first + part["inputs"].shape[0])
        weights = part.get("weights")
        found[f"{name}_loss"] = (values[0][rows] if weights is None else values[0][rows] * weights).mean()
        if classes:
            found[f"{name}_accuracy"] = values[1][rows].mean()
    return found
