"""`gradus ledger`: the whole ledger as a folder and back, marks as a table, and its tables brought up to date."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gradus.cli._arguments import DATABASE, OUT, opened


@click.group("ledger", short_help="Export, import and upgrade the ledger.")
def command() -> None:
    """Keep the ledger: every exam, paper, save, submission and verdict.

    \b
    gradus ledger export backup --database room.sqlite
    gradus ledger import backup --database postgresql://gradus@localhost/exams
    gradus ledger marks midterm --out marks.csv
    gradus ledger upgrade
    """


@command.command("export", short_help="Write everything to a folder that rebuilds the database.")
@click.argument("folder", type=OUT)
@DATABASE
def export_all(folder: str, database: str) -> None:
    """Write every row of every table to FOLDER as JSON lines, with counts and hashes."""
    from gradus import store

    with opened(database) as ledger:
        counted = store.export_ledger(ledger, Path(folder))
    click.echo(f"{sum(counted.values())} rows of {len(counted)} tables in {folder}.")


@command.command("import", short_help="Fill an empty database from such a folder.")
@click.argument("folder", type=OUT)
@DATABASE
def import_all(folder: str, database: str) -> None:
    """Fill an empty database from FOLDER, row by row as it was, whether that was SQLite or PostgreSQL."""
    from gradus import store

    with opened(database, create=True) as ledger:
        counted = store.import_ledger(ledger, Path(folder))
    click.echo(f"{sum(counted.values())} rows of {len(counted)} tables in {database.partition('@')[2] or database}.")


@command.command("marks", short_help="Write everyone's marks as CSV.")
@click.argument("exam")
@click.option("--out", type=click.Path(dir_okay=False), help="The file; the screen unless given.")
@DATABASE
def marks(exam: str, out: str | None, database: str) -> None:
    """Write the marks of everyone who sat EXAM: points in all, parts pending, points of each item."""
    from gradus import store
    from gradus.export.files import writing

    with opened(database) as ledger:
        if out is None:
            store.write_marks(ledger, exam, sys.stdout)
            return
        with writing(Path(out)) as file:
            count = store.write_marks(ledger, exam, file)
    click.echo(f"{count} candidates in {out}.")


@command.command("upgrade", short_help="Bring a database of an older Gradus up to date.")
@DATABASE
def bring_up(database: str) -> None:
    """Bring the tables of a database up to this Gradus: all steps or none. Rows stay as they are."""
    from gradus import store

    ledger = store.connect_ledger(database)
    try:
        store.upgrade(ledger)
        click.echo(f"The tables are of revision {store.revision_of(ledger)}.")
    finally:
        store.close_ledger(ledger)
