"""Data as it was written: texts, lists and mappings that know their file, line and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; lines and columns count from 1.

    >>> str(Place("exam.md", 12, 9)), str(Place("paper.json"))
    ('exam.md:12:9', 'paper.json')
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Node:
    """Something written at a place."""

    place: Place


@final
@dataclass(frozen=True, slots=True)
class Scalar(Node):
    """A text that is not taken apart further; numbers are still digits."""

    text: str

    def __str__(self) -> str:
        return self.text


@final
@dataclass(frozen=True, slots=True)
class Items(Node):
    """A list."""

    items: tuple[Node, ...]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)

    def __str__(self) -> str:
        return f"[{', '.join(map(str, self.items))}]"


@final
@dataclass(frozen=True, slots=True)
class Entries(Node):
    """A mapping from texts, in the order written."""

    entries: tuple[tuple[Scalar, Node], ...]

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries)

    def get(self, name: str) -> Node | None:
        """Return the value of a name, if it is there."""
        return next((node for key, node in self.entries if key.text == name), None)

    def __str__(self) -> str:
        return f"{{{', '.join(f'{key}: {node}' for key, node in self.entries)}}}"


def from_json(value: object, place: Place) -> Node:
    """Return JSON data as nodes that all stand at one place.

    >>> str(from_json({"image": [128, 128, 3], "bias": True}, Place("paper.json")))
    '{image: [128, 128, 3], bias: true}'
    """
    if isinstance(value, dict):
        return Entries(place, tuple((Scalar(place, str(k)), from_json(v, place)) for k, v in value.items()))
    if isinstance(value, list):
        return Items(place, tuple(from_json(item, place) for item in value))
    if isinstance(value, bool) or value is None:
        return Scalar(place, {True: "true", False: "false", None: "null"}[value])
    return Scalar(place, str(value))
