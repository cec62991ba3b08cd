"""Rosters: who sits an exam."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from gradus.errors import Fault, suggest
from gradus.responses.lines import read_lines

NAMES = ("candidate", "id")


def read_roster(path: Path) -> Iterator[str]:
    """Yield the candidates of a CSV file with a column `candidate` (or `id`).

    Raises:
        Fault: at the first line that cannot be used; nobody's paper is drawn by guess.
    """
    lines = read_lines(path)
    first = next(lines, None)
    if first is None:
        raise Fault(str(path), "file", None, "is empty", "begin with a line `candidate`")
    index = _column(_fields(first[1], f"{path}:1"), path)
    seen: dict[str, int] = {}
    for number, text in lines:
        where = f"{path}:{number}"
        fields = _fields(text, where)
        if not any(field.strip() for field in fields):
            continue
        candidate = fields[index].strip() if index < len(fields) else ""
        if not candidate:
            raise Fault(where, "candidate", None, "is empty", "write who it is, or delete the line")
        if len(candidate) > 200 or not candidate.isprintable():
            raise Fault(where, "candidate", candidate, "must be up to 200 printable characters", "shorten it")
        # ada and Ada would be one file on many disks, and one person to most readers
        if candidate.casefold() in seen:
            rule = f"stands on line {seen[candidate.casefold()]} already"
            raise Fault(where, "candidate", candidate, rule, "delete one of them")
        seen[candidate.casefold()] = number
        yield candidate
    if not seen:
        raise Fault(str(path), "candidate", None, "has no lines", "write one candidate a line")


def _fields(text: str | Fault, where: str) -> list[str]:
    if isinstance(text, Fault):
        raise text
    try:
        delimiter = max(",;\t", key=text.count)
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise Fault(where, "line", text, f"is not CSV: {error}", "close the quote") from None


def _column(header: list[str], path: Path) -> int:
    names = [name.strip().lower() for name in header]
    for name in NAMES:
        if name in names:
            return names.index(name)
    rule = "has no column `candidate`"
    raise Fault(f"{path}:1", "header", ",".join(header), rule, suggest("candidate", names) if names else "add one")
