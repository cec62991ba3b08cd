"""Layers spelt in words: the vocabulary of the text form, one entry for each kind of layer.

Each entry prints a layer as words (`conv 3x3x64 s1 p0`); `text.py` puts them together, `reading.py` reads them back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradus.errors import Fault
from gradus.networks.checks import is_symbolic
from gradus.networks.convolution import DEPTHWISE, Conv
from gradus.networks.dense import Activation, Dense, Flatten
from gradus.networks.layer import Layer
from gradus.networks.normalisation import Dropout, Norm
from gradus.networks.pooling import AdaptivePool, GlobalPool, Pool
from gradus.networks.reshaping import Crop, Pad, Reshape, Select, Tokens, Upsample
from gradus.networks.sequence import Attention, ClassToken, Embedding, Position, Recurrent
from gradus.networks.transposed import TransposedConv
from gradus.networks.tree import Quantity

SHORT = {"max": "max", "average": "avg"}


def times(value: Quantity) -> str:
    """Write sizes as the field does: `3x5` for (3, 5); a number for all axes stays alone."""
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)


def option(letter: str, value: Quantity, usual: Quantity = None) -> str:
    """Write an option with its value, or nothing where it has the usual one: `s2`, `s=S` for a symbol."""
    if value == usual and type(value) is type(usual):
        return ""
    symbolic = any(is_symbolic(part) for part in (value if isinstance(value, tuple) else (value,)))
    return f"{letter}{'=' if symbolic else ''}{times(value)}"


def padded(value: Quantity) -> str:
    """Write a padding: `p1`, `p1x2`, `p0:1x0:1` for (before, after) pairs, `same`."""
    if isinstance(value, str):
        return value
    if not isinstance(value, tuple):
        return option("p", value)
    return "p" + "x".join(":".join(map(str, part)) if isinstance(part, tuple) else str(part) for part in value)


def flag(word: str, present: bool) -> str:
    """Write a word where something holds."""
    return word if present else ""


def _kernel(layer: Conv | TransposedConv) -> str:
    kernel = layer.kernel if isinstance(layer.kernel, tuple) else (layer.kernel, layer.kernel)
    return times(kernel) if getattr(layer, "groups", 1) == DEPTHWISE else f"{times(kernel)}x{layer.filters}"


def _conv(layer: Conv) -> tuple[str, ...]:
    depthwise = " ".join(filter(None, (DEPTHWISE, option("f", layer.filters))))
    groups = depthwise if layer.groups == DEPTHWISE else option("g", layer.groups, 1)
    stride, padding = option("s", layer.stride), padded(layer.padding)
    return (
        "conv",
        _kernel(layer),
        stride,
        padding,
        option("d", layer.dilation, 1),
        groups,
        flag("nobias", not layer.bias),
    )


def _transposed(layer: TransposedConv) -> tuple[str, ...]:
    rest = (option("e", layer.extra, 0), option("d", layer.dilation, 1), option("g", layer.groups, 1))
    stride, padding = option("s", layer.stride), padded(layer.padding)
    return "transposed", _kernel(layer), stride, padding, *rest, flag("nobias", not layer.bias)


def _pool(layer: Pool) -> tuple[str, ...]:
    padding = "" if layer.padding == 0 and layer.padding is not False else padded(layer.padding)
    rest = (option("d", layer.dilation, 1), flag("ceil", layer.ceil))
    return f"{SHORT[layer.kind]}pool", times(layer.kernel), option("s", layer.stride), padding, *rest


def _norm(layer: Norm) -> tuple[str, ...]:
    groups = option("g", layer.groups, 1)
    return f"{layer.kind}norm", groups, flag("noscale", not layer.scale), flag("noshift", not layer.shift)


def _recurrent(layer: Recurrent) -> tuple[str, ...]:
    options = (option("layers", layer.layers, 1), option("biases", layer.biases, 1))
    both, last = flag("bidirectional", layer.bidirectional), flag("last", not layer.sequences)
    return layer.kind, str(layer.units), *options, both, last


def _attention(layer: Attention) -> tuple[str, ...]:
    options = (option("width", layer.width), option("shared", layer.shared))
    return "attention", str(layer.heads), *options, flag("nobias", not layer.bias)


def _dense(layer: Dense) -> tuple[str, ...]:
    tied = "" if layer.tied is None else f"tied={layer.tied}"
    return "dense", str(layer.units), flag("nobias", not layer.bias), tied


SPELLINGS: dict[type[Layer], Callable[[Any], tuple[str, ...]]] = {
    Conv: _conv,
    TransposedConv: _transposed,
    Pool: _pool,
    GlobalPool: lambda layer: (f"global{SHORT[layer.kind]}pool", flag("keep", layer.keep)),
    AdaptivePool: lambda layer: (f"adaptive{SHORT[layer.kind]}pool", times(layer.size)),
    Dense: _dense,
    Flatten: lambda _: ("flatten",),
    Activation: lambda layer: (layer.function,),
    Norm: _norm,
    Dropout: lambda layer: ("dropout", str(layer.probability)),
    Embedding: lambda layer: ("embedding", f"{layer.vocabulary}x{layer.width}"),
    Position: lambda layer: ("position", "" if layer.rows is None else str(layer.rows)),
    ClassToken: lambda layer: ("classtoken", option("n", layer.count, 1)),
    Recurrent: _recurrent,
    Attention: _attention,
    Tokens: lambda _: ("tokens",),
    Select: lambda layer: ("select", str(layer.index)),
    Reshape: lambda layer: ("reshape", times(layer.sizes_wanted)),
    Upsample: lambda layer: ("upsample", times(layer.scale)),
    Pad: lambda layer: ("pad", padded(layer.padding), option("depth", layer.depth, 0)),
    Crop: lambda layer: ("crop", padded(layer.cut)),
}


def spell(layer: Layer) -> str:
    """Write one layer as words.

    >>> spell(Conv(kernel=3, filters=64, groups=4, bias=False))
    'conv 3x3x64 s1 p0 g4 nobias'
    """
    words = SPELLINGS.get(type(layer))
    if words is None:
        rule = f"is a {type(layer).__name__}, which the text form has no word for"
        raise Fault(layer.word, "layer", None, rule, "add it to SPELLINGS and READINGS")
    return " ".join(word for word in words(layer) if word)
