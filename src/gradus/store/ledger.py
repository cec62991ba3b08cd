"""A database of exams: opened, read and written in whole transactions.

On SQLite a commit is synced to disk before it is acknowledged (`synchronous = FULL`). `NORMAL` would survive the death
of the process too, since the system has the bytes by then, but not the power's. A sync costs about a millisecond, and
one whose answers were acknowledged was promised more than that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from gradus.errors import Fault
from gradus.store.failures import told

PATIENCE = 20.0  # seconds that one writer waits for another
# as many connections as a server of ours has threads; no answer or link ever stands in a traceback
_POOL: Final[dict[str, Any]] = {"pool_size": 5, "max_overflow": 40, "hide_parameters": True}


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


@final
@dataclass(frozen=True, eq=False)
class Ledger:
    """An open database.

    Attributes:
        shown: its address without the password, for messages.
        engine: SQLAlchemy's pool of connections.
        now: the clock; every time in the ledger is its.
        turn: writers of this process stand in line here; SQLite would let them poll for the file.
        parts: what papers ask, by number; papers never change, so that each is looked at once a process.
    """

    shown: str
    engine: Engine
    now: Callable[[], datetime] = utc_now
    turn: AbstractContextManager[Any] = field(default_factory=nullcontext)
    parts: dict[int, Mapping[str, tuple[str, ...]]] = field(default_factory=dict, repr=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of this machine."""
        return self.engine.dialect.name == "sqlite"


def connect_ledger(address: str, now: Callable[[], datetime] = utc_now) -> Ledger:
    """Return the ledger at an address, a path or a URL, without looking whether its tables are there.

    Raises:
        Fault: when the address leads to no database that Gradus knows.
    """
    url = _read_address(address)
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": PATIENCE}, **_POOL)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return Ledger(shown, engine, now, threading.Lock())
    options = {"connect_timeout": 5, "options": f"-c lock_timeout={int(PATIENCE * 1000)}"}
    try:
        # a connection that died with its server is replaced before it is used
        engine = create_engine(url, connect_args=options, pool_pre_ping=True, **_POOL)
    except ModuleNotFoundError:
        raise Fault("", "database", shown, "needs psycopg", "install gradus[postgres]") from None
    return Ledger(shown, engine, now)


def close_ledger(ledger: Ledger) -> None:
    """Give back every connection."""
    ledger.engine.dispose()


def _read_address(address: str) -> URL:
    if "://" not in address:
        if not address or "\0" in address:
            raise Fault("", "database", address, "is no path", "write room.sqlite or postgresql://…")
        return URL.create("sqlite", database=address)
    try:
        url = make_url(address)
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError):
        url = None
    known = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
    backend = url.get_backend_name() if url is not None else ""
    if url is None or backend not in known or (backend == "sqlite" and url.database in {None, "", ":memory:"}):
        shown = address.partition("://")[0] + "://…"  # what follows can hold a password
        raise Fault("", "database", shown, "leads to no database", "write a path, or postgresql://user@host/name")
    return url.set(drivername=known[backend])


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLite's driver begins no transactions by itself: _begin_sqlite does
    for setting in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # so that INSERT OR REPLACE is seen to delete
    ):
        connection.execute(f"PRAGMA {setting}")


def _begin_sqlite(connection: Connection) -> None:
    # a reader that turns writer half way can be refused; one that is a writer from its start only waits
    writes = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(ledger: Ledger) -> Iterator[Connection]:
    """Open a transaction that sees one state of the ledger.

    Raises:
        Unavailable: when the database does not give it.
    """
    with told(ledger.shown), ledger.engine.connect() as connection:
        if not ledger.is_sqlite:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


@contextmanager
def writing(ledger: Ledger) -> Iterator[Connection]:
    """Open a transaction that is written whole at its end, or not at all.

    Raises:
        Unavailable: when the database does not take it; nothing of it is written.
    """
    with told(ledger.shown), ledger.turn, ledger.engine.connect() as connection:
        connection.execution_options(writing=True)
        with connection.begin():
            yield connection


def lock(connection: Connection, *words: str | int) -> None:
    """Hold a name until the transaction ends: whoever else asks for it waits. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        name = "/".join(map(str, ("gradus", *words)))
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
