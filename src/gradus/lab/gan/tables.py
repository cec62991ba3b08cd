"""Tables of text cells: read from CSV or Parquet, written as CSV, with every fault named by row and column."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from gradus.errors import Fault

LONGEST_LINE = 1 << 20
"""Characters of one line of a CSV file; more is no record, and is not even read."""

MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?")
"""Cells that say that a value is not known."""


@dataclass(frozen=True)
class Table:
    """Records as text.

    Args:
        names: of the columns, all different.
        columns: the cells of each column; all of one length.
        place: where it comes from, for messages.
        first_row: number of the first record in the file, as an editor or a reader counts.
        schema: the types of a Parquet file, as Arrow writes them, in base64; empty for CSV.
    """

    names: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    place: str = "table"
    first_row: int = 2
    schema: str = ""

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    def column(self, name: str) -> tuple[str, ...]:
        """Return the cells of one column."""
        return self.columns[self.names.index(name)]

    def without(self, names: tuple[str, ...]) -> Table:
        """Return the table with some columns left out."""
        for name in names:
            if name not in self.names:
                from gradus.errors import suggest

                raise Fault(self.place, "column", name, "is not in the table", suggest(name, self.names))
        kept = [i for i, name in enumerate(self.names) if name not in names]
        names = tuple(self.names[i] for i in kept)
        return replace(self, names=names, columns=tuple(self.columns[i] for i in kept))

    def rows(self, chosen: Any) -> Table:
        """Return the table with the chosen rows, in their order."""
        picked = [int(row) for row in chosen]
        return replace(self, columns=tuple(tuple(column[i] for i in picked) for column in self.columns))


def read_table(path: Path, encoding: str = "utf-8-sig") -> Table:
    """Return the table of a CSV file, or of a Parquet file (`.parquet`, which needs the extra `tables`).

    The separator of a CSV file is whichever of comma, semicolon, tab and bar its first line has most of.

    Raises:
        Fault: a file that cannot be read, is empty, ragged, in another encoding, or has one record or fewer.
    """
    if path.suffix == ".parquet":
        from gradus.lab.gan.parquet import read_parquet

        table = read_parquet(path)
    else:
        table = _csv(path, encoding)
    if len(table) < 2:
        rule = "must have at least two records to learn from"
        raise Fault(str(path), "records", len(table), rule, "give a table with a header and many records")
    return table


def _csv(path: Path, encoding: str) -> Table:
    try:
        with path.open(encoding=encoding, newline="") as file:
            return _records(path, file)
    except OSError as error:
        raise Fault(str(path), "file", None, f"cannot be read: {error.strerror}", "check its name and rights") from None
    except LookupError:
        raise Fault("", "encoding", encoding, "is not known", "write utf-8 or latin-1") from None
    except UnicodeDecodeError as error:
        rule = f"is not {error.encoding.upper()} at byte {error.start} (0x{error.object[error.start]:02x})"
        raise Fault(str(path), "file", None, rule, "save it as UTF-8, or name its encoding, such as latin-1") from None
    except csv.Error as error:
        rule = f"is no CSV: {error}"
        raise Fault(str(path), "file", None, rule, "check its quotes and the length of its fields") from None


def _records(path: Path, file: TextIO) -> Table:
    lines = _lines(path, file)
    first = next(lines, "")
    if not first.strip():
        raise Fault(str(path), "file", None, "is empty", "give a header and records")
    separator = max(",;\t|", key=first.count)
    reader = csv.reader(_again(first, lines), delimiter=separator, strict=True)
    names = tuple(name.strip() for name in next(reader))
    check_names(f"{path}:1", names)
    records = []
    for record in reader:
        if len(record) != len(names):
            if not record:
                continue  # an empty line
            rule = f"must be {len(names)}, as in the header"
            raise Fault(f"{path}:{reader.line_num}", "fields", len(record), rule, "mend the line")
        records.append(record)
    columns = tuple(zip(*records, strict=True)) if records else tuple(() for _ in names)
    return Table(names, columns, str(path))


def check_names(place: str, names: tuple[str, ...]) -> None:
    """Refuse columns without a name, or two of one name.

    Raises:
        Fault: naming the column.
    """
    for position, name in enumerate(names, start=1):
        if not name:
            raise Fault(place, f"column {position}", None, "has no name", "name every column in the first line")
        if names.count(name) > 1:
            raise Fault(place, "column", name, "occurs twice", "give each column a name of its own")


def _lines(path: Path, file: TextIO) -> Iterator[str]:
    """Yield the lines; a line without end is refused before it fills the memory, and so is what is no text."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            rule = f"has more than {LONGEST_LINE:,} characters"
            raise Fault(f"{path}:{number}", "line", None, rule, "is a quote or a line break missing?")
        if "\0" in line:
            raise Fault(f"{path}:{number}", "line", None, "holds a byte 0, as no text does", "give CSV or Parquet")
        yield line


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def write_csv(table: Table, file: TextIO) -> None:
    """Write the table as CSV, comma-separated."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(table.names)
    writer.writerows(zip(*table.columns, strict=True))
