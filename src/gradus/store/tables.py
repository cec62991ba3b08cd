"""The ledger's tables. Rows are added, never changed: what holds now is the last row, what held before stays."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    exists,
    select,
)

from gradus.store.columns import Data, Exact, Moment, Number

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *rest: Column[Any] | UniqueConstraint | Index) -> Table:
    """Return a table whose rows are numbered, and tell who wrote them and when."""
    number: Column[int] = Column("id", Number, primary_key=True, autoincrement=True)
    return Table(name, METADATA, number, *rest, _needed("by", Text), _needed("at", Moment))


def _needed(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _of(name: str, table: str, *, needed: bool = True) -> Column[Any]:
    return Column(name, Number, ForeignKey(f"{table}.id"), nullable=not needed, index=True)


def _exam() -> Column[Any]:
    return Column("exam", Text, nullable=False, index=True)


exams = _table(
    "exams",
    _needed("name", Text),
    _needed("version", Integer),
    _needed("file", Text),
    _needed("text", Text),
    _needed("hash", Text),
    UniqueConstraint("name", "version"),
)
schedules = _table(
    "schedules",
    _exam(),
    _needed("opens", Moment),
    Column("closes", Moment),
    _needed("duration", Number),  # both in microseconds
    _needed("grace", Number),
    Column("stopped", Moment),
)
audits = _table(
    "audits",
    _of("version_id", "exams"),
    _needed("complete", Boolean),
    _needed("report", Data),
    _needed("gradus_version", Text),
    _needed("engine_hash", Text),
)
acceptances = _table("acceptances", _exam(), _needed("item", Text), _needed("reason", Text))
candidates = _table(
    "candidates", _exam(), _needed("candidate", Text), _needed("name", Text), _needed("details", Data),
    UniqueConstraint("exam", "candidate"),
)  # fmt: skip
accommodations = _table(
    "accommodations", _of("candidate_id", "candidates"), _needed("factor", Exact), _needed("reason", Text)
)
links = _table(
    "links", _of("candidate_id", "candidates"), _needed("kind", Text), _needed("hash", Text), UniqueConstraint("hash")
)
corrections = _table(
    "corrections",
    _of("candidate_id", "candidates"),
    _needed("name", Text),
    _needed("details", Data),
    _needed("withdrawn", Boolean),
    _needed("reason", Text),
)
revocations = _table(
    "revocations",
    _exam(),
    _needed("role", Text),
    _needed("name", Text),
    _needed("what", Text),  # links, sessions or session
    _needed("session", Text),
)
papers = _table(
    "papers",
    _of("candidate_id", "candidates"),
    _needed("number", Integer),
    _of("version_id", "exams"),
    _needed("paper", Text),
    _needed("hash", Text),
    _needed("problems", Data),
    UniqueConstraint("candidate_id", "number"),
)
starts = _table(
    "starts", _of("candidate_id", "candidates"), _of("paper_id", "papers"), UniqueConstraint("candidate_id")
)
saves = _table(
    "saves",
    _of("candidate_id", "candidates"),
    _needed("client", Text),
    _needed("sequence", Number),
    _needed("item", Text),
    _needed("part", Text),
    _needed("text", Text),
    _needed("late", Boolean),  # a newer one of the same client was there before it
    UniqueConstraint("candidate_id", "client", "sequence"),
)
submissions = _table(
    "submissions",
    _of("candidate_id", "candidates"),
    _needed("number", Integer),
    _of("paper_id", "papers"),
    _needed("automatic", Boolean),
    _needed("answered", Integer),
    _needed("receipt", Text),
    UniqueConstraint("candidate_id", "number"),
)
reopenings = _table(
    "reopenings", _of("submission_id", "submissions"), _needed("reason", Text), UniqueConstraint("submission_id")
)
# those that hold: staff have not reopened them
holding = select(submissions).where(~exists().where(reopenings.c.submission_id == submissions.c.id)).subquery("holding")
claims = _table(
    "claims", _of("submission_id", "submissions"), _needed("number", Integer), _needed("until", Moment),
    UniqueConstraint("submission_id", "number"),
)  # fmt: skip
rubric_items = _table(
    "rubric_items",
    _exam(),
    _needed("item", Text),
    _needed("part", Text),
    _needed("code", Text),
    _needed("version", Integer),
    _needed("text", Text),
    _needed("points", Exact),
    _needed("withdrawn", Boolean),
    UniqueConstraint("exam", "item", "part", "code", "version"),
)
rulings = _table(
    "rulings",
    _exam(),
    _needed("item", Text),
    _needed("part", Text),
    _needed("answer", Text),  # empty: whatever was answered
    _needed("credit", Exact),
    _needed("reason", Text),
    _needed("withdrawn", Boolean),
)
hand_marks = _table(
    "hand_marks",
    _of("candidate_id", "candidates"),
    _needed("item", Text),
    _needed("part", Text),
    _needed("codes", Data),
    _needed("adjustment", Exact),
    _needed("comment", Text),
)
regrades = _table(
    "regrades",
    _exam(),
    _of("version_id", "exams"),
    _of("plan_id", "regrades", needed=False),  # the dry run that was carried out; none for a dry run
    _needed("never_lower", Boolean),
    _needed("reason", Text),
    _needed("changes", Data),
    UniqueConstraint("plan_id"),
)
verdicts = _table(
    "verdicts",
    _of("candidate_id", "candidates"),
    _needed("item", Text),
    _needed("part", Text),
    _needed("number", Integer),
    _of("paper_id", "papers"),
    _of("version_id", "exams"),
    _of("hand_mark_id", "hand_marks", needed=False),
    _of("regrade_id", "regrades", needed=False),
    _needed("rulings_seen", Number),  # the newest ruling there was
    _needed("response", Text),
    _needed("status", Text),
    Column("credit", Exact),
    _needed("worth", Exact),
    _needed("feedback", Text),
    _needed("read", Text),
    _needed("mistake", Text),
    _needed("key", Text),
    _needed("rubric", Data),  # the rubric items as they were applied
    _needed("family", Text),
    _needed("family_hash", Text),
    _needed("engine_hash", Text),
    _needed("gradus_version", Text),
    UniqueConstraint("candidate_id", "item", "part", "number"),
)
releases = _table("releases", _exam(), _needed("marks", Boolean), _needed("feedback", Boolean))
requests = _table(
    "requests", _of("candidate_id", "candidates"), _needed("item", Text), _needed("part", Text), _needed("text", Text)
)
request_answers = _table(
    "request_answers", _of("request_id", "requests"), _needed("decision", Text), _needed("text", Text)
)
events = _table(
    "events",
    Column("exam", Text, index=True),
    _of("candidate_id", "candidates", needed=False),
    _needed("kind", Text),
    _needed("data", Data),
)
Index("ix_saves_answer", saves.c.candidate_id, saves.c.item, saves.c.part, saves.c.at, saves.c.client)
