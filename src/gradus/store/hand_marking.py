"""Marking by people: a queue without names, in an order that is random and stays."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from gradus.store.assessing import assess, is_joint, name_parts, settle
from gradus.store.drawing import lock_candidate, make_paper
from gradus.store.ledger import Ledger, reading, writing
from gradus.store.marking import responses_in
from gradus.store.marking_nouns import Assessed, HandMark, Part, QueuedPart, StoredVerdict, Ticket
from gradus.store.nouns import ExamVersion
from gradus.store.places import Naming, names_of
from gradus.store.refusals import Refused
from gradus.store.rubrics import rubric_in
from gradus.store.rulings import rulings_in
from gradus.store.tables import hand_marks, papers, verdicts
from gradus.store.trail import record
from gradus.store.verdicts import add_verdicts, make_verdict, select_current, verdicts_in
from gradus.store.versions import current_version, exam_version

LONGEST = 10_000


def queue(ledger: Ledger, exam: str) -> tuple[QueuedPart, ...]:
    """Return the parts that people mark, in the order of the exam, with how many answers wait and are done.

    Statements stand under their name in the exam file, whatever their number on a paper.
    """
    waiting: Counter[Part] = Counter()
    done: Counter[Part] = Counter()
    with reading(ledger) as connection:
        naming = Naming(connection)
        for row in connection.execute(select_current(exam)):
            if row.hand_mark_id is not None:
                done[row.item, naming.name(row)] += 1
            elif row.credit is None:
                waiting[row.item, naming.name(row)] += 1
        questions = current_version(connection, exam).read().questions
    known = {(one.item, name): None for one in questions for name in names_of(one)}
    found = [*known, *sorted((waiting | done).keys() - known.keys())]
    return tuple(QueuedPart(*part, waiting[part], done[part]) for part in found if waiting[part] or done[part])


def tickets(ledger: Ledger, exam: str, item: str, part: str, *, done: bool = False) -> tuple[Ticket, ...]:
    """Return the answers to a part that wait for a person, or those marked by one; no word says whose they are.

    `part` is a part's name: of a statement its name in the exam file, whatever its number on a paper.
    """
    with reading(ledger) as connection:
        naming = Naming(connection)
        first = select(verdicts.c.candidate_id, verdicts.c.part, verdicts.c.id)
        first = first.where(verdicts.c.item == item, verdicts.c.number == 1)
        numbers = {(row.candidate_id, row.part): row.id for row in connection.execute(first)}
        current = connection.execute(select_current(exam).where(verdicts.c.item == item)).all()
        rows = [make_verdict(row) for row in current if naming.name(row) == part]
        found = [
            _make_ticket(connection, numbers[row.candidate_id, row.assessed.part], row)
            for row in rows
            if (row.hand_mark_id is not None if done else row.hand_mark_id is None and row.points is None)
        ]
    return tuple(sorted(found, key=_shuffle))


def _shuffle(ticket: Ticket) -> bytes:
    """Return what orders tickets: unlike for each part, so that nobody is always marked last."""
    return hashlib.sha256(f"{ticket.item}\n{ticket.name}\n{ticket.ticket}".encode()).digest()


def find_ticket(ledger: Ledger, ticket: int) -> Ticket:
    """Return one answer to be marked.

    Raises:
        Refused: "unknown".
    """
    with reading(ledger) as connection:
        first, current = _find(connection, ticket)
        return _make_ticket(connection, first.id, current)


def _make_ticket(connection: Connection, ticket: int, row: StoredVerdict) -> Ticket:
    marked = None if row.hand_mark_id is None else hand_mark_in(connection, row.hand_mark_id)
    one = row.assessed
    paper = make_paper(connection.execute(select(papers).where(papers.c.id == row.paper_id)).one())
    prompt = paper.paper.variants[one.item].prompt()
    shown = (one.response, one.feedback, one.worth, one.points, marked)
    name = Naming(connection).name_part(one.family, row.paper_id, one.item, one.part)
    return Ticket(ticket, one.item, name, one.part, prompt, row.number, *shown)


def _find(connection: Connection, ticket: int) -> tuple[Row[Any], StoredVerdict]:
    """Return the first verdict on a part, whose number the ticket is, and the one that holds now."""
    first = connection.execute(select(verdicts).where(verdicts.c.id == ticket, verdicts.c.number == 1)).first()
    if first is None:
        raise Refused("unknown", "ticket", ticket, "is none of the queue", "take the next one")
    return first, _find_current(connection, first.candidate_id, first.item, first.part)


def _find_current(connection: Connection, candidate_id: int, item: str, part: str) -> StoredVerdict:
    mine = (verdicts.c.candidate_id == candidate_id) & (verdicts.c.item == item) & (verdicts.c.part == part)
    last = connection.execute(select(verdicts).where(mine).order_by(verdicts.c.number.desc()).limit(1)).one()
    return make_verdict(last)


def mark_by_hand(
    ledger: Ledger,
    ticket: int,
    codes: Sequence[str],
    adjustment: Fraction = Fraction(0),
    comment: str = "",
    *,
    marker: str,
    after: int | None = None,
) -> StoredVerdict:
    """Decide on an answer: the points of the rubric items that apply, adjusted, cut to 0 … worth.

    Args:
        ledger: the database.
        ticket: which answer.
        codes: rubric items that apply.
        adjustment: points added or, below 0, taken.
        comment: for the candidate.
        marker: who decides.
        after: number of the verdict that the marker saw; a newer one is then not overwritten unseen.

    Raises:
        Refused: "unknown" ticket or rubric item, "changed" when another marker was faster, "invalid" without a name.
    """
    if not marker.strip():
        raise Refused("invalid", "marker", marker, "must be a name", "say who marks")
    if len(comment) > LONGEST or "\0" in comment:
        raise Refused("too_long", "comment", None, f"must be up to {LONGEST:,} characters of text", "shorten it")
    with writing(ledger) as connection:
        whose = _find(connection, ticket)[0].candidate_id
        lock_candidate(connection, whose)
        _, current = _find(connection, ticket)
        if after is not None and current.number != after:
            raise Refused("changed", "ticket", ticket, f"was marked by {current.by} meanwhile", "look at it again")
        return _mark(connection, ledger, current, HandMark(0, tuple(codes), adjustment, comment, marker))


def _mark(connection: Connection, ledger: Ledger, current: StoredVerdict, hand: HandMark) -> StoredVerdict:
    (item, part), now = current.part, ledger.now()
    version = exam_version(connection, current.version_id)
    name = Naming(connection).name_part(current.assessed.family, current.paper_id, item, part)
    known = rubric_in(connection, version, item, name)
    for code in hand.codes:
        if not known.applied([code]) or hand.codes.count(code) > 1:
            rule = f"is not in the rubric of {item}.{name}, or given twice"
            raise Refused(
                "unknown", "code", code, rule, "look at the rubric; a changed exam file counts after a regrade"
            )
    place = {"candidate_id": current.candidate_id, "item": item, "part": part}
    values = {"codes": list(hand.codes), "adjustment": hand.adjustment, "comment": hand.comment, "by": hand.marker}
    made = insert(hand_marks).values(**place, **values, at=now).returning(hand_marks.c.id)
    hand_mark_id = connection.execute(made).scalar_one()
    others = {row.part: row for row in verdicts_in(connection, current.candidate_id) if row.assessed.item == item}
    basis: dict[str, Any] = {"version_id": version.id, "rulings_seen": current.rulings_seen, "regrade_id": None}
    basis |= {"paper_id": current.paper_id, "hand_mark_id": hand_mark_id, "by": hand.marker, "at": now}
    rows = [
        (one, {**basis, "candidate_id": current.candidate_id, "number": others[where].number + 1})
        for where, one in _decide(connection, version, current).items()
        if where == current.part or one != others[where].assessed
    ]
    add_verdicts(connection, rows)
    decided = next(one for one, _ in rows if one.part == part)
    said = {"item": item, "part": part, "points": str(decided.points), "hand_mark": hand_mark_id}
    record(connection, ledger, "marked", hand.marker, exam=version.name, candidate_id=current.candidate_id, data=said)
    return _find_current(connection, current.candidate_id, item, part)


def _decide(connection: Connection, version: ExamVersion, current: StoredVerdict) -> dict[Part, Assessed]:
    """Return what a part comes to by what people decided of it, and with it those that hang on it."""
    item, part = current.part
    paper = make_paper(connection.execute(select(papers).where(papers.c.id == current.paper_id)).one())
    responses = responses_in(connection, current.candidate_id)
    variant, exam = paper.paper.variants[item], version.read()
    question = exam.question(item)
    assert question is not None
    machine = {current.part: current.assessed}
    if is_joint(variant):
        rulings, _ = rulings_in(connection, version.name, current.rulings_seen)
        machine = assess(replace(exam, content=(question,)), paper.paper, responses, rulings)
    names = name_parts(variant)
    hands = {
        other: (hand, rubric_in(connection, version, item, names[other]))
        for other, hand in hand_marks_in(connection, current.candidate_id, item).items()
        if other == part or is_joint(variant)
    }
    return settle(machine, question, variant, responses.get(item, {}), hands)


def hand_marks_in(
    connection: Connection, candidate_id: int, item: str, until: int | None = None
) -> dict[str, HandMark]:
    """Return part → what a person decided of it last, or had decided when the newest decision was `until`."""
    mine = (hand_marks.c.candidate_id == candidate_id) & (hand_marks.c.item == item)
    found = select(hand_marks).where(mine).order_by(hand_marks.c.id)
    if until is not None:
        found = found.where(hand_marks.c.id <= until)
    return {row.part: _make_hand_mark(row) for row in connection.execute(found)}


def hand_mark_in(connection: Connection, hand_mark_id: int) -> HandMark:
    """Return a person's decision."""
    row = connection.execute(select(hand_marks).where(hand_marks.c.id == hand_mark_id)).one()
    return _make_hand_mark(row)


def _make_hand_mark(row: Row[Any]) -> HandMark:
    return HandMark(row.id, tuple(row.codes), row.adjustment, row.comment, row.by)
