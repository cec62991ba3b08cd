"""Responses as JSON lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gradus.errors import Fault
from gradus.responses.checking import check, rename
from gradus.responses.lines import read_lines
from gradus.responses.nouns import COLUMNS, Response

EXAMPLE = '{"candidate": "ada", "item": "3.i", "part": "shape", "response": "126 x 126 x 64"}'


def read_jsonl(path: Path) -> Iterator[Response | Fault]:
    """Yield every response, and a fault for every line that is none.

    Raises:
        Fault: when the file cannot be opened.
    """
    empty = True
    for number, text in read_lines(path):
        empty = False
        if isinstance(text, Fault):
            yield text
        elif text.strip():
            yield _read(text, number, f"{path}:{number}")
    if empty:
        raise Fault(str(path), "file", None, "is empty", f"write one line {EXAMPLE} a response")


def _read(text: str, number: int, where: str) -> Response | Fault:
    try:
        data = json.loads(text, object_pairs_hook=_without_doubles, parse_float=str)  # no digit is lost
    except json.JSONDecodeError as error:
        place = f"{where}:{error.colno}"
        return Fault(place, "line", text, f"is not JSON: {error.msg.lower()}", f"write one line {EXAMPLE} a response")
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
        return Fault(where, "line", text, f"is not usable: {reason}", f"write one line {EXAMPLE} a response")
    if not isinstance(data, dict):
        return Fault(where, "line", text, "is not an object", f"write one line {EXAMPLE} a response")
    for name in COLUMNS:
        if name not in data:
            return Fault(where, name, None, "is missing", rename(name, list(data)) or f"add {name}")
    values = {name: _text(data[name]) for name in COLUMNS}
    for name, value in values.items():
        if value is None:
            return Fault(where, name, data[name], "must be a text, a number or a list of numbers", "write it in quotes")
    return check({name: value or "" for name, value in values.items()}, number, where)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name} stands twice")
    return dict(pairs)


def _text(value: object) -> str | None:
    """Return what was meant as text: numbers and lists of numbers as they would be written by hand."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list) and all(isinstance(v, int) and not isinstance(v, bool) for v in value):
        return ", ".join(map(str, value))
    return None
