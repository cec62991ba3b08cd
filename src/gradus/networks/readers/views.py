"""Tensors that are others rearranged: found by rearranging their positions instead of their values.

Whatever chain of reshapes, transposes and cuts an exporter writes, what counts is where each value comes from. So the
chain is run, by ONNX' own reference implementation, on the numbers 0, 1, 2, …, and what comes out is compared.
"""

from __future__ import annotations

from math import prod
from typing import Any

from gradus.errors import Fault
from gradus.networks.checks import dotted
from gradus.networks.dense import Flatten
from gradus.networks.layer import Layer
from gradus.networks.readers.graph import Node
from gradus.networks.readers.operation import Graph
from gradus.networks.reshaping import Reshape, Select, Tokens

VIEWS = ("Reshape", "Transpose", "Unsqueeze", "Squeeze", "Flatten", "Gather", "Slice", "Split", "Identity")
"""Operators that only move or drop values, where all inputs but the first are stored."""


def moved(graph: Graph, name: str) -> tuple[str, Any]:
    """Return the tensor that another is a rearrangement of, and for each of its values the position there.

    The positions are `None` where no shape is known.
    """
    import numpy as np

    chain = []
    while True:
        operation = graph.maker(name, *VIEWS)
        if operation is None or operation.computed != operation.inputs[:1]:
            break
        chain.append((operation, name))
        name = operation.inputs[0]
    shape = graph.shapes.get(name)
    if shape is None:
        return name, None
    positions = np.arange(prod(shape)).reshape(shape)
    for operation, output in reversed(chain):
        positions = operation.run({operation.inputs[0]: positions}, output)
    return name, positions


def viewed(graph: Graph, name: str) -> Node | None:
    """Return a rearranged tensor as a layer, if it is one and shapes are known.

    Raises:
        Fault: a rearrangement that is no layer, with the node's name.
    """
    operation = graph.maker(name, *VIEWS)
    if operation is None or operation.computed != operation.inputs[:1]:
        return None
    source, positions = moved(graph, name)
    if positions is None:
        return None
    shape = graph.shapes[source]
    found = _rearranged(shape, positions)
    if isinstance(found, bool):
        rule = f"rearranges {dotted(shape)} to {dotted(positions.shape)} in a way that is not supported"
        remedy = "supported are flatten, tokens, one position of a sequence, and a vector as an image"
        raise Fault(operation.place, "node", None, rule, remedy)
    return Node(name, found, (source,))


def _rearranged(shape: tuple[int, ...], positions: Any) -> Layer | bool | None:
    """Return the layer; `None` where nothing changes, `False` where it is none."""
    import numpy as np

    flat, target = positions.ravel(), positions.shape
    if shape[0] != 1 or target[:1] != (1,):
        kept = flat.size == prod(shape) and bool((flat == np.arange(flat.size)).all())
        if not kept or shape[0] != target[0]:
            return False
    if flat.size == prod(shape) and (flat == np.arange(flat.size)).all():
        if target == shape:
            return None
        if len(target) == 2:
            return Flatten()
        return Reshape((*target[2:], target[1])) if len(shape) == 2 else False
    if len(shape) > 2 and target == (1, prod(shape[2:]), shape[1]):
        lines = np.arange(flat.size).reshape(1, shape[1], -1).transpose(0, 2, 1)
        return Tokens() if (positions == lines).all() else False
    if len(shape) == 3 and target == (1, shape[2]) and flat[0] % shape[2] == 0:
        return Select(int(flat[0]) // shape[2]) if (flat == flat[0] + np.arange(flat.size)).all() else False
    return False
