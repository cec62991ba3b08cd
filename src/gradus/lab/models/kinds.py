"""What the laboratory knows of a layer: which arrays it holds, and what it computes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Arrays = dict[str, Any]
"""The parameters or statistics of one layer, by name."""

Role = Literal["weight", "bias", "scale", "shift", "slope", "mean", "variance"]
"""What an array is: only weights follow the scheme of initialisation and are regularised."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One array of a layer.

    Args:
        shape: its shape.
        role: what it is.
        fan_in: inputs that one output sums over, for weights.
        fan_out: outputs that one input reaches, for weights.
    """

    shape: tuple[int, ...]
    role: Role
    fan_in: int = 1
    fan_out: int = 1


@dataclass(frozen=True, slots=True)
class Moment:
    """What a layer needs to know beyond its inputs.

    Args:
        train: whether dropout drops and batch norm uses, and records, the statistics of the batch.
        key: 32 bits for the random numbers of this layer at this step; `None` for none.
        dropout: drop probability to use instead of the layer's own.
        state: the statistics that the layer has stored.
        backwards: whether the network is differentiated backwards only, so that faster products may be used.
    """

    train: bool
    key: Any
    dropout: Any
    state: Arrays
    backwards: bool = False


Slots = Callable[[Any, tuple[int, ...]], dict[str, Slot]]
Forward = Callable[[Any, Arrays, Any, Moment], tuple[Any, Arrays]]


def no_slots(layer: Any, shape: tuple[int, ...]) -> dict[str, Slot]:
    """Return nothing: the layer holds no arrays."""
    return {}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of layer.

    Args:
        forward: from the layer, its parameters, its inputs (batches first) and the moment to outputs and new state.
        slots: its parameters, from the layer and the shape of one input.
        stored: its statistics, likewise.
    """

    forward: Forward
    slots: Slots = no_slots
    stored: Slots = no_slots


def plain(function: Callable[[Any, Any], Any]) -> Forward:
    """Return the forward function of a layer without parameters, from a function of layer and inputs."""

    def forward(layer: Any, parameters: Arrays, inputs: Any, moment: Moment) -> tuple[Any, Arrays]:
        return function(layer, inputs), moment.state

    return forward
