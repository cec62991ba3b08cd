"""ONNX operators as layers, one reader each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

from gradus.errors import Fault
from gradus.networks.convolution import Conv
from gradus.networks.dense import Activation, Dense, Flatten
from gradus.networks.layer import Layer
from gradus.networks.normalisation import Dropout, Norm
from gradus.networks.pooling import GlobalPool, Pool
from gradus.networks.reshaping import Pad
from gradus.networks.transposed import TransposedConv


@dataclass(frozen=True, slots=True)
class Operation:
    """One node of an ONNX graph.

    Args:
        kind: the operator.
        place: the node's name, for messages.
        attributes: its attributes as plain values.
        inputs: names of its inputs.
        weights: all stored tensors by name.
    """

    kind: str
    place: str
    attributes: dict[str, Any]
    inputs: tuple[str, ...]
    weights: dict[str, Any]

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

    def numbers(self, name: str, usual: int, rank: int) -> tuple[int, ...]:
        """Return an attribute of one number for each axis."""
        return tuple(int(n) for n in self.attributes.get(name, [usual] * rank))

    def word(self, name: str) -> str:
        """Return an attribute that is a word."""
        value = self.attributes.get(name, b"")
        return value.decode() if isinstance(value, bytes) else str(value)


def even(values: tuple[int, ...]) -> Any:
    """Return one number where all axes agree."""
    return values[0] if len(set(values)) == 1 else values


def padding(operation: Operation, rank: int) -> Any:
    """Return the padding in our form; ONNX lists all starts, then all ends."""
    automatic = operation.word("auto_pad")
    if automatic in ("SAME_UPPER", "SAME_LOWER"):
        return "same"
    pads = operation.numbers("pads", 0, 2 * rank)
    pairs = tuple(zip(pads[:rank], pads[rank:], strict=True))
    if all(before == after for before, after in pairs):
        return even(tuple(before for before, _ in pairs))
    return pairs


def _conv(o: Operation) -> Layer:
    weight = o.weight(1)
    rank = weight.ndim - 2
    filters, taps, bias = int(weight.shape[0]), even(tuple(map(int, weight.shape[2:]))), len(o.inputs) > 2
    stride, dilation = even(o.numbers("strides", 1, rank)), even(o.numbers("dilations", 1, rank))
    return Conv(taps, filters, stride, padding(o, rank), bias, dilation, int(o.attributes.get("group", 1)))


def _transposed(o: Operation) -> Layer:
    weight, groups = o.weight(1), int(o.attributes.get("group", 1))
    rank = weight.ndim - 2
    stride, dilation = even(o.numbers("strides", 1, rank)), even(o.numbers("dilations", 1, rank))
    extra, taps = even(o.numbers("output_padding", 0, rank)), even(tuple(map(int, weight.shape[2:])))
    filters = int(weight.shape[1]) * groups
    return TransposedConv(taps, filters, stride, padding(o, rank), extra, len(o.inputs) > 2, dilation, groups)


def _pool(kind: str) -> Callable[[Operation], Layer]:
    def read(o: Operation) -> Layer:
        taps = tuple(int(n) for n in o.attributes["kernel_shape"])
        rank = len(taps)
        stride, dilation = even(o.numbers("strides", 1, rank)), even(o.numbers("dilations", 1, rank))
        return Pool(kind, even(taps), stride, padding(o, rank), bool(o.attributes.get("ceil_mode", 0)), dilation)

    return read


def _gemm(o: Operation) -> Layer:
    weight = o.weight(1)
    units = weight.shape[0] if o.attributes.get("transB", 0) else weight.shape[1]
    return Dense(int(units), bias=len(o.inputs) > 2)


def _matmul(o: Operation) -> Layer:
    weight = o.weight(1)
    return Dense(int(weight.shape[1]), bias=False)


def _reshape(o: Operation) -> Layer:
    target = [int(n) for n in o.weight(1)]
    if len(target) == 2 and -1 in target:
        return Flatten()
    rule = f"reshapes to {target}, which is supported only as a flattening to two axes"
    raise Fault(o.place, "shape", None, rule, "export the model with Flatten")


def _pad(o: Operation) -> Layer:
    amounts = o.attributes.get("pads") or o.weight(1)
    pads = [int(n) for n in amounts]
    half = len(pads) // 2
    pairs = tuple(zip(pads[2:half], pads[half + 2 :], strict=True))
    if pads[0] or pads[1] or pads[half]:
        rule = "pads the batch, or before the channels, which is not supported"
        raise Fault(o.place, "pads", pads, rule, "pad the positions, or channels after")
    return Pad(0 if not any(map(any, pairs)) else pairs, pads[half + 1])


def _mean(o: Operation) -> Layer:
    axes = o.attributes.get("axes") or (o.weight(1) if len(o.inputs) > 1 else ())
    found = sorted(int(axis) for axis in axes)
    if found not in ([2, 3], [-2, -1], [2], [2, 3, 4], [-1]):
        rule = f"averages over the axes {found}, which is supported only over all positions"
        raise Fault(o.place, "axes", None, rule, "export the model with GlobalAveragePool")
    return GlobalPool("average", keep=bool(o.attributes.get("keepdims", 1)))


def _merge(word: str) -> Callable[[Operation], Layer | str]:
    def read(o: Operation) -> Layer | str:
        stored = [o.weights[name] for name in o.inputs if name in o.weights]
        if stored and prod(stored[0].shape) > 1:
            rule = "adds or multiplies stored values, which is not supported"
            raise Fault(o.place, "input", None, rule, "fold it into the layer before")
        return word

    return read


def _fixed(layer: Layer | None) -> Callable[[Operation], Layer | None]:
    return lambda _: layer


def _norm(kind: str) -> Callable[[Operation], Layer]:
    return lambda o: Norm(kind, shift=len(o.inputs) > 2)


ACTIVATIONS = {
    "Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Softmax": "softmax", "LeakyRelu": "leaky_relu", "Elu": "elu",
    "Gelu": "gelu", "HardSwish": "hardswish", "HardSigmoid": "hardsigmoid", "Softplus": "softplus", "Clip": "relu6",
    "Selu": "selu", "Mish": "mish", "LogSoftmax": "log_softmax", "PRelu": "prelu", "Softsign": "softsign",
}  # fmt: skip

OPERATORS: dict[str, Callable[[Operation], Layer | str | None]] = {
    "Conv": _conv,
    "ConvTranspose": _transposed,
    "MaxPool": _pool("max"),
    "AveragePool": _pool("average"),
    "GlobalAveragePool": _fixed(GlobalPool("average", keep=True)),
    "GlobalMaxPool": _fixed(GlobalPool("max", keep=True)),
    "ReduceMean": _mean,
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Flatten": _fixed(Flatten()),
    "Reshape": _reshape,
    "BatchNormalization": _norm("batch"),
    "LayerNormalization": _norm("layer"),
    "InstanceNormalization": _norm("instance"),
    "LRN": _fixed(Norm("response")),
    "Dropout": lambda o: Dropout(float(o.attributes.get("ratio", 0.5))),
    "Add": _merge("add"),
    "Sum": _merge("add"),
    "Mul": _merge("multiply"),
    "Pad": _pad,
    "Concat": lambda _: "concat",
    "Identity": _fixed(None),
    **{name: _fixed(Activation(function)) for name, function in ACTIVATIONS.items()},
}
