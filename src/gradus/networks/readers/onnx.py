"""A network from an ONNX model: shapes of weights tell what a node is, and nothing is guessed.

Source of the operators: the ONNX operator schemas, https://onnx.ai/onnx/operators/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from gradus.errors import Fault
from gradus.networks.dense import Dense
from gradus.networks.network import Network
from gradus.networks.readers.folding import folded
from gradus.networks.readers.graph import Node, network_of
from gradus.networks.readers.onnx_patterns import PATTERNS
from gradus.networks.readers.operation import Graph
from gradus.networks.readers.operators import OPERATORS
from gradus.networks.sequence import Embedding

WEIGHTED = ("Conv", "ConvTranspose")


def read_onnx(model: Any) -> Network:
    """Read a network from an ONNX model, or from the path of its file; the first input is the network's.

    Needs the package onnx. Shapes become channels last: a model input 1 × 3 × 224 × 224 is described as (224, 224, 3).

    Raises:
        Fault: a file that cannot be read, or an operator that is not supported, with the node's name.
    """
    try:
        import onnx
    except ImportError:
        raise Fault("onnx", "package", "onnx", "is not installed", "run pip install onnx") from None
    if isinstance(model, str | Path):
        try:
            model = onnx.load(str(model))
        except Exception as error:  # noqa: BLE001  # protobuf and onnx raise what they like at a broken file
            rule = f"is no ONNX model: {type(error).__name__}"
            raise Fault(str(model), "file", None, rule, "export it anew") from None
    return _read(model)


def _read(model: Any) -> Network:
    graph = folded(model)
    start = next(value.name for value in model.graph.input if value.name not in graph.weights)
    output = model.graph.output[0].name
    found: dict[str, tuple[Node, tuple[str, ...]]] = {}
    needed = [output]
    while needed:
        name = needed.pop()
        if name == start or name in found:
            continue
        if name not in graph.makers:
            rule = "is neither computed by a node nor the first input"
            raise Fault("graph", "tensor", name, rule, "export a model with one input")
        found[name] = _node(graph, name)
        needed += found[name][0].inputs
    return network_of(_owned([found[name] for name in graph.makers if name in found]), output, start)


def _owned(found: list[tuple[Node, tuple[str, ...]]]) -> Iterator[Node]:
    """Yield the nodes; one that uses the stored matrices of an earlier one is told whose they are.

    Vectors are not compared: exporters store equal ones once, such as the scales of norms that were never trained.
    """
    owners: dict[str, tuple[Node, tuple[str, ...]]] = {}
    for node, matrices in found:
        owner, theirs = next((owners[m] for m in matrices if m in owners), (node, matrices))
        owners.update({matrix: (node, matrices) for matrix in matrices if matrix not in owners})
        tied = isinstance(node.layer, Dense) and isinstance(owner.layer, Embedding)
        if owner is node:
            yield node
        elif tied or (theirs == matrices and owner.layer == node.layer):
            yield replace(node, owner=owner.name)
        else:
            rule = f"shares a stored matrix with {owner.name}, which is another kind of layer or has another bias"
            raise Fault(node.name, "weights", matrices[0], rule, "give each a matrix of its own")


def _node(graph: Graph, name: str) -> tuple[Node, tuple[str, ...]]:
    """Return the node that computes a tensor, with the stored matrices that are its own."""
    for pattern in PATTERNS:
        found = pattern(graph, name)
        if found is not None:
            return found
    operation = graph.makers[name]
    reader = OPERATORS.get(operation.kind)
    if reader is None:
        rule = f"is the operator {operation.kind}, which is not supported"
        raise Fault(operation.place, "node", None, rule, f"supported are {', '.join(sorted(OPERATORS))}")
    if name != operation.node.output[0]:
        raise Fault(operation.place, "output", name, "is not its first, which alone is supported", "use the first")
    layer = reader(operation)
    inputs = operation.computed if isinstance(layer, str) else operation.computed[:1]
    matrices = [graph.origin(i) for i in operation.inputs[1:] if getattr(graph.weights.get(i), "ndim", 0) > 1]
    return Node(name, layer, inputs, operation.axis), tuple(matrices) if operation.kind in WEIGHTED else ()
