"""`gradus mark`: answers that no machine marks, shown to a person one by one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradus.cli._arguments import EXAM, TRUST, trust

if TYPE_CHECKING:
    from gradus.handmarks import HandMark
    from gradus.handmarks.judge import Judge
    from gradus.handmarks.queue import Waiting


@click.command("mark", short_help="Mark by hand what no machine marks.")
@click.argument("exam", type=EXAM)
@click.argument("responses", type=click.Path(dir_okay=False))
@click.option("--marks", type=click.Path(dir_okay=False), required=True, help="File of marks; it grows line by line.")
@click.option("--papers", type=click.Path(file_okay=False), help="Folder that `gradus draw` wrote.")
@click.option("--item", help="Only this question.")
@click.option("--judge", "address", metavar="URL", help="Ask a language model at this address for suggestions.")
@click.option("--judge-model", "model", help="Name of the model there.")
@click.option(
    "--judge-seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    help="How long to wait for it.",
)
@TRUST
def command(
    exam: str,
    responses: str,
    marks: str,
    papers: str | None,
    item: str | None,
    address: str | None,
    model: str | None,
    judge_seconds: float,
    trusted: bool,
) -> None:
    """Show the answers of RESPONSES that wait for a person, one by one and without names, and take your marks.

    Question by question, in an order that is random and always the same. Words that match the rubric are shown with
    the ideas that they suggest; only what you type counts. What is marked is kept at once: stop when you like.
    `gradus grade --marks` uses the file. The same words are marked once, whoever wrote them.

    \b
    gradus mark exams/midterm.md responses.csv --marks marks.jsonl
    gradus mark exam.md responses.csv --marks marks.jsonl --judge http://localhost:8000/v1 --judge-model small

    With --judge the answers are sent to that address, without names. A key for it is taken from the environment
    variable GRADUS_JUDGE_KEY.

    Exit code 0 when nothing waits any more, 1 when something does, 2 when a file cannot be used.
    """
    from gradus.cli._marking import Session
    from gradus.errors import Fault
    from gradus.handmarks import read_marks

    if bool(address) != bool(model):
        raise Fault(
            "", "--judge", address or model, "needs both an address and a model", "give --judge and --judge-model"
        )
    trust(trusted)
    judge = _judge(address, model, judge_seconds)
    queue, faulty = _find(exam, responses, papers)
    if item is not None:
        queue = _only(queue, item, exam)
    kept = read_marks(Path(marks)) if Path(marks).exists() else {}
    waiting = [one for one in queue if not _is_marked(one, kept)]
    if faulty:
        click.echo(f"{faulty} faulty lines are left out; `gradus grade` shows them.", err=True)
    click.echo(f"{len(waiting)} of {len(queue)} answers wait for a mark.")
    left = Session(waiting, Path(marks), judge).run()
    click.echo(f"{left} left. The marks are in {marks}; gradus grade {exam} {responses} --marks {marks} uses them.")
    raise SystemExit(1 if left else 0)


def _judge(address: str | None, model: str | None, seconds: float) -> Judge | None:
    from gradus.handmarks.judge import Judge

    return Judge(address, model, seconds) if address and model else None


def _find(exam: str, responses: str, papers: str | None) -> tuple[list[Waiting], int]:
    """Return the answers that wait for a person, marked or not, and how many lines were faulty."""
    from gradus import exam as exams
    from gradus.assertion import trust_claims
    from gradus.cli._screen import progress
    from gradus.errors import Fault
    from gradus.export.drawing import find_papers
    from gradus.handmarks.queue import find_waiting
    from gradus.report.grading_run import grade_responses
    from gradus.responses import read as read_responses

    read = exams.read(exam)
    trust_claims(Path(exam))
    paper_of = find_papers(read, Path(papers) if papers else None)
    faults: list[Fault] = []
    with progress("Reading") as advance:

        def watched(candidate: str):  # type: ignore[no-untyped-def]
            advance()
            return paper_of(candidate)

        graded = grade_responses(read, read_responses(responses), watched, faults.append, responses)
        return find_waiting(read, graded, paper_of), len(faults)


def _only(queue: list[Waiting], item: str, exam: str) -> list[Waiting]:
    from gradus.errors import Fault, suggest

    found = [one for one in queue if one.item == item]
    if not found:
        items = {one.item for one in queue}
        raise Fault(exam, "--item", item, "has no answers that wait for a person", suggest(item, items))
    return found


def _is_marked(waiting: Waiting, kept: dict[str, HandMark]) -> bool:
    """Return whether there is a mark that can still be used."""
    from gradus.errors import Fault

    mark = kept.get(waiting.answer)
    try:
        return mark is not None and bool(mark.decide(waiting.variant, waiting.worth))
    except Fault:
        return False
