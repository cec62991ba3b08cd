"""Candidates in the ledger, their accommodations and links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, Row, Select, false, func, insert, select, true

from gradus.errors import Fault, suggest
from gradus.store.columns import Data
from gradus.store.ledger import Ledger, lock, reading, writing
from gradus.store.nouns import Added, Candidate, RosterRow
from gradus.store.refusals import Refused
from gradus.store.rosters import check_factor, check_row
from gradus.store.tables import accommodations, candidates, corrections, links, starts
from gradus.store.trail import record
from gradus.store.versions import current_version


def add_candidates(ledger: Ledger, exam: str, rows: Iterable[RosterRow], by: str) -> Added:
    """Add a roster to an exam. Who is there already keeps paper and answers; a new name or factor holds from now on.

    Who was taken off comes back. Where the roster says nothing of a candidate's factor, it stays; and one who is new
    has the factor that another exam of this ledger knows: an accommodation is granted to a student once.

    Raises:
        Fault: when a row cannot be kept; then none is.
    """
    counted = {"new": 0, "changed": 0, "unchanged": 0}
    with writing(ledger) as connection:
        lock(connection, "roster", exam)
        current_version(connection, exam)
        everyone = connection.execute(select_candidates(exam, withdrawn=True)).all()
        known = {row.candidate.casefold(): row for row in sorted(everyone, key=lambda row: not row.withdrawn)}
        for row in rows:
            check_row(row, "roster")
            if row.factor is not None:
                check_factor(row.factor, "roster")
            counted[_add(connection, ledger, exam, row, known.get(row.candidate.casefold()), by)] += 1
        record(connection, ledger, "roster added", by, exam=exam, data=counted)
    return Added(**counted)


def _add(connection: Connection, ledger: Ledger, exam: str, row: RosterRow, found: Row[Any] | None, by: str) -> str:
    if found is not None and found.candidate != row.candidate and found.withdrawn:
        found = None  # taken off, as one who was misspelt
    if found is not None and found.candidate != row.candidate:
        rule = f"differs only in capitals from {found.candidate!r}, who is in the ledger"
        raise Fault("roster", "candidate", row.candidate, rule, "write both alike")
    if found is None:
        values = {"exam": exam, "candidate": row.candidate, "name": row.name, "details": dict(row.details)}
        inserted = insert(candidates).values(**values, by=by, at=ledger.now()).returning(candidates.c.id)
        number = connection.execute(inserted).scalar_one()
        factor, why = (row.factor, "roster") if row.factor is not None else _known_factor(connection, row.candidate)
        if factor != 1:
            _set_factor(connection, ledger, number, factor, why, by)
        return "new"
    name, details = row.name or found.name, dict(row.details) or found.details
    changed = (name, details) != (found.name, found.details)
    if changed or found.withdrawn:
        _correct(connection, ledger, found.id, (name, details), "roster", by)
    if row.factor is not None and row.factor != (found.factor or 1):
        _set_factor(connection, ledger, found.id, row.factor, "roster", by)
        changed = True
    return "new" if found.withdrawn else "changed" if changed else "unchanged"


def _known_factor(connection: Connection, candidate: str) -> tuple[Fraction, str]:
    """Return the newest factor that a student was given in any exam of this ledger, and where."""
    given = select(accommodations.c.factor, candidates.c.exam).join(
        candidates, candidates.c.id == accommodations.c.candidate_id
    )
    mine = given.where(candidates.c.candidate == candidate).order_by(accommodations.c.id.desc()).limit(1)
    row = connection.execute(mine).first()
    return (Fraction(1), "") if row is None else (row.factor, f"as in {row.exam}")


def correct_candidate(ledger: Ledger, candidate_id: int, name: str, reason: str, by: str) -> None:
    """Write a candidate's name otherwise.

    Raises:
        Fault: for a name that cannot be kept.
        Refused: "unknown".
    """
    check_row(RosterRow("name", name), "roster")
    with writing(ledger) as connection:
        known = candidate_in(connection, candidate_id)
        _correct(connection, ledger, candidate_id, (name, known.details), reason, by)
        data = {"name": name, "reason": reason}
        record(connection, ledger, "name corrected", by, exam=known.exam, candidate_id=candidate_id, data=data)


def withdraw_candidate(ledger: Ledger, candidate_id: int, reason: str, by: str) -> None:
    """Take a candidate off the roster who has not begun; what was written of them stays in the ledger.

    Raises:
        Refused: "changed" when they have begun, "unknown".
    """
    with writing(ledger) as connection:
        connection.execute(select(candidates.c.id).where(candidates.c.id == candidate_id).with_for_update())
        known = candidate_in(connection, candidate_id)
        if connection.execute(select(starts.c.id).where(starts.c.candidate_id == candidate_id)).first() is not None:
            raise Refused("changed", "candidate", known.candidate, "has begun the exam", "their paper stays")
        _correct(connection, ledger, candidate_id, (known.name, known.details), reason, by, withdrawn=True)
        data = {"reason": reason}
        record(connection, ledger, "candidate taken off", by, exam=known.exam, candidate_id=candidate_id, data=data)


def _correct(
    connection: Connection,
    ledger: Ledger,
    candidate_id: int,
    becomes: tuple[str, Mapping[str, str]],
    reason: str,
    by: str,
    *,
    withdrawn: bool = False,
) -> None:
    name, details = becomes
    values = {"candidate_id": candidate_id, "name": name, "details": dict(details), "withdrawn": withdrawn}
    connection.execute(insert(corrections), {**values, "reason": reason, "by": by, "at": ledger.now()})


def set_factor(ledger: Ledger, candidate_id: int, factor: Fraction, reason: str, by: str) -> None:
    """Give a candidate more time from now on; a sitting that has begun gets it too."""
    check_factor(factor)
    with writing(ledger) as connection:
        known = candidate_in(connection, candidate_id)
        _set_factor(connection, ledger, candidate_id, factor, reason, by)
        data = {"factor": str(factor), "reason": reason}
        record(connection, ledger, "factor set", by, exam=known.exam, candidate_id=candidate_id, data=data)


def _set_factor(
    connection: Connection, ledger: Ledger, candidate_id: int, factor: Fraction, reason: str, by: str
) -> None:
    row = {"candidate_id": candidate_id, "factor": factor, "reason": reason, "by": by, "at": ledger.now()}
    connection.execute(insert(accommodations), row)


def select_candidates(exam: str | None = None, *, withdrawn: bool = False) -> Select[Any]:
    """Return the query for candidates with name and factor as they hold now, and where asked those taken off too."""
    factor = (
        select(accommodations.c.factor)
        .where(accommodations.c.candidate_id == candidates.c.id)
        .order_by(accommodations.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    others, own = corrections.alias(), candidates.c
    newest = select(func.max(others.c.id)).where(others.c.candidate_id == own.id).scalar_subquery()
    found = select(
        *(own.id, own.exam, own.candidate, func.coalesce(corrections.c.name, own.name).label("name")),
        func.coalesce(corrections.c.details, own.details, type_=Data).label("details"),
        func.coalesce(corrections.c.withdrawn, false()).label("withdrawn"),
        factor.label("factor"),
    )
    found = found.select_from(candidates.outerjoin(corrections, corrections.c.id == newest)).order_by(own.id)
    if not withdrawn:
        found = found.where(corrections.c.withdrawn.is_not(true()))
    return found if exam is None else found.where(own.exam == exam)


def make_candidate(row: Row[Any]) -> Candidate:
    """Return a row of `select_candidates` as a candidate."""
    return Candidate(row.id, row.exam, row.candidate, row.name, row.factor or Fraction(1), row.details)


def candidates_of(ledger: Ledger, exam: str) -> tuple[Candidate, ...]:
    """Return everyone on an exam's roster, in the order in which they were added."""
    with reading(ledger) as connection:
        return tuple(make_candidate(row) for row in connection.execute(select_candidates(exam)))


