"""Where candidates stand, and the start of a sitting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, final

from sqlalchemy import Connection, Row, Select, Text, column, func, insert, select, true, values

from gradus.store.clock import Schedule, stand
from gradus.store.drawing import latest_paper, lock_candidate, open_problems, parts_of
from gradus.store.ledger import Ledger, reading, writing
from gradus.store.nouns import Candidate, Progress, Standing
from gradus.store.people import make_candidate, select_candidates
from gradus.store.refusals import Refused
from gradus.store.schedules import read_schedule
from gradus.store.tables import candidates, holding, papers, saves, schedules, starts
from gradus.store.trail import record


@final
@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that decides what a candidate may do now."""

    candidate: Candidate
    standing: Standing
    schedule: Schedule | None
    paper_id: int | None

    @property
    def grace(self) -> timedelta:
        """How long after the deadline saves still arrive."""
        return self.schedule.grace if self.schedule else timedelta(0)

    @property
    def is_past(self) -> bool:
        """Whether the deadline and the grace after it are over."""
        end = self.standing.deadline
        return end is not None and self.standing.now >= end + self.grace


def standing(ledger: Ledger, candidate_id: int) -> Standing:
    """Return where a candidate stands with the clock.

    Raises:
        Refused: "unknown".
    """
    with reading(ledger) as connection:
        return situation(connection, ledger, candidate_id).standing


def start(ledger: Ledger, candidate_id: int) -> Standing:
    """Start a candidate's time, or return it as it runs: resuming elsewhere does not move the deadline.

    Raises:
        Refused: "not_open", "over", "no_paper", or "not_countersigned" while doubtful keys are not accepted.
    """
    with writing(ledger) as connection:
        lock_candidate(connection, candidate_id)
        found = situation(connection, ledger, candidate_id)
        if found.standing.started is not None or found.standing.state == "submitted":
            return found.standing
        _check_start(connection, found)
        row = {"candidate_id": candidate_id, "paper_id": found.paper_id, "by": found.candidate.candidate}
        connection.execute(insert(starts), {**row, "at": found.standing.now})
        who = found.candidate
        record(connection, ledger, "started", who.candidate, exam=who.exam, candidate_id=candidate_id)
        return situation(connection, ledger, candidate_id).standing


def _check_start(connection: Connection, found: Situation) -> None:
    state = found.standing.state
    if state == "missed":
        raise Refused("over", "exam", found.candidate.exam, "is closed", "ask staff")
    if state == "no_paper":
        raise Refused("no_paper", "paper", None, "was not drawn for this candidate", "ask staff")
    if state != "ready":
        raise Refused("not_open", "exam", found.candidate.exam, "is not open yet", "wait for the opening")
    paper = latest_paper(connection, found.candidate.id)
    assert paper is not None
    for problem in open_problems(connection, paper):
        rule = f"is not countersigned ({problem.why}), and nobody has accepted it by name"
        raise Refused("not_countersigned", "item", problem.item, rule, "ask staff")


def situation(connection: Connection, ledger: Ledger, candidate_id: int) -> Situation:
    """Return everything that decides what a candidate may do, in one query."""
    row = connection.execute(_SITUATION.where(candidates.c.id == candidate_id)).first()
    if row is None:
        raise Refused("unknown", "candidate", candidate_id, "is not in the ledger", "look at the roster")
    return _make_situation(row, ledger)


def situations(connection: Connection, ledger: Ledger, exam: str | None) -> Iterator[Situation]:
    """Yield the same for everyone on a roster, or on all."""
    for row in connection.execute(_SITUATION if exam is None else _SITUATION.where(candidates.c.exam == exam)):
        yield _make_situation(row, ledger)


def _make_situation(row: Row[Any], ledger: Ledger) -> Situation:
    schedule = None if row.opens is None else read_schedule(row)
    who = make_candidate(row)
    paper_id = row.started_paper if row.started_paper is not None else row.drawn_paper
    found = stand(
        ledger.now(),
        schedule,
        factor=who.factor,
        has_paper=paper_id is not None,
        started=row.started,
        submitted=row.submitted,
    )
    return Situation(who, found, schedule, paper_id)


def _select_situations() -> Select[Any]:
    drawn = select(func.max(papers.c.id)).where(papers.c.candidate_id == candidates.c.id).scalar_subquery()
    others, times = schedules.alias(), schedules.c
    newest = select(func.max(others.c.id)).where(others.c.exam == candidates.c.exam).scalar_subquery()
    return (
        select_candidates()
        .add_columns(
            drawn.label("drawn_paper"),
            starts.c.paper_id.label("started_paper"),
            starts.c.at.label("started"),
            holding.c.at.label("submitted"),
            *(times.opens, times.closes, times.duration, times.grace, times.stopped),
        )
        .outerjoin(starts, starts.c.candidate_id == candidates.c.id)
        .outerjoin(holding, holding.c.candidate_id == candidates.c.id)
        .outerjoin(schedules, schedules.c.id == newest)
    )


_SITUATION = _select_situations()


def progress(ledger: Ledger, exam: str) -> tuple[Progress, ...]:
    """Return how far everyone on an exam's roster is.

    The newest save of each part is looked up in the index: there can be a thousand saves a candidate.
    """
    with reading(ledger) as connection:
        newest = select(func.max(papers.c.id)).join(candidates, candidates.c.id == papers.c.candidate_id)
        drawn = connection.execute(newest.where(candidates.c.exam == exam).group_by(papers.c.candidate_id)).scalars()
        asked = {
            (item, part)
            for paper_id in drawn.all()
            for item, parts in parts_of(connection, ledger, paper_id).items()
            for part in parts
        }
        kept = {row[0]: (row[1], row[2]) for row in connection.execute(_count(exam, asked))} if asked else {}
        return tuple(
            Progress(found.candidate, found.standing, *kept.get(found.candidate.id, (0, None)))
            for found in situations(connection, ledger, exam)
        )


def _count(exam: str, asked: set[tuple[str, str]]) -> Select[Any]:
    """Return the query for each candidate's number of parts saved and newest save."""
    parts = values(column("item", Text), column("part", Text), name="parts").data(sorted(asked)).cte("parts")
    newest = (
        select(func.max(saves.c.at))
        .where(saves.c.candidate_id == candidates.c.id, saves.c.item == parts.c.item, saves.c.part == parts.c.part)
        .scalar_subquery()
    )
    looked = select(candidates.c.id, newest.label("newest")).where(candidates.c.exam == exam)
    found = looked.join(parts, true()).subquery()
    return select(found.c.id, func.count(found.c.newest), func.max(found.c.newest)).group_by(found.c.id)
