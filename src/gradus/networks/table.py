"""What a network comes to, layer by layer, with the working of every number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from gradus.networks.checks import Shape, dotted
from gradus.networks.formula import NOTHING, Formula, Working, Workings
from gradus.networks.layer import Layer, Merge
from gradus.networks.tree import Quantity, total

TOTAL = Formula(lambda *terms: total(terms))


@dataclass(frozen=True, slots=True)
class Row:
    """One layer with its shapes; what else is counted is computed when asked for.

    Args:
        place: where in the network, such as `2.pool`.
        layer: the layer itself.
        inputs: the shape of each input.
        output: the shape of the output.
    """

    place: str
    layer: Layer | Merge
    inputs: tuple[Shape, ...]
    output: Shape

    @property
    def input(self) -> Shape:
        """The shape of the input; of the first where there are several."""
        return self.inputs[0]

    @property
    def output_working(self) -> Workings:
        """How the sizes of the output come about."""
        layer = self.layer
        return layer.sizes(self.inputs[0]) if isinstance(layer, Layer) else layer.sizes(self.inputs)

    @property
    def parameters_working(self) -> Working:
        """How the number of trainable parameters comes about."""
        return self.layer.parameters(self.inputs[0]) if isinstance(self.layer, Layer) else NOTHING

    @property
    def parameters(self) -> Quantity:
        """The number of trainable parameters."""
        return self.parameters_working.value

    def lines(self) -> Iterator[str]:
        """Yield the working of this layer, a line for each number."""
        yield f"{self.place}: {' , '.join(map(dotted, self.inputs))} → {dotted(self.output)}"
        if self.output_working.parts:
            yield f"  output: {self.output_working.text}"
        if self.parameters:
            yield f"  parameters: {self.parameters_working.text}"


@dataclass(frozen=True)
class Table:
    """A described network.

    Args:
        input: the shape of the network's input.
        rows: one for each layer, in the order of computation.
        output: the shape of the network's output.
    """

    input: Shape
    rows: tuple[Row, ...]
    output: Shape

    @cached_property
    def parameters(self) -> Quantity:
        """The number of trainable parameters of the whole network."""
        return sum(row.parameters for row in self.rows)

    @property
    def parameters_working(self) -> Working:
        """The sum over the layers that have parameters."""
        return Working(TOTAL, tuple(row.parameters for row in self.rows if row.parameters))

    def working(self) -> str:
        """Return the whole derivation as text, layer by layer, then the total."""
        lines = [line for row in self.rows for line in row.lines()]
        return "\n".join((*lines, f"total parameters: {self.parameters_working.text}"))
