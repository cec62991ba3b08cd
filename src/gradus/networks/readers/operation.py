"""One node of an ONNX graph, and the graph: what computes what, which tensors are stored, and every known shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradus.errors import Fault


@dataclass(frozen=True, slots=True)
class Operation:
    """One node of an ONNX graph.

    Args:
        kind: the operator.
        place: the node's name, for messages.
        attributes: its attributes as plain values.
        inputs: names of its inputs.
        weights: all stored tensors by name.
        node: the node itself, to be run.
    """

    kind: str
    place: str
    attributes: dict[str, Any]
    inputs: tuple[str, ...]
    weights: dict[str, Any]
    node: Any = None

    @property
    def computed(self) -> tuple[str, ...]:
        """The inputs that are computed, not stored."""
        return tuple(name for name in self.inputs if name and name not in self.weights)

    @property
    def axis(self) -> int:
        """The axis in channels-last order: ONNX' axis 1 is the depth."""
        axis = int(self.attributes.get("axis", 1))
        return -1 if axis in (1, -1) and self.kind == "Concat" else axis

    def weight(self, position: int) -> Any:
        """Return a stored input, or `None` where it is left out."""
        if position >= len(self.inputs) or not self.inputs[position]:
            return None
        if self.inputs[position] not in self.weights:
            rule = "is computed by the graph, but must be stored"
            raise Fault(self.place, "input", self.inputs[position], rule, "export the model with constant weights")
        return self.weights[self.inputs[position]]

    def stored(self) -> Any:
        """Return the one stored input of a sum or product, or `None` where all are computed."""
        found = [self.weights[name] for name in self.inputs if name in self.weights]
        return found[0] if len(found) == 1 else None

    def numbers(self, name: str, usual: int, rank: int) -> tuple[int, ...]:
        """Return an attribute of one number for each axis."""
        return tuple(int(n) for n in self.attributes.get(name, [usual] * rank))

    def word(self, name: str) -> str:
        """Return an attribute that is a word."""
        value = self.attributes.get(name, b"")
        return value.decode() if isinstance(value, bytes) else str(value)

    def run(self, values: dict[str, Any], output: str) -> Any:
        """Return one output of this node alone, run by ONNX' own reference implementation."""
        from onnx.reference import ReferenceEvaluator

        given = {name: values.get(name, self.weights.get(name)) for name in self.inputs if name}
        results: Any = ReferenceEvaluator(self.node).run(None, given)
        return results[list(self.node.output).index(output)]


@dataclass(frozen=True, slots=True)
class Graph:
    """An ONNX graph, its constants folded.

    Args:
        makers: the operation that computes a tensor, by the tensor's name.
        weights: stored tensors and what follows from them alone.
        shapes: the shapes that are known, batch first.
        origins: the stored tensor that a folded one was cut or turned from.
    """

    makers: dict[str, Operation]
    weights: dict[str, Any]
    shapes: dict[str, tuple[int, ...]]
    origins: dict[str, str]

    def maker(self, name: str, *kinds: str) -> Operation | None:
        """Return the operation that computes a tensor, if it is of one of these kinds."""
        found = self.makers.get(name)
        return found if found is not None and found.kind in kinds else None

    def origin(self, name: str) -> str:
        """Return the stored tensor that a tensor is, or was cut or turned from."""
        return self.origins.get(name, name)

    def readers(self, name: str) -> int:
        """Return how many inputs of operations a tensor is."""
        return sum(operation.inputs.count(name) for operation in {id(o): o for o in self.makers.values()}.values())
