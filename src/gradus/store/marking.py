"""Submissions graded by machine: several processes share the work, and none doubles a verdict.

A process claims a few submissions, computes outside of any transaction, and writes all verdicts of a candidate at once.
A claim runs out, so that what a killed process had claimed is taken up by another; if both come to an end, the second
finds the verdicts there and writes none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, exists, func, insert, select

from gradus.store.assessing import assess
from gradus.store.drawing import lock_candidate, make_paper
from gradus.store.ledger import Ledger, lock, reading, writing
from gradus.store.rulings import rulings_in
from gradus.store.saving import answers_in
from gradus.store.tables import candidates, claims, holding, papers, verdicts
from gradus.store.trail import record
from gradus.store.verdicts import add_verdicts
from gradus.store.versions import exam_version

LEASE = timedelta(minutes=5)
AT_ONCE = 4


def grade_submissions(ledger: Ledger, exam: str, worker: str, most: int | None = None) -> Iterator[int]:
    """Grade what was handed in and is not graded; yield the number of each candidate whose verdicts are on disk.

    Args:
        ledger: the database.
        exam: whose submissions.
        worker: a name for this process, for the audit trail.
        most: how many to grade at most.

    Raises:
        Fault: when this Gradus cannot grade a paper, or has no sandbox for programs.
    """
    left = most if most is not None else 2**31
    while left > 0 and (claimed := _claim(ledger, exam, worker, min(AT_ONCE, left))):
        left -= len(claimed)
        for candidate_id in claimed:
            if _grade(ledger, candidate_id, worker):
                yield candidate_id


def _claim(ledger: Ledger, exam: str, worker: str, most: int) -> list[int]:
    """Claim submissions that nobody has graded or claimed; return whose they are."""
    with writing(ledger) as connection:
        lock(connection, "claims", exam)
        now = ledger.now()
        free = (
            select(holding.c.id, holding.c.candidate_id)
            .join(candidates, candidates.c.id == holding.c.candidate_id)
            .where(candidates.c.exam == exam)
            .where(~exists().where(verdicts.c.candidate_id == holding.c.candidate_id))
            .where(~exists().where((claims.c.submission_id == holding.c.id) & (claims.c.until > now)))
            .order_by(holding.c.id)
            .limit(most)
        )
        found = connection.execute(free).all()
        for row in found:
            earlier = select(func.count()).where(claims.c.submission_id == row.id).scalar_subquery()
            values = {"submission_id": row.id, "number": earlier + 1, "until": now + LEASE, "by": worker, "at": now}
            connection.execute(insert(claims).values(**values))
        return [row.candidate_id for row in found]


def _grade(ledger: Ledger, candidate_id: int, worker: str) -> bool:
    with reading(ledger) as connection:
        submission = connection.execute(
            select(holding, candidates.c.exam)
            .join(candidates, candidates.c.id == holding.c.candidate_id)
            .where(holding.c.candidate_id == candidate_id)
        ).first()
        if submission is None:
            return False  # reopened since it was claimed
        paper = make_paper(connection.execute(select(papers).where(papers.c.id == submission.paper_id)).one())
        version = exam_version(connection, paper.version_id)
        responses = responses_in(connection, candidate_id)
        rulings, seen = rulings_in(connection, submission.exam)
    found = assess(version.read(), paper.paper, responses, rulings)
    with writing(ledger) as connection:
        lock_candidate(connection, candidate_id)
        if not _still_waits(connection, submission.id):
            return False
        basis: dict[str, Any] = {"candidate_id": candidate_id, "paper_id": paper.id, "version_id": version.id}
        basis |= {"rulings_seen": seen}
        basis |= {"number": 1, "hand_mark_id": None, "regrade_id": None, "by": worker, "at": ledger.now()}
        add_verdicts(connection, ((one, basis) for one in found.values()))
        record(connection, ledger, "graded", worker, exam=submission.exam, candidate_id=candidate_id)
    return True


def _still_waits(connection: Connection, submission_id: int) -> bool:
    """Return whether a submission is neither graded nor reopened meanwhile."""
    graded = exists().where(verdicts.c.candidate_id == holding.c.candidate_id)
    found = select(holding.c.id).where(holding.c.id == submission_id, ~graded)
    return connection.execute(found).first() is not None


def responses_in(connection: Connection, candidate_id: int) -> dict[str, dict[str, str]]:
    """Return a candidate's answers as grading takes them."""
    held = answers_in(connection, candidate_id)
    return {item: {part: answer.text for part, answer in parts.items()} for item, parts in held.items()}
