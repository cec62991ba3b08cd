"""ONNX operators as layers, one reader each."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from gradus.errors import Fault
from gradus.networks.convolution import Conv
from gradus.networks.dense import Activation, Flatten
from gradus.networks.layer import Layer
from gradus.networks.normalisation import Dropout, Norm
from gradus.networks.pooling import GlobalPool, Pool
from gradus.networks.readers.operation import Operation
from gradus.networks.reshaping import Pad
from gradus.networks.transposed import TransposedConv


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
    if "output_shape" in o.attributes:
        raise Fault(o.place, "output_shape", None, "is stated, which is not supported", "state pads instead")
    filters = int(weight.shape[1]) * groups
    return TransposedConv(taps, filters, stride, padding(o, rank), extra, len(o.inputs) > 2, dilation, groups)


def _pool(kind: str) -> Callable[[Operation], Layer]:
    def read(o: Operation) -> Layer:
        taps = tuple(int(n) for n in o.attributes["kernel_shape"])
        rank = len(taps)
        stride, dilation = even(o.numbers("strides", 1, rank)), even(o.numbers("dilations", 1, rank))
        return Pool(kind, even(taps), stride, padding(o, rank), bool(o.attributes.get("ceil_mode", 0)), dilation)

    return read


def _product(o: Operation) -> Layer:
    """Refuse a product that no pattern has explained."""
    o.weight(1)
    rule = "is a product by a stored tensor that is no matrix, or from the left, which is not supported"
    raise Fault(o.place, "node", None, rule, "write it as a dense layer")


def _clip(o: Operation) -> Layer:
    bounds = [o.attributes.get(name, o.weight(i)) for i, name in ((1, "min"), (2, "max"))]
    found = tuple(None if bound is None else float(bound) for bound in bounds)
    for limits, function in (((0.0, 6.0), "relu6"), ((-1.0, 1.0), "hardtanh"), ((0.0, None), "relu")):
        if found == limits:
            return Activation(function)
    raise Fault(o.place, "bounds", found, "are those of no activation known here", "use 0 and 6, -1 and 1, or 0")


def _concat(o: Operation) -> str:
    if len(o.computed) < len(o.inputs):
        rule = "joins stored values to others, which is supported only for tokens before a sequence"
        raise Fault(o.place, "input", None, rule, "compute all of them")
    return "concat"


def _flatten(o: Operation) -> Layer:
    if o.attributes.get("axis", 1) != 1:
        raise Fault(o.place, "axis", o.attributes["axis"], "keeps other axes than the batch", "flatten from axis 1")
    return Flatten()


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
    if o.weight(3) is not None:
        raise Fault(
            o.place, "axes", None, "are named, which is not supported", "pad all axes, by 0 where nothing is added"
        )
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
    def read(o: Operation) -> Layer:
        if o.weight(1).ndim != 1:
            rule = "normalises several axes at once, which is not supported"
            raise Fault(o.place, "axes", None, rule, "normalise the last axis alone")
        return Norm(kind, shift=o.weight(2) is not None)

    return read


def _prelu(o: Operation) -> Layer:
    if o.weight(1).size == 1:
        raise Fault(o.place, "slope", None, "is one for all channels, which is not supported", "learn one for each")
    return Activation("prelu")


def _dropout(o: Operation) -> Layer:
    ratio = o.weight(1)
    return Dropout(float(o.attributes.get("ratio", 0.5) if ratio is None else ratio))


ACTIVATIONS = {
    "Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Softmax": "softmax", "LeakyRelu": "leaky_relu", "Elu": "elu",
    "Gelu": "gelu", "HardSwish": "hardswish", "HardSigmoid": "hardsigmoid", "Softplus": "softplus",
    "Selu": "selu", "Mish": "mish", "LogSoftmax": "log_softmax", "Softsign": "softsign",
}  # fmt: skip

OPERATORS: dict[str, Callable[[Operation], Layer | str | None]] = {
    "Conv": _conv,
    "ConvTranspose": _transposed,
    "MaxPool": _pool("max"),
    "AveragePool": _pool("average"),
    "GlobalAveragePool": _fixed(GlobalPool("average", keep=True)),
    "GlobalMaxPool": _fixed(GlobalPool("max", keep=True)),
    "ReduceMean": _mean,
    "MatMul": _product,
    "Gemm": _product,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "BatchNormalization": _norm("batch"),
    "LayerNormalization": _norm("layer"),
    "InstanceNormalization": _norm("instance"),
    "LRN": _fixed(Norm("response")),
    "Dropout": _dropout,
    "PRelu": _prelu,
    "Add": _merge("add"),
    "Sum": _merge("add"),
    "Mul": _merge("multiply"),
    "Pad": _pad,
    "Concat": _concat,
    "Clip": _clip,
    "Identity": _fixed(None),
    **{name: _fixed(Activation(function)) for name, function in ACTIVATIONS.items()},
}
