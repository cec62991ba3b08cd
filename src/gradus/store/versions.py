"""Exam files in the ledger: each change is a new version, and papers keep the one they were drawn from."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, insert, select

import gradus
from gradus.errors import suggest
from gradus.nodes import Place
from gradus.store.ledger import Ledger, lock, reading, writing
from gradus.store.nouns import Acceptance, Audit, ExamVersion, parse
from gradus.store.refusals import Refused
from gradus.store.tables import acceptances as acceptance_table
from gradus.store.tables import audits, exams
from gradus.store.trail import record

if TYPE_CHECKING:
    from gradus.exam import Question

NOWHERE = Place("")


def add_exam(ledger: Ledger, text: str, file: str, by: str) -> ExamVersion:
    """Add an exam file, or a new version of one; a text that is the current version is not added again.

    Raises:
        Faults: every fault of the file.
        Refused: for a text without questions that could be told apart.
    """
    exam = parse(text, file)
    for double in exam.duplicates():
        raise Refused("invalid", "id", double.item, "stands twice", "give each question its own", str(double.place))
    digest = hash_text(text)
    with writing(ledger) as connection:
        lock(connection, "exam", exam.name)
        latest = _latest(connection, exam.name)
        if latest is not None and latest.hash == digest:
            return _version(latest)
        number = latest.version + 1 if latest is not None else 1
        values = {"name": exam.name, "version": number, "file": file, "text": text, "hash": digest}
        connection.execute(insert(exams), {**values, "by": by, "at": ledger.now()})
        record(connection, ledger, "exam added", by, exam=exam.name, data={"version": number, "hash": digest})
        added = _latest(connection, exam.name)
        assert added is not None
        return _version(added)


def current_exam(ledger: Ledger, exam: str) -> ExamVersion:
    """Return the newest version of an exam.

    Raises:
        Refused: "unknown", with the nearest name.
    """
    with reading(ledger) as connection:
        return current_version(connection, exam)


def current_version(connection: Connection, exam: str) -> ExamVersion:
    """Return the newest version of an exam inside a transaction."""
    latest = _latest(connection, exam)
    if latest is None:
        known = connection.execute(select(exams.c.name).distinct()).scalars()
        raise Refused("unknown", "exam", exam, "is not in the ledger", suggest(exam, known))
    return _version(latest)


def exam_version(connection: Connection, version_id: int) -> ExamVersion:
    """Return one version by its number in the ledger."""
    return _version(connection.execute(select(exams).where(exams.c.id == version_id)).one())


def exam_versions(ledger: Ledger, exam: str) -> tuple[ExamVersion, ...]:
    """Return every version of an exam, the first first."""
    with reading(ledger) as connection:
        return _versions(connection, exam)


def exam_names(ledger: Ledger) -> tuple[str, ...]:
    """Return the names of all exams."""
    with reading(ledger) as connection:
        return tuple(connection.execute(select(exams.c.name).distinct().order_by(exams.c.name)).scalars())


def record_audit(ledger: Ledger, version_id: int, complete: bool, report: Any, by: str) -> None:
    """Keep what an audit of a version came to."""
    with writing(ledger) as connection:
        version = exam_version(connection, version_id)
        values = {"version_id": version_id, "complete": complete, "report": report, **versions_in_use()}
        connection.execute(insert(audits), {**values, "by": by, "at": ledger.now()})
        data = {"version": version.version, "complete": complete}
        record(connection, ledger, "exam audited", by, exam=version.name, data=data)


def latest_audit(ledger: Ledger, exam: str) -> Audit | None:
    """Return the newest audit of any version of an exam."""
    found = select(audits, exams.c.version).join(exams).where(exams.c.name == exam).order_by(audits.c.id.desc())
    with reading(ledger) as connection:
        row = connection.execute(found.limit(1)).first()
    if row is None:
        return None
    return Audit(row.version, row.complete, row.report, row.gradus_version, row.engine_hash, row.by, row.at)


def accept(ledger: Ledger, exam: str, item: str, reason: str, by: str) -> None:
    """Let an item be asked although its keys are not countersigned; whoever does it answers for it by name.

    Raises:
        Refused: for an exam or item that is not there, or without a reason or a name.
    """
    if not reason.strip() or not by.strip():
        raise Refused("invalid", "reason", reason, "and a name are needed", "say why, and who says so")
    with writing(ledger) as connection:
        read = current_version(connection, exam).read()
        if read.question(item) is None:
            items = [question.item for question in read.questions]
            raise Refused("unknown", "item", item, "is not in this exam", suggest(item, items))
        row = {"exam": exam, "item": item, "reason": reason, "by": by, "at": ledger.now()}
        connection.execute(insert(acceptance_table), row)
        record(connection, ledger, "item accepted", by, exam=exam, data={"item": item, "reason": reason})


def acceptances(ledger: Ledger, exam: str) -> tuple[Acceptance, ...]:
    """Return the items that are asked on someone's word, and whether it holds for the exam as it is now."""
    with reading(ledger) as connection:
        return acceptances_in(connection, current_version(connection, exam))


def acceptances_in(connection: Connection, version: ExamVersion) -> tuple[Acceptance, ...]:
    """Return the same inside a transaction, for any version: a word holds for what was seen, not for an id."""
    words = select(acceptance_table).where(acceptance_table.c.exam == version.name).order_by(acceptance_table.c.id)
    versions = _versions(connection, version.name)
    found = []
    for row in connection.execute(words):
        seen = next((one for one in reversed(versions) if one.at <= row.at), versions[0])
        holds = _question(seen, row.item) == _question(version, row.item)
        found.append(Acceptance(row.item, row.reason, row.by, row.at, holds))
    return tuple(found)


def _question(version: ExamVersion, item: str) -> Question | None:
    """Return a question of a version, wherever in the file it stands."""
    found = version.read().question(item)
    return None if found is None else replace(found, place=NOWHERE)


def _latest(connection: Connection, exam: str) -> Row[Any] | None:
    found = select(exams).where(exams.c.name == exam).order_by(exams.c.version.desc()).limit(1)
    return connection.execute(found).first()


def _versions(connection: Connection, exam: str) -> tuple[ExamVersion, ...]:
    found = connection.execute(select(exams).where(exams.c.name == exam).order_by(exams.c.version))
    return tuple(_version(row) for row in found)


def _version(row: Row[Any]) -> ExamVersion:
    return ExamVersion(row.id, row.name, row.version, row.text, row.hash, row.file, row.by, row.at)


def hash_text(text: str) -> str:
    """Return SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def versions_in_use() -> dict[str, str]:
    """Return the version of Gradus, and a hash over its sources: a mark rests on all of them."""
    folder = Path(gradus.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(SURROUNDINGS):
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return {"gradus_version": installed_version("gradus"), "engine_hash": digest.hexdigest()}


SURROUNDINGS = ("cli/", "web/", "store/", "render/", "export/", "responses/")  # no mark rests on these
