"""Responses as CSV, with a header line and quotes where a response has commas or lines of its own.

A quote that is opened and never closed would swallow the rest of the file, or all up to the next such quote. So a
record that does not parse, or that holds a line which is a response of its own, costs its first line only: reading
goes on with the line after it.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

from gradus.errors import Fault
from gradus.responses.checking import check, rename
from gradus.responses.lines import read_lines
from gradus.responses.nouns import COLUMNS, Response

MOST_LINES = 200  # a quoted response may run over this many lines
ONE_EACH = f"write one line {','.join(COLUMNS)} a response"
MOST_SEEN = 10_000  # items and parts; an exam has a few hundred
Line = tuple[int, str | Fault]


@final
@dataclass(frozen=True, slots=True)
class Layout:
    """How a file's lines are made: what separates columns, and where ours stand."""

    path: Path
    delimiter: str
    columns: dict[str, int]
    width: int
    seen: set[tuple[str, str]] = field(default_factory=set)  # items and parts so far


def read_csv(path: Path) -> Iterator[Response | Fault]:
    """Yield every response, and a fault for every line that is none.

    Raises:
        Fault: when the file cannot be opened or its header is unusable.
    """
    source = read_lines(path)
    header = next(source, None)
    if header is None:
        raise Fault(str(path), "file", None, "is empty", f"begin with a line {','.join(COLUMNS)}")
    layout = _read_header(header[1], path)
    waiting = deque[Line]()  # lines looked at while a quote was open
    while True:
        number, text = waiting.popleft() if waiting else next(source, (0, ""))
        if not number:
            return
        if isinstance(text, Fault):
            yield text
        elif text.strip():
            yield _read_record(number, text, waiting, source, layout)


def _read_header(text: str | Fault, path: Path) -> Layout:
    """Find our columns; spreadsheets of many countries write semicolons between them."""
    if isinstance(text, Fault):
        raise text
    delimiter = max(",;\t", key=text.count)
    names = [name.strip().lower() for name in _parse(text, delimiter) or []]
    for column in COLUMNS:
        if names.count(column) != 1:
            rule = "is missing from the header" if column not in names else "stands twice in the header"
            raise Fault(f"{path}:1", column, None, rule, rename(column, names) or f"begin with {','.join(COLUMNS)}")
    return Layout(path, delimiter, {column: names.index(column) for column in COLUMNS}, len(names))


def _read_record(
    number: int, text: str, waiting: deque[Line], source: Iterator[Line], layout: Layout
) -> Response | Fault:
    """Read the record that begins with this line; lines that it does not use go on waiting."""
    record, used = text, 0
    candidate, *asked = _read_columns(text, layout)
    if len(layout.seen) < MOST_SEEN:
        layout.seen.add((asked[0], asked[1]))
    while record.count('"') % 2 and used < MOST_LINES:
        if used == len(waiting):
            following = next(source, None)
            if following is None:
                break
            waiting.append(following)
        more = waiting[used][1]
        if isinstance(more, Fault) or _is_record(more, candidate, layout):
            break
        record, used = f"{record}\n{more}", used + 1
    fields = _parse(record, layout.delimiter)
    if fields is None:
        rule = "has a quote that is not closed or not doubled"
        remedy = 'write "" for a quote inside a quoted response'
        return Fault(f"{layout.path}:{number}", "line", text, rule, remedy)
    for _ in range(used):
        waiting.popleft()
    return _make(fields, number, layout)


def _is_record(line: str, candidate: str, layout: Layout) -> bool:
    """Return whether a line inside quotes is rather a response of its own: to a part of the file, or by `candidate`."""
    whose, item, part = _read_columns(line, layout)
    return bool(whose) and bool(item) and bool(part) and (whose == candidate or (item, part) in layout.seen)


def _read_columns(line: str, layout: Layout) -> tuple[str, str, str]:
    """Return candidate, item and part of a line whose quotes may not fit; empty where it is too short."""
    fields = line.split(layout.delimiter)
    if len(fields) < layout.width:
        return "", "", ""
    candidate, item, part = (fields[layout.columns[name]].strip(' "') for name in COLUMNS[:3])
    return candidate, item, part


def _parse(record: str, delimiter: str) -> list[str] | None:
    """Return the fields of one record, or None where its quotes do not fit."""
    try:
        rows = list(csv.reader([line + "\n" for line in record.split("\n")], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _make(fields: list[str], number: int, layout: Layout) -> Response | Fault:
    where = f"{layout.path}:{number}"
    for name, index in layout.columns.items():
        if index >= len(fields):
            return Fault(where, name, None, f"is missing: the line has {len(fields)} columns", ONE_EACH)
    if any(field.strip() for field in fields[layout.width :]):
        # a comma of the response itself: to cut it there would lose half of an answer
        rule = f"has {len(fields)} columns where the header has {layout.width}"
        remedy = 'put a response that holds a comma in quotes: "126, 126, 64"'
        return Fault(where, "line", layout.delimiter.join(fields), rule, remedy)
    return check({name: fields[index].strip() for name, index in layout.columns.items()}, number, where)