def candidate_in(connection: Connection, candidate_id: int) -> Candidate:
    """Return a candidate inside a transaction."""
    row = connection.execute(select_candidates().where(candidates.c.id == candidate_id)).first()
    if row is None:
        raise Refused("unknown", "candidate", candidate_id, "is not in the ledger", "look at the roster")
    return make_candidate(row)


def candidate(ledger: Ledger, candidate_id: int) -> Candidate:
    """Return a candidate by the ledger's number.

    Raises:
        Refused: "unknown".
    """
    with reading(ledger) as connection:
        return candidate_in(connection, candidate_id)


def find_candidate(ledger: Ledger, exam: str, candidate: str) -> Candidate:
    """Return a candidate by the roster's id.

    Raises:
        Refused: "unknown", with the nearest id.
    """
    with reading(ledger) as connection:
        return find_in(connection, exam, candidate)


def find_in(connection: Connection, exam: str, candidate: str) -> Candidate:
    """Return the same inside a transaction."""
    row = connection.execute(select_candidates(exam).where(candidates.c.candidate == candidate)).first()
    if row is None:
        current_version(connection, exam)
        known = connection.execute(select(candidates.c.candidate).where(candidates.c.exam == exam)).scalars()
        rule = f"is not on the roster of {exam}"
        raise Refused("unknown", "candidate", candidate, rule, suggest(candidate, known))
    return make_candidate(row)


def issue_link(ledger: Ledger, candidate_id: int, secret_hash: str, kind: str, by: str) -> None:
    """Keep the hash of a candidate's link or code; a newer one of a kind revokes the older.

    Raises:
        Refused: "twice" when another candidate has it.
    """
    with writing(ledger) as connection:
        known = candidate_in(connection, candidate_id)
        lock(connection, "link", secret_hash)
        if connection.execute(select(links.c.id).where(links.c.hash == secret_hash)).first() is not None:
            raise Refused("twice", "link", None, "was issued before", "make another")
        row = {"candidate_id": candidate_id, "kind": kind, "hash": secret_hash, "by": by, "at": ledger.now()}
        connection.execute(insert(links), row)
        record(connection, ledger, "link issued", by, exam=known.exam, candidate_id=candidate_id, data={"kind": kind})


def find_by_link(ledger: Ledger, secret_hash: str) -> Candidate | None:
    """Return whose link or code it is, unless a newer one has revoked it or they were taken off the roster."""
    with reading(ledger) as connection:
        row = connection.execute(select(links).where(links.c.hash == secret_hash)).first()
        if row is None:
            return None
        newest = select(links.c.id).where(links.c.candidate_id == row.candidate_id, links.c.kind == row.kind)
        if connection.execute(newest.order_by(links.c.id.desc()).limit(1)).scalar_one() != row.id:
            return None
        found = connection.execute(select_candidates().where(candidates.c.id == row.candidate_id)).first()
        return None if found is None else make_candidate(found)
