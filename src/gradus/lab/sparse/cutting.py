"""Taking units out of a layer: what stands between it and the next one, and how both get smaller."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gradus.errors import Fault
from gradus.lab.models import Model, build
from gradus.networks import (
    Activation,
    Conv,
    Crop,
    Dense,
    Dropout,
    Flatten,
    GlobalPool,
    Network,
    Norm,
    Pad,
    Pool,
    Select,
    Upsample,
)
from gradus.networks.plan import INPUT, Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

MIXING = ("softmax", "log_softmax")


@dataclass(frozen=True)
class Link:
    """A layer with units, and the next layer with weights.

    Args:
        producer: place of the first.
        consumer: place of the second.
        between: places of the layers between them, which treat each channel by itself.
        reads: place of the layer whose output the consumer reads.
        units: of the producer.
        bias: whether the consumer has biases.
    """

    producer: str
    consumer: str
    between: tuple[str, ...]
    reads: str
    units: int
    bias: bool

    def rows(self, weight: NDArray[Any]) -> NDArray[Any]:
        """Return the consumer's weights (or truths about them) as ways × units: all that leave one unit in a column."""
        import numpy as np

        moved = np.moveaxis(weight, -2, -1)  # inputs last; flattened ones count channels fastest
        return moved.reshape(-1, self.units)

    def foldable(self, model: Model, parameters: Any, state: Any) -> NDArray[Any]:
        """Return for each unit whether a constant of it reaches the consumer as a constant that biases can hold."""
        import numpy as np

        said = self.said(model, parameters, state)
        layer = _layer(model, self.consumer)
        if isinstance(layer, Conv) and layer.padding not in (0, "valid"):
            return np.asarray((said == 0).all(axis=0))  # the zeros around an image end any other constant
        if said.size == parameters[self.consumer]["weight"].shape[-2]:
            return np.ones(self.units, bool)  # each place has weights of its own
        return np.asarray((said == said[:1]).all(axis=0))

    def said(self, model: Model, parameters: Any, state: Any) -> NDArray[Any]:
        """Return what reaches the consumer for an input of zeros: places × units."""
        import numpy as np

        values, _ = model.trace(parameters, state, np.zeros((1, *model.shape), np.float32))
        return np.asarray(values[self.reads]).reshape(-1, self.units)


def in_a_row(model: Model, parameters: Any, state: Any) -> tuple[Model, Any, Any]:
    """Return the same network as one row without names and repetitions, its arrays under the places they have there.

    Raises:
        Fault: a network that is no row.
    """
    _require_row(model.network.plan.steps)
    row = build(_rewritten(model.network, {}), model.shape)
    places = dict(zip(model.places, row.places, strict=True))
    renamed = [{places[place]: arrays for place, arrays in tree.items()} for tree in (parameters, state)]
    return row, renamed[0], renamed[1]


def links(model: Model) -> list[Link]:
    """Return all pairs of layers between which units can be taken out, in a row of layers."""
    steps = model.network.plan.steps
    found: list[Link] = []
    producer: Step | None = None
    between: list[str] = []
    for number, step in enumerate(steps):
        layer = step.layer
        if isinstance(layer, Dense) or (isinstance(layer, Conv) and layer.groups == 1):
            if producer is not None:
                units = _units(model, producer.place)
                reads = steps[number - 1].place
                found.append(Link(producer.place, step.place, tuple(between), reads, units, layer.bias))
            producer, between = step, []
        elif _keeps_channels(layer):
            between.append(step.place)
        else:
            producer, between = None, []
    return found


def _require_row(steps: list[Step]) -> None:
    for number, step in enumerate(steps):
        if step.sources != (number - 1 if number else INPUT,) or step.owner or step.tied is not None:
            rule = "must be a row of layers, none of them used twice"
            raise Fault(step.place, "network", None, rule, "prune networks without branches, reuse and ties")


def _keeps_channels(layer: Any) -> bool:
    """Return whether a layer treats each channel by itself, so that it can do with fewer."""
    if isinstance(layer, Activation):
        return bool(layer.function not in MIXING)
    if isinstance(layer, Norm):
        return layer.kind in ("batch", "instance")
    if isinstance(layer, Pad):
        return bool(layer.depth == 0)
    return isinstance(layer, Dropout | Pool | GlobalPool | Flatten | Crop | Upsample | Select)


def _layer(model: Model, place: str) -> Any:
    return next(step.layer for step in model.network.plan.steps if step.place == place)


def _units(model: Model, place: str) -> int:
    return int(next(row.output[-1] for row in model.table.rows if row.place == place))


def cut(model: Model, parameters: Any, state: Any, link: Link, kept: NDArray[Any]) -> tuple[Model, Any, Any]:
    """Return model, parameters and state without the units that are not kept; constants go into biases."""
    import numpy as np

    weight = parameters[link.consumer]["weight"]
    constant = np.where(kept, 0, link.said(model, parameters, state).astype(np.float64))
    lost = _folded(weight, constant)
    bias = link.bias or bool(np.any(lost))
    changes: dict[str, dict[str, Any]] = {link.producer: {"width": int(kept.sum())}, link.consumer: {"bias": bias}}
    smaller = build(_rewritten(model.network, changes), model.shape)
    new = dict(parameters)
    new[link.producer] = {name: array[..., kept] for name, array in parameters[link.producer].items()}
    rows = np.tile(kept, weight.shape[-2] // link.units)
    new[link.consumer] = {**parameters[link.consumer], "weight": weight[..., rows, :]}
    if bias:
        old = parameters[link.consumer].get("bias", np.zeros(weight.shape[-1], weight.dtype))
        new[link.consumer]["bias"] = (old + lost).astype(weight.dtype)
    stored = dict(state)
    for tree, place in ((tree, place) for tree in (new, stored) for place in link.between if place in tree):
        tree[place] = {
            name: array[..., np.tile(kept, array.shape[-1] // link.units)] for name, array in tree[place].items()
        }
    return smaller, new, stored


def _folded(weight: NDArray[Any], constant: NDArray[Any]) -> NDArray[Any]:
    """Return what constants of units, places × units, add to each output of the consumer."""
    import numpy as np

    own = constant.size == weight.shape[-2]
    each = constant.ravel() if own else constant[0]
    return np.asarray((weight.astype(np.float64) * each[:, None]).reshape(-1, weight.shape[-1]).sum(axis=0))


def _rewritten(network: Network, changes: dict[str, dict[str, Any]]) -> Network:
    """Return the network as one row of layers, some of them with other widths or biases."""
    layers: list[Any] = []
    for step in network.plan.steps:
        layer: Any = step.layer
        for field, value in changes.get(step.place, {}).items():
            name = field if field == "bias" else "units" if isinstance(layer, Dense) else "filters"
            layer = replace(layer, **{name: value})
        layers.append(layer)
    return Network(*layers)
