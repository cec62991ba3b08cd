"""What grading leaves in a folder: marks, feedback, what to ask again, faults, statistics and their plots."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO, final

from gradus.errors import Fault
from gradus.exam import Exam
from gradus.export.files import write_text, writing
from gradus.render.pages import report_page
from gradus.render.plots import plot_statistics
from gradus.report.grading_run import Graded
from gradus.report.statistics import Statistics


@final
@dataclass
class Results:
    """What a run of grading came to."""

    statistics: Statistics = field(default_factory=Statistics)
    pending: int = 0
    faults: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return statistics and counts as JSON data."""
        return {**self.statistics.to_json(), "pending": self.pending, "faults": self.faults}


Grade = Callable[[Callable[[Fault], None]], Iterable[Graded]]


def write_results(
    exam: Exam, grade: Grade, folder: Path, show: Callable[[Fault], None], advance: Callable[[], None]
) -> Results:
    """Grade and write everything, one candidate in memory at a time.

    Args:
        exam: the exam.
        grade: given where to report faults, yields the candidates' marks.
        folder: where marks.csv, feedback.jsonl, again.csv, faults.txt, report.json and report.html go.
        show: told of every fault, which also stands in faults.txt.
        advance: told when a candidate is done.
    """
    results = Results()
    with ExitStack() as files:

        def open_file(name: str) -> TextIO:
            return files.enter_context(writing(folder / name))

        faults = open_file("faults.txt")

        def report(fault: Fault) -> None:
            results.faults += 1
            faults.write(f"{fault}\n")
            show(fault)

        feedback = open_file("feedback.jsonl")
        marks, again = csv.writer(open_file("marks.csv")), csv.writer(open_file("again.csv"))
        items = [question.item for question in exam.questions]
        marks.writerow(["candidate", "points", "pending", *items])
        again.writerow(["candidate", "item", "part", "response", "why"])
        for graded in grade(report):
            _write_candidate(graded, items, marks.writerow, again.writerow, feedback)
            results.statistics.add(graded.marks)
            results.pending += graded.marks.pending
            advance()
    write_text(folder / "report.json", json.dumps(results.to_json(), ensure_ascii=False, indent=1) + "\n")
    plots = plot_statistics(results.statistics)
    write_text(folder / "report.html", report_page(exam, results.statistics, results.faults, results.pending, plots))
    return results


def _write_candidate(
    graded: Graded,
    items: list[str],
    write_marks: Callable[[list[Any]], object],
    write_again: Callable[[list[Any]], object],
    feedback: TextIO,
) -> None:
    marks = graded.marks
    points = {item.item: f"{float(item.points):.12g}" for item in marks.items}
    row = [safe(marks.candidate), f"{float(marks.total):.12g}", marks.pending]
    write_marks([*row, *[points.get(item, "") for item in items]])
    feedback.write(json.dumps(marks.to_json(graded.responses), ensure_ascii=False) + "\n")
    for item, part, response, why in _pending(graded):
        write_again([safe(marks.candidate), item, part, safe(response), why])


def _pending(graded: Graded) -> Iterator[tuple[str, str, str, str]]:
    for item in graded.marks.items:
        for part in item.pending:
            verdict = item.verdicts[part]
            response = graded.responses.get(item.item, {}).get(part, "") or verdict.read  # one may judge several parts
            yield item.item, part, response, verdict.feedback


def safe(text: str) -> str:
    """Return a text that a spreadsheet shows and does not run.

    >>> safe("=HYPERLINK(1)"), safe("ada")
    ("'=HYPERLINK(1)", 'ada')
    """
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
