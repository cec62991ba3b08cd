"""What candidates may see of their marks, and what they ask about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, final, get_args

from sqlalchemy import Connection, insert, select

from gradus.store.ledger import Ledger, reading, writing
from gradus.store.people import candidate_in
from gradus.store.refusals import Refused
from gradus.store.tables import candidates, request_answers, verdicts
from gradus.store.tables import releases as release_table
from gradus.store.tables import requests as request_table
from gradus.store.trail import record
from gradus.store.versions import current_version

LONGEST = 5_000
MOST = 100  # requests of one candidate
Decision = Literal["accepted", "declined"]


@final
@dataclass(frozen=True, slots=True)
class Released:
    """What candidates may see, since when, and who said so."""

    marks: bool
    feedback: bool
    by: str = ""
    at: datetime | None = None


@final
@dataclass(frozen=True, slots=True)
class RequestAnswer:
    """What staff decided on a request."""

    decision: str
    text: str
    by: str
    at: datetime


@final
@dataclass(frozen=True, slots=True)
class Request:
    """A candidate asks to look at a mark again."""

    id: int
    candidate_id: int
    item: str
    part: str
    text: str
    at: datetime
    answer: RequestAnswer | None


def release(ledger: Ledger, exam: str, *, marks: bool, feedback: bool, by: str) -> None:
    """Let candidates see marks, or feedback and working too; or let them no longer."""
    with writing(ledger) as connection:
        current_version(connection, exam)
        values = {"exam": exam, "marks": marks, "feedback": feedback}
        connection.execute(insert(release_table), {**values, "by": by, "at": ledger.now()})
        record(connection, ledger, "released", by, exam=exam, data={"marks": marks, "feedback": feedback})


def released(ledger: Ledger, exam: str) -> Released:
    """Return what candidates of an exam may see now."""
    with reading(ledger) as connection:
        return _released(connection, exam)


def _released(connection: Connection, exam: str) -> Released:
    found = select(release_table).where(release_table.c.exam == exam).order_by(release_table.c.id.desc()).limit(1)
    row = connection.execute(found).first()
    return Released(False, False) if row is None else Released(row.marks, row.feedback, row.by, row.at)


def ask_regrade(ledger: Ledger, candidate_id: int, item: str, part: str, text: str) -> int:
    """Ask staff to look at a mark again; return the request's number.

    Raises:
        Refused: "not_released" before marks are, "not_on_paper", "invalid" text, "twice" while one is open.
    """
    if not 0 < len(text.strip()) <= LONGEST or "\0" in text:
        raise Refused("invalid", "text", text, f"must be up to {LONGEST:,} characters of text", "say what was missed")
    with writing(ledger) as connection:
        who = candidate_in(connection, candidate_id)
        if not _released(connection, who.exam).marks:
            raise Refused("not_released", "marks", None, "are not released", "wait for them")
        mine = (verdicts.c.candidate_id == candidate_id) & (verdicts.c.item == item) & (verdicts.c.part == part)
        if connection.execute(select(verdicts.c.id).where(mine).limit(1)).first() is None:
            raise Refused("not_on_paper", "part", f"{item}.{part}", "has no mark", "name an item and part of the paper")
        own = [one for one in _requests(connection, who.exam) if one.candidate_id == candidate_id]
        if any((one.item, one.part) == (item, part) and one.answer is None for one in own) or len(own) >= MOST:
            raise Refused("twice", "request", f"{item}.{part}", "is open already", "wait for the answer")
        values = {"candidate_id": candidate_id, "item": item, "part": part, "text": text, "by": who.candidate}
        made = insert(request_table).values(**values, at=ledger.now()).returning(request_table.c.id)
        number: int = connection.execute(made).scalar_one()
        said = {"request": number, "item": item, "part": part}
        record(connection, ledger, "regrade asked", who.candidate, exam=who.exam, candidate_id=candidate_id, data=said)
        return number


def answer_request(ledger: Ledger, request_id: int, decision: Decision, text: str, by: str) -> None:
    """Decide on a request; a mark is changed by marking or regrading, not by this.

    Raises:
        Refused: "unknown" request, "invalid" decision or text, or without a name.
    """
    if decision not in get_args(Decision):
        raise Refused("invalid", "decision", decision, "must be accepted or declined", "write one of these")
    if len(text) > LONGEST or "\0" in text or not by.strip():
        raise Refused("invalid", "text", text, f"must be up to {LONGEST:,} characters, with a name", "shorten it")
    with writing(ledger) as connection:
        row = connection.execute(select(request_table).where(request_table.c.id == request_id)).first()
        if row is None:
            raise Refused("unknown", "request", request_id, "is not in the ledger", "look at the list")
        values = {"request_id": request_id, "decision": decision, "text": text, "by": by, "at": ledger.now()}
        connection.execute(insert(request_answers), values)
        who = candidate_in(connection, row.candidate_id)
        said = {"request": request_id, "decision": decision}
        record(connection, ledger, "request answered", by, exam=who.exam, candidate_id=who.id, data=said)


def requests(ledger: Ledger, exam: str) -> tuple[Request, ...]:
    """Return what candidates asked, the oldest first, with the newest answer to each."""
    with reading(ledger) as connection:
        return _requests(connection, exam)


def _requests(connection: Connection, exam: str) -> tuple[Request, ...]:
    found = select(request_table).join(candidates).where(candidates.c.exam == exam).order_by(request_table.c.id)
    answered = {
        row.request_id: RequestAnswer(row.decision, row.text, row.by, row.at)
        for row in connection.execute(select(request_answers).order_by(request_answers.c.id))
    }
    return tuple(
        Request(row.id, row.candidate_id, row.item, row.part, row.text, row.at, answered.get(row.id))
        for row in connection.execute(found)
    )
