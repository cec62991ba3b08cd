"""Regrading after any change of exam file, family, rubric or rulings: planned first, then carried out as planned.

A plan holds for everyone graded what each part comes to now, where that differs from what holds. Carrying it out writes
exactly these rows, in one transaction, or none when anything was marked meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from gradus.store.assessing import assess, name_parts, settle
from gradus.store.drawing import lock_candidate, make_paper
from gradus.store.hand_marking import hand_marks_in
from gradus.store.ledger import Ledger, lock, reading, writing
from gradus.store.marking import responses_in
from gradus.store.marking_nouns import Assessed, Part, Ruling, StoredVerdict
from gradus.store.nouns import ExamVersion
from gradus.store.reasons import explain
from gradus.store.refusals import Refused
from gradus.store.regrade_nouns import Regrade, read_change, write_change
from gradus.store.rubrics import rubric_in
from gradus.store.rulings import rulings_in
from gradus.store.tables import candidates, papers
from gradus.store.tables import regrades as table
from gradus.store.trail import record
from gradus.store.verdicts import add_verdicts, current_numbers, make_marks, make_verdict, select_current, variants_in
from gradus.store.versions import current_version, versions_in_use


def plan_regrade(ledger: Ledger, exam: str, *, never_lower: bool = False, reason: str, by: str) -> Regrade:
    """Compute what a regrade by the exam's current version, rubrics and rulings would change; nothing is changed.

    Args:
        ledger: the database.
        exam: which.
        never_lower: leave a part as it is where it would earn less, or be pending again.
        reason: for the audit trail.
        by: who asks.

    Raises:
        Refused: without a reason or a name.
    """
    if not reason.strip() or not by.strip():
        raise Refused("invalid", "reason", reason, "and a name are needed", "say why, and who says so")
    with reading(ledger) as connection:
        version = current_version(connection, exam)
        rulings, seen = rulings_in(connection, exam)
        rows = (make_verdict(row) for row in connection.execute(select_current(exam)).all())
        changes, totals = [], []
        for candidate_id, own in groupby(rows, key=lambda row: row.candidate_id):
            current = {row.part: row for row in own}
            after = {}
            for before, now, hand_mark_id in _compare(connection, version, rulings, current):
                basis: dict[str, Any] = {"version_id": version.id, "rulings_seen": seen, "paper_id": before.paper_id}
                basis |= {"hand_mark_id": hand_mark_id, **versions_in_use()}
                why = explain(connection, before, now, version, rulings)
                kept = never_lower and _loses(before.points, now.points)
                changes.append(write_change(before, now, why, kept=kept, basis=basis))
                if not kept:
                    after[before.part] = replace(before, assessed=now)
            variants = variants_in(connection, candidate_id)
            sums = [make_marks("", variants, held.values()).total for held in (current, current | after)]
            totals.append([candidate_id, *map(str, sums)])
    plan = {"parts": changes, "totals": [row for row in totals if row[1] != row[2]]}
    with writing(ledger) as connection:
        values = {"exam": exam, "version_id": version.id, "plan_id": None, "never_lower": never_lower}
        values |= {"reason": reason, "changes": plan, "by": by, "at": ledger.now()}
        plan_id = connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one()
        said = {"plan": plan_id, "changes": len(changes), "reason": reason, "never_lower": never_lower}
        record(connection, ledger, "regrade planned", by, exam=exam, data=said)
        return regrade_in(connection, plan_id)


def _loses(before: Fraction | None, after: Fraction | None) -> bool:
    """Return whether a part would earn less, or wait for a person where it earned something."""
    return before is not None and (after is None or after < before)


def _compare(
    connection: Connection, version: ExamVersion, rulings: tuple[Ruling, ...], current: Mapping[Part, StoredVerdict]
) -> Iterator[tuple[StoredVerdict, Assessed, int | None]]:
    """Yield the parts of one candidate that come out otherwise now, and the newest human decision they rest on.

    What the exam asks no longer stays as it was marked.
    """
    first = next(iter(current.values()))
    paper = make_paper(connection.execute(select(papers).where(papers.c.id == first.paper_id)).one())
    responses = responses_in(connection, first.candidate_id)
    now = assess(version.read(), paper.paper, responses, rulings)
    decisions: dict[Part, int] = {}
    for item in {row.assessed.item for row in current.values() if row.hand_mark_id is not None}:
        question = version.read().question(item)
        if question is not None and any(where[0] == item for where in now):
            hands = hand_marks_in(connection, first.candidate_id, item)
            variant = paper.paper.variants[item]
            names = name_parts(variant)
            rubrics = {part: (hand, rubric_in(connection, version, item, names[part])) for part, hand in hands.items()}
            settled = settle(now, question, variant, responses.get(item, {}), rubrics)
            now |= settled
            newest = max(hand.id for hand in hands.values())
            decisions |= {where: hands[where[1]].id if where[1] in hands else newest for where in settled}
    for where, before in current.items():
        if where in now and _differ(before.assessed, now[where]):
            yield before, now[where], decisions.get(where)


def _differ(before: Assessed, after: Assessed) -> bool:
    told = ("status", "credit", "worth", "feedback", "read", "mistake", "key", "rubric")
    return any(getattr(before, name) != getattr(after, name) for name in told)


def apply_regrade(ledger: Ledger, plan_id: int, by: str) -> Regrade:
    """Carry out a plan: every verdict of it is written, or none.

    Raises:
        Refused: "unknown"; "twice" when it was carried out before; "changed" when a part was marked since it was made.
    """
    with writing(ledger) as connection:
        lock(connection, "regrade")
        plan = regrade_in(connection, plan_id)
        if plan.plan_id is not None:
            raise Refused("unknown", "plan", plan_id, "is no plan", "make one with a dry run")
        if plan.done:
            raise Refused("twice", "plan", plan_id, "was carried out before", "make a new one with a dry run")
        changes = [change for change in plan.changes if not change.kept]
        _check_unchanged(connection, plan)
        row = connection.execute(select(table).where(table.c.id == plan_id)).one()
        values = {"exam": plan.exam, "version_id": plan.version_id, "plan_id": plan_id, "reason": plan.reason}
        values |= {"never_lower": plan.never_lower, "changes": row.changes, "by": by, "at": ledger.now()}
        regrade_id = connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one()
        common = {"regrade_id": regrade_id, "by": by, "at": ledger.now()}
        add_verdicts(
            connection,
            (
                (one.becomes, {**one.basis, "candidate_id": one.candidate_id, "number": one.number + 1, **common})
                for one in changes
            ),
        )
        said = {"plan": plan_id, "verdicts": len(changes), "kept": len(plan.changes) - len(changes)}
        record(connection, ledger, "regraded", by, exam=plan.exam, data=said)
        return regrade_in(connection, regrade_id)


def _check_unchanged(connection: Connection, plan: Regrade) -> None:
    for candidate_id in sorted({change.candidate_id for change in plan.changes}):
        lock_candidate(connection, candidate_id)
        numbers = current_numbers(connection, candidate_id)
        for change in plan.changes:
            if change.candidate_id == candidate_id and numbers.get((change.item, change.part)) != change.number:
                place = f"{change.candidate}, {change.item}.{change.part}"
                raise Refused("changed", "plan", plan.id, f"is out of date: {place} was marked since", "plan again")


def regrades(ledger: Ledger, exam: str) -> tuple[Regrade, ...]:
    """Return every plan and every regrade of an exam, the newest first."""
    with reading(ledger) as connection:
        found = select(table).where(table.c.exam == exam).order_by(table.c.id.desc())
        return tuple(_make(connection, row) for row in connection.execute(found))


def find_regrade(ledger: Ledger, regrade_id: int) -> Regrade:
    """Return a plan or a regrade.

    Raises:
        Refused: "unknown".
    """
    with reading(ledger) as connection:
        return regrade_in(connection, regrade_id)


def regrade_in(connection: Connection, regrade_id: int) -> Regrade:
    """Return the same inside a transaction."""
    row = connection.execute(select(table).where(table.c.id == regrade_id)).first()
    if row is None:
        raise Refused("unknown", "plan", regrade_id, "is not in the ledger", "look at the list of regrades")
    return _make(connection, row)


def _make(connection: Connection, row: Row[Any]) -> Regrade:
    done = row.plan_id is not None
    done = done or connection.execute(select(table.c.id).where(table.c.plan_id == row.id)).first() is not None
    parts, totals = row.changes["parts"], row.changes["totals"]
    whose = {change["candidate_id"] for change in parts} | {total[0] for total in totals}
    found = select(candidates.c.id, candidates.c.candidate).where(candidates.c.id.in_(whose))
    names = {row.id: row.candidate for row in connection.execute(found)}
    changes = tuple(read_change(change, names) for change in parts)
    sums = {names[who]: (Fraction(before), Fraction(after)) for who, before, after in totals}
    basis = (row.id, row.exam, row.plan_id, row.version_id, row.never_lower, row.reason, row.by, row.at)
    return Regrade(*basis, changes, sums, done)
