"""Triggers that keep the tables append-only, whoever holds the connection.

PostgreSQL: one function for all tables, before UPDATE, DELETE and TRUNCATE. SQLite knows no TRUNCATE, and its
`INSERT OR REPLACE` deletes, which its triggers see with `recursive_triggers` on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

SAID = "the ledger is append-only"


def guard(dialect: str, tables: Iterable[str]) -> Iterator[str]:
    """Yield the statements that guard the first tables, with what they share."""
    if dialect == "postgresql":
        yield (
            "CREATE FUNCTION gradus_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{SAID}: %', TG_TABLE_NAME; END $$"
        )
    yield from guard_more(dialect, tables)


def guard_more(dialect: str, tables: Iterable[str]) -> Iterator[str]:
    """Yield the statements that guard tables of a later step.

    >>> next(guard_more("sqlite", ["saves"])).split()[:6]
    ['CREATE', 'TRIGGER', 'saves_no_update', 'BEFORE', 'UPDATE', 'ON']
    """
    for table in tables:
        if dialect == "postgresql":
            run = "EXECUTE FUNCTION gradus_append_only()"
            yield f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {run}"
            yield f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {run}"
        else:
            stop = f"BEGIN SELECT RAISE(ABORT, '{SAID}: {table}'); END"
            yield f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {stop}"
            yield f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {stop}"


def unguard(dialect: str, tables: Iterable[str]) -> Iterator[str]:
    """Yield the statements that take the guards away."""
    for table in tables:
        if dialect == "postgresql":
            yield f"DROP TRIGGER {table}_no_change ON {table}"
            yield f"DROP TRIGGER {table}_no_truncate ON {table}"
        else:
            yield f"DROP TRIGGER {table}_no_update"
            yield f"DROP TRIGGER {table}_no_delete"
    if dialect == "postgresql":
        yield "DROP FUNCTION gradus_append_only()"
