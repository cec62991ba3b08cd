"""Any mark computed again from its rows: exam version, paper, answers, rulings, rubric; every difference is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from sqlalchemy import Connection, select

from gradus.store.assessing import assess, name_parts, settle
from gradus.store.drawing import make_paper
from gradus.store.hand_marking import hand_marks_in
from gradus.store.ledger import Ledger, reading
from gradus.store.marking import responses_in
from gradus.store.marking_nouns import Assessed, Part, StoredVerdict
from gradus.store.nouns import Candidate
from gradus.store.people import find_in
from gradus.store.rubrics import rubric_then
from gradus.store.rulings import rulings_in
from gradus.store.saving import answers_in
from gradus.store.submitting import receipt_hash
from gradus.store.tables import holding, papers, verdicts
from gradus.store.verdicts import make_marks, make_verdict, variants_in, verdicts_in
from gradus.store.versions import exam_version, hash_text, versions_in_use

Basis = tuple[int, int, int]  # paper, version of the exam, newest ruling


@final
@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one row that comes out otherwise; `number` is the verdict's, 0 for paper, exam and receipt."""

    item: str
    part: str
    number: int
    field: str
    stored: str
    computed: str
    why: str = ""

    def __str__(self) -> str:
        place = f"{self.item}.{self.part}, verdict {self.number}" if self.number else self.item
        because = f" ({self.why})" if self.why else ""
        return f"{place}: {self.field} is stored as {self.stored!r} and comes out as {self.computed!r}{because}"


@final
@dataclass(frozen=True, slots=True)
class Recomputed:
    """What computing a candidate's marks again came to; `total` adds up what holds now."""

    candidate: Candidate
    rows: int
    total: Fraction
    pending: int
    differences: tuple[Difference, ...]


def recompute(ledger: Ledger, exam: str, candidate: str) -> Recomputed:
    """Compute every verdict on a candidate again, also those that hold no longer, and compare each field.

    Raises:
        Refused: "unknown" exam or candidate.
    """
    with reading(ledger) as connection:
        who = find_in(connection, exam, candidate)
        found = select(verdicts).where(verdicts.c.candidate_id == who.id).order_by(verdicts.c.id)
        rows = [make_verdict(row) for row in connection.execute(found)]
        differences = [*_check_papers(connection, who), *_check_receipt(connection, who)]
        computed: dict[Basis, dict[Part, Assessed]] = {}
        for row in rows:
            basis = (row.paper_id, row.version_id, row.rulings_seen)
            if basis not in computed:
                computed[basis] = _assess(connection, exam, who.id, basis)
            one = computed[basis].get(row.part)
            if one is not None and row.hand_mark_id is not None:
                one = _settle(connection, row, computed[basis])
            differences.extend(_check_verdict(row, one))
        now = make_marks(who.candidate, variants_in(connection, who.id), verdicts_in(connection, who.id))
    return Recomputed(who, len(rows), now.total, now.pending, tuple(differences))


def _assess(connection: Connection, exam: str, candidate_id: int, basis: Basis) -> dict[Part, Assessed]:
    paper_id, version_id, seen = basis
    paper = make_paper(connection.execute(select(papers).where(papers.c.id == paper_id)).one())
    version = exam_version(connection, version_id)
    rulings, _ = rulings_in(connection, exam, seen)
    return assess(version.read(), paper.paper, responses_in(connection, candidate_id), rulings)


def _check_papers(connection: Connection, who: Candidate) -> Iterator[Difference]:
    for row in connection.execute(select(papers).where(papers.c.candidate_id == who.id)):
        if (digest := hash_text(row.paper)) != row.hash:
            yield Difference(f"paper {row.number}", "", 0, "hash", row.hash, digest)
        version = exam_version(connection, row.version_id)
        if (digest := hash_text(version.text)) != version.hash:
            yield Difference(f"exam version {version.version}", "", 0, "hash", version.hash, digest)


def _check_receipt(connection: Connection, who: Candidate) -> Iterator[Difference]:
    row = connection.execute(
        select(holding.c.receipt, holding.c.at, papers.c.hash)
        .join(papers, papers.c.id == holding.c.paper_id)
        .where(holding.c.candidate_id == who.id)
    ).first()
    if row is not None:
        digest = receipt_hash(who.exam, who.candidate, row.hash, answers_in(connection, who.id), row.at)
        if digest != row.receipt:
            yield Difference("receipt", "", 0, "hash", row.receipt, digest)


def _settle(connection: Connection, row: StoredVerdict, machine: Mapping[Part, Assessed]) -> Assessed:
    """Return what a part came to by what people had decided then, and by the rubric as it was applied."""
    (item, part), version = row.part, exam_version(connection, row.version_id)
    question = version.read().question(item)
    assert question is not None
    paper = make_paper(connection.execute(select(papers).where(papers.c.id == row.paper_id)).one())
    variant = paper.paper.variants[item]
    names = name_parts(variant)
    hands = {
        one: (hand, rubric_then(connection, version, row.assessed if one == part else machine[item, one], names[one]))
        for one, hand in hand_marks_in(connection, row.candidate_id, item, row.hand_mark_id).items()
    }
    responses = responses_in(connection, row.candidate_id).get(item, {})
    return settle(machine, question, variant, responses, hands)[row.part]


def _check_verdict(row: StoredVerdict, computed: Assessed | None) -> Iterator[Difference]:
    stored = row.assessed
    why = _explain(row)
    if computed is None:
        yield Difference(stored.item, stored.part, row.number, "verdict", stored.status, "nothing", why)
        return
    for field in Assessed.__slots__:
        was, now = getattr(stored, field), getattr(computed, field)
        if was != now:
            yield Difference(stored.item, stored.part, row.number, field, _show(was), _show(now), why)


def _explain(row: StoredVerdict) -> str:
    in_use = versions_in_use()
    if row.engine_hash == in_use["engine_hash"]:
        return ""
    return f"it was computed by other sources of Gradus ({row.gradus_version}, {row.engine_hash[:12]})"


def _show(value: Any) -> str:
    return "pending" if value is None else str(value)
