"""The fields of a variant: read from what an author wrote, written for what is stored."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any, Literal

from gradus.answers import Shape
from gradus.errors import Fault, Unreadable, suggest
from gradus.nodes import Entries, Items, Node, Scalar
from gradus.parameters import Among, Between, Domain

_WHOLE = re.compile(r"[+-]?\d{1,1000}")
_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}


@cache
def hints(owner: type) -> Mapping[str, Any]:
    """Return the types of a dataclass's fields, in order."""
    resolved = typing.get_type_hints(owner)
    return {field.name: resolved[field.name] for field in dataclasses.fields(owner)}


def decode(kind: Any, node: Node, field: str) -> Any:
    """Read a node as a value of a type: int, bool, str, Fraction, Shape, a Literal, a tuple or a dataclass.

    Raises:
        Fault: naming the place, the field, the value and what it must be.

    >>> from gradus.nodes import Place
    >>> decode(Shape, Scalar(Place("a.md", 3, 8), "128 x 128 x 3"), "image")
    Shape(128, 128, 3)
    """
    if kind in _READERS:
        return _READERS[kind](node, field)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return _decode_literal(arguments, node, field)
    if origin in (typing.Union, types.UnionType):
        return decode(next(a for a in arguments if a is not type(None)), node, field)
    if origin is tuple:
        if not isinstance(node, Items):
            raise _fault(node, field, "must be a list", "write it in brackets, such as [a, b]")
        return tuple(decode(arguments[0], item, f"{field}[{i}]") for i, item in enumerate(node, 1))
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _decode_dataclass(kind, node, field)
    raise TypeError(f"no reader for {kind!r} of field {field!r}")


def decode_domain(kind: Any, node: Entries, field: str) -> Domain:
    """Read `{among: […]}` or `{between: [low, high]}`, whose values are of the field's type."""
    names = [key.text for key, _ in node]
    if names not in (["among"], ["between"]):
        raise _fault(node, field, "must be a value, {among: […]} or {between: […]}", "write one of these")
    inner = node.entries[0][1]
    if names == ["between"]:
        ends = decode(tuple[int, ...], inner, f"{field}.between")
        if kind is not int or len(ends) != 2 or ends[0] > ends[1]:
            raise _fault(inner, f"{field}.between", "must be two whole numbers, the lower first", "write [16, 64]")
        return Between(*ends)
    options = decode(tuple[kind, ...], inner, f"{field}.among")
    if not options:
        raise _fault(inner, f"{field}.among", "must hold at least one value", "write [3, 5]")
    return Among(options)


def encode(value: object) -> Any:
    """Return a value as JSON data that `decode` reads back.

    >>> encode({"image": Shape(128, 128, 3), "share": Fraction(1, 2)})
    {'image': [128, 128, 3], 'share': '1/2'}
    """
    if isinstance(value, Shape):
        return list(value.sizes)
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return {name: encode(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value


def _fault(node: Node, field: str, rule: str, remedy: str) -> Fault:
    return Fault(str(node.place), field, str(node), rule, remedy)


def _text(node: Node, field: str, rule: str, remedy: str) -> str:
    if not isinstance(node, Scalar):
        raise _fault(node, field, rule, remedy)
    return node.text


def _decode_int(node: Node, field: str) -> int:
    text = _text(node, field, "must be a whole number", "write digits")
    if not _WHOLE.fullmatch(text):
        raise _fault(node, field, "must be a whole number", "write digits")
    return int(text)


def _decode_bool(node: Node, field: str) -> bool:
    text = _text(node, field, "must be true or false", "write true or false").lower()
    if text not in _TRUTHS:
        raise _fault(node, field, "must be true or false", "write true or false")
    return _TRUTHS[text]


def _decode_str(node: Node, field: str) -> str:
    return _text(node, field, "must be a text", "write it in quotes")


def _decode_fraction(node: Node, field: str) -> Fraction:
    text = _text(node, field, "must be a number", "write 2, 0.5 or 1/2")
    found = re.fullmatch(r"[+-]?\d{1,100}(?:\.\d{1,100}|/(\d{1,100}))?", text)
    if not found or (found[1] and int(found[1]) == 0):
        raise _fault(node, field, "must be a number", "write 2, 0.5 or 1/2")
    return Fraction(text)


def _decode_shape(node: Node, field: str) -> Shape:
    try:
        return Shape(1).read(str(node))
    except Unreadable as fault:
        raise _fault(node, field, f"must be a shape: {fault.expected}", "write [128, 128, 3]") from None


_READERS = {int: _decode_int, bool: _decode_bool, str: _decode_str, Fraction: _decode_fraction, Shape: _decode_shape}


def _decode_literal(options: tuple[Any, ...], node: Node, field: str) -> Any:
    text = _text(node, field, f"must be one of {', '.join(map(str, options))}", "write one of these")
    found = [option for option in options if str(option) == text]
    if not found:
        raise _fault(node, field, f"must be one of {', '.join(map(str, options))}", suggest(text, map(str, options)))
    return found[0]


def _decode_dataclass(kind: type, node: Node, field: str) -> Any:
    if not isinstance(node, Entries):
        raise _fault(node, field, "must be a mapping", f"write {{{', '.join(f'{name}: …' for name in hints(kind))}}}")
    values = {}
    for key, inner in node:
        if key.text not in hints(kind):
            raise Fault(str(key.place), f"{field}.{key.text}", None, "is no field here", suggest(key.text, hints(kind)))
        values[key.text] = decode(hints(kind)[key.text], inner, f"{field}.{key.text}")
    required = [f.name for f in dataclasses.fields(kind) if f.default is dataclasses.MISSING]
    for name in required:
        if name not in values:
            raise Fault(str(node.place), f"{field}.{name}", None, "is missing", f"add {name}: …")
    return kind(**values)
