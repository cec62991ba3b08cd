"""Which number of a text becomes which field of which layer: found by reading the words with another number there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from gradus.errors import Fault
from gradus.networks.composition import Item
from gradus.networks.layer import Layer
from gradus.networks.network import Network
from gradus.networks.reading import TOKEN, Reader
from gradus.networks.words import read_layer

DIGITS = re.compile("[0-9]+")
MARK = 987_654_321
"""A number that nobody writes, so that where it turns up says where it went."""


@dataclass(frozen=True)
class Origins:
    """A network that was read, and where its numbers stood in the text.

    Args:
        network: the network.
        numbers: how many numbers the text holds.
        fields: for each layer by its `id`, which of its fields are which numbers, counted from 0.
        conditions: what the numbers of another text must fulfil to make a network of the same structure, in Python.
    """

    network: Network
    numbers: int
    fields: dict[int, dict[str, int]]
    conditions: list[str]


def read_origins(text: str) -> Origins:
    """Read a text that is known to be a network's, and trace its numbers.

    >>> origins = read_origins("conv 3x3x64 s2 > relu6")
    >>> origins.fields[id(origins.network.layers[0])]
    {'kernel': 0, 'filters': 2, 'stride': 3}
    >>> origins.conditions
    ['n0 == n1', 'n0 >= 1', 'n2 >= 1', 'n3 >= 1', "digits[4] == b'6'"]
    """
    reader = _Watcher(TOKEN.findall(text))
    network = Network(*reader.row("", 0))
    digits = DIGITS.findall(text)
    fields: dict[int, dict[str, int]] = {}
    conditions: list[str] = []
    fixed = set(range(len(digits)))
    for layer, phrase, first in reader.seen:
        if layer.pattern is None:
            continue
        found = fields[id(layer)] = {}
        for name, places in _places(layer, phrase).items():
            own = [first + place for place in places]
            found[name] = own[0]
            conditions += [f"n{own[0]} == n{other}" for other in own[1:]]
            if layer.pattern.free[name]:
                conditions.append(f"n{own[0]} >= {layer.pattern.free[name]}")
            fixed -= set(own)
    # A number in a word (relu6, stem2) is a part of its spelling, 06 being another.
    conditions += [f"digits[{place}] == {digits[place].encode()!r}" for place in sorted(fixed)]
    return Origins(network, len(digits), fields, conditions)


@dataclass
class _Watcher(Reader):
    """A reader that keeps each layer with its words, and how many numbers stand before them."""

    seen: list[tuple[Layer, str, int]] = field(default_factory=list)

    def layer(self, place: str) -> Item:
        start = self.at
        item = super().layer(place)
        if isinstance(item, Layer):
            before = sum(len(DIGITS.findall(token)) for token in self.tokens[:start])
            self.seen.append((item, " ".join(self.tokens[start : self.at]), before))
        return item


def _places(layer: Layer, phrase: str) -> dict[str, list[int]]:
    """Return the places of the numbers that each free field of a layer is read from."""
    found: dict[str, list[int]] = {}
    for place in range(len(DIGITS.findall(phrase))):
        changed = _changed(layer, phrase, [place])
        if len(changed) == 1 and _holds(changed[0][1]):
            found.setdefault(changed[0][0], []).append(place)
    assert layer.pattern is not None
    free = layer.pattern.free
    # All numbers of a field replaced at once, such as both of 3x3, must leave everything else as it is.
    return {name: own for name, own in found.items() if name in free and _changed(layer, phrase, own) == [(name, MARK)]}


def _changed(layer: Layer, phrase: str, places: list[int]) -> list[tuple[str, Any]]:
    """Return the fields that differ if other numbers stand at these places, with their values."""
    marked = _marked(phrase, places)
    try:
        other = read_layer(marked, "")
    except Fault:
        return []
    if type(other) is not type(layer):
        return []
    mine, own = ({k: v for k, v in vars(each).items() if k != "pattern"} for each in (layer, other))
    return [(name, value) for name, value in own.items() if value != mine[name] or type(value) is not type(mine[name])]


def _holds(value: object) -> bool:
    return MARK in value if isinstance(value, tuple) else value == MARK


def _marked(phrase: str, places: list[int]) -> str:
    pieces = re.split("([0-9]+)", phrase)
    for place in places:
        pieces[2 * place + 1] = str(MARK)
    return "".join(pieces)
