"""A whole file of responses graded: sorted by candidate on disk, graded one candidate at a time."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import final

from gradus.errors import Fault, GradusError, suggest
from gradus.exam import Exam
from gradus.handmarks import HandMark
from gradus.paper import Paper
from gradus.questions import Statements
from gradus.questions.statements import TOGETHER
from gradus.report.marks import Marks, mark
from gradus.responses import Response
from gradus.sandbox import Unavailable

BATCH = 5_000
Row = tuple[str, str, str, str, int]


@final
@dataclass(frozen=True)
class Graded:
    """One candidate's marks with the responses they rest on."""

    marks: Marks
    responses: Mapping[str, Mapping[str, str]]


def grade_responses(
    exam: Exam,
    responses: Iterable[Response | Fault],
    paper_of: Callable[[str], Paper],
    report_fault: Callable[[Fault], None],
    file: str = "responses",
    marked_by_hand: Mapping[str, HandMark] = {},
    expect: Callable[[int], object] = str,
) -> Iterator[Graded]:
    """Grade every response of a file, whatever its order, candidate by candidate.

    Responses wait in a temporary database on disk, so that memory does not grow with their number.

    Args:
        exam: the exam.
        responses: responses and faults as `gradus.responses.read` yields them.
        paper_of: candidate → paper; raises `Fault` for a candidate who has none.
        report_fault: told of every fault; the rest is graded all the same.
        file: name of the responses' file, for messages.
        marked_by_hand: what people decided of answers that no machine marks.
        expect: told how many candidates there are, once all responses are read.

    Raises:
        Fault: when the disk does not take the responses.
    """
    try:
        yield from _grade_stored(exam, responses, paper_of, report_fault, file, marked_by_hand, expect)
    except (FileNotFoundError, sqlite3.Error) as error:
        remedy = "make room there, or name another folder in TMPDIR"
        raise Fault(_temporary(), "responses", None, f"cannot be kept while they are graded: {error}", remedy) from None


def _temporary() -> str:
    try:
        return tempfile.gettempdir()
    except OSError:
        return "temporary folder"


def _grade_stored(
    exam: Exam,
    responses: Iterable[Response | Fault],
    paper_of: Callable[[str], Paper],
    report_fault: Callable[[Fault], None],
    file: str,
    marked_by_hand: Mapping[str, HandMark],
    expect: Callable[[int], object],
) -> Iterator[Graded]:
    with tempfile.TemporaryDirectory(prefix="gradus-") as folder:
        database = sqlite3.connect(Path(folder) / "responses.sqlite")
        try:
            _store(database, responses, report_fault)
            expect(database.execute("SELECT COUNT(DISTINCT candidate) FROM response").fetchone()[0])
            found = database.execute(
                "SELECT candidate, item, part, response, line FROM response ORDER BY candidate, line"
            )
            for candidate, rows in groupby(found, key=lambda row: str(row[0])):
                graded = _grade_candidate(exam, candidate, list(rows), paper_of, report_fault, file, marked_by_hand)
                if graded is not None:
                    yield graded
        finally:
            database.close()


def _store(
    database: sqlite3.Connection, responses: Iterable[Response | Fault], report_fault: Callable[[Fault], None]
) -> None:
    """Write the responses to disk in batches; faults go to the one who asked."""
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("CREATE TABLE response (candidate TEXT, item TEXT, part TEXT, response TEXT, line INTEGER)")
    insert = "INSERT INTO response VALUES (?, ?, ?, ?, ?)"
    batch: list[Row] = []
    for response in responses:
        if isinstance(response, Fault):
            report_fault(response)
            continue
        batch.append((response.candidate, response.item, response.part, response.text, response.line))
        if len(batch) == BATCH:
            database.executemany(insert, batch)
            batch.clear()
    database.executemany(insert, batch)
    database.commit()


def _grade_candidate(
    exam: Exam,
    candidate: str,
    rows: list[Row],
    paper_of: Callable[[str], Paper],
    report_fault: Callable[[Fault], None],
    file: str,
    marked_by_hand: Mapping[str, HandMark],
) -> Graded | None:
    try:
        paper = paper_of(candidate)
    except Fault as fault:
        report_fault(fault.at(f"{file}:{rows[0][4]}"))
        return None
    asked = {question.item for question in exam.questions}
    answers: dict[str, dict[str, str]] = {}
    lines: dict[tuple[str, str], int] = {}
    for _, item, part, text, line in rows:
        where = f"{file}:{line}"
        misplaced = _check(paper, asked, item, part, where)
        if misplaced is not None:
            report_fault(misplaced)
            continue
        if (item, part) in lines:
            rule = f"was answered before, on line {lines[item, part]}"
            report_fault(Fault(where, part, text, rule, "the later answer is graded; delete one of them"))
        answers.setdefault(item, {})[part] = text
        lines[item, part] = line
    try:
        return Graded(mark(exam, paper, answers, marked_by_hand), answers)
    except Unavailable:
        raise  # not this candidate's fault: nothing with programs can be graded here
    except GradusError as error:
        report_fault(Fault(f"{file}:{rows[0][4]}", "candidate", candidate, f"cannot be graded: {error}", "draw anew"))
        return None


def _check(paper: Paper, asked: set[str], item: str, part: str, where: str) -> Fault | None:
    if item not in paper.variants:
        return Fault(where, "item", item, "is not on this candidate's paper", suggest(item, paper.variants))
    if item not in asked:
        return Fault(where, "item", item, "is in the exam no longer", "put the question back under its id")
    if part == TOGETHER and isinstance(paper.variants[item], Statements):
        return None
    if part not in paper.variants[item].parts:
        return Fault(where, "part", part, f"is no part of {item}", suggest(part, paper.variants[item].parts))
    return None
