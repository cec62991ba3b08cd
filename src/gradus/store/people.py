"""Candidates in the ledger, their accommodations and links."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select

from gradus.errors import Fault, suggest
from gradus.store.ledger import Ledger, lock, reading, writing
from gradus.store.nouns import Added, Candidate, RosterRow
from gradus.store.refusals import Refused
from gradus.store.rosters import check_factor, check_row
from gradus.store.tables import accommodations, candidates, links
from gradus.store.trail import record
from gradus.store.versions import current_version


def add_candidates(ledger: Ledger, exam: str, rows: Iterable[RosterRow], by: str) -> Added:
    """Add a roster to an exam. Who is there already keeps paper and answers; a new factor holds from now on.

    Raises:
        Fault: when a row cannot be kept; then none is.
    """
    counted = {"new": 0, "changed": 0, "unchanged": 0}
    with writing(ledger) as connection:
        lock(connection, "roster", exam)
        current_version(connection, exam)
        known = {row.candidate.casefold(): row for row in connection.execute(select_candidates(exam))}
        for row in rows:
            check_row(row, "roster")
            check_factor(row.factor, "roster")
            counted[_add(connection, ledger, exam, row, known.get(row.candidate.casefold()), by)] += 1
        record(connection, ledger, "roster added", by, exam=exam, data=counted)
    return Added(**counted)


def _add(connection: Connection, ledger: Ledger, exam: str, row: RosterRow, found: Row[Any] | None, by: str) -> str:
    if found is not None and found.candidate != row.candidate:
        rule = f"differs only in capitals from {found.candidate!r}, who is in the ledger"
        raise Fault("roster", "candidate", row.candidate, rule, "write both alike")
    if found is None:
        values = {"exam": exam, "candidate": row.candidate, "name": row.name, "details": dict(row.details)}
        inserted = insert(candidates).values(**values, by=by, at=ledger.now()).returning(candidates.c.id)
        number = connection.execute(inserted).scalar_one()
        if row.factor != 1:
            _set_factor(connection, ledger, number, row.factor, "roster", by)
        return "new"
    if found.factor == row.factor or (found.factor is None and row.factor == 1):
        return "unchanged"
    _set_factor(connection, ledger, found.id, row.factor, "roster", by)
    return "changed"


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


def select_candidates(exam: str | None = None) -> Select[Any]:
    """Return the query for candidates with the factor that holds now."""
    factor = (
        select(accommodations.c.factor)
        .where(accommodations.c.candidate_id == candidates.c.id)
        .order_by(accommodations.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = select(candidates, factor.label("factor")).order_by(candidates.c.id)
    return found if exam is None else found.where(candidates.c.exam == exam)


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
    """Return whose link or code it is, unless a newer one has revoked it."""
    with reading(ledger) as connection:
        row = connection.execute(select(links).where(links.c.hash == secret_hash)).first()
        if row is None:
            return None
        newest = select(links.c.id).where(links.c.candidate_id == row.candidate_id, links.c.kind == row.kind)
        if connection.execute(newest.order_by(links.c.id.desc()).limit(1)).scalar_one() != row.id:
            return None
        return candidate_in(connection, row.candidate_id)
