"""What a network comes to, layer by layer, with the working of every number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gradus.networks import rules
from gradus.networks.checks import Shape, dotted
from gradus.networks.compiled import Compiled, Counts
from gradus.networks.formula import NOTHING, Working, Workings, equation, piece
from gradus.networks.layer import UNCHANGED, Layer, Merge
from gradus.networks.once import once
from gradus.networks.plan import Plan
from gradus.networks.printing import TEXT
from gradus.networks.tracing import COUNTED, QUANTITIES
from gradus.networks.tree import Quantity, product

TOTALS = tuple([f"total {name.replace('_', '-')}" for name in COUNTED])


class Row(NamedTuple):
    """One layer with its shapes; what else is counted is computed when asked for.

    Args:
        place: where in the network, such as `2.pool`.
        layer: the layer itself.
        inputs: the shape of each input.
        output: the shape of the output.
        owner: the place of the layer whose parameters it uses, where they are not its own.
        rule: its compiled rules, where there are any.
        found: parameters, buffers and multiply-adds, where the compiled rules have found them.
    """

    place: str
    layer: Layer | Merge
    inputs: tuple[Shape, ...]
    output: Shape
    owner: str = ""
    rule: Compiled | None = None
    found: Counts = ()

    @property
    def counts(self) -> Counts:
        """Parameters, buffers and multiply-adds."""
        return self.found or (self.parameters, self.buffers, self.multiply_adds)

    @property
    def input(self) -> Shape:
        """The shape of the input; of the first where there are several."""
        return self.inputs[0]

    @property
    def output_working(self) -> Workings:
        """How the sizes of the output come about; empty where they are copied."""
        layer = self.layer
        return layer.sizes(self.inputs[0]) if isinstance(layer, Layer) else layer.sizes(self.inputs)

    @property
    def parameters_working(self) -> Working:
        """How the number of trainable parameters comes about; nothing where they belong to another layer."""
        layer = self.layer
        return layer.parameters(self.inputs[0]) if isinstance(layer, Layer) and not self.owner else NOTHING

    @property
    def parameters(self) -> Quantity:
        """The number of trainable parameters."""
        return self.parameters_working.value

    @property
    def buffers_working(self) -> Working:
        """How the number of stored scalars comes about that no gradient reaches."""
        layer = self.layer
        return layer.buffers(self.inputs[0]) if isinstance(layer, Layer) and not self.owner else NOTHING

    @property
    def buffers(self) -> Quantity:
        """The number of stored scalars that no gradient reaches, such as running statistics."""
        return self.buffers_working.value

    @property
    def multiply_adds_working(self) -> Working:
        """How the multiply-adds of one example's forward pass come about; counted at every use of shared weights."""
        layer = self.layer
        return layer.multiply_adds(self.inputs[0], self.output) if isinstance(layer, Layer) else NOTHING

    @property
    def multiply_adds(self) -> Quantity:
        """The multiply-adds (MACs) of one example's forward pass; twice as many FLOPs."""
        return self.multiply_adds_working.value

    @property
    def additions_working(self) -> Working:
        """How the additions of biases come about, which multiply-adds leave out."""
        layer = self.layer
        return layer.additions(self.inputs[0], self.output) if isinstance(layer, Layer) else NOTHING

    @property
    def activations(self) -> Quantity:
        """The number of values of the output."""
        return product(self.output)

    def lines(self, names: Sequence[str] = QUANTITIES) -> Iterator[str]:
        """Yield the working of this layer, a line for each of the quantities named."""
        yield f"{self.place}: {', '.join(map(dotted, self.inputs))} → {dotted(self.output)}"
        yield from self.derivations(names)
        shared = self.owner and isinstance(self.layer, Layer) and self.layer.parameters(self.inputs[0]).value
        if shared and "parameters" in names:
            yield f"  parameters: those of {self.owner}"

    def derivations(self, names: Sequence[str] = QUANTITIES) -> Iterator[str]:
        """Yield a line for each of the quantities named that has a derivation, indented, without the place."""
        for name in names:
            working = getattr(self, f"{name}_working")
            if working is not NOTHING and working is not UNCHANGED:
                yield f"  {name.replace('_', '-')}: {working.text}"


@dataclass(frozen=True)
class Table:
    """A described network.

    Args:
        input: the shape of the network's input.
        rows: one for each layer, in the order of computation.
        output: the shape of the network's output.
        plan: which row reads which.
    """

    input: Shape
    rows: tuple[Row, ...]
    output: Shape
    plan: Plan

    @once
    def _counts(self) -> list[Counts]:
        """Parameters, buffers and multiply-adds of each row; equal layers on equal inputs are counted once."""
        known: dict[tuple[object, ...], Counts] = {}
        found = []
        for row in self.rows:
            counts = row.found
            if not counts:
                key = (id(row.layer), row.inputs, row.owner == "")
                counts = known.get(key) or row.counts
                known[key] = counts
            found.append(counts)
        return found

    @once
    def _totals(self) -> tuple[Quantity, ...]:
        return tuple(map(sum, zip(*self._counts, strict=True))) or (0, 0, 0)

    @property
    def parameters(self) -> Quantity:
        """The number of trainable parameters of the whole network."""
        return self._totals[0]

    @property
    def buffers(self) -> Quantity:
        """The number of stored scalars that no gradient reaches."""
        return self._totals[1]

    @property
    def multiply_adds(self) -> Quantity:
        """The multiply-adds (MACs) of one example's forward pass."""
        return self._totals[2]

    @property
    def flops(self) -> Quantity:
        """Floating-point operations: two for each multiply-add."""
        return 2 * self.multiply_adds

    def total_working(self, name: str) -> Working:
        """Return the sum of `parameters`, `buffers` or `multiply_adds` over the layers that have any."""
        return Working(rules.SUM, self._terms(COUNTED.index(name)))

    def _terms(self, column: int) -> tuple[Quantity, ...]:
        return tuple([count for row in self._counts if type(count := row[column]) is not int or count])

    @property
    def parameters_working(self) -> Working:
        """The sum of the parameters over the layers that have any."""
        return self.total_working("parameters")

    def working(self, *names: str) -> str:
        """Return the derivation as text, layer by layer, then the totals; of the quantities named, or of all.

        >>> from gradus.networks import Conv, Network
        >>> print(Network(Conv(3, 64)).describe((128, 128, 3)).working("parameters"))
        1.conv: 128 × 128 × 3 → 126 × 126 × 64
          parameters: (3·3·3 + 1)·64 = 1792
        total parameters: 1792
        """
        asked = names or QUANTITIES
        known: dict[tuple[object, ...], str] = {}
        lines: list[str] = []
        for row in self.rows:
            place, layer, inputs, output, owner, rule, found = row
            if rule is not None:
                write = rule.text if asked is QUANTITIES else rule.named(asked)
                lines.append(write(place, layer, inputs[0], output, found))
                continue
            if owner:
                lines.extend(row.lines(asked))
                continue
            # A block that stands there many times is derived once; each has merges of its own, but they are equal.
            key = (layer if isinstance(layer, Merge) else id(layer), inputs)
            if key not in known:
                known[key] = "\n".join(row._replace(place="").lines(asked))
            lines.append(place + known[key])
        for column, name in enumerate(COUNTED):
            whole = self._totals[column]
            if name in asked and (type(whole) is not int or whole):
                written = str(whole) if type(whole) is int else piece(whole, TEXT).text
                text = equation(rules.SUM.text(*self._terms(column)), written)
                lines.append(f"{TOTALS[column]}: {text}")
        return "\n".join(lines)
