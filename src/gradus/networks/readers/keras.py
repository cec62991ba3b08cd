"""A network from a Keras model, sequential or functional; Keras itself need not be imported here."""

from __future__ import annotations

from typing import Any

from gradus.errors import Fault
from gradus.networks.dense import ACTIVATIONS, Activation
from gradus.networks.network import Network
from gradus.networks.readers.graph import Node, network_of
from gradus.networks.readers.keras_layers import LAYERS, MERGES

START = "input"


def read_keras(model: Any) -> Network:
    """Read a network from a built Keras model with one input and one output.

    An activation that a layer carries becomes a layer of its own. Layers called twice share their parameters.

    Raises:
        Fault: a model that is not built, or a layer that is not supported, with its name.
    """
    outputs = getattr(model, "outputs", None)
    if not outputs or len(outputs) != 1 or len(model.inputs) != 1:
        rule = "must be built, with one input and one output"
        raise Fault(getattr(model, "name", "model"), "model", None, rule, "give it an Input layer, or call build")
    reader = _Reader()
    output = reader.visit(outputs[0])
    return network_of(reader.nodes, output)


class _Reader:
    """Turns the operations behind a tensor into nodes, inputs first."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.done: dict[tuple[str, int], str] = {}
        self.first: dict[str, str] = {}

    def visit(self, tensor: Any) -> str:
        """Return the name of the node that makes a tensor; deep models are walked without recursion."""
        stack = [tensor]
        while stack:
            operation, number, _ = stack[-1]._keras_history  # noqa: SLF001  # the only way to an operation's inputs
            if (operation.name, number) in self.done:
                stack.pop()
                continue
            sources = operation._inbound_nodes[number].input_tensors  # noqa: SLF001
            waiting = [source for source in sources if self._name(source) is None]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            self.done[operation.name, number] = self._add(operation, number, sources)
        name = self._name(tensor)
        assert name is not None
        return name

    def _name(self, tensor: Any) -> str | None:
        operation, number, _ = tensor._keras_history  # noqa: SLF001
        return self.done.get((operation.name, number))

    def _add(self, operation: Any, number: int, sources: list[Any]) -> str:
        kind = type(operation).__name__
        if kind == "InputLayer":
            return START
        name = operation.name if number == 0 else f"{operation.name}_{number}"
        inputs = tuple(str(self._name(source)) for source in sources)
        if kind in MERGES:
            axis, rank = getattr(operation, "axis", -1), len(sources[0].shape)
            ours = -1 if axis in (-1, rank - 1) else axis - 1 if axis > 0 else axis  # Keras counts the batch as axis 0
            self.nodes.append(Node(name, MERGES[kind], inputs, ours))
            return name
        if kind not in LAYERS:
            rule = f"is a {kind}, which is not supported"
            known = ", ".join(sorted((*LAYERS, *MERGES)))
            raise Fault(operation.name, "layer", None, rule, f"supported are {known}")
        try:
            layer = LAYERS[kind](operation)
        except Fault as fault:
            raise fault.at(operation.name) from None
        owner = self.first.setdefault(operation.name, name)
        learns = bool(getattr(operation, "weights", ()))
        self.nodes.append(Node(name, layer, inputs[:1], owner=owner if owner != name and learns else ""))
        return self._activated(operation, kind, name)

    def _activated(self, operation: Any, kind: str, name: str) -> str:
        function = getattr(getattr(operation, "activation", None), "__name__", "linear")
        if function == "linear" or kind in ("Activation", "LSTM", "GRU", "SimpleRNN", "Bidirectional"):
            return name
        if function not in ACTIVATIONS:
            rule = "is no activation that is supported"
            raise Fault(operation.name, "activation", function, rule, f"supported are {', '.join(ACTIVATIONS)}")
        self.nodes.append(Node(f"{name}_{function}", Activation(function), (name,)))
        return f"{name}_{function}"
