"""Rulings: a person lets an answer earn points whatever the key says, by name and with a reason.

A key is computed and never typed in. Where it does not do justice to an answer, someone takes responsibility; a ruling
holds for papers graded from then on, and for graded ones by a regrade.
"""

from __future__ import annotations

from fractions import Fraction

from sqlalchemy import Connection, insert, select

from gradus.errors import suggest
from gradus.store.ledger import Ledger, lock, reading, writing
from gradus.store.marking_nouns import Ruling
from gradus.store.places import names_of
from gradus.store.refusals import Refused
from gradus.store.tables import rulings as table
from gradus.store.trail import record
from gradus.store.versions import current_version

LONGEST = 20_000


def add_ruling(
    ledger: Ledger, exam: str, item: str, part: str, answer: str, credit: Fraction, *, reason: str, by: str
) -> None:
    """Let an answer, or with an empty one every answer, earn a share of a part's points.

    Raises:
        Refused: for a part that the exam does not have, a share outside 0 … 1, or without a reason or a name.
    """
    if not 0 <= credit <= 1:
        raise Refused("invalid", "credit", str(credit), "must be from 0 to 1", "write 1 for all of the points")
    if len(answer) > LONGEST or "\0" in answer:
        raise Refused("too_long", "answer", None, f"must be up to {LONGEST:,} characters of text", "shorten it")
    _add(ledger, exam, (item, part, answer), credit, reason, by, withdrawn=False)


def withdraw_ruling(ledger: Ledger, exam: str, ruling_id: int, *, reason: str, by: str) -> None:
    """Take a ruling back; graded papers keep their marks until a regrade."""
    for ruling in rulings(ledger, exam):
        if ruling.id == ruling_id:
            place = (ruling.item, ruling.part, ruling.answer)
            return _add(ledger, exam, place, ruling.credit, reason, by, withdrawn=True)
    raise Refused("unknown", "ruling", ruling_id, "does not hold for this exam", "look at the list of rulings")


def _add(
    ledger: Ledger, exam: str, place: tuple[str, str, str], credit: Fraction, reason: str, by: str, *, withdrawn: bool
) -> None:
    item, part, answer = place
    if not reason.strip() or not by.strip():
        raise Refused("invalid", "reason", reason, "and a name are needed", "say why, and who says so")
    with writing(ledger) as connection:
        lock(connection, "rulings", exam)
        check_part(connection, exam, item, part)
        values = {"exam": exam, "item": item, "part": part, "answer": answer, "credit": credit, "reason": reason}
        connection.execute(insert(table), {**values, "withdrawn": withdrawn, "by": by, "at": ledger.now()})
        kind = "ruling withdrawn" if withdrawn else "ruling added"
        record(connection, ledger, kind, by, exam=exam, data={**values, "credit": str(credit)})


def check_part(connection: Connection, exam: str, item: str, part: str) -> None:
    """Demand that an exam asks a part of that name now.

    Raises:
        Refused: "unknown", with the nearest name.
    """
    read = current_version(connection, exam).read()
    question = read.question(item)
    if question is None:
        remedy = suggest(item, [question.item for question in read.questions])
        raise Refused("unknown", "item", item, f"is not in {exam}", remedy)
    known = names_of(question)
    if part not in known:
        raise Refused("unknown", "part", part, f"is no part of {item}", suggest(part, known))


def rulings(ledger: Ledger, exam: str) -> tuple[Ruling, ...]:
    """Return the rulings that hold for an exam."""
    with reading(ledger) as connection:
        return rulings_in(connection, exam)[0]


def rulings_in(connection: Connection, exam: str, seen: int | None = None) -> tuple[tuple[Ruling, ...], int]:
    """Return the rulings that held when the newest one was `seen`, or that hold now; and the newest one's number."""
    found = select(table).where(table.c.exam == exam).order_by(table.c.id)
    if seen is not None:
        found = found.where(table.c.id <= seen)
    held: dict[tuple[str, str, str], Ruling] = {}
    newest = 0
    for row in connection.execute(found):
        newest = row.id
        place = (row.item, row.part, row.answer)
        held.pop(place, None)
        if not row.withdrawn:
            held[place] = Ruling(row.id, *place, row.credit, row.reason, row.by, row.at)
    return tuple(held.values()), newest
