"""Self-attention, which exporters break into products, reshapes and a softmax, put together again.

Nothing is taken for granted: where each query, key and value comes from is followed back position by position, and the
result forward; whatever is not exactly multi-head attention of one sequence is refused with the name of its softmax.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradus.errors import Fault
from gradus.networks.readers.graph import Node
from gradus.networks.readers.operation import Graph
from gradus.networks.readers.views import moved
from gradus.networks.sequence import Attention


@dataclass(frozen=True, slots=True)
class Affine:
    """A dense layer among the operators: what it reads, how many units it has, its bias, its matrix."""

    source: str
    inputs: int
    units: int
    bias: bool
    matrix: str


def affine(graph: Graph, name: str) -> Affine | None:
    """Return the dense layer that computes a tensor: `Gemm`, or `MatMul` by a stored matrix with or without `Add`."""
    gemm = graph.maker(name, "Gemm")
    if gemm is not None and gemm.inputs[1] in gemm.weights:
        usual = {"alpha": 1.0, "beta": 1.0, "transA": 0}
        if any(gemm.attributes.get(key, value) != value for key, value in usual.items()):
            rule = "scales or transposes what it reads, which is not supported"
            raise Fault(gemm.place, "node", None, rule, "fold the factors into the weights")
        inputs, units = gemm.weights[gemm.inputs[1]].shape[:: -1 if gemm.attributes.get("transB", 0) else 1]
        bias = len(gemm.inputs) > 2 and bool(gemm.inputs[2])
        return Affine(gemm.inputs[0], int(inputs), int(units), bias, graph.origin(gemm.inputs[1]))
    product = graph.maker(name, "MatMul")
    if product is not None:
        weight = product.weights.get(product.inputs[1])
        if weight is None or weight.ndim != 2 or product.inputs[0] in product.weights:
            return None
        inputs, units = weight.shape
        return Affine(product.inputs[0], int(inputs), int(units), False, graph.origin(product.inputs[1]))
    add = graph.maker(name, "Add")
    stored = None if add is None else add.stored()
    if add is None or stored is None or stored.ndim != 1:
        return None
    inner = affine(graph, add.computed[0]) if graph.maker(add.computed[0], "MatMul") else None
    if inner is None or inner.units != stored.size or graph.readers(add.computed[0]) != 1:
        return None
    return Affine(inner.source, inner.inputs, inner.units, True, inner.matrix)


def attended(graph: Graph, name: str) -> tuple[Node, tuple[str, ...]] | None:
    """Return the attention that ends in a tensor, with its matrices, if there is one."""
    root, ends = moved(graph, name)
    out = affine(graph, root)
    if out is None:
        return None
    weighted, joined = moved(graph, out.source)
    product = graph.maker(weighted, "MatMul")
    softmax = None if product is None else graph.maker(product.inputs[0], "Softmax")
    if product is None or softmax is None or len(product.computed) != 2:
        return None
    return _Match(graph, softmax.place).node(name, (ends, out, joined), softmax, product.inputs[1])


@dataclass(frozen=True, slots=True)
class _Match:
    """One attention that is being checked."""

    graph: Graph
    place: str

    def refuse(self, rule: str) -> Fault:
        remedy = "supported is self-attention of one sequence, all heads alike"
        return Fault(self.place, "attention", None, rule, remedy)

    def node(self, name: str, end: tuple[Any, Affine, Any], softmax: Any, value: str) -> tuple[Node, tuple[str, ...]]:
        ends, out, joined = end
        scores, factor = self.unscaled(softmax.inputs[0], "Add")
        product = self.graph.maker(scores, "MatMul")
        rank = len(self.graph.shapes.get(softmax.inputs[0]) or ())
        if product is None or len(product.computed) != 2 or softmax.attributes.get("axis", -1) not in (-1, rank - 1):
            raise self.refuse("takes a softmax of something else than a product of queries and keys")
        queries, keys, values = map(self.projected, (*product.inputs, value))
        sources = {found[0] for found in (queries, keys, values)}
        if len(sources) > 1:
            raise self.refuse("reads its queries, keys and values from different tensors")
        source = sources.pop()
        length, width = self.sequence(source)
        heads, size = self.heads(queries, length)
        for found, turned in ((queries, False), (keys, True), (values, False)):
            self.check(found, (heads, length, size), turned)
        self.check_columns([queries, keys, values], heads * size)
        self.check_result(ends, out, joined, (heads, length, size, width))
        scale = factor * queries[4] * keys[4] * values[4]
        if abs(scale * size**0.5 - 1) > 1e-3:
            raise self.refuse(f"scales its scores by {scale:g}, not by one over the root of the {size} numbers a head")
        parts = (queries[1], keys[1], values[1], out)
        if len({part.bias for part in parts}) > 1:
            raise self.refuse("has biases in some of its projections only")
        layer = Attention(heads, out.bias, None if heads * size == width else heads * size)
        return Node(name, layer, (source,)), tuple(dict.fromkeys(part.matrix for part in parts))

    def unscaled(self, name: str, *masked: str) -> tuple[str, float]:
        """Return a tensor without the scalars it is multiplied by, and their product; scores without a stored mask."""
        factor = 1.0
        while True:
            operation = self.graph.maker(name, "Mul", "Div", *masked)
            stored = None if operation is None else operation.stored()
            if operation is None or stored is None:
                return name, factor
            if operation.kind != "Add":
                if stored.size != 1 or (operation.kind == "Div" and operation.inputs[0] in operation.weights):
                    return name, factor
                factor *= float(stored.item()) ** (1 if operation.kind == "Mul" else -1)
            elif stored.shape[-2:] != (self.graph.shapes.get(name) or ())[-2:]:
                return name, factor
            name = operation.computed[0]

    def projected(self, name: str) -> tuple[str, Affine, Any, Any, float]:
        """Return source, dense layer, the tokens of its rows, the positions in its output, and the scalars."""
        factor, positions = 1.0, None
        while True:
            name, found = moved(self.graph, name)
            if found is None:
                raise self.refuse("has tensors of unknown shape")
            positions = found if positions is None else found.ravel()[positions]
            inner, scalar = self.unscaled(name)
            factor *= scalar
            if inner == name:
                break
            name = inner
        layer = affine(self.graph, name)
        if layer is None:
            raise self.refuse("has queries, keys or values that are not made by dense layers")
        source, rows = moved(self.graph, layer.source)
        return source, layer, self.tokens(rows, layer.inputs), positions, factor

    def tokens(self, rows: Any, width: int) -> Any:
        """Return which token each row of a matrix is; each row must be one, its numbers in their order."""
        import numpy as np

        if rows is None:
            raise self.refuse("has tensors of unknown shape")
        lines = rows.reshape(-1, width)
        if not (lines == lines[:, :1] + np.arange(width)).all() or (lines[:, 0] % width).any():
            raise self.refuse("mixes its tokens before it projects them")
        return lines[:, 0] // width

    def sequence(self, source: str) -> tuple[int, int]:
        """Return length and width of the sequence that is read."""
        shape = self.graph.shapes.get(source) or ()
        if len(shape) != 3 or shape[0] != 1:
            raise self.refuse("does not read one sequence of shape 1 × length × width")
        return shape[1], shape[2]

    def heads(self, queries: tuple[str, Affine, Any, Any, float], length: int) -> tuple[int, int]:
        """Return the number of heads and the numbers a head."""
        *_, size = queries[3].shape
        return queries[3].size // (length * size), size

    def check(self, found: tuple[str, Affine, Any, Any, float], sizes: tuple[int, int, int], turned: bool) -> None:
        """Check that head h of token t holds the columns h·size … of the row of t."""
        import numpy as np

        _, layer, tokens, positions, _ = found
        heads, length, size = sizes
        shape = (heads, size, length) if turned else sizes
        if positions.size != heads * length * size or positions.shape[-2:] != shape[-2:]:
            raise self.refuse("has heads of different sizes")
        own = positions.reshape(shape).transpose(0, 2, 1) if turned else positions.reshape(shape)
        columns = own % layer.units
        wanted = columns.flat[0] + size * np.arange(heads)[:, None, None] + np.arange(size)
        if not (tokens[own // layer.units] == np.arange(length)[:, None]).all() or not (columns == wanted).all():
            raise self.refuse("deals its numbers to heads in an order that is not supported")

    def check_columns(self, parts: list[tuple[str, Affine, Any, Any, float]], width: int) -> None:
        """Check that queries, keys and values together use every column of their matrices once."""
        used: dict[str, list[int]] = {}
        units = {}
        for _, layer, _, positions, _ in parts:
            used.setdefault(layer.matrix, []).append(int(positions.flat[0]) % layer.units)
            units[layer.matrix] = layer.units
        if any(sorted(starts) != list(range(0, units[matrix], width)) for matrix, starts in used.items()):
            raise self.refuse("does not use every column of its matrices once")

    def check_result(self, ends: Any, out: Affine, joined: Any, sizes: tuple[int, int, int, int]) -> None:
        """Check that the heads are laid side by side again, token by token, in the order they came."""
        import numpy as np

        heads, length, size, width = sizes
        if ends is None or joined is None or out.inputs != heads * size or out.units != width:
            raise self.refuse("does not end in a dense layer of its own width")
        rows = joined.reshape(-1, heads * size)
        tokens = rows[:, 0] // size
        laid = (np.arange(heads)[:, None] * length * size + np.arange(size)).ravel()
        placed = tokens[ends // width] * width + ends % width
        right = ends.shape == (1, length, width) and (placed.ravel() == np.arange(length * width)).all()
        if not right or not (rows == (tokens * size)[:, None] + laid).all():
            raise self.refuse("joins its heads in an order that is not supported")
