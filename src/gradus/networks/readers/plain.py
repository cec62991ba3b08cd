"""Networks as plain data – lists, mappings, words and whole numbers – as in an exam file's YAML.

A layer is its words (`conv 3x3x64 s1 p0`) or a mapping from its kind to its fields
(`{conv: {kernel: 3, filters: 64}}`).
Composites are `{repeat: {times: 3, layers: […]}}`, `{named: {name: stem, layers: […]}}`, `{from: stem}`,
`{reuse: stem}`, and `{add: [[…], []]}`, `{multiply: […]}`, `{concat: […]}` with one list for each branch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any

from gradus.errors import Fault, suggest
from gradus.networks.branching import Add, Branching, Concat, Multiply
from gradus.networks.composition import From, Item, Named, Repeat, Reuse
from gradus.networks.layer import Layer
from gradus.networks.network import Network
from gradus.networks.reading import read_text
from gradus.networks.spelling import SPELLINGS
from gradus.networks.symbols import Closed, symbol

KINDS: dict[str, type[Layer]] = {kind.word: kind for kind in SPELLINGS}
NAMES = {"padding", "kind", "function", "groups", "tied"}
"""Fields in which a word is a word and no symbol."""
DEEPEST = 60


def read_plain(data: object, where: str = "network") -> Network:
    """Read a network from plain data.

    >>> read_plain([{"conv": {"kernel": 3, "filters": 64}}, "relu"]).describe((128, 128, 3)).output
    (126, 126, 64)
    """
    return Network(*_row(data, where, 0))


def _row(data: object, where: str, depth: int) -> tuple[Item, ...]:
    if depth > DEEPEST:
        raise Fault(where, "layers", None, f"are nested deeper than {DEEPEST}", "name parts, or nest less")
    if isinstance(data, str):
        return _words(data, where)
    if not isinstance(data, list | tuple):
        raise Fault(where, "layers", data, "must be a list of layers", "write [conv 3x3x64, relu]")
    items: list[Item] = []
    for position, entry in enumerate(data, start=1):
        place = f"{where}, layer {position}"
        items.extend(_words(entry, place) if isinstance(entry, str) else (_item(entry, place, depth),))
    return tuple(items)


def _words(text: str, where: str) -> tuple[Item, ...]:
    try:
        return read_text(text).layers
    except Fault as fault:
        raise fault.at(f"{where}, {fault.where}") from None


def _item(entry: object, where: str, depth: int) -> Item:
    if not isinstance(entry, dict) or len(entry) != 1:
        rule = "must be words or a mapping with one kind of layer"
        raise Fault(where, "layer", entry, rule, "write for example {conv: {kernel: 3, filters: 64}}")
    ((kind, content),) = entry.items()
    if kind in COMPOSITES:
        try:
            return COMPOSITES[kind](content, where, depth)
        except Fault as fault:
            raise (fault if fault.where.startswith(where) else fault.at(where)) from None
    if kind not in KINDS:
        raise Fault(where, "layer", kind, "is no kind of layer", suggest(str(kind), (*KINDS, *COMPOSITES)))
    return _layer(KINDS[kind], content, where)


def _layer(kind: type[Layer], content: object, where: str) -> Layer:
    allowed = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # every final layer is a dataclass
    given = {} if content is None else content
    if not isinstance(given, dict):
        raise Fault(where, kind.word, given, "must be a mapping of fields", f"known are {', '.join(allowed)}")
    for name in given:
        if name not in allowed:
            raise Fault(where, str(name), given[name], f"is no field of {kind.word}", suggest(str(name), allowed))
    try:
        return kind(**{name: _value(name, value) for name, value in given.items()})
    except TypeError:
        missing = [f.name for f in fields(kind) if f.default is MISSING and f.name not in given]  # type: ignore[arg-type]
        raise Fault(where, missing[0], None, "is missing", f"give {kind.word} a value for it") from None
    except Fault as fault:
        raise fault.at(where) from None


def _value(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_value(name, part) for part in value)
    return symbol(value) if isinstance(value, str) and name not in NAMES else value


def _mapping(content: object, where: str, *names: str) -> dict[str, Any]:
    if not isinstance(content, dict) or not set(content) <= set(names):
        raise Fault(where, "fields", content, "must be a mapping", f"known are {', '.join(names)}")
    return content


def _repeat(content: object, where: str, depth: int) -> Item:
    found = _mapping(content, where, "times", "layers", "shared")
    return Repeat(_row(found.get("layers"), where, depth + 1), found.get("times", 0), found.get("shared", False))


def _named(content: object, where: str, depth: int) -> Item:
    found = _mapping(content, where, "name", "layers")
    return Named(found.get("name", ""), _row(found.get("layers"), where, depth + 1))


def _branches(content: object, where: str, depth: int) -> list[tuple[Item, ...]]:
    if not isinstance(content, list | tuple):
        raise Fault(where, "branches", content, "must be a list with one list for each branch", "write [[…], []]")
    return [_row(branch, f"{where}, branch {i}", depth + 1) for i, branch in enumerate(content, start=1)]


def _concat(content: object, where: str, depth: int) -> Item:
    found = content if isinstance(content, dict) else {"branches": content}
    found = _mapping(found, where, "branches", "axis")
    return Concat(*_branches(found.get("branches"), where, depth), axis=found.get("axis", -1))


COMPOSITES: dict[str, Callable[[object, str, int], Item]] = {
    "repeat": _repeat,
    "named": _named,
    "from": lambda content, where, depth: From(str(content)),  # noqa: ARG005
    "reuse": lambda content, where, depth: Reuse(str(content)),  # noqa: ARG005
    "add": lambda content, where, depth: Add(*_branches(content, where, depth)),
    "multiply": lambda content, where, depth: Multiply(*_branches(content, where, depth)),
    "concat": _concat,
    "network": lambda content, where, depth: Network(*_row(content, where, depth + 1)),
}


def write_plain(network: Network) -> list[Any]:
    """Return a network as plain data, which `read_plain` reads back to an equal network.

    >>> from gradus.networks import Conv
    >>> write_plain(Network(Conv(3, 64, padding="same")))
    [{'conv': {'kernel': 3, 'filters': 64, 'padding': 'same'}}]
    """
    return [_plain(item) for item in network.layers]


def _plain(item: Item) -> dict[str, Any]:
    if isinstance(item, Layer):
        given = {f.name: getattr(item, f.name) for f in fields(item)}  # type: ignore[arg-type]
        usual = {f.name: f.default for f in fields(item)}  # type: ignore[arg-type]
        return {item.word: {name: _data(value) for name, value in given.items() if value != usual[name]}}
    if isinstance(item, Repeat):
        shared = {"shared": True} if item.shared else {}
        return {"repeat": {"times": item.times, "layers": [_plain(i) for i in item.layers], **shared}}
    if isinstance(item, Named):
        return {"named": {"name": item.name, "layers": [_plain(i) for i in item.layers]}}
    if isinstance(item, From | Reuse):
        return {item.word: item.name}
    if isinstance(item, Branching):
        branches = [[_plain(i) for i in branch] for branch in item.branches]
        axis = getattr(item, "axis", -1)
        return {item.word: branches if axis == -1 else {"branches": branches, "axis": axis}}
    assert isinstance(item, Network)
    return {"network": write_plain(item)}


def _data(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_data(part) for part in value]
    return str(value) if isinstance(value, Closed) else value
