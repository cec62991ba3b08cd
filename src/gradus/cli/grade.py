"""`gradus grade`: responses → marks, feedback and statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradus.cli._arguments import EXAM, OUT, TRUST, trust

if TYPE_CHECKING:
    from gradus.errors import Fault
    from gradus.export.results import Results
    from gradus.report.grading_run import Graded

MOST_SHOWN = 20


@click.command("grade", short_help="Grade a file of responses.")
@click.argument("exam", type=EXAM)
@click.argument("responses", type=click.Path(dir_okay=False))
@click.option("--out", type=OUT, required=True, help="Folder for marks.csv, feedback.jsonl, again.csv, report.html …")
@click.option("--papers", type=click.Path(file_okay=False), help="Folder that `gradus draw` wrote.")
@click.option("--marks", type=click.Path(dir_okay=False), help="File of marks by people, that `gradus mark` wrote.")
@click.option("--json", "as_json", is_flag=True, help="Print the statistics as JSON.")
@TRUST
def command(
    exam: str, responses: str, out: str, papers: str | None, marks: str | None, as_json: bool, trusted: bool
) -> None:
    """Grade RESPONSES to EXAM: a CSV with columns candidate,item,part,response, or JSON lines with these names.

    Faulty lines are reported and the rest is graded. Answers that cannot be read go to again.csv and are not marked.

    \b
    gradus grade exams/midterm.md responses.csv --out marks
    gradus grade exam.md responses.jsonl --papers papers --out marks
    gradus grade exam.md responses.csv --marks marks.jsonl --out marks

    Exit code 0 when everything was graded, 1 when lines were faulty or answers are to be asked again or decided by a
    person, 2 when a file cannot be used.
    """
    from gradus import exam as exams
    from gradus.assertion import trust_claims
    from gradus.cli._screen import progress
    from gradus.cli._streams import show_json
    from gradus.export.drawing import find_papers
    from gradus.export.results import write_results
    from gradus.handmarks import read_marks
    from gradus.report.grading_run import grade_responses
    from gradus.responses import read as read_responses

    trust(trusted)
    read = exams.read(exam)
    trust_claims(Path(exam))
    paper_of = find_papers(read, Path(papers) if papers else None)
    shown = 0

    def show(fault: Fault) -> None:
        nonlocal shown
        shown += 1
        if shown <= MOST_SHOWN:
            click.echo(str(fault), err=True)
        elif shown == MOST_SHOWN + 1:
            click.echo("more faulty lines follow; all of them stand in faults.txt", err=True)

    by_hand = read_marks(Path(marks), show) if marks else {}
    with progress("Grading") as advance:

        def grade(report: Callable[[Fault], None]) -> Iterator[Graded]:
            def expect(candidates: int) -> None:
                advance(0, candidates)

            return grade_responses(read, read_responses(responses), paper_of, report, responses, by_hand, expect)

        results = write_results(read, grade, Path(out), show, advance)
    if as_json:
        show_json(results.to_json())
    else:
        _show(results, out)
    raise SystemExit(1 if results.faults or results.pending else 0)


def _show(results: Results, out: str) -> None:
    """Print the items' statistics and where everything is."""
    from gradus.cli._screen import console, escape, show_table

    rows = []
    for item in results.statistics.items.values():
        discrimination = "–" if item.discrimination is None else f"{item.discrimination:.2f}"
        top = ", ".join(f"{name.replace('_', ' ')} ({count})" for (_, name), count in item.mistakes.most_common(2))
        rows.append([item.item, f"{item.worth:.12g}", f"{item.difficulty:.0%}", discrimination, top])
    columns = ["item", "points", "share earned", "discrimination", "most frequent mistakes"]
    show_table(columns, rows, right=columns[1:4])
    totals = results.statistics.totals
    mean = f", {totals.mean():.2f} of {results.statistics.worth:.12g} points on average" if totals.n else ""
    faulty = f", {_plural(results.faults, 'faulty line')}" if results.faults else ""
    console().print(
        f"{_plural(totals.n, 'candidate')}{mean}; {_plural(results.pending, 'answer')} to ask again or decide{faulty}."
    )
    files = "marks.csv, feedback.jsonl, again.csv, faults.txt, report.json, report.html"
    console().print(f"Everything is in {escape(out)}: {files}.")


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
