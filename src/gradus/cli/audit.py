"""`gradus audit`: key against witness against what is printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradus.cli._arguments import EFFORTS, EXAM

if TYPE_CHECKING:
    from gradus.audit import Audit, Part

STYLES = {"agrees": "green", "wrong": "bold red"}

LONGEST_CELL = 24  # of a text that a person marks: what it rests on stands below the table


@click.command("audit", short_help="Check every printed answer of an exam.")
@click.argument("exam", type=EXAM)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--html", type=click.Path(dir_okay=False), help="Also write a report to read or to print.")
@click.option("--effort", "level", type=EFFORTS, default="normal", show_default=True, help="How much to compute.")
@click.option("--seed", type=int, default=0, show_default=True, help="The master seed of every experiment.")
@click.option("--processes", type=click.IntRange(1), help="How many at once; as many as processors, unless told.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="The longest that a reading may take.")
@click.option("--cluster", default="", metavar="ADDRESS", help="Compute on a Dask cluster: tcp://host:8786.")
@click.option("--anew", is_flag=True, help="Decide again what was decided before.")
def command(
    exam: str,
    as_json: bool,
    html: str | None,
    level: str,
    seed: int,
    processes: int | None,
    seconds: float | None,
    cluster: str,
    anew: bool,
) -> None:
    """Compute every key of EXAM, countersign it by a second way, and compare it with the printed answer.

    The paper itself is audited too: points, ids, symbols. Statements are decided by experiment; what is decided is
    kept, so an interrupted audit goes on where it was. Claims from files beside the exam are run.

    \b
    gradus audit exams/midterm.md
    gradus audit exams/midterm.md --json | jq '.parts[] | select(.status != "agrees")'
    gradus audit exams/midterm.md --html audit.html

    Exit code 0 when all agrees, 1 when a printed answer is wrong or depends on something or the points do not add up,
    2 when the file cannot be used.
    """
    from gradus import exam as exams
    from gradus.assertion import trust_claims
    from gradus.audit import audit, readings_of
    from gradus.claim import Effort, Level
    from gradus.cli._screen import progress
    from gradus.cli._streams import show_json
    from gradus.decisions import Docket, Limits, Shelf

    read = exams.read(exam)
    trust_claims(Path(exam))
    docket = Docket(Shelf(), Limits(processes, seconds), cluster, anew)
    with progress("Auditing", len(read.questions) + len(readings_of(read))) as advance:
        found = audit(
            read,
            progress=lambda _: advance(),
            effort=Effort(Level(level), seed),
            settle=lambda claims, effort: docket.settle(claims, effort, advance),
        )
    if html is not None:
        from gradus.export.files import write_text
        from gradus.render.pages import audit_page

        write_text(Path(html), audit_page(found))
    if as_json:
        show_json(found.to_json())
    else:
        _show(found)
    raise SystemExit(0 if found.agrees else 1)


def _one_of_many(part: Part, text: str) -> str:
    """Mark what is only the first of the variants that a question with open fields has; cut what is prose."""
    if part.status == "written" and len(text) > LONGEST_CELL:
        text = text[: LONGEST_CELL - 1] + "…"
    return text if part.variants == 1 else f"{text} [dim](1 of {part.variants})[/]"


def _show(audit: Audit) -> None:
    """Print the table, then what a person should look at."""
    from gradus.cli._screen import console, escape, show_table

    screen = console()
    screen.print(f"[bold]{escape(audit.exam.title)}[/] ({escape(audit.exam.file)})")
    rows = []
    for part in audit.parts:
        style = STYLES.get(part.status, "bold yellow")
        witness = escape(part.witness) + ("" if part.countersigned or part.key == "none" else " [bold yellow]✗[/]")
        printed = "–" if part.printed is None else escape(part.printed)
        status = part.status if not part.depends_on else f"depends on {', '.join(part.depends_on)}"
        rows.append(
            [
                part.item,
                part.part,
                f"{float(part.worth):g}",
                printed,
                _one_of_many(part, escape(part.key)),
                _one_of_many(part, witness),
                f"[{style}]{status}[/]",
            ]
        )
    show_table(["item", "part", "points", "printed", "key", "witness", "verdict"], rows, right=["points"])
    for part in audit.parts:
        if part.status != "agrees":
            screen.print(
                f"[bold]{part.item} {part.part}[/]: {part.status}" + (f" – {escape(part.note)}" if part.note else "")
            )
            screen.print(escape(part.working), style="dim")
    for finding in audit.paper:
        screen.print(f"[bold yellow]{finding.kind}[/] {escape(finding.item)}: {escape(finding.message)}")
    signed = sum(part.countersigned for part in audit.parts)
    counts = ", ".join(f"{count} {status}" for status, count in audit.counts().items())
    answers = f"{len(audit.parts)} answer{'' if len(audit.parts) == 1 else 's'}"
    screen.print(f"{answers}, {signed} countersigned: {counts}.")
