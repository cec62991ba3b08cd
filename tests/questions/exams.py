"""Exam files of statements for the tests."""

from __future__ import annotations

from pathlib import Path

from gradus import exam as exams
from gradus.assertion import trust_claims
from gradus.audit import Audit, Part, audit
from gradus.exam import Exam
from gradus.questions import Statements

FIXED = "turning: no, factor: 2"


def write(folder: Path, *options: str, more: str = "") -> Path:
    """Write an exam with one question of statements."""
    listed = "\n".join(f"  - {option}" for option in options)
    text = f"---\ntitle: T\npoints: 4\n---\n```statements\nid: a\npoints: 4\n{more}options:\n{listed}\n```\n"
    path = folder / "exam.md"
    path.write_text(text, encoding="utf-8")
    return path


def told(says: str, more: str = "", given: str = FIXED) -> str:
    """Return an option that rests on the author's own claim."""
    fixed = ", ".join(filter(None, [f'says: "{says}"', given]))
    return f'{{claim: "./own.py:Told", text: It says {says}., with: {{{fixed}}}{", " if more else ""}{more}}}'


def read(path: Path) -> Exam:
    trust_claims(path)
    return exams.read(path)


def audited(folder: Path, *options: str, more: str = "") -> dict[str, Part]:
    found: Audit = audit(read(write(folder, *options, more=more)))
    return {part.part: part for part in found.parts}


def question(folder: Path, *options: str, more: str = "") -> Statements:
    """Return the variant that an exam without draws has, all of it decided."""
    exam = read(write(folder, *options, more=more))
    audit(exam)
    return Statements(**exam.questions[0].fixed)  # type: ignore[arg-type]
