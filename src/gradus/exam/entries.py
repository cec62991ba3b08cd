"""The entries that every question block may have, whatever its family: id, points, follows, credit, printed texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from gradus.errors import Fault
from gradus.fields import decode
from gradus.nodes import Entries, Items, Node

_ITEM = re.compile(r"[\w.-]{1,40}")


def read_texts(node: Node) -> tuple[str, ...]:
    """Read one printed answer, or the several that a paper accepts; a list of sizes is one shape."""
    if isinstance(node, Items) and any(not str(item).lstrip("-").isdigit() for item in node):
        return tuple(str(item) for item in node)
    return (str(node),)


def read_item(node: Node) -> str:
    """Read the id that names a question, such as `3.i`."""
    text: str = decode(str, node, "id")
    if not _ITEM.fullmatch(text):
        raise Fault(str(node.place), "id", text, "must be letters, digits, dots and dashes", "write 3.i")
    return text


def read_positive(node: Node, field: str) -> Fraction:
    """Read points."""
    value: Fraction = decode(Fraction, node, field)
    if value <= 0:
        raise Fault(str(node.place), field, str(node), "must be more than 0", "write 2")
    return value


def read_points(node: Node) -> tuple[Fraction, ...]:
    """Read `2`, or `[5, 3]` where the paper states two values; parts' own points are read elsewhere."""
    if isinstance(node, Entries):
        return ()
    if isinstance(node, Items):
        if not node.items:
            raise Fault(str(node.place), "points", str(node), "must hold at least one value", "write 2")
        return tuple(read_positive(item, "points") for item in node)
    return (read_positive(node, "points"),)


def read_follows(node: Node) -> Mapping[str, tuple[str, str]]:
    """Read which earlier answers a question builds on, as label → (item, part)."""
    if not isinstance(node, Entries):
        raise Fault(str(node.place), "follows", str(node), "must be a mapping", "write {label: 3.iv.shape}")
    found = {}
    for key, inner in node:
        item, _, part = str(inner).rpartition(".")
        if not item or not part:
            rule = "must be an item and its part"
            raise Fault(str(inner.place), f"follows.{key.text}", str(inner), rule, "write 3.iv.shape")
        found[key.text] = (item, part)
    return found


def read_credit(node: Node) -> Mapping[str, Fraction]:
    """Read the share of a part that a named mistake still earns."""
    if not isinstance(node, Entries):
        raise Fault(str(node.place), "credit", str(node), "must be a mapping from mistakes", "write {name: 1/2}")
    credit = {key.text: decode(Fraction, inner, f"credit.{key.text}") for key, inner in node}
    for (key, inner), share in zip(node, credit.values(), strict=True):
        if not 0 <= share <= 1:
            raise Fault(str(inner.place), f"credit.{key.text}", str(inner), "must be a share from 0 to 1", "write 1/2")
    return credit
