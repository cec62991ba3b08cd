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
    except ImportError:
        raise Fault("onnx", "package", "onnx", "is not installed", "run pip install onnx") from None
    if isinstance(model, str | Path):
        try:
            model = onnx.load(str(model))
        except Exception as error:  # noqa: BLE001  # protobuf and onnx raise what they like at a broken file
            rule = f"is no ONNX model: {type(error).__name__}"
            raise Fault(str(model), "file", None, rule, "export it anew") from None
    return _read(_with_shapes(model, onnx), onnx)


def _read(model: Any, onnx: Any) -> Network:
    graph = model.graph
    weights = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    known = {v.name: _sizes(v) for v in (*graph.value_info, *graph.input)}
    start = next(value.name for value in graph.input if value.name not in weights)
    nodes: list[Node] = []
    for number, node in enumerate(graph.node, start=1):
        place = node.name or f"node {number}"
        operation = Operation(node.op_type, place, _attributes(node, onnx), tuple(node.input), weights)
        value = _folded(node, operation, weights, known)
        if value is None:
            nodes.append(_node(operation, node.output[0]))
        else:
            weights[node.output[0]] = value
    return network_of(nodes, graph.output[0].name, start)


def _with_shapes(model: Any, onnx: Any) -> Any:
    """Return the model with the shapes of its tensors; a model that onnx cannot infer keeps those it states."""
    try:
        return onnx.shape_inference.infer_shapes(model)
    except Exception:  # noqa: BLE001  # shapes are only used to fold constants; without them nothing is guessed
        return model


def _sizes(value: Any) -> tuple[int, ...] | None:
    found = [d.dim_value for d in value.type.tensor_type.shape.dim]
    return tuple(found) if found and all(found) else None


def _folded(node: Any, operation: Operation, weights: dict[str, Any], known: dict[str, Any]) -> Any:
    """Return the value of a node that depends on stored tensors and on known shapes only, else `None`."""
    if operation.kind == "Constant":
        return operation.attributes["value"]
    if operation.kind == "Shape" and known.get(node.input[0]) is not None:
        import numpy as np

        return np.array(known[node.input[0]], np.int64)
    if any(name and name not in weights for name in node.input) or operation.kind.startswith("Random"):
        return None
    from onnx.reference import ReferenceEvaluator

    results: Any = ReferenceEvaluator(node).run(None, {name: weights[name] for name in node.input if name})
    return results[0]


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
