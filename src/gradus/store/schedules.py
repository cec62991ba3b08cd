"""When an exam is open: the schedule set last holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from gradus.store.clock import Schedule
from gradus.store.ledger import Ledger, reading, writing
from gradus.store.refusals import Refused
from gradus.store.tables import schedules
from gradus.store.trail import record
from gradus.store.versions import current_version

_TICK = timedelta(microseconds=1)


def set_schedule(ledger: Ledger, exam: str, schedule: Schedule, by: str) -> None:
    """Set when an exam is open; deadlines of candidates who sit it already move with it."""
    with writing(ledger) as connection:
        current_version(connection, exam)
        _add(connection, ledger, exam, schedule, by)


def stop(ledger: Ledger, exam: str, by: str) -> None:
    """End an exam for everyone, now.

    Raises:
        Refused: "not_open" when it has no schedule.
    """
    with writing(ledger) as connection:
        known = newest_schedule(connection, exam)
        if known is None:
            raise Refused("not_open", "exam", exam, "has no schedule", "there is nothing to stop")
        _add(connection, ledger, exam, replace(known, stopped=ledger.now()), by)


def schedule_of(ledger: Ledger, exam: str) -> Schedule | None:
    """Return the schedule that holds now, if there is one."""
    with reading(ledger) as connection:
        return newest_schedule(connection, exam)


def newest_schedule(connection: Connection, exam: str) -> Schedule | None:
    """Return the schedule inside a transaction."""
    found = select(schedules).where(schedules.c.exam == exam).order_by(schedules.c.id.desc()).limit(1)
    row = connection.execute(found).first()
    return None if row is None else read_schedule(row)


def read_schedule(row: Row[Any]) -> Schedule:
    """Return a row with a schedule's columns as one."""
    return Schedule(row.opens, row.closes, row.duration * _TICK, row.grace * _TICK, row.stopped)


def _add(connection: Connection, ledger: Ledger, exam: str, schedule: Schedule, by: str) -> None:
    times = {"opens": schedule.opens, "closes": schedule.closes, "stopped": schedule.stopped}
    spans = {"duration": schedule.duration // _TICK, "grace": schedule.grace // _TICK}
    connection.execute(insert(schedules), {"exam": exam, **times, **spans, "by": by, "at": ledger.now()})
    told = {name: None if moment is None else moment.isoformat() for name, moment in times.items()}
    record(connection, ledger, "schedule set", by, exam=exam, data={**told, **spans})
