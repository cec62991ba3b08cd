"""References to claims in an exam file: their names, and the assumptions that are fixed or drawn."""

from __future__ import annotations

import re

from gradus import claims
from gradus.claim import Claim, assumptions
from gradus.errors import Fault, suggest
from gradus.fields import decode
from gradus.nodes import Entries, Items, Node, Scalar
from gradus.questions import Settings

_OWN = re.compile(r"(?:\./)?(?:[\w-][\w.-]*/)*[\w-][\w.-]*\.py:[A-Za-z_]\w*")
MOST_VALUES = 50


def read_reference(node: Node, field: str) -> str:
    """Read the name of a claim, or `./file.py:Name`; a file is not looked at before an author's own command does.

    Raises:
        Fault: for a claim that the catalogue does not have, or a path that leaves the exam's folder.
    """
    text: str = decode(str, node, field)
    if text.endswith(".py") or ":" in text:
        if not _OWN.fullmatch(text) or ".." in text:
            rule = "must lead to a claim in a file beside the exam"
            raise Fault(str(node.place), field, text, rule, "write ./my_claims.py:MyClaim")
        return text
    if text not in claims.names():
        raise Fault(str(node.place), field, text, "is not in the catalogue of claims", suggest(text, claims.names()))
    return text


def find_kind(reference: str) -> type[Claim] | None:
    """Return a claim of the catalogue; None for an author's own, which is not run to read an exam."""
    return None if ":" in reference else claims.find(reference)


def read_settings(node: Node, field: str) -> Settings:
    """Read `{bias: none, factor: {among: [2, 10]}}`: assumptions, each with its value or those it is drawn from.

    Raises:
        Fault: where it is no mapping.
    """
    if not isinstance(node, Entries):
        raise Fault(str(node.place), field, str(node), "must be a mapping from assumptions", "write {bias: none}")
    return Settings(tuple((key.text, _read_values(inner, f"{field}.{key.text}")) for key, inner in node))


def _read_values(node: Node, field: str) -> tuple[str, ...]:
    if isinstance(node, Scalar):
        return (node.text,)
    inner = node.get("among") if isinstance(node, Entries) else None
    items = tuple(inner) if isinstance(inner, Items) else ()
    if not isinstance(node, Entries) or len(node.entries) != 1 or not items or len(items) > MOST_VALUES:
        raise Fault(str(node.place), field, str(node), "must be a value or {among: […]}", "write one of these")
    if not all(isinstance(item, Scalar) for item in items):
        raise Fault(str(node.place), field, str(node), "must hold plain values", "write {among: [2, 10]}")
    return tuple(dict.fromkeys(str(item) for item in items))


def check_settings(kind: type[Claim], settings: Settings, node: Node, field: str) -> Settings:
    """Return the settings as the claim spells their values.

    Raises:
        Fault: for an assumption or a value that the claim does not have, at its place.
    """
    spelt = []
    for name, values in settings.values_of:
        here = node.get(name) if isinstance(node, Entries) else None
        try:
            found = [kind.reading({name: value}).given()[name] for value in values]
        except Fault as fault:
            place = str((here or node).place)
            raise Fault(place, f"{field}.{name}", fault.value, fault.rule, fault.remedy) from None
        spelt.append((name, tuple(dict.fromkeys(_write(value) for value in found))))
    return Settings(tuple(spelt))


def knows(kind: type[Claim], name: str) -> bool:
    """Return whether a claim has an assumption of that name."""
    return name in assumptions(kind)


def _write(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
