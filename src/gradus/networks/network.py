"""A network: layers in a row, some of them made of others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from gradus.errors import Fault
from gradus.networks.checks import Shape, checked_shape
from gradus.networks.composition import Composite, Item, checked_items, lower_items
from gradus.networks.dense import Dense
from gradus.networks.layer import Layer
from gradus.networks.plan import INPUT, Plan, Step
from gradus.networks.sharing import require_tie
from gradus.networks.table import Row, Table


@dataclass(frozen=True, init=False)
class Network(Composite):
    """Layers one after another; a network is itself a layer of a larger one.

    >>> from gradus.networks import Conv, Dense, Flatten, Pool
    >>> net = Network(Conv(kernel=3, filters=64), Pool("max", kernel=2), Flatten(), Dense(units=10))
    >>> table = net.describe((128, 128, 3))
    >>> table.output, table.parameters
    ((10,), 2541962)
    >>> print(table.rows[0].parameters_working.text)
    (3·3·3 + 1)·64 = 1792
    """

    layers: tuple[Item, ...]
    word: ClassVar[str] = "network"

    def __init__(self, *layers: Item) -> None:
        object.__setattr__(self, "layers", checked_items(self.word, layers))

    @property
    def plan(self) -> Plan:
        """The steps of the network, each reading earlier ones."""
        return self._lowered[0]

    def lower(self, plan: Plan, source: int, place: str) -> int:
        """Add this network's steps to those of a larger one."""
        return lower_items(self.layers, plan, source, f"{place}.")

    def describe(self, shape: Shape) -> Table:
        """Return the shapes and counts of every layer for one input shape, without the batch.

        Raises:
            Fault: a layer that does not fit its input, named by its place.
        """
        first = checked_shape(shape)
        shapes: list[Shape] = []
        known: dict[tuple[int, tuple[Shape, ...]], Shape] = {}
        rows: list[Row] = []
        for step in self.plan.steps:
            inputs = tuple([first if s < 0 else shapes[s] for s in step.sources])
            layer = step.layer
            key = (id(layer), inputs)
            found = known.get(key)
            if found is None:
                found = known[key] = _output(step, inputs)
            if step.tied is not None:
                owner = rows[step.tied]
                assert isinstance(layer, Dense)
                require_tie(step.place, layer, inputs[0], owner.layer, owner.input)
            shapes.append(found)
            rows.append(Row(step.place, layer, inputs, found, step.owner))
        return Table(first, tuple(rows), first if self.result == INPUT else shapes[self.result], self.plan)

    @property
    def result(self) -> int:
        """The step whose output is the network's."""
        return self._lowered[1]

    @cached_property
    def _lowered(self) -> tuple[Plan, int]:
        plan = Plan()
        result = lower_items(self.layers, plan, INPUT, "")
        return plan, result


def _output(step: Step, inputs: tuple[Shape, ...]) -> Shape:
    """Return the output shape of a step; a layer that does not fit is named by its place."""
    layer = step.layer
    try:
        return layer.output(inputs[0]) if isinstance(layer, Layer) else layer.merged(inputs)
    except Fault as fault:
        raise fault.at(step.place) from None
