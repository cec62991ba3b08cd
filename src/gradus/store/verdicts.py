"""Verdicts in the ledger: written once each, and the newest of a part holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from gradus.family import Family
from gradus.questions import Statements
from gradus.report.marks import ItemMarks, Marks
from gradus.report.statistics import Statistics
from gradus.store.drawing import latest_paper
from gradus.store.ledger import Ledger, reading
from gradus.store.marking_nouns import Assessed, Part, StoredVerdict
from gradus.store.people import candidate_in
from gradus.store.tables import candidates
from gradus.store.tables import verdicts as table
from gradus.store.versions import versions_in_use

_OWN = ("item", "part", "response", "status", "credit", "worth", "feedback", "read", "mistake", "key", "family")


def verdicts(ledger: Ledger, candidate_id: int) -> tuple[StoredVerdict, ...]:
    """Return the verdicts on a candidate that hold now, in the order of the paper."""
    with reading(ledger) as connection:
        return verdicts_in(connection, candidate_id)


def verdicts_in(connection: Connection, candidate_id: int) -> tuple[StoredVerdict, ...]:
    """Return the same inside a transaction."""
    found = select_current().where(table.c.candidate_id == candidate_id)
    rows = [make_verdict(row) for row in connection.execute(found)]
    return tuple(_order(variants_in(connection, candidate_id), rows))


def variants_in(connection: Connection, candidate_id: int) -> Mapping[str, Family]:
    """Return what a candidate is asked: item → variant."""
    paper = latest_paper(connection, candidate_id)
    return paper.paper.variants if paper else {}


def _order(variants: Mapping[str, Family], rows: Iterable[StoredVerdict]) -> list[StoredVerdict]:
    order = {(item, part): (i, j) for i, (item, v) in enumerate(variants.items()) for j, part in enumerate(v.parts)}
    return sorted(rows, key=lambda row: order.get(row.part, (len(order), 0)))


def select_current(exam: str | None = None) -> Select[Any]:
    """Return the query for the newest verdict on each part."""
    newest = select(func.max(table.c.number).label("newest"), table.c.candidate_id, table.c.item, table.c.part)
    newest = newest.group_by(table.c.candidate_id, table.c.item, table.c.part)
    if exam is not None:
        newest = newest.join(candidates, candidates.c.id == table.c.candidate_id).where(candidates.c.exam == exam)
    last = newest.subquery()
    same = (table.c.candidate_id == last.c.candidate_id) & (table.c.item == last.c.item)
    same = same & (table.c.part == last.c.part) & (table.c.number == last.c.newest)
    return select(table).join(last, same).order_by(table.c.candidate_id, table.c.id)


def history(ledger: Ledger, candidate_id: int, item: str, part: str) -> tuple[StoredVerdict, ...]:
    """Return every verdict on a part, the first first."""
    mine = (table.c.candidate_id == candidate_id) & (table.c.item == item) & (table.c.part == part)
    with reading(ledger) as connection:
        found = connection.execute(select(table).where(mine).order_by(table.c.number))
        return tuple(make_verdict(row) for row in found)


def make_verdict(row: Row[Any]) -> StoredVerdict:
    """Return a row of verdicts."""
    rubric = tuple((code, version, points) for code, version, points in row.rubric)
    values = {name: getattr(row, name) for name in _OWN}
    return StoredVerdict(
        id=row.id,
        candidate_id=row.candidate_id,
        number=row.number,
        assessed=Assessed(**values, family_hash=row.family_hash, rubric=rubric),
        version_id=row.version_id,
        paper_id=row.paper_id,
        hand_mark_id=row.hand_mark_id,
        regrade_id=row.regrade_id,
        rulings_seen=row.rulings_seen,
        engine_hash=row.engine_hash,
        gradus_version=row.gradus_version,
        by=row.by,
        at=row.at,
    )


def add_verdicts(connection: Connection, rows: Iterable[tuple[Assessed, Mapping[str, Any]]]) -> None:
    """Write verdicts; each comes with what it rests on and who wrote it when."""
    in_use = versions_in_use()
    values = [
        {**in_use, **{name: getattr(one, name) for name in (*_OWN, "family_hash", "rubric")}, **basis}
        for one, basis in rows
    ]
    if values:
        connection.execute(insert(table), values)


def marks(ledger: Ledger, candidate_id: int) -> Marks:
    """Return a candidate's marks as they are now; without any verdicts, there are no items."""
    with reading(ledger) as connection:
        who = candidate_in(connection, candidate_id)
        variants = variants_in(connection, candidate_id)
        return make_marks(who.candidate, variants, verdicts_in(connection, candidate_id))


def all_marks(ledger: Ledger, exam: str) -> Iterator[Marks]:
    """Yield the marks of everyone who is graded."""
    with reading(ledger) as connection:
        found = select(candidates.c.id, candidates.c.candidate).where(candidates.c.exam == exam)
        names = {row.id: row.candidate for row in connection.execute(found)}
        rows = (make_verdict(row) for row in connection.execute(select_current(exam)))
        for candidate_id, own in groupby(rows, key=lambda row: row.candidate_id):
            yield make_marks(names[candidate_id], variants_in(connection, candidate_id), own)


def make_marks(candidate: str, variants: Mapping[str, Family], found: Iterable[StoredVerdict]) -> Marks:
    """Return the verdicts that hold as marks, in the order of the paper."""
    items: dict[str, dict[str, StoredVerdict]] = {}
    for row in _order(variants, found):
        items.setdefault(row.assessed.item, {})[row.assessed.part] = row
    return Marks(
        candidate,
        tuple(
            ItemMarks(
                item,
                {part: row.to_verdict() for part, row in parts.items()},
                {part: row.assessed.worth for part, row in parts.items()},
                _least(variants.get(item)),
            )
            for item, parts in items.items()
        ),
    )


def _least(variant: Family | None) -> Fraction | None:
    """Return what an item comes to at least, where a wrong answer can cost points."""
    return variant.least if isinstance(variant, Statements) and variant.marking == "negative" else None


def statistics(ledger: Ledger, exam: str) -> Statistics:
    """Return what an exam's marks say about its items."""
    gathered = Statistics()
    for one in all_marks(ledger, exam):
        gathered.add(one)
    return gathered


def current_numbers(connection: Connection, candidate_id: int) -> dict[Part, int]:
    """Return the number of the newest verdict on each part."""
    found = select(table.c.item, table.c.part, func.max(table.c.number)).where(table.c.candidate_id == candidate_id)
    rows = connection.execute(found.group_by(table.c.item, table.c.part))
    return {(row[0], row[1]): row[2] for row in rows}
