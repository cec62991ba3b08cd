"""The tables brought to this Gradus, or back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from gradus.store.ledger import Ledger, close_ledger, connect_ledger, lock, reading, utc_now, writing
from gradus.store.refusals import Gone, Outdated

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

FOLDER = Path(__file__).parent / "migrations"
LATEST = "0003"


def open_ledger(
    address: str = "gradus.sqlite", *, now: Callable[[], datetime] = utc_now, create: bool = True
) -> Ledger:
    """Open the ledger at a path or URL; where there are no tables yet, they are made.

    Args:
        address: `room.sqlite`, `sqlite:///room.sqlite` or `postgresql://user:password@host/name`.
        now: the clock.
        create: make the tables, or the file, where there are none.

    Raises:
        Gone: when there are none, and none are to be made.
        Fault: when the address leads to no database that Gradus knows.
        Outdated: when its tables are those of another Gradus.
        Unavailable: when the database cannot be used.
    """
    ledger = connect_ledger(address, now)
    try:
        if not create and _is_empty(ledger):
            remedy = "check its address; `gradus serve` and `gradus ledger import` make one"
            raise Gone("", "database", ledger.shown, "holds no ledger", remedy)
        if revision_of(ledger) is None:
            upgrade(ledger)
        if (found := revision_of(ledger)) != LATEST:
            older = found is not None and found < LATEST
            remedy = "run `gradus ledger upgrade`" if older else "use the Gradus that made it, or a newer one"
            rule = f"has tables of revision {found}, and this Gradus has {LATEST}"
            raise Outdated("", "database", ledger.shown, rule, remedy)
    except BaseException:
        close_ledger(ledger)
        raise
    return ledger


def _is_empty(ledger: Ledger) -> bool:
    file = ledger.engine.url.database
    return (ledger.is_sqlite and not Path(file or "").exists()) or revision_of(ledger) is None


def revision_of(ledger: Ledger) -> str | None:
    """Return the revision of the tables, or None where there are none."""
    with reading(ledger) as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


def upgrade(ledger: Ledger, revision: str = "head") -> None:
    """Bring the tables to a revision, all steps or none."""
    from alembic import command

    with writing(ledger) as connection:
        lock(connection, "migration")  # of two processes that start at once, one makes the tables
        command.upgrade(_configure(connection), revision)


def downgrade(ledger: Ledger, revision: str) -> None:
    """Take the tables back to a revision; rows that it does not know are lost."""
    from alembic import command

    with writing(ledger) as connection:
        lock(connection, "migration")
        command.downgrade(_configure(connection), revision)


def _configure(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
