"""Networks with numbers put in for their symbols."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from gradus.networks.branching import Branching, Concat
from gradus.networks.checks import Shape
from gradus.networks.composition import Item, Named, Repeat
from gradus.networks.layer import Layer
from gradus.networks.network import Network
from gradus.networks.symbols import Closed


def substituted(network: Network, values: Mapping[str, int]) -> Network:
    """Return the network with numbers for its symbols.

    >>> from gradus.networks.reading import read_text
    >>> from gradus.networks.text import write_text
    >>> write_text(substituted(read_text("conv kxkxn s=S"), {"k": 3, "n": 64, "S": 2}))
    'conv 3x3x64 s2 p0'
    """
    return Network(*(_item(item, values) for item in network.layers))


def shape_at(shape: Shape, values: Mapping[str, int]) -> Shape:
    """Return a shape with numbers for its symbols."""
    return tuple(_value(size, values) for size in shape)


def _item(item: Item, values: Mapping[str, int]) -> Item:
    if isinstance(item, Layer):
        return replace(item, **{f.name: _value(getattr(item, f.name), values) for f in fields(item)})  # type: ignore[type-var,arg-type]
    if isinstance(item, Network):
        return substituted(item, values)
    if isinstance(item, Repeat):
        return Repeat(_row(item.layers, values), item.times, item.shared)
    if isinstance(item, Named):
        return Named(item.name, _row(item.layers, values))
    if isinstance(item, Branching):
        branches = [_row(branch, values) for branch in item.branches]
        return Concat(*branches, axis=item.axis) if isinstance(item, Concat) else type(item)(*branches)
    return item


def _row(items: tuple[Item, ...], values: Mapping[str, int]) -> tuple[Item, ...]:
    return tuple(_item(item, values) for item in items)


def _value(value: Any, values: Mapping[str, int]) -> Any:
    if isinstance(value, Closed):
        return value.at(**values)
    return tuple(_value(part, values) for part in value) if isinstance(value, tuple) else value
