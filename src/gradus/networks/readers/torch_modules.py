"""Modules of torch as layers, found by the name of their class; torch itself is not imported here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradus.errors import Fault
from gradus.networks.convolution import Conv
from gradus.networks.dense import Activation, Dense, Flatten
from gradus.networks.layer import Layer
from gradus.networks.normalisation import Dropout, Norm
from gradus.networks.pooling import AdaptivePool, GlobalPool, Pool
from gradus.networks.reshaping import Upsample
from gradus.networks.sequence import Attention, Embedding, Recurrent
from gradus.networks.transposed import TransposedConv


def even(value: Any) -> Any:
    """Return one number where all axes agree, a tuple otherwise.

    >>> even((3, 3)), even((3, 5)), even(2)
    (3, (3, 5), 2)
    """
    if not isinstance(value, list | tuple):
        return value
    return value[0] if len(set(value)) == 1 else tuple(value)


def _conv(m: Any) -> Layer:
    padding = even(m.padding) if not isinstance(m.padding, str) else m.padding
    bias = m.bias is not None
    return Conv(even(m.kernel_size), m.out_channels, even(m.stride), padding, bias, even(m.dilation), m.groups)


def _transposed(m: Any) -> Layer:
    sizes = (even(m.kernel_size), m.out_channels, even(m.stride), even(m.padding), even(m.output_padding))
    return TransposedConv(*sizes, m.bias is not None, even(m.dilation), m.groups)


def _max_pool(m: Any) -> Layer:
    return Pool("max", even(m.kernel_size), even(m.stride), even(m.padding), m.ceil_mode, even(m.dilation))


def _average_pool(m: Any) -> Layer:
    return Pool("average", even(m.kernel_size), even(m.stride), even(m.padding), m.ceil_mode)


def adaptive(kind: str, size: Any) -> Layer:
    """Return pooling to a size; to one position it is global pooling that keeps its axes."""
    wanted = even(size)
    return GlobalPool(kind, keep=True) if wanted == 1 else AdaptivePool(kind, wanted)


def _norm(kind: str) -> Callable[[Any], Layer]:
    def read(m: Any) -> Layer:
        scale = getattr(m, "weight", None) is not None
        shift = getattr(m, "bias", None) is not None
        return Norm(kind, getattr(m, "num_groups", 1), scale, shift or kind == "rms")

    return read


def _layer_norm(m: Any) -> Layer:
    if len(m.normalized_shape) != 1:
        rule = "normalises over several axes, which is not supported"
        raise Fault("LayerNorm", "normalized_shape", tuple(m.normalized_shape), rule, "normalise over the last axis")
    return Norm("layer", 1, m.weight is not None, m.bias is not None)


def _attention(m: Any) -> Layer:
    if m.kdim != m.embed_dim or m.vdim != m.embed_dim:
        rule = "reads keys or values of another width, which is not supported"
        raise Fault("MultiheadAttention", "kdim", m.kdim, rule, "use one width")
    return Attention(m.num_heads, m.in_proj_bias is not None)


def _recurrent(kind: str) -> Callable[[Any], Layer]:
    def read(m: Any) -> Layer:
        if getattr(m, "proj_size", 0):
            raise Fault(kind, "proj_size", m.proj_size, "is not supported", "use a dense layer after it")
        biases = 2 if m.bias else 0
        return Recurrent(kind, m.hidden_size, m.num_layers, m.bidirectional, biases=biases)

    return read


def _upsample(m: Any) -> Layer:
    factor = m.scale_factor
    if factor is None or float(factor) != int(factor):
        raise Fault("Upsample", "scale_factor", factor, "must be a whole number", "upsample by 2, 3, …")
    return Upsample(int(factor))


def _flatten(m: Any) -> Layer:
    if m.start_dim != 1 or m.end_dim != -1:
        raise Fault("Flatten", "start_dim", m.start_dim, "must be 1, and end_dim −1", "flatten all but the batch")
    return Flatten()


ACTIVATIONS = {
    "ReLU": "relu", "ReLU6": "relu6", "LeakyReLU": "leaky_relu", "ELU": "elu", "SELU": "selu", "GELU": "gelu",
    "SiLU": "silu", "Mish": "mish", "Tanh": "tanh", "Sigmoid": "sigmoid", "Softmax": "softmax",
    "LogSoftmax": "log_softmax", "Softplus": "softplus", "Softsign": "softsign", "Hardswish": "hardswish",
    "Hardsigmoid": "hardsigmoid", "Hardtanh": "hardtanh", "PReLU": "prelu",
}  # fmt: skip

DIMENSIONS = (1, 2, 3)
MODULES: dict[str, Callable[[Any], Layer | None]] = {
    "Linear": lambda m: Dense(m.out_features, m.bias is not None),
    "Flatten": _flatten,
    "Identity": lambda _: None,
    "Dropout": lambda m: Dropout(m.p),
    "Embedding": lambda m: Embedding(m.num_embeddings, m.embedding_dim),
    "LayerNorm": _layer_norm,
    "RMSNorm": _norm("rms"),
    "GroupNorm": _norm("group"),
    "LocalResponseNorm": lambda _: Norm("response"),
    "MultiheadAttention": _attention,
    "RNN": _recurrent("rnn"),
    "LSTM": _recurrent("lstm"),
    "GRU": _recurrent("gru"),
    "Upsample": _upsample,
    **{f"Conv{n}d": _conv for n in DIMENSIONS},
    **{f"ConvTranspose{n}d": _transposed for n in DIMENSIONS},
    **{f"MaxPool{n}d": _max_pool for n in DIMENSIONS},
    **{f"AvgPool{n}d": _average_pool for n in DIMENSIONS},
    **{f"AdaptiveAvgPool{n}d": lambda m: adaptive("average", m.output_size) for n in DIMENSIONS},
    **{f"AdaptiveMaxPool{n}d": lambda m: adaptive("max", m.output_size) for n in DIMENSIONS},
    **{f"BatchNorm{n}d": _norm("batch") for n in DIMENSIONS},
    **{f"InstanceNorm{n}d": _norm("instance") for n in DIMENSIONS},
    **{f"Dropout{n}d": lambda m: Dropout(m.p) for n in DIMENSIONS},
    **{name: lambda _, function=function: Activation(function) for name, function in ACTIVATIONS.items()},  # type: ignore[misc]
}


def module_layer(module: Any, place: str) -> Layer | None:
    """Return a module as a layer; `None` for what passes its input on.

    Raises:
        Fault: a module that is not supported, with its place in the model.
    """
    reader = MODULES.get(type(module).__name__)
    if reader is None:
        rule = f"is a {type(module).__name__}, which is not supported"
        raise Fault(place, "module", None, rule, f"supported are {', '.join(sorted(MODULES))}")
    try:
        return reader(module)
    except Fault as fault:
        raise fault.at(place) from None
