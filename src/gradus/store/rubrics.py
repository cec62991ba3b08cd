"""Rubrics: what people who mark look for; to change an item's points changes all marks that use it, by a regrade."""

from __future__ import annotations

import random
from fractions import Fraction

from sqlalchemy import Connection, insert, select

from gradus.questions import WrittenAnswer
from gradus.store.ledger import Ledger, lock, reading, writing
from gradus.store.marking_nouns import Assessed, PartRubric, RubricItem
from gradus.store.nouns import ExamVersion
from gradus.store.refusals import Refused
from gradus.store.rulings import check_part
from gradus.store.tables import rubric_items as table
from gradus.store.trail import record
from gradus.store.versions import current_version

LONGEST = 2_000
LONGEST_CODE = 50
MOST_POINTS = 10_000


def set_rubric_item(
    ledger: Ledger, exam: str, item: str, part: str, code: str, text: str, points: Fraction, by: str
) -> RubricItem:
    """Add an item to a part's rubric, or a new version of it; points may be negative.

    Raises:
        Refused: for a part that the exam does not have, or a text or code that cannot be kept.
    """
    if not 0 < len(code) <= LONGEST_CODE or not code.isprintable():
        raise Refused("invalid", "code", code, "must be a short name", "write one such as `states the limit`")
    if not 0 < len(text.strip()) <= LONGEST or "\0" in text:
        raise Refused("invalid", "text", text, f"must be up to {LONGEST:,} characters of text", "say what it rewards")
    if abs(points) > MOST_POINTS:
        raise Refused("invalid", "points", str(points), f"must be up to {MOST_POINTS:,}", "write fewer")
    return _add(ledger, exam, item, part, code, text, points, by, withdrawn=False)


def withdraw_rubric_item(ledger: Ledger, exam: str, item: str, part: str, code: str, by: str) -> None:
    """Take an item from a rubric; marks that use it keep its points until a regrade.

    Raises:
        Refused: "unknown".
    """
    held = {known.code: known for known in rubric(ledger, exam, item, part)}
    if code not in held:
        raise Refused("unknown", "code", code, f"is not in the rubric of {item}.{part}", "look at the rubric")
    _add(ledger, exam, item, part, code, held[code].text, held[code].points, by, withdrawn=True)


def _add(
    ledger: Ledger,
    exam: str,
    item: str,
    part: str,
    code: str,
    text: str,
    points: Fraction,
    by: str,
    *,
    withdrawn: bool,
) -> RubricItem:
    with writing(ledger) as connection:
        lock(connection, "rubric", exam)
        check_part(connection, exam, item, part)
        known = rubric_in(connection, current_version(connection, exam), item, part).items.get(code)
        made = RubricItem(code, known.version + 1 if known else 1, text, points, withdrawn)
        values = {"exam": exam, "item": item, "part": part, "code": code, "version": made.version, "text": text}
        values |= {"points": points, "withdrawn": withdrawn}
        connection.execute(insert(table), {**values, "by": by, "at": ledger.now()})
        record(connection, ledger, "rubric changed", by, exam=exam, data={**values, "points": str(points)})
        return made


def rubric(ledger: Ledger, exam: str, item: str, part: str) -> tuple[RubricItem, ...]:
    """Return the items of a part's rubric, in the order in which they were added."""
    with reading(ledger) as connection:
        held = rubric_in(connection, current_version(connection, exam), item, part)
        return tuple(one for one in held.items.values() if not one.withdrawn)


def rubric_in(connection: Connection, version: ExamVersion, item: str, part: str) -> PartRubric:
    """Return a part's rubric inside a transaction: that of a version of the exam file, and staff's changes to it."""
    written = read_written(version, item, part)
    held = dict(written.items)
    mine = (table.c.exam == version.name) & (table.c.item == item) & (table.c.part == part)
    for row in connection.execute(select(table).where(mine).order_by(table.c.id)):
        group = held[row.code].group if row.code in held else ""
        held[row.code] = RubricItem(row.code, row.version, row.text, row.points, row.withdrawn, group)
    return PartRubric(held, written.caps)


def rubric_then(connection: Connection, version: ExamVersion, one: Assessed, name: str) -> PartRubric:
    """Return of a part's rubric, which stands under the part's name, the items as they were applied."""
    written = read_written(version, one.item, name)
    used = {(code, number) for code, number, _ in one.rubric}
    held = {code: item for code, item in written.items.items() if (code, 0) in used}
    mine = (table.c.exam == version.name) & (table.c.item == one.item) & (table.c.part == name)
    for row in connection.execute(select(table).where(mine)):
        if (row.code, row.version) in used:
            group = written.items[row.code].group if row.code in written.items else ""
            held[row.code] = RubricItem(row.code, row.version, row.text, row.points, row.withdrawn, group)
    return PartRubric(held, written.caps)


def read_written(version: ExamVersion, item: str, part: str) -> PartRubric:
    """Return the rubric that an exam file itself gives a part: that of a question of the kind `written`."""
    question = version.read().question(item)
    if question is None or question.family is not WrittenAnswer or part not in WrittenAnswer.parts:
        return PartRubric({}, {})
    asked = question.draw(random.Random(0))  # nothing of it is drawn
    assert isinstance(asked, WrittenAnswer)
    ideas = {one.name: RubricItem(one.name, 0, one.idea, one.points, group=one.group) for one in asked.ideas}
    rejected = {one.name: RubricItem(one.name, 0, f"{one.idea} – {one.reason}", Fraction(0)) for one in asked.rejected}
    return PartRubric({**ideas, **rejected}, {cap.group: cap.points for cap in asked.caps})
