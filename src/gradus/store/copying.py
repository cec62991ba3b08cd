"""The whole ledger as a folder of texts that rebuilds it, and marks as a table."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Boolean, Connection, Table, func, select, text
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table

from gradus.errors import Fault
from gradus.export.files import write_text
from gradus.export.files import writing as writing_file
from gradus.export.results import safe
from gradus.store.columns import to_json
from gradus.store.ledger import Ledger, reading, writing
from gradus.store.migrating import LATEST
from gradus.store.refusals import Refused
from gradus.store.tables import METADATA
from gradus.store.verdicts import all_marks
from gradus.store.versions import current_exam

FORMAT = 1
BATCH = 1_000


def export_ledger(ledger: Ledger, folder: Path) -> dict[str, int]:
    """Write every row of every table as JSON lines, and a manifest with counts and hashes; one state of the ledger.

    Returns:
        Table → how many rows.

    Raises:
        Fault: when the folder holds an export already, or the disk does not take it.
    """
    if (folder / "ledger.json").exists():
        raise Fault(str(folder), "folder", None, "holds an export already", "name another folder")
    tables: dict[str, dict[str, Any]] = {}
    with reading(ledger) as connection:
        for table in METADATA.sorted_tables:
            count, digest = 0, hashlib.sha256()
            with writing_file(folder / f"{table.name}.jsonl") as file:
                for row in _raw_rows(connection, table):
                    line = to_json(row) + "\n"
                    file.write(line)
                    digest.update(line.encode())
                    count += 1
            tables[table.name] = {"rows": count, "sha256": digest.hexdigest()}
    manifest = {"format": FORMAT, "revision": LATEST, "tables": tables}
    write_text(folder / "ledger.json", json.dumps(manifest, indent=1) + "\n")  # last: an export without it is none
    return {name: known["rows"] for name, known in tables.items()}


def _raw_rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """Yield rows as the database has them; truth values alone are told alike on both databases."""
    truths = {column.name for column in table.columns if isinstance(column.type, Boolean)}
    names = [column.name for column in table.columns]
    raw = sql_table(table.name, *(sql_column(name) for name in names))
    for row in connection.execution_options(yield_per=BATCH).execute(select(raw).order_by(raw.c.id)):
        yield {name: bool(value) if name in truths else value for name, value in zip(names, row, strict=True)}


def import_ledger(ledger: Ledger, folder: Path) -> dict[str, int]:
    """Fill an empty ledger with an export: all rows or, when anything is amiss, none.

    Raises:
        Fault: when the folder holds no export, or its files are not those that were written.
        Refused: "changed" when the ledger holds rows already.
    """
    manifest = _read_manifest(folder)
    counted = {}
    with writing(ledger) as connection:
        for table in METADATA.sorted_tables:
            if connection.execute(select(table.c.id).limit(1)).first() is not None:
                raise Refused("changed", "database", ledger.shown, "holds rows already", "import into a new one")
        for table in METADATA.sorted_tables:
            counted[table.name] = _import_table(connection, table, folder, manifest[table.name])
            _count_on(connection, table)
    return counted


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / "ledger.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        tables: dict[str, Any] = manifest["tables"]
        found = (manifest["format"], manifest["revision"], set(tables))
        for known in tables.values():
            int(known["rows"]), str(known["sha256"])
    except OSError as error:
        rule = f"holds no export: {error.strerror}"
        raise Fault(str(path), "folder", None, rule, "name one that `gradus ledger export` wrote") from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise Fault(str(path), "manifest", None, "cannot be read", "export the ledger again") from None
    if found != (FORMAT, LATEST, set(METADATA.tables)):
        remedy = "import it with the Gradus that wrote it, and upgrade there"
        raise Fault(str(path), "revision", manifest["revision"], f"must be {LATEST}", remedy)
    return tables


def _import_table(connection: Connection, table: Table, folder: Path, known: dict[str, Any]) -> int:
    path = folder / f"{table.name}.jsonl"
    names = [column.name for column in table.columns]
    raw = sql_table(table.name, *(sql_column(name) for name in names))
    digest, count = hashlib.sha256(), 0
    batch: list[dict[str, Any]] = []
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, 1):
                digest.update(line.encode())
                batch.append(_read_row(line, names, f"{path}:{number}"))
                if len(batch) == BATCH:
                    connection.execute(raw.insert(), batch)
                    count, batch = count + len(batch), []
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(str(path), "file", None, f"cannot be read: {error}", "export the ledger again") from None
    if batch:
        connection.execute(raw.insert(), batch)
        count += len(batch)
    if (count, digest.hexdigest()) != (known["rows"], known["sha256"]):
        raise Fault(str(path), "file", None, "is not what was exported", "restore it; nothing was imported")
    return count


def _read_row(line: str, names: list[str], where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict) or set(row) != set(names):
        raise Fault(where, "row", None, f"must hold {', '.join(names)}", "restore the file; nothing was imported")
    return row


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL count on after the last row; SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        last = connection.execute(select(func.max(table.c.id))).scalar()
        if last is not None:
            sequence = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
            connection.execute(sequence, {"name": table.name, "last": last})


def write_marks(ledger: Ledger, exam: str, file: TextIO) -> int:
    """Write everyone's marks as CSV: points in all, parts pending, points of each item; return how many candidates.

    Raises:
        Refused: "unknown" exam.
    """
    items = [question.item for question in current_exam(ledger, exam).read().questions]
    rows = csv.writer(file)
    rows.writerow(["candidate", "points", "pending", *items])
    count = 0
    for marks in all_marks(ledger, exam):
        points = {item.item: f"{float(item.points):.12g}" for item in marks.items}
        row = [safe(marks.candidate), f"{float(marks.total):.12g}", marks.pending]
        rows.writerow([*row, *[points.get(item, "") for item in items]])
        count += 1
    return count
