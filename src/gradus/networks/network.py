"""A network: layers in a row, some of them made of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gradus.errors import Fault
from gradus.networks.checks import Shape, checked_shape, is_numeric
from gradus.networks.composition import Composite, Item, checked_items, lower_items
from gradus.networks.dense import Dense
from gradus.networks.layer import Layer
from gradus.networks.once import once
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
        plan, result = self._lowered
        steps = plan.steps
        shapes = [first] * (len(steps) + 1)  # the last one stays: that of the input, whose number is -1
        rows: list[Row] = []
        general = _General(rows)
        numeric = is_numeric(first)
        for number, step in enumerate(steps):
            place, layer, sources, owner, _ = step
            inputs = (shapes[sources[0]],) if len(sources) == 1 else tuple([shapes[s] for s in sources])
            pattern = layer.pattern
            if pattern is not None and numeric and not owner:
                rule = pattern.compiled(layer, inputs[0])
                measured = None if rule is None else rule.measure(layer, inputs[0])
                if measured is not None:
                    shapes[number], found = measured
                    rows.append(tuple.__new__(Row, (place, layer, inputs, measured[0], "", rule, found)))
                    continue
            output = shapes[number] = general.output(step, inputs)
            numeric = numeric and is_numeric(output)
            rows.append(Row(place, layer, inputs, output, owner))
        return Table(first, tuple(rows), shapes[result], plan)

    @property
    def result(self) -> int:
        """The step whose output is the network's."""
        return self._lowered[1]

    @once
    def _lowered(self) -> tuple[Plan, int]:
        plan = Plan()
        result = lower_items(self.layers, plan, INPUT, "")
        return plan, result


class _General:
    """Output shapes by the methods of layers; equal inputs of one layer are looked at once."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.known: dict[tuple[int, tuple[Shape, ...]], Shape] = {}

    def output(self, step: Step, inputs: tuple[Shape, ...]) -> Shape:
        """Return the output shape of a step; a layer that does not fit is named by its place."""
        layer = step.layer
        key = (id(layer), inputs)
        found = self.known.get(key)
        if found is None:
            try:
                found = layer.output(inputs[0]) if isinstance(layer, Layer) else layer.merged(inputs)
            except Fault as fault:
                raise fault.at(step.place) from None
            self.known[key] = found
        if step.tied is not None:
            owner = self.rows[step.tied]
            assert isinstance(layer, Dense)
            require_tie(step.place, layer, inputs[0], owner.layer, owner.input)
        return found
