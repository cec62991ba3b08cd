"""One torch module for each kind of layer. Imports torch at the top: only `writers.torch` imports this file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from gradus.errors import Fault
from gradus.networks.checks import spread
from gradus.networks.convolution import DEPTHWISE, Conv
from gradus.networks.dense import Activation, Dense, Flatten
from gradus.networks.layer import Layer, Merge
from gradus.networks.merging import Concatenation
from gradus.networks.normalisation import Dropout, Norm
from gradus.networks.pooling import AdaptivePool, GlobalPool, Pool
from gradus.networks.reshaping import Pad, Select, Tokens, Upsample
from gradus.networks.sequence import Attention, ClassToken, Embedding, Position, Recurrent
from gradus.networks.table import Row
from gradus.networks.transposed import TransposedConv
from gradus.networks.windows import SAME, same_sides, sides


class Extend(nn.Module):  # type: ignore[misc]
    """Learned tokens before a sequence."""

    def __init__(self, count: int, width: int) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, count, width))

    def forward(self, x: Any) -> Any:
        """Return the sequence with the tokens before it."""
        return torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1)


class Shift(nn.Module):  # type: ignore[misc]
    """A learned vector added at each position, from a table that may be longer."""

    def __init__(self, rows: int, length: int, width: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.zeros(1, rows, width))
        self.length = length if length != rows else None

    def forward(self, x: Any) -> Any:
        """Return the sequence with the vectors added."""
        return x + (self.table if self.length is None else self.table[:, : self.length])


class Lines(nn.Module):  # type: ignore[misc]
    """An image as a sequence of its positions."""

    def forward(self, x: Any) -> Any:
        """Return B × (H·W) × C for B × C × H × W."""
        return x.flatten(2).transpose(1, 2)


class Pick(nn.Module):  # type: ignore[misc]
    """One position of a sequence."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index

    def forward(self, x: Any) -> Any:
        """Return the position."""
        return x[:, self.index]


class Deepen(nn.Module):  # type: ignore[misc]
    """Channels of zeros after those there are, and zeros around."""

    def __init__(self, amounts: tuple[int, ...]) -> None:
        super().__init__()
        self.amounts = amounts

    def forward(self, x: Any) -> Any:
        """Return the padded image."""
        return nn.functional.pad(x, self.amounts)


class Steps(nn.Module):  # type: ignore[misc]
    """A recurrent layer that returns its states without the last state beside them."""

    def __init__(self, inner: Any, last: bool) -> None:
        super().__init__()
        self.inner, self.last = inner, last

    def forward(self, x: Any) -> Any:
        """Return all states, or the last of each direction."""
        states, _ = self.inner(x)
        return states[:, -1] if self.last else states


class Attend(nn.Module):  # type: ignore[misc]
    """Self-attention: queries, keys and values from one tensor."""

    def __init__(self, width: int, heads: int, bias: bool) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(width, heads, bias=bias, batch_first=True)

    def forward(self, x: Any) -> Any:
        """Return what the heads make of the sequence."""
        return self.attention(x, x, x, need_weights=False)[0]


def _choose(name: str, rank: int) -> Any:
    return getattr(nn, f"{name}{rank}d")


def _conv(layer: Conv, row: Row) -> Any:
    rank, depth = len(row.input) - 1, row.input[-1]
    taps, stride, gap = (spread("conv", "", v, rank) for v in (layer.kernel, layer.stride, layer.dilation))
    if layer.padding == SAME:
        spans = [g * (k - 1) + 1 for g, k in zip(gap, taps, strict=True)]
        pairs = [same_sides(*axis) for axis in zip(row.input[:-1], spans, stride, strict=True)]
    else:
        pairs = [(b, b if a is None else a) for b, a in sides(layer.padding, rank, "conv")]
    groups = depth if layer.groups == DEPTHWISE else layer.groups
    even = all(before == after for before, after in pairs)
    padding = tuple(before for before, _ in pairs) if even else 0
    filters = depth if layer.filters is None else layer.filters
    module = _choose("Conv", rank)(depth, filters, taps, stride, padding, gap, groups, layer.bias)
    outer = tuple(n for pair in reversed(pairs) for n in pair)
    return module if even else nn.Sequential(_choose("ConstantPad", rank)(outer, 0.0), module)


def _transposed(layer: TransposedConv, row: Row) -> Any:
    rank = len(row.input) - 1
    pairs = [(0, None)] * rank if layer.padding == SAME else sides(layer.padding, rank, "transposed")
    cut = tuple(before for before, _ in pairs)
    extra, filters = layer.extra, layer.filters
    kind = _choose("ConvTranspose", rank)
    return kind(
        row.input[-1], filters, layer.kernel, layer.stride, cut, extra, layer.groups, layer.bias, layer.dilation
    )


def _pool(layer: Pool, row: Row) -> Any:
    rank = len(row.input) - 1
    name = "MaxPool" if layer.kind == "max" else "AvgPool"
    more = {"dilation": layer.dilation} if layer.kind == "max" else {}
    padding = 0 if layer.padding == "valid" else layer.padding
    return _choose(name, rank)(layer.kernel, layer.stride, padding, ceil_mode=layer.ceil, **more)


def _global(layer: GlobalPool, row: Row) -> Any:
    name = "AdaptiveMaxPool" if layer.kind == "max" else "AdaptiveAvgPool"
    pool = _choose(name, len(row.input) - 1)(1)
    return pool if layer.keep else nn.Sequential(pool, nn.Flatten())


