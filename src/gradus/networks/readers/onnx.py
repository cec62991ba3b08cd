"""A network from an ONNX model: shapes of weights tell what a node is, and nothing is guessed.

Source of the operators: the ONNX operator schemas, https://onnx.ai/onnx/operators/.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gradus.errors import Fault
from gradus.networks.network import Network
from gradus.networks.readers.graph import Node, network_of
from gradus.networks.readers.operators import OPERATORS, Operation


def read_onnx(model: Any) -> Network:
    """Read a network from an ONNX model, or from the path of its file; the first input is the network's.

    Needs the package onnx. Shapes become channels last: a model input 1 × 3 × 224 × 224 is described as (224, 224, 3).

    Raises:
        Fault: a file that cannot be read, or an operator that is not supported, with the node's name.
    """
    try:
        import onnx
        from onnx import numpy_helper
    except ImportError:
        raise Fault("onnx", "package", "onnx", "is not installed", "run pip install onnx") from None
    if isinstance(model, str | Path):
        try:
            model = onnx.load(str(model))
        except Exception as error:  # noqa: BLE001  # protobuf and onnx raise what they like at a broken file
            raise Fault(
                str(model), "file", None, f"is no ONNX model: {type(error).__name__}", "export it anew"
            ) from None
    graph = model.graph
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    start = next(value.name for value in graph.input if value.name not in weights)
    nodes: list[Node] = []
    for number, node in enumerate(graph.node, start=1):
        operation = Operation(
            node.op_type, node.name or f"node {number}", _attributes(node, onnx), tuple(node.input), weights
        )
        if operation.kind == "Constant":
            weights[node.output[0]] = operation.attributes["value"]
            continue
        nodes.append(_node(operation, node.output[0]))
    return network_of(nodes, graph.output[0].name, start)


def _attributes(node: Any, onnx: Any) -> dict[str, Any]:
    found = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    if node.op_type == "Constant" and "value" in found:
        found["value"] = onnx.numpy_helper.to_array(found["value"])
    return found


def _node(operation: Operation, output: str) -> Node:
    reader = OPERATORS.get(operation.kind)
    if reader is None:
        rule = f"is the operator {operation.kind}, which is not supported"
        raise Fault(operation.place, "node", None, rule, f"supported are {', '.join(sorted(OPERATORS))}")
    layer = reader(operation)
    inputs = operation.computed if isinstance(layer, str) else operation.computed[:1]
    return Node(output, layer, inputs, operation.axis)
