"""Rosters: who sits an exam, how much more time they get, and by which links they enter."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from fractions import Fraction

from gradus.errors import Fault, Faults, suggest
from gradus.store.nouns import RosterRow

LONGEST = 200
LARGEST = 5_000_000
MOST = 100_000
MOST_FAULTS = 50  # that are listed at once
NAMES = {"candidate": ("candidate", "id"), "name": ("name",), "factor": ("factor", "accommodation")}
LEAST_FACTOR, GREATEST_FACTOR = Fraction(1), Fraction(10)


def read_roster(text: str, file: str = "roster.csv") -> tuple[RosterRow, ...]:
    r"""Read a roster: CSV with a column `candidate` (or `id`), and `name`, `factor` and others if there are any.

    Raises:
        Faults: every line that cannot be used, or its Fault where there is one; nobody is added by guess.

    >>> read_roster("candidate;name;factor;seat;\nada;Ada Lovelace;1.25;12\n")[0].factor
    Fraction(5, 4)
    """
    if len(text) > LARGEST:
        raise Fault(file, "file", None, f"is longer than {LARGEST:,} characters", "split the roster")
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines:
        raise Fault(file, "file", None, "is empty", "begin with a line candidate,name,factor")
    header, *records = _parse(lines, file)
    columns = _find_columns([name.strip().lower() for name in header[1]], f"{file}:{header[0]}")
    seen: dict[str, int] = {}
    rows: list[RosterRow] = []
    faults: list[Fault] = []
    for number, fields in records:
        try:
            if any(field.strip() for field in fields):
                rows.append(_read_row(fields, columns, f"{file}:{number}"))
                _check_new(rows[-1].candidate, seen, number, file)
        except Fault as fault:
            faults.append(fault)
    if faults:
        raise faults[0] if len(faults) == 1 else Faults(faults[:MOST_FAULTS])
    if not rows:
        raise Fault(file, "candidate", None, "has no lines", "write one candidate a line")
    return tuple(rows)


def _parse(lines: Sequence[str], file: str) -> Iterator[tuple[int, list[str]]]:
    delimiter = max(",;\t", key=lines[0].count)
    reader = csv.reader(io.StringIO("\n".join(lines) + "\n"), delimiter=delimiter, strict=True)
    try:
        for fields in reader:
            yield reader.line_num, fields
    except csv.Error as error:
        raise Fault(f"{file}:{reader.line_num}", "line", None, f"is not CSV: {error}", "close the quote") from None


def _find_columns(names: list[str], where: str) -> dict[str, int]:
    columns = {}
    for index, name in enumerate(names):
        meant = next((ours for ours, spellings in NAMES.items() if name in spellings), name)
        if meant and meant in columns:
            raise Fault(where, meant, None, "stands twice in the header", "keep one of them")
        if meant:
            columns[meant] = index
    if "candidate" not in columns:
        remedy = suggest("candidate", columns) if columns else "begin with candidate,name,factor"
        raise Fault(where, "header", ",".join(names), "has no column `candidate`", remedy)
    return columns


def _read_row(fields: list[str], columns: dict[str, int], where: str) -> RosterRow:
    values = {name: fields[index].strip() if index < len(fields) else "" for name, index in columns.items()}
    candidate, name = values.pop("candidate"), values.pop("name", "")
    said = values.pop("factor", "")
    factor = read_factor(said, where) if said else None
    if not candidate:
        raise Fault(where, "candidate", None, "is empty", "write who it is, or delete the line")
    return check_row(RosterRow(candidate, name, factor, values), where)


def check_row(row: RosterRow, where: str) -> RosterRow:
    """Return the row if every text of it can be kept and shown.

    Raises:
        Fault: naming the column.
    """
    for field, text in (("candidate", row.candidate), ("name", row.name), *row.details.items()):
        if len(text) > LONGEST or not (text.isprintable() and field.isprintable()):
            raise Fault(where, field, text, f"must be up to {LONGEST} printable characters", "shorten it")
    return row


def read_factor(text: str, where: str = "") -> Fraction:
    """Read an accommodation factor: 1.25, 5/4 or 125 %.

    Raises:
        Fault: when it is none, or none from 1 to 10.

    >>> read_factor("125 %"), read_factor("1,5")
    (Fraction(5, 4), Fraction(3, 2))
    """
    bare = text.strip().replace(",", ".")
    percent = bare.endswith("%")
    try:
        # longer ones would cost time to read, and no factor is as long
        factor = Fraction(bare.removesuffix("%").strip()[:20]) / (100 if percent else 1)
    except (ValueError, ZeroDivisionError):
        raise Fault(where, "factor", text, "must be a number", "write 1.25") from None
    return check_factor(factor, where)


def check_factor(factor: Fraction, where: str = "") -> Fraction:
    """Return a factor from 1 to 10.

    Raises:
        Fault: for any other.
    """
    if not LEAST_FACTOR <= factor <= GREATEST_FACTOR:
        raise Fault(where, "factor", str(factor), "must be from 1 to 10", "write 1.25 for a quarter more time")
    return factor


def _check_new(candidate: str, seen: dict[str, int], number: int, file: str) -> None:
    # ada and Ada would be one person to most readers
    if candidate.casefold() in seen:
        rule = f"stands on line {seen[candidate.casefold()]} already"
        raise Fault(f"{file}:{number}", "candidate", candidate, rule, "delete one of them")
    if len(seen) >= MOST:
        raise Fault(f"{file}:{number}", "file", None, f"holds more than {MOST:,} candidates", "split the roster")
    seen[candidate.casefold()] = number
