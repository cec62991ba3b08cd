"""Responses as CSV, with a header line and quotes where a response has commas or lines of its own.

A quote that is opened and never closed would swallow the rest of the file. So a record that does not parse costs its
first line only: reading goes on with the line after it.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from gradus.errors import Fault, suggest
from gradus.responses.lines import read_lines
from gradus.responses.nouns import COLUMNS, LONGEST, Response

MOST_LINES = 200  # a quoted response may run over this many lines
Line = tuple[int, str | Fault]


def read_csv(path: Path) -> Iterator[Response | Fault]:
    """Yield every response, and a fault for every line that is none.

    Raises:
        Fault: when the file cannot be opened or its header is unusable.
    """
    lines = deque[Line]()
    source = read_lines(path)
    header = next(source, None)
    if header is None:
        raise Fault(str(path), "file", None, "is empty", f"begin with a line {','.join(COLUMNS)}")
    if isinstance(header[1], Fault):
        raise header[1]
    delimiter = _delimiter(header[1])
    columns = _read_header(header[1], delimiter, path)
    while True:
        if not lines:
            following = next(source, None)
            if following is None:
                return
            lines.append(following)
        number, text = lines.popleft()
        if isinstance(text, Fault):
            yield text
        elif text.strip():
            yield _read_record(number, text, lines, source, delimiter, columns, path)


def _delimiter(header: str) -> str:
    """Return what separates columns: spreadsheets of many countries write semicolons."""
    return max(",;\t", key=header.count)


def _read_header(text: str, delimiter: str, path: Path) -> dict[str, int]:
    names = [name.strip().lower() for name in next(csv.reader([text], delimiter=delimiter))]
    for column in COLUMNS:
        if names.count(column) != 1:
            rule = "is missing from the header" if column not in names else "stands twice in the header"
            others = [name for name in names if name and name not in COLUMNS]
            near = suggest(column, others) if others else ""
            remedy = f"rename {near[13:-1]}" if near.startswith("did you mean") else f"begin with {','.join(COLUMNS)}"
            raise Fault(f"{path}:1", column, None, rule, remedy)
    return {column: names.index(column) for column in COLUMNS}


def _read_record(
    number: int,
    text: str,
    lines: deque[Line],
    source: Iterator[Line],
    delimiter: str,
    columns: dict[str, int],
    path: Path,
) -> Response | Fault:
    """Read the record that begins with this line; lines it does not use stay in the queue."""
    record, used = text, 0
    while record.count('"') % 2 and used < MOST_LINES:
        if used == len(lines):
            following = next(source, None)
            if following is None:
                break
            lines.append(following)
        more = lines[used][1]
        if isinstance(more, Fault):
            break
        record, used = f"{record}\n{more}", used + 1
    parsed = _parse(record, delimiter)
    if parsed is None and used:
        parsed, used = _parse(text, delimiter), 0
    if parsed is None:
        rule = "has a quote that is not closed or not doubled"
        return Fault(f"{path}:{number}", "line", text, rule, 'write "" for a quote inside a quoted response')
    for _ in range(used):
        lines.popleft()
    return _make(parsed, columns, number, path)


def _parse(record: str, delimiter: str) -> list[str] | None:
    try:
        rows = list(csv.reader([line + "\n" for line in record.split("\n")], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _make(fields: list[str], columns: dict[str, int], number: int, path: Path) -> Response | Fault:
    where = f"{path}:{number}"
    if len(fields) <= max(columns.values()):
        missing = next(name for name, index in columns.items() if index >= len(fields))
        rule = f"is missing: the line has {len(fields)} columns"
        return Fault(where, missing, None, rule, "write one line candidate,item,part,response a response")
    values = {name: fields[index].strip() for name, index in columns.items()}
    return check(values, number, where)


def check(values: dict[str, str], number: int, where: str) -> Response | Fault:
    """Return the response if it says whose it is and to what, and is not endless."""
    for name in COLUMNS[:3]:
        if not values[name]:
            return Fault(where, name, None, "is empty", f"write the {name}")
        if len(values[name]) > 200:
            return Fault(where, name, values[name], "is longer than 200 characters", f"write the {name}")
    if any("\ud800" <= c <= "\udfff" for text in values.values() for c in text):
        return Fault(where, "text", None, "holds half of a character (a lone surrogate)", "write the whole character")
    if len(values["response"]) > LONGEST:
        rule = f"is longer than {LONGEST:,} characters"
        return Fault(where, "response", values["response"], rule, "shorten it; nothing of it was graded")
    return Response(values["candidate"], values["item"], values["part"], values["response"], number)
