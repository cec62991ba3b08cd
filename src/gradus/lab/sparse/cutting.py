"""Taking channels out of a network: of the layers that write them, of those between, of those that read them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradus.lab.models import Model, build
from gradus.lab.sparse.channels import Channels, Reader
from gradus.networks import Conv, Dense, Network
from gradus.networks.branching import Branching, Concat
from gradus.networks.composition import Item, Named, Repeat
from gradus.networks.layer import Layer

if TYPE_CHECKING:
    from numpy.typing import NDArray

Changes = dict[str, dict[str, Any]]
"""By the place of a layer: its new `width`, or its new `bias`."""


def deaf(channels: Channels, parameters: Any) -> NDArray[Any]:
    """Return for each channel whether no layer has a weight for it."""
    import numpy as np

    found = np.ones(channels.units, bool)
    for reader in channels.readers:
        empty = np.moveaxis(parameters[reader.place]["weight"] == 0, -2, -1)  # inputs last, channels fastest
        found &= empty.reshape(-1, channels.units).all(axis=0)
    return found


def mute(channels: Channels, parameters: Any) -> NDArray[Any]:
    """Return for each channel whether no layer that writes it has a weight into it."""
    import numpy as np

    found = np.ones(channels.units, bool)
    for place in channels.writers:
        weight = parameters[place]["weight"]
        found &= (weight == 0).all(axis=tuple(range(weight.ndim - 1)))
    return found


def foldable(model: Model, parameters: Any, state: Any, channels: Channels) -> NDArray[Any]:
    """Return for each channel whether a constant of it reaches every reader as one that its biases can hold."""
    import numpy as np

    values = said(model, parameters, state)
    found = np.ones(channels.units, bool)
    for reader in channels.readers:
        told = np.asarray(values[reader.reads]).reshape(-1, channels.units)
        layer = layer_at(model, reader.place)
        if isinstance(layer, Conv) and layer.padding not in (0, "valid"):
            found &= (told == 0).all(axis=0)  # the zeros around an image end any other constant
        elif told.size != parameters[reader.place]["weight"].shape[-2]:  # else each place has weights of its own
            found &= (told == told[:1]).all(axis=0)
    return found


def said(model: Model, parameters: Any, state: Any) -> dict[str, Any]:
    """Return what all layers put out for an input of zeros."""
    import numpy as np

    return model.trace(parameters, state, np.zeros((1, *model.shape), np.float32))[0]


def layer_at(model: Model, place: str) -> Any:
    """Return the layer at a place."""
    return next(step.layer for step in model.network.plan.steps if step.place == place)


def cut(model: Model, parameters: Any, state: Any, channels: Channels, kept: NDArray[Any]) -> tuple[Model, Any, Any]:
    """Return model, parameters and state without the channels that are not kept; constants go into biases."""
    import numpy as np

    values, units = said(model, parameters, state), channels.units
    new, stored, changes = dict(parameters), dict(state), Changes()
    for reader in channels.readers:
        told = np.asarray(values[reader.reads]).reshape(-1, units)
        new[reader.place] = _read(reader, parameters[reader.place], np.where(kept, 0, told.astype(np.float64)), kept)
        changes[reader.place] = {"bias": "bias" in new[reader.place]}
    for place in channels.writers:
        new[place] = {name: array[..., kept] for name, array in new[place].items()}
        changes[place] = {**changes.get(place, {}), "width": int(kept.sum())}
    for tree, place in ((tree, place) for tree in (new, stored) for place in channels.between if place in tree):
        tree[place] = {name: array[..., np.tile(kept, array.shape[-1] // units)] for name, array in tree[place].items()}
    smaller = build(Network(*_row(model.network.layers, changes, "")), model.shape)
    return smaller, new, stored


def _read(reader: Reader, arrays: Any, constant: NDArray[Any], kept: NDArray[Any]) -> dict[str, Any]:
    """Return a reader's arrays without the channels, what they said (places × channels) being in its biases."""
    import numpy as np

    weight = arrays["weight"]
    own = constant.size == weight.shape[-2]
    each = constant.ravel() if own else constant[0]
    lost = (weight.astype(np.float64) * each[:, None]).reshape(-1, weight.shape[-1]).sum(axis=0)
    found = {**arrays, "weight": weight[..., np.tile(kept, weight.shape[-2] // len(kept)), :]}
    if reader.bias or np.any(lost):
        found["bias"] = (arrays.get("bias", np.zeros(weight.shape[-1], weight.dtype)) + lost).astype(weight.dtype)
    return found


def _row(items: tuple[Item, ...], changes: Changes, prefix: str) -> tuple[Item, ...]:
    return tuple(_item(item, changes, f"{prefix}{number}") for number, item in enumerate(items, start=1))


def _item(item: Item, changes: Changes, place: str) -> Item:
    """Return an item with its layers changed; the places of its layers stay as they are."""
    if isinstance(item, Layer):
        return _layer(item, changes.get(f"{place}.{item.word}", {}))
    if isinstance(item, Network):
        return Network(*_row(item.layers, changes, f"{place}."))
    if isinstance(item, Repeat) and not item.shared:  # turns may differ from now on
        return Network(*(Network(*_row(item.layers, changes, f"{place}.{n}.")) for n in range(1, item.times + 1)))
    if isinstance(item, Named):
        outside = place.rpartition(".")[0]
        path = f"{outside}.{item.name}" if outside else item.name
        alone = item.layers[0] if len(item.layers) == 1 else None
        if isinstance(alone, Layer):
            return Named(item.name, (_layer(alone, changes.get(f"{path}.{alone.word}", {})),))
        return Named(item.name, _row(item.layers, changes, f"{path}."))
    if isinstance(item, Branching):
        branches = [_row(branch, changes, f"{place}.{n}.") for n, branch in enumerate(item.branches, start=1)]
        return Concat(*branches, axis=item.axis) if isinstance(item, Concat) else type(item)(*branches)
    return item


def _layer(layer: Any, changes: dict[str, Any]) -> Layer:
    for field, value in changes.items():
        name = field if field == "bias" else "units" if isinstance(layer, Dense) else "filters"
        layer = replace(layer, **{name: value})
    found: Layer = layer
    return found
