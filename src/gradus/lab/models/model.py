"""A description of a network made to compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gradus.errors import Fault
from gradus.lab.models import images, norms, sequences, vectors
from gradus.lab.models.kinds import Arrays, Kind, Moment, Slot
from gradus.lab.models.starting import CONSTANTS, start
from gradus.lab.noise import folded
from gradus.networks import Network
from gradus.networks.merging import Concatenation, Elementwise
from gradus.networks.plan import INPUT, Step
from gradus.networks.reading import read_text
from gradus.networks.table import Row, Table

Parameters = dict[str, Arrays]
"""By the place of the layer (`1.dense`), then by name (`weight`, `bias`, `scale`, `shift`, …)."""

KINDS: dict[type, Kind] = vectors.KINDS | images.KINDS | norms.KINDS | sequences.KINDS


@dataclass(frozen=True)
class Model:
    """A network that computes. Its functions are pure; make one by `build`.

    Args:
        network: the description.
        shape: the shape of one input.
    """

    network: Network
    shape: tuple[int, ...]

    @property
    def table(self) -> Table:
        """What the calculator says of it."""
        return _described(self)[0]

    @property
    def slots(self) -> dict[str, dict[str, Slot]]:
        """The parameters: shape and role of each array, by place and name."""
        return _described(self)[1]

    @property
    def stored(self) -> dict[str, dict[str, Slot]]:
        """The statistics that no gradient reaches, likewise."""
        return _described(self)[2]

    @property
    def places(self) -> tuple[str, ...]:
        """The places of all layers, in the order of computation."""
        return tuple(row.place for row in self.table.rows)

    @property
    def output(self) -> tuple[int, ...]:
        """The shape of one output."""
        return self.table.output

    def initialise(self, seed: int, scheme: str = "he", gain: float = 1.0, bias: float = 0.0) -> Parameters:
        """Return initial parameters as float32 arrays of NumPy; equal seeds give equal numbers up to the gain.

        Args:
            seed: any whole number from 0.
            scheme: one of `SCHEMES`; scales of norms are 1 and shifts 0 in all of them.
            gain: factor of all weights (not of biases).
            bias: value of all biases.
        """
        return {
            place: {name: start(slot, place, name, seed, scheme, gain, bias) for name, slot in arrays.items()}
            for place, arrays in self.slots.items()
        }

    def state(self) -> Parameters:
        """Return the initial statistics: mean 0 and variance 1 for batch norm."""
        import numpy as np

        return {
            place: {name: np.full(slot.shape, CONSTANTS[slot.role], np.float32) for name, slot in arrays.items()}
            for place, arrays in self.stored.items()
        }

    def apply(
        self,
        parameters: Parameters,
        state: Parameters,
        inputs: Any,
        *,
        train: bool = False,
        key: Any = None,
        dropout: Any = None,
    ) -> tuple[Any, Parameters]:
        """Return the outputs, batch × the output's shape, and the new state.

        Args:
            parameters: as from `initialise`.
            state: as from `state`.
            inputs: batch × the input's shape.
            train: whether dropout drops, and batch norm takes the batch's statistics and records them.
            key: 32 random bits (uint32) for dropout; without them nothing is dropped.
            dropout: drop probability for all dropout layers instead of their own.
        """
        values, state = self.trace(parameters, state, inputs, train=train, key=key, dropout=dropout)
        return self.result(values, inputs), state

    def result(self, values: dict[str, Any], inputs: Any) -> Any:
        """Return the network's output among those of its layers."""
        number = self.network.result
        return inputs if number == INPUT else values[self.places[number]]

    def trace(
        self,
        parameters: Parameters,
        state: Parameters,
        inputs: Any,
        *,
        train: bool = False,
        key: Any = None,
        dropout: Any = None,
        added: Mapping[str, Any] | None = None,
    ) -> tuple[dict[str, Any], Parameters]:
        """Return the output of every layer by its place, and the new state.

        `added` holds arrays to add to the outputs of layers: the gradient for an array of zeros is the gradient for
        that layer's output.
        """
        import jax.numpy as jnp

        steps = self.network.plan.steps
        values: list[Any] = []
        new = dict(state)
        inputs = jnp.asarray(inputs)
        for number, step in enumerate(steps):
            read = [inputs if source == INPUT else values[source] for source in step.sources]
            if isinstance(step.layer, Elementwise | Concatenation):
                outputs = _merged(step.layer, read)
            else:
                own = self._own(parameters, step, steps)
                use = None if key is None else folded(key, number)
                moment = Moment(train, use, dropout, new.get(step.owner or step.place, {}))
                outputs, after = KINDS[type(step.layer)].forward(step.layer, own, read[0], moment)
                if after:
                    new[step.owner or step.place] = after
            values.append(outputs + added[step.place] if added and step.place in added else outputs)
        return dict(zip(self.places, values, strict=True)), new

    def _own(self, parameters: Parameters, step: Step, steps: list[Step]) -> Arrays:
        own = parameters.get(step.owner or step.place, {})
        if step.tied is None:
            return own
        matrix = parameters[steps[step.tied].owner or steps[step.tied].place]["weight"]
        return {**own, "weight": matrix.T}


def build(network: Network | str, shape: tuple[int, ...]) -> Model:
    """Return the model of a network, given as a description or in the text form, for one shape of input.

    Raises:
        Fault: a layer that does not fit its input, or that the laboratory cannot compute.

    >>> build("dense 64 > relu > dense 10", (64,)).table.parameters
    4810
    """
    model = Model(read_text(network) if isinstance(network, str) else network, tuple(shape))
    model.table.parameters  # noqa: B018  # refuses what does not fit, before anything is compiled
    return model


@lru_cache(64)
def _described(model: Model) -> tuple[Table, dict[str, dict[str, Slot]], dict[str, dict[str, Slot]]]:
    table = model.network.describe(model.shape)
    slots, stored = {}, {}
    for row in table.rows:
        kind = _kind(row)
        if kind is None or row.owner:
            continue
        if found := kind.slots(row.layer, row.input):
            slots[row.place] = found
        if found := kind.stored(row.layer, row.input):
            stored[row.place] = found
    return table, slots, stored


def _kind(row: Row) -> Kind | None:
    if isinstance(row.layer, Elementwise | Concatenation):
        return None
    kind = KINDS.get(type(row.layer))
    if kind is None:
        known = ", ".join(sorted({layer.__name__.lower() for layer in KINDS}))
        raise Fault(row.place, "layer", row.layer.word, "cannot be trained in the laboratory", f"known are {known}")
    return kind


def _merged(layer: Elementwise | Concatenation, read: list[Any]) -> Any:
    import jax.numpy as jnp

    if isinstance(layer, Concatenation):
        return jnp.concatenate(read, axis=layer.axis if layer.axis < 0 else layer.axis + 1)
    result = read[0]
    for other in read[1:]:
        result = result + other if layer.word == "add" else _product(result, other)
    return result


def _product(one: Any, other: Any) -> Any:
    """Return the product, a vector of channels being stretched over an image's places."""
    for _ in range(one.ndim - other.ndim):
        other = other[:, None]
    for _ in range(other.ndim - one.ndim):
        one = one[:, None]
    return one * other


def scaled(model: Model, parameters: Parameters, factor: float, roles: tuple[str, ...] = ("weight",)) -> Parameters:
    """Return the parameters with all arrays of these roles (`weight`, `bias`, `scale`, `shift`) times a factor."""
    return {
        place: {
            name: array * array.dtype.type(factor) if model.slots[place][name].role in roles else array
            for name, array in arrays.items()
        }
        for place, arrays in parameters.items()
    }