def _adaptive(layer: AdaptivePool, row: Row) -> Any:
    return _choose("AdaptiveMaxPool" if layer.kind == "max" else "AdaptiveAvgPool", len(row.input) - 1)(layer.size)


def _norm(layer: Norm, row: Row) -> Any:
    depth, rank = row.input[-1], max(len(row.input) - 1, 1)
    if layer.kind == "layer" and len(row.input) < 3:
        return nn.LayerNorm(depth, bias=layer.shift)
    choices: dict[str, Callable[[], Any]] = {
        "batch": lambda: _choose("BatchNorm", rank)(depth, affine=layer.scale),
        "group": lambda: nn.GroupNorm(layer.groups, depth, affine=layer.scale),
        "instance": lambda: _choose("InstanceNorm", rank)(depth, affine=layer.scale),
        "rms": lambda: nn.RMSNorm(depth),
        "response": lambda: nn.LocalResponseNorm(5),
    }
    if layer.kind not in choices:
        raise Fault(row.place, "kind", layer.kind, "is not supported on images", "use it on sequences")
    return choices[layer.kind]()


FUNCTIONS = {
    "relu": nn.ReLU, "relu6": nn.ReLU6, "leaky_relu": nn.LeakyReLU, "elu": nn.ELU, "selu": nn.SELU, "gelu": nn.GELU,
    "silu": nn.SiLU, "mish": nn.Mish, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "softplus": nn.Softplus,
    "softsign": nn.Softsign, "hardswish": nn.Hardswish, "hardsigmoid": nn.Hardsigmoid, "hardtanh": nn.Hardtanh,
    "identity": nn.Identity,
}  # fmt: skip


def _activation(layer: Activation, row: Row) -> Any:
    if layer.function == "prelu":
        return nn.PReLU(row.input[-1])
    if layer.function in ("softmax", "log_softmax"):
        return (nn.Softmax if layer.function == "softmax" else nn.LogSoftmax)(dim=1 if len(row.input) != 2 else 2)
    return FUNCTIONS[layer.function]()


def _recurrent(layer: Recurrent, row: Row) -> Any:
    if layer.biases == 1:
        rule = "is one bias vector a gate, but torch has two or none"
        raise Fault(row.place, "biases", 1, rule, "write biases2 for torch's convention")
    kind = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[layer.kind]
    size = (row.input[-1], layer.units, layer.layers)
    inner = kind(*size, bias=layer.biases == 2, batch_first=True, bidirectional=layer.bidirectional)
    return Steps(inner, not layer.sequences)


def _attention(layer: Attention, row: Row) -> Any:
    if layer.width is not None or layer.shared is not None:
        raise Fault(
            row.place, "width", layer.width, "is not supported by torch's attention", "leave width and shared out"
        )
    return Attend(row.input[-1], layer.heads, layer.bias)


def _pad(layer: Pad, row: Row) -> Any:
    pairs = [(b, b if a is None else a) for b, a in sides(layer.padding, len(row.input) - 1, "pad")]
    return Deepen((*(n for pair in reversed(pairs) for n in pair), 0, layer.depth))


BUILDERS: dict[type[Layer], Callable[[Any, Row], Any]] = {
    Conv: _conv,
    TransposedConv: _transposed,
    Pool: _pool,
    GlobalPool: _global,
    AdaptivePool: _adaptive,
    Norm: _norm,
    Activation: _activation,
    Recurrent: _recurrent,
    Attention: _attention,
    Pad: _pad,
    Dense: lambda layer, row: nn.Linear(row.input[-1], layer.units, layer.bias),
    Flatten: lambda layer, row: nn.Flatten(),  # noqa: ARG005
    Dropout: lambda layer, row: nn.Dropout(layer.probability),  # noqa: ARG005
    Embedding: lambda layer, row: nn.Embedding(layer.vocabulary, layer.width),  # noqa: ARG005
    Position: lambda layer, row: Shift(layer.rows or row.input[0], row.input[0], row.input[-1]),
    ClassToken: lambda layer, row: Extend(layer.count, row.input[-1]),
    Tokens: lambda layer, row: Lines(),  # noqa: ARG005
    Select: lambda layer, row: Pick(layer.index),  # noqa: ARG005
    Upsample: lambda layer, row: nn.Upsample(scale_factor=layer.scale),  # noqa: ARG005
}


def build(row: Row) -> Any:
    """Return the module of one row; a merge has none of its own."""
    if isinstance(row.layer, Merge):
        return nn.Identity()
    builder = BUILDERS.get(type(row.layer))
    if builder is None:
        raise Fault(row.place, "layer", row.layer.word, "has no torch module here", "leave it out, or write it by hand")
    return builder(row.layer, row)


def join(row: Row) -> Callable[[list[Any]], Any]:
    """Return the function by which a merge joins its tensors; their ranks are known from the row."""
    merge, ranks = row.layer, [len(shape) for shape in row.inputs]
    if isinstance(merge, Concatenation):
        channels = merge.axis in (-1, ranks[0] - 1)
        place = (
            1 if channels and ranks[0] != 2 else merge.axis % ranks[0] + 1 if channels else merge.axis % ranks[0] + 2
        )
        return lambda inputs: torch.cat(inputs, dim=place)

    def joined(inputs: list[Any]) -> Any:
        result = inputs[0]
        for other, rank in zip(inputs[1:], ranks[1:], strict=True):
            if merge.word == "add":
                result = result + other
            else:
                result = result * (other[:, :, None, None] if rank < ranks[0] else other)
        return result

    return joined
