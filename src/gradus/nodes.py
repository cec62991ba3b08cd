"""Data as it was written: texts, lists and mappings that know their file, line and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from gradus.errors import Fault

DEEPEST = 20


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


def from_json(value: object, place: Place, depth: int = 0) -> Node:
    """Return JSON data as nodes that all stand at one place.

    Raises:
        Fault: when it is nested deeper than anything that Gradus writes.

    >>> str(from_json({"image": [128, 128, 3], "bias": True}, Place("paper.json")))
    '{image: [128, 128, 3], bias: true}'
    """
    if depth > DEEPEST:
        raise Fault(str(place), "fields", None, f"are nested more than {DEEPEST} deep", "draw the paper again")
    if isinstance(value, dict):
        entries = [(Scalar(place, str(name)), from_json(inner, place, depth + 1)) for name, inner in value.items()]
        return Entries(place, tuple(entries))
    if isinstance(value, list):
        return Items(place, tuple(from_json(item, place, depth + 1) for item in value))
    if isinstance(value, bool) or value is None:
        return Scalar(place, {True: "true", False: "false", None: "null"}[value])
    return Scalar(place, str(value))
