"""Keras layers as ours, found by the name of their class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradus.errors import Fault
from gradus.networks.convolution import DEPTHWISE, Conv
from gradus.networks.dense import ACTIVATIONS, Activation, Dense, Flatten
from gradus.networks.layer import Layer
from gradus.networks.normalisation import Dropout, Norm
from gradus.networks.pooling import GlobalPool, Pool
from gradus.networks.readers.torch_modules import even
from gradus.networks.reshaping import Crop, Pad, Reshape, Upsample
from gradus.networks.sequence import Embedding, Recurrent
from gradus.networks.transposed import TransposedConv

MERGES = {"Add": "add", "Multiply": "multiply", "Concatenate": "concat"}


def _padding(layer: Any) -> Any:
    if layer.padding not in ("same", "valid"):
        raise Fault("keras", "padding", layer.padding, "is not supported", "use same or valid")
    return layer.padding


def _conv(k: Any) -> Layer:
    sizes = (even(k.kernel_size), k.filters, even(k.strides), _padding(k))
    return Conv(*sizes, k.use_bias, even(k.dilation_rate), k.groups)


def _depthwise(k: Any) -> Layer:
    if k.depth_multiplier != 1:
        raise Fault("keras", "depth_multiplier", k.depth_multiplier, "is not supported", "use 1, or a grouped Conv2D")
    rest = (even(k.strides), _padding(k), k.use_bias, even(k.dilation_rate), DEPTHWISE)
    return Conv(even(k.kernel_size), None, *rest)


def _transposed(k: Any) -> Layer:
    if k.output_padding is not None:
        raise Fault("keras", "output_padding", k.output_padding, "is not supported", "leave it out")
    kernel, strides, padding = even(k.kernel_size), even(k.strides), _padding(k)
    if padding == "valid" and any(s > n for s, n in zip(k.strides, k.kernel_size, strict=True)):
        raise Fault("keras", "strides", k.strides, "are larger than the kernel, which is not supported", "use same")
    return TransposedConv(kernel, k.filters, strides, 0 if padding == "valid" else padding, bias=k.use_bias)


def _pool(kind: str) -> Callable[[Any], Layer]:
    return lambda k: Pool(kind, even(k.pool_size), even(k.strides), _padding(k))


def _global(kind: str) -> Callable[[Any], Layer]:
    return lambda k: GlobalPool(kind, bool(k.keepdims))


def _norm(kind: str) -> Callable[[Any], Layer]:
    def read(k: Any) -> Layer:
        axis = k.axis[0] if isinstance(k.axis, list | tuple) and len(k.axis) == 1 else k.axis
        if axis not in (-1, len(k.input.shape) - 1):
            raise Fault("keras", "axis", axis, "must be the last one", "normalise channels last")
        return Norm(kind, getattr(k, "groups", 1), bool(k.scale), bool(k.center))

    return read


def _relu(k: Any) -> Layer:
    limit, slope = k.max_value, float(getattr(k, "negative_slope", 0) or 0)
    if slope or limit not in (None, 6, 6.0):
        raise Fault("keras", "max_value", limit, "is not supported", "use ReLU, ReLU(6) or LeakyReLU")
    return Activation("relu6" if limit else "relu")


def _activation(k: Any) -> Layer:
    name = getattr(k.activation, "__name__", "")
    name = {"linear": "identity", "hard_sigmoid": "hardsigmoid"}.get(name, name)
    if name not in ACTIVATIONS:
        raise Fault("keras", "activation", name, "is not supported", f"supported are {', '.join(ACTIVATIONS)}")
    return Activation(name)


def _pairs(values: Any) -> Any:
    pairs = tuple(tuple(pair) if isinstance(pair, list | tuple) else (pair, pair) for pair in values)
    return even(tuple(pair[0] for pair in pairs)) if all(a == b for a, b in pairs) else pairs


def _recurrent(kind: str) -> Callable[[Any], Layer]:
    def read(k: Any, both: bool = False) -> Layer:
        twice = kind == "gru" and k.reset_after
        biases = (2 if twice else 1) if k.use_bias else 0
        return Recurrent(kind, k.units, 1, both, bool(k.return_sequences), biases)

    return read


def _bidirectional(k: Any) -> Layer:
    inner = k.forward_layer
    kind = {"SimpleRNN": "rnn", "LSTM": "lstm", "GRU": "gru"}.get(type(inner).__name__)
    if kind is None or k.merge_mode != "concat":
        raise Fault(
            "keras", "merge_mode", k.merge_mode, "must be concat, around an LSTM, GRU or SimpleRNN", "use concat"
        )
    one = _recurrent(kind)(inner)
    assert isinstance(one, Recurrent)
    return Recurrent(kind, one.units, 1, True, one.sequences, one.biases)


DIMENSIONS = (1, 2, 3)
LAYERS: dict[str, Callable[[Any], Layer | None]] = {
    "Dense": lambda k: Dense(k.units, k.use_bias),
    "Flatten": lambda _: Flatten(),
    "Reshape": lambda k: Reshape(tuple(k.target_shape)),
    "Dropout": lambda k: Dropout(float(k.rate)),
    "Embedding": lambda k: Embedding(k.input_dim, k.output_dim),
    "Activation": _activation,
    "ReLU": _relu,
    "LeakyReLU": lambda _: Activation("leaky_relu"),
    "Softmax": lambda _: Activation("softmax"),
    "ELU": lambda _: Activation("elu"),
    "BatchNormalization": _norm("batch"),
    "LayerNormalization": _norm("layer"),
    "GroupNormalization": _norm("group"),
    "DepthwiseConv2D": _depthwise,
    "DepthwiseConv1D": _depthwise,
    "SimpleRNN": _recurrent("rnn"),
    "LSTM": _recurrent("lstm"),
    "GRU": _recurrent("gru"),
    "Bidirectional": _bidirectional,
    "Rescaling": lambda _: None,
    **{f"Conv{n}D": _conv for n in DIMENSIONS},
    **{f"Conv{n}DTranspose": _transposed for n in DIMENSIONS},
    **{f"MaxPooling{n}D": _pool("max") for n in DIMENSIONS},
    **{f"AveragePooling{n}D": _pool("average") for n in DIMENSIONS},
    **{f"GlobalMaxPooling{n}D": _global("max") for n in DIMENSIONS},
    **{f"GlobalAveragePooling{n}D": _global("average") for n in DIMENSIONS},
    **{f"ZeroPadding{n}D": lambda k: Pad(_pairs(k.padding)) for n in DIMENSIONS},
    **{f"Cropping{n}D": lambda k: Crop(_pairs(k.cropping)) for n in DIMENSIONS},
    **{f"UpSampling{n}D": lambda k: Upsample(even(k.size)) for n in DIMENSIONS},
}
