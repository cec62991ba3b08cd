"""What is recorded of every layer at every step."""

from __future__ import annotations

from typing import Any

from gradus.lab.models import Model


def columns(name: str, model: Model) -> tuple[str, ...]:
    """Return what the numbers of one recorded quantity belong to: places of layers, in order.

    Gradients, weights and updates are there for layers with weights; what is said of outputs is there for all layers.
    """
    if name in ("activation", "dead", "spread"):
        return model.places
    return tuple(place for place, slots in model.slots.items() if any(s.role == "weight" for s in slots.values()))


def watch(
    names: tuple[str, ...], model: Model, gradients: Any, parameters: Any, updates: Any, values: Any
) -> dict[str, Any]:
    """Return for each name one number for each of its columns.

    Args:
        names: `gradient` (of the loss, before penalties and clipping), `weight`, `update`, `activation`: root mean
            squares; `dead`: share of a layer's units that are 0 for every example of the batch; `spread`: how units
            of one layer differ, the root mean square of the standard deviation along the last axis.
        model: whose layers.
        gradients: by place and name, as are parameters and updates.
        parameters: after the step; `before` is the root mean square of the weights before it.
        updates: what was added to the parameters.
        values: outputs of the layers by place.
    """
    import jax
    import jax.numpy as jnp

    trees = {"gradient": gradients, "weight": parameters, "update": updates}
    found = {}
    for name in names:
        if name in trees:
            row = [_mean_square(_weights(model, place, trees[name])) ** 0.5 for place in columns(name, model)]
        elif name == "before":
            trees[name] = jax.tree.map(jnp.subtract, parameters, updates)
            row = [_mean_square(_weights(model, place, trees[name])) ** 0.5 for place in columns(name, model)]
        elif name == "activation":
            row = [_mean_square([values[place]]) ** 0.5 for place in model.places]
        elif name == "spread":
            row = [
                _mean_square([values[place] - values[place].mean(axis=-1, keepdims=True)]) ** 0.5
                for place in model.places
            ]
        else:
            row = [(values[place] == 0).all(axis=0).mean() for place in model.places]
        found[name] = jnp.stack(row)
    return found


def _weights(model: Model, place: str, tree: Any) -> list[Any]:
    return [tree[place][name] for name, slot in model.slots[place].items() if slot.role == "weight"]


def _mean_square(arrays: list[Any]) -> Any:
    total = sum((array**2).sum() for array in arrays)
    return total / sum(array.size for array in arrays)
