"""What databases say when they fail → what their user is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gradus.store.refusals import Busy, Full, Gone, Unavailable

_SPACE = "make room on its disk; nothing was half written"
_AWAY = "see that it runs and can be reached; nothing was half written"
_WAIT = "try again in a moment; nothing was half written"
# SQLSTATE classes and codes: PostgreSQL manual, appendix A
_FULL_STATES = ("53100",)
_BUSY_STATES = ("55P03", "40P01", "40001", "53200", "53300", "57014")
_GONE_STATES = ("08", "57P", "58", "28", "3D", "XX")


@contextmanager
def told(database: str) -> Iterator[None]:
    """Turn a failure of the database into one that names it and says what to do.

    Raises:
        Unavailable: in place of what the driver raised.
    """
    try:
        yield
    except IntegrityError:
        raise  # a rule of the tables was broken: a fault of Gradus, not of the database
    except PoolTimeout:
        raise Busy("", "database", database, "has no connection left", _WAIT) from None
    except DBAPIError as error:
        failure = _sqlite_failure if isinstance(error.orig, sqlite3.Error) else _postgresql_failure
        raise failure(database, error) from error


def _sqlite_failure(database: str, error: DBAPIError) -> Exception:
    name = getattr(error.orig, "sqlite_errorname", "") or ""
    reason = str(error.orig)
    if name.startswith("SQLITE_FULL") or "disk is full" in reason:
        return Full("", "database", database, "has no room left", _SPACE)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Busy("", "database", database, "is held by another process", _WAIT)
    if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return Gone("", "database", database, f"cannot be used: {reason}", "check the file, its folder and the disk")
    return _fault_of_gradus(database, error)


def _postgresql_failure(database: str, error: DBAPIError) -> Exception:
    state = getattr(error.orig, "sqlstate", None) or ""
    if state in _FULL_STATES:
        return Full("", "database", database, "has no room left", _SPACE)
    if state in _BUSY_STATES:
        return Busy("", "database", database, "is held by others", _WAIT)
    if error.connection_invalidated or state.startswith(_GONE_STATES) or (not state and _is_connection(error)):
        reason = " ".join(str(error.orig).split())[:200] or "no connection"
        return Gone("", "database", database, f"cannot be reached: {reason}", _AWAY)
    return _fault_of_gradus(database, error)


def _is_connection(error: DBAPIError) -> bool:
    return type(error.orig).__name__ in {"OperationalError", "ConnectionTimeout", "InterfaceError"}


def _fault_of_gradus(database: str, error: DBAPIError) -> Exception:
    """Return what happens otherwise: a statement that the tables do not know, or a trigger that said no."""
    reason = str(error.orig).splitlines()[0] if str(error.orig) else type(error.orig).__name__
    return Unavailable("", "database", database, f"refused a statement: {reason}", "tell the authors of Gradus")
