"""A description of a network made to compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gradus.lab.models.kinds import Arrays, Moment
from gradus.lab.models.merging import Merging, merged
from gradus.lab.models.slots import KINDS, Slots, described
from gradus.lab.models.starting import CONSTANTS, start
from gradus.lab.noise import folded
from gradus.networks import Network
from gradus.networks.plan import INPUT, Step
from gradus.networks.reading import read_text
from gradus.networks.table import Table
from gradus.networks.text import write_text

Parameters = dict[str, Arrays]
"""By the place of the layer (`1.dense`), then by name (`weight`, `bias`, `scale`, `shift`, …)."""

_described = lru_cache(64)(described)


@dataclass(frozen=True)
class Model:
    """A network that computes. Its functions are pure; make one by `build`.

    Args:
        network: the description.
        shape: the shape of one input.
    """

    network: Network
    shape: tuple[int, ...]

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as text: a description holds compiled rules, which cannot."""
        return build, (write_text(self.network), self.shape)

    @property
    def table(self) -> Table:
        """What the calculator says of it."""
        return _described(self.network, self.shape)[0]

    @property
    def slots(self) -> Slots:
        """The parameters: shape and role of each array, by place and name."""
        return _described(self.network, self.shape)[1]

    @property
    def stored(self) -> Slots:
        """The statistics that no gradient reaches, likewise."""
        return _described(self.network, self.shape)[2]

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
        backwards: bool = False,
    ) -> tuple[dict[str, Any], Parameters]:
        """Return the output of every layer by its place, and the new state.

        `added` holds arrays to add to the outputs of layers: the gradient for an array of zeros is the gradient for
        that layer's output. `backwards` allows what is faster, but cannot be differentiated forwards.
        """
        import jax.numpy as jnp

        steps = self.network.plan.steps
        values: list[Any] = []
        new = dict(state)
        inputs = jnp.asarray(inputs)
        for number, step in enumerate(steps):
            read = [inputs if source == INPUT else values[source] for source in step.sources]
            if isinstance(step.layer, Merging):
                outputs = merged(step.layer, read)
            else:
                own = self._own(parameters, step, steps)
                use = None if key is None else folded(key, number)
                moment = Moment(train, use, dropout, new.get(step.owner or step.place, {}), backwards)
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


def scaled(model: Model, parameters: Parameters, factor: float, roles: tuple[str, ...] = ("weight",)) -> Parameters:
    """Return the parameters with all arrays of these roles (`weight`, `bias`, `scale`, `shift`) times a factor."""
    return {
        place: {
            name: array * array.dtype.type(factor) if model.slots[place][name].role in roles else array
            for name, array in arrays.items()
        }
        for place, arrays in parameters.items()
    }
