"""Networks as one line of text: `conv 3x3x64 s1 p0 > maxpool 2 > relu`; `reading.py` reads the same line back."""

from __future__ import annotations

from gradus.networks.branching import Branching, Concat
from gradus.networks.composition import From, Item, Named, Repeat, Reuse
from gradus.networks.layer import Layer
from gradus.networks.network import Network
from gradus.networks.spelling import spell

ARROW, BAR, SKIP = " > ", " | ", "skip"


def write_text(network: Network) -> str:
    """Return a network in the short text form.

    >>> from gradus.networks import Add, Conv, Pool
    >>> write_text(Network(Conv(3, 64), Pool("max", 2), Repeat(Add(Conv(3, 64, padding="same"), ()), 2)))
    'conv 3x3x64 s1 p0 > maxpool 2 > 2 x (add(conv 3x3x64 s1 same | skip))'
    """
    return _row(network.layers)


def _row(items: tuple[Item, ...]) -> str:
    return ARROW.join(map(write_item, items)) or SKIP


def write_item(item: Item) -> str:
    """Return one layer, or one composite, in the text form."""
    if isinstance(item, Layer):
        return spell(item)
    if isinstance(item, Repeat):
        return f"{item.times} x {'shared ' if item.shared else ''}({_row(item.layers)})"
    if isinstance(item, Named):
        return f"{item.name}: {_one(item.layers)}"
    if isinstance(item, From):
        return f"@{item.name}"
    if isinstance(item, Reuse):
        return f"reuse {item.name}"
    if isinstance(item, Branching):
        axis = f" axis={item.axis}" if isinstance(item, Concat) and item.axis != -1 else ""
        return f"{item.word}{axis}({BAR.join(map(_row, item.branches))})"
    assert isinstance(item, Network)
    return f"({_row(item.layers)})"


def _one(items: tuple[Item, ...]) -> str:
    alone = len(items) == 1 and isinstance(items[0], Layer)
    return _row(items) if alone else f"({_row(items)})"
