"""An ONNX model with its constants folded and its shapes inferred: what is left is what depends on the input."""

from __future__ import annotations

from typing import Any

from gradus.networks.readers.operation import Graph, Operation

PARTS = ("Transpose", "Slice", "Expand", "Reshape", "Squeeze", "Unsqueeze", "Cast", "Identity")
"""What cuts or turns a stored tensor: it is still that tensor whose numbers are counted."""

SMALL = 100
"""Numbers of a stored tensor that may say what shape something has; of a larger one only its own shape matters."""


def folded(model: Any) -> Graph:
    """Return the graph of a model; folding lets shapes be inferred and shapes let more be folded, so both in turns."""
    import onnx

    weights = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    nodes = [(node, node.name or f"node {number}") for number, node in enumerate(model.graph.node, start=1)]
    inputs = [_of_one(value, onnx) for value in model.graph.input if value.name not in weights]
    graph = Graph({}, weights, _sizes((*model.graph.value_info, *inputs)), {})
    while True:
        before = len(nodes), len(graph.shapes)
        graph.shapes.update(_inferred(model, inputs, [node for node, _ in nodes], weights))
        graph.makers.clear()
        nodes = [kept for node, place in nodes for kept in _kept(graph, node, place, onnx)]
        if before == (len(nodes), len(graph.shapes)):
            return graph


def _sizes(values: Any) -> dict[str, tuple[int, ...]]:
    sizes = {value.name: tuple(d.dim_value for d in value.type.tensor_type.shape.dim) for value in values}
    return {name: found for name, found in sizes.items() if found and all(found)}


def _of_one(value: Any, onnx: Any) -> Any:
    """Return an input for a batch of 1 where the model leaves its size open."""
    fixed = onnx.ValueInfoProto()
    fixed.CopyFrom(value)
    sizes = fixed.type.tensor_type.shape.dim
    if sizes and not sizes[0].dim_value:
        sizes[0].dim_value = 1
    return fixed


def _inferred(model: Any, given: list[Any], nodes: list[Any], weights: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Return the shapes that onnx infers; a model that it cannot make sense of keeps those it states."""
    import onnx

    helper = onnx.helper
    inputs, stored = given.copy(), []
    for name in {name for node in nodes for name in node.input if name in weights}:
        array = weights[name]
        if array.size <= SMALL:
            stored.append(onnx.numpy_helper.from_array(array, name))
        else:
            kind = helper.np_dtype_to_tensor_dtype(array.dtype)
            inputs.append(helper.make_tensor_value_info(name, kind, array.shape))
    light = helper.make_model(
        helper.make_graph(nodes, "light", inputs, model.graph.output, stored), opset_imports=model.opset_import
    )
    try:
        found = onnx.shape_inference.infer_shapes(light, data_prop=True)
    except Exception:  # noqa: BLE001  # shapes only help to fold and to recognise; without them nothing is guessed
        return {}
    return _sizes(found.graph.value_info)


def _kept(graph: Graph, node: Any, place: str, onnx: Any) -> list[tuple[Any, str]]:
    """Add a node to the graph and return it; or fold it, if it depends on stored tensors and known shapes only."""
    weights = graph.weights
    attributes = _attributes(node, onnx)
    if node.op_type == "If" and node.input[0] in weights:  # decided already: the branch stands in its place
        branch = attributes["then_branch" if weights[node.input[0]].item() else "else_branch"]
        weights.update({tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in branch.initializer})
        names = zip(branch.output, node.output, strict=True)
        last = [onnx.helper.make_node("Identity", [inner.name], [outer]) for inner, outer in names]
        return [kept for inner in (*branch.node, *last) for kept in _kept(graph, inner, place, onnx)]
    operation = Operation(node.op_type, place, attributes, tuple(node.input), weights, node)
    value = _value(operation, graph)
    if value is None:
        graph.makers.update(dict.fromkeys(node.output, operation))
        return [(node, place)]
    weights[node.output[0]] = value
    if operation.kind in PARTS and operation.inputs[0] in weights:
        graph.origins[node.output[0]] = graph.origin(operation.inputs[0])
    return []


def _value(operation: Operation, graph: Graph) -> Any:
    if operation.kind == "Constant":
        return operation.attributes.get("value")
    if operation.kind == "Shape" and operation.inputs[0] in graph.shapes:
        import numpy as np

        whole = np.array(graph.shapes[operation.inputs[0]], np.int64)
        return whole[operation.attributes.get("start", 0) : operation.attributes.get("end", len(whole))]
    if operation.computed or operation.kind.startswith("Random") or len(operation.node.output) != 1:
        return None
    return operation.run({}, operation.node.output[0])


def _attributes(node: Any, onnx: Any) -> dict[str, Any]:
    found = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    if node.op_type == "Constant":
        import numpy as np

        if "value" in found:
            found["value"] = onnx.numpy_helper.to_array(found["value"])
        for name, kind in (("value_int", np.int64), ("value_ints", np.int64), ("value_float", np.float32)):
            if name in found:
                found["value"] = np.array(found[name], kind)
    return found
