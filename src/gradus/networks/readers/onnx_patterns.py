"""Layers that exporters write as several operators: recognised when every one of them is as it must be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradus.errors import Fault
from gradus.networks.dense import Dense
from gradus.networks.normalisation import Norm
from gradus.networks.readers.graph import Node
from gradus.networks.readers.onnx_attention import affine, attended
from gradus.networks.readers.onnx_recurrent import recurrent
from gradus.networks.readers.operation import Graph, Operation
from gradus.networks.readers.operators import ACTIVATIONS
from gradus.networks.readers.views import moved, viewed
from gradus.networks.sequence import ClassToken, Embedding, Position

Found = tuple[Node, tuple[str, ...]]
"""A node, and the stored matrices that are its own."""


def _dense(graph: Graph, name: str) -> Found | None:
    layer = affine(graph, name)
    return None if layer is None else (Node(name, Dense(layer.units, layer.bias), (layer.source,)), (layer.matrix,))


def _embedding(graph: Graph, name: str) -> Found | None:
    gather = graph.maker(name, "Gather")
    table = None if gather is None else gather.weights.get(gather.inputs[0])
    if gather is None or table is None or table.ndim != 2 or gather.attributes.get("axis", 0) != 0:
        return None
    return Node(name, Embedding(*map(int, table.shape)), gather.inputs[1:]), (graph.origin(gather.inputs[0]),)


def _position(graph: Graph, name: str) -> Found | None:
    """Return a table added to a sequence; of one that is cut to the sequence's length, all rows count."""
    add = graph.maker(name, "Add")
    table = None if add is None else add.stored()
    if add is None or table is None or table.ndim not in (2, 3) or table.shape[:-2] not in ((), (1,)):
        return None
    if graph.shapes.get(add.computed[0]) != (1, *table.shape[-2:]):
        return None
    stored = graph.origin(next(input_ for input_ in add.inputs if input_ in add.weights))
    rows = int(graph.weights[stored].shape[-2])
    return Node(name, Position(None if rows == table.shape[-2] else rows), add.computed), (stored,)


def _class_token(graph: Graph, name: str) -> Found | None:
    concat = graph.maker(name, "Concat")
    if concat is None or len(concat.inputs) != 2 or concat.computed != concat.inputs[1:]:
        return None
    shape, tokens = graph.shapes.get(concat.inputs[1]) or (), concat.weights[concat.inputs[0]]
    alike = len(shape) == 3 and tokens.ndim == 3 and tokens.shape[::2] == shape[::2]
    if concat.attributes.get("axis") not in (1, -2) or not alike:
        return None
    return Node(name, ClassToken(int(tokens.shape[1])), concat.computed), (graph.origin(concat.inputs[0]),)


def _response(graph: Graph, name: str) -> Found | None:
    """Return local response normalisation: x over (k + α·mean of the squares of neighbouring channels)^β."""
    division = graph.maker(name, "Div")
    power = None if division is None else graph.maker(division.inputs[1], "Pow")
    shifted = None if power is None else graph.maker(power.inputs[0], "Add")
    if division is None or power is None or shifted is None:
        return None
    scaled = graph.maker(shifted.computed[0], "Mul") if _by_scalar(shifted) and _by_scalar(power) else None
    if scaled is None or not _by_scalar(scaled):
        return None
    root, ends = moved(graph, scaled.computed[0])
    pool = graph.maker(root, "AveragePool")
    pad = None if pool is None else graph.maker(pool.inputs[0], "Pad")
    if pool is None or pad is None:
        return None
    source, starts = moved(graph, pad.inputs[0])
    square, x = graph.maker(source, "Mul"), division.inputs[0]
    right = square is not None and square.inputs == (x, x) and _in_order(starts) and _in_order(ends)
    return (Node(name, Norm("response"), (x,)), ()) if right and _across_channels(pool, pad, starts) else None


def _by_scalar(operation: Operation) -> bool:
    stored = operation.stored()
    return stored is not None and stored.size == 1 and operation.inputs[1] in operation.weights


def _in_order(positions: Any) -> bool:
    return positions is not None and bool((positions.ravel() == range(positions.size)).all())


def _across_channels(pool: Operation, pad: Operation, positions: Any) -> bool:
    """Return whether windows run over the channels alone, one a channel: axis 2 of 1 × 1 × channels × …."""
    window = tuple(pool.attributes["kernel_shape"])
    amounts = [int(n) for n in pad.weight(1)]
    around = [*amounts[:2], *amounts[3:7], *amounts[8:]]
    usual = pool.numbers("strides", 1, 3) == (1, 1, 1) and not any(pool.numbers("pads", 0, 6))
    plain = pad.word("mode") in ("", "constant") and pad.weight(2) is None and pool.attributes.get("ceil_mode", 0) == 0
    fits = positions.ndim == 5 and len(amounts) == 10 and window[1:] == (1, 1) and not any(around)
    return bool(usual and plain and fits and amounts[2] + amounts[7] == window[0] - 1 and positions.shape[1] == 1)


def _mean(graph: Graph, name: str) -> Found | None:
    """Refuse a mean over the last of three axes, unless these are channels and then positions."""
    mean = graph.maker(name, "ReduceMean")
    if mean is None or len(graph.shapes.get(mean.inputs[0], ())) != 3:
        return None
    before = graph.makers.get(mean.inputs[0])
    while before is not None and before.kind in PASSED and before.computed:
        before = graph.makers.get(before.computed[0])
    if before is None or before.kind not in WINDOWED:
        rule = "averages over an axis of a sequence, which is not supported"
        raise Fault(mean.place, "axes", None, rule, "select one position, or average the positions of an image")
    return None


WINDOWED = ("Conv", "ConvTranspose", "MaxPool", "AveragePool")
PASSED = (*ACTIVATIONS, "PRelu", "Clip", "BatchNormalization", "Dropout", "Identity", "Add", "Mul", "Concat", "Pad")
"""What keeps channels before positions."""


def _view(graph: Graph, name: str) -> Found | None:
    found = viewed(graph, name)
    return None if found is None else (found, ())


PATTERNS: tuple[Callable[[Graph, str], Found | None], ...] = (
    attended, recurrent, _dense, _embedding, _position, _class_token, _response, _mean, _view,
)  # fmt: skip
