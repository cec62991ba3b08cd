"""Make the tables."""

from __future__ import annotations

from alembic import op

from gradus.store.migrations.making import long, make, moment, of, text, truth, whole

revision = "0001"
down_revision = None

TABLES = (
    "exams",
    "schedules",
    "audits",
    "acceptances",
    "candidates",
    "accommodations",
    "links",
    "papers",
    "starts",
    "saves",
    "submissions",
    "reopenings",
    "claims",
    "rubric_items",
    "rulings",
    "hand_marks",
    "regrades",
    "verdicts",
    "releases",
    "requests",
    "request_answers",
    "events",
)


def upgrade() -> None:
    """Make them, those first that others refer to."""
    _make_exams()
    _make_sittings()
    _make_marks()


def downgrade() -> None:
    """Remove them, with all they hold."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _make_exams() -> None:
    make("exams", text("name"), whole("version"), text("file"), text("text"), text("hash"), unique="name version")
    make(
        "schedules",
        *(text("exam"), moment("opens"), moment("closes", needed=False), long("duration"), long("grace")),
        moment("stopped", needed=False),
        indexed="exam",
    )
    make(
        "audits",
        *(of("version_id", "exams"), truth("complete"), text("report"), text("gradus_version"), text("engine_hash")),
        indexed="version_id",
    )
    make("acceptances", text("exam"), text("item"), text("reason"), indexed="exam")
    make(
        "candidates",
        *(text("exam"), text("candidate"), text("name"), text("details")),
        unique="exam candidate",
        indexed="exam",
    )
    make("accommodations", of("candidate_id", "candidates"), text("factor"), text("reason"), indexed="candidate_id")
    make("links", of("candidate_id", "candidates"), text("kind"), text("hash"), unique="hash", indexed="candidate_id")


def _make_sittings() -> None:
    make(
        "papers",
        *(of("candidate_id", "candidates"), whole("number"), of("version_id", "exams")),
        *(text("paper"), text("hash"), text("problems")),
        unique="candidate_id number",
        indexed="candidate_id version_id",
    )
    make(
        "starts",
        *(of("candidate_id", "candidates"), of("paper_id", "papers")),
        unique="candidate_id",
        indexed="candidate_id paper_id",
    )
    make(
        "saves",
        *(of("candidate_id", "candidates"), text("client"), long("sequence")),
        *(text("item"), text("part"), text("text"), truth("late")),
        unique="candidate_id client sequence",
        indexed="candidate_id",
    )
    op.create_index("ix_saves_answer", "saves", ["candidate_id", "item", "part", "at", "client"])
    make(
        "submissions",
        *(of("candidate_id", "candidates"), whole("number"), of("paper_id", "papers")),
        *(truth("automatic"), whole("answered"), text("receipt")),
        unique="candidate_id number",
        indexed="candidate_id paper_id",
    )
    make(
        "reopenings",
        of("submission_id", "submissions"),
        text("reason"),
        unique="submission_id",
        indexed="submission_id",
    )
    make(
        "claims",
        *(of("submission_id", "submissions"), whole("number"), moment("until")),
        unique="submission_id number",
        indexed="submission_id",
    )


def _make_marks() -> None:
    make(
        "rubric_items",
        *(text("exam"), text("item"), text("part"), text("code"), whole("version")),
        *(text("text"), text("points"), truth("withdrawn")),
        unique="exam item part code version",
        indexed="exam",
    )
    make(
        "rulings",
        *(text("exam"), text("item"), text("part"), text("answer"), text("credit"), text("reason"), truth("withdrawn")),
        indexed="exam",
    )
    make(
        "hand_marks",
        *(of("candidate_id", "candidates"), text("item"), text("part")),
        *(text("codes"), text("adjustment"), text("comment")),
        indexed="candidate_id",
    )
    make(
        "regrades",
        *(text("exam"), of("version_id", "exams"), of("plan_id", "regrades", needed=False)),
        *(truth("never_lower"), text("reason"), text("changes")),
        unique="plan_id",
        indexed="exam version_id plan_id",
    )
    credit = text("credit")
    credit.nullable = True
    make(
        "verdicts",
        *(of("candidate_id", "candidates"), text("item"), text("part"), whole("number")),
        *(of("paper_id", "papers"), of("version_id", "exams")),
        *(of("hand_mark_id", "hand_marks", needed=False), of("regrade_id", "regrades", needed=False)),
        long("rulings_seen"),
        *(text("response"), text("status"), credit, text("worth"), text("feedback"), text("read"), text("mistake")),
        *(
            text("key"),
            text("rubric"),
            text("family"),
            text("family_hash"),
            text("engine_hash"),
            text("gradus_version"),
        ),
        unique="candidate_id item part number",
        indexed="candidate_id paper_id version_id hand_mark_id regrade_id",
    )
    make("releases", text("exam"), truth("marks"), truth("feedback"), indexed="exam")
    make(
        "requests",
        *(of("candidate_id", "candidates"), text("item"), text("part"), text("text")),
        indexed="candidate_id",
    )
    make("request_answers", of("request_id", "requests"), text("decision"), text("text"), indexed="request_id")
    exam = text("exam")
    exam.nullable = True
    make(
        "events",
        *(exam, of("candidate_id", "candidates", needed=False), text("kind"), text("data")),
        indexed="exam candidate_id",
    )
