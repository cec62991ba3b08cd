"""Recurrent layers of ONNX, whose outputs exporters turn from step × direction × batch × units to a sequence's shape.

Source of the operators: https://onnx.ai/onnx/operators/ (RNN, GRU, LSTM).
"""

from __future__ import annotations

from typing import Any

from gradus.errors import Fault
from gradus.networks.readers.graph import Node
from gradus.networks.readers.operation import Graph, Operation
from gradus.networks.readers.views import moved
from gradus.networks.sequence import GATES, Recurrent

KINDS = {"RNN": "rnn", "GRU": "gru", "LSTM": "lstm"}
USUAL = {"rnn": ("tanh",), "gru": ("sigmoid", "tanh"), "lstm": ("sigmoid", "tanh", "tanh")}
LENGTHS, FIRST_STATES, PEEPHOLES = 4, (5, 6), 7
"""Which input is what, after the sequence, two matrices and the biases."""


def recurrent(graph: Graph, name: str) -> tuple[Node, tuple[str, ...]] | None:
    """Return the recurrent layer whose states a tensor holds, all of them or the last, with its matrices."""
    root, positions = moved(graph, name)
    operation = graph.maker(root, *KINDS)
    if operation is None:
        return None
    if positions is None:
        raise _refused(operation, "has tensors of unknown shape")
    kind = KINDS[operation.kind]
    matrix = operation.weight(1)
    directions, units = matrix.shape[0], matrix.shape[1] // GATES[kind]
    _check(operation, kind, directions)
    if list(operation.node.output).index(root) > 0:
        sequences = _last(operation, root, positions, directions * units)
    else:
        sequences = _sequences(operation, positions, graph.shapes[root])
    layer = Recurrent(kind, units, 1, directions == 2, sequences, 0 if operation.weight(3) is None else 2)
    matrices = tuple(graph.origin(operation.inputs[i]) for i in (1, 2))
    return Node(name, layer, (_source(graph, operation),)), matrices


def _refused(operation: Operation, rule: str) -> Fault:
    remedy = "supported is one sequence forward, or both ways, from states of 0"
    return Fault(operation.place, "node", None, rule, remedy)


def _check(operation: Operation, kind: str, directions: int) -> None:
    attributes = operation.attributes
    asked = tuple(word.decode().lower() for word in attributes.get("activations", ())) or USUAL[kind] * directions
    given = [i for i in (LENGTHS, PEEPHOLES) if i < len(operation.inputs) and operation.inputs[i]]
    if asked != USUAL[kind] * directions or "clip" in attributes or attributes.get("input_forget", 0) or given:
        raise _refused(operation, "has other functions, lengths or peepholes than usual, which is not supported")
    if operation.word("direction") == "reverse" or attributes.get("layout", 0):
        raise _refused(operation, "reads backwards, or the batch first, which is not supported")
    for position in FIRST_STATES:
        state = operation.weight(position)
        if state is not None and state.any():
            raise _refused(operation, "begins with states that are not 0")


def _sequences(operation: Operation, positions: Any, shape: tuple[int, ...]) -> bool:
    """Return whether the positions are all states in their order, or only the last, the directions side by side."""
    import numpy as np

    steps, directions, _, units = shape
    width, flat = directions * units, positions.ravel()
    lines = np.arange(steps * width).reshape(steps, width)
    if positions.shape in ((1, steps, width), (steps, 1, width)) and (flat == lines.ravel()).all():
        return True
    if positions.shape == (1, width) and (flat == lines[-1]).all():
        return False
    raise _refused(operation, "gives states in an order that is not supported")


def _last(operation: Operation, root: str, positions: Any, width: int) -> bool:
    """Check that an output besides the states of all steps is the last states in their order."""
    right = root == operation.node.output[1] and positions.shape == (1, width)
    if not right or (positions.ravel() != range(width)).any():
        raise _refused(operation, "gives states in an order that is not supported")
    return False


def _source(graph: Graph, operation: Operation) -> str:
    """Return what is read: another recurrent layer's states as they are, or a sequence before it was turned."""
    name = operation.inputs[0]
    root, positions = moved(graph, name)
    if graph.maker(root, *KINDS) is not None:
        return name
    if positions is None or positions.ndim != 3 or positions.shape[1] != 1 or not _in_order(positions):
        raise _refused(operation, "reads more than one sequence, or one in another order")
    return root


def _in_order(positions: Any) -> bool:
    return bool((positions.ravel() == range(positions.size)).all())
