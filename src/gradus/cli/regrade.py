"""`gradus regrade`: who would gain and lose after a change, and then the change itself."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradus.cli._arguments import BY, DATABASE, EXAM, TRUST, TRUST_CLAIMS, name_of, opened, trust, trust_own_claims

if TYPE_CHECKING:
    from gradus.store import Regrade


@click.command("regrade", short_help="Plan a regrade after a change, or carry a plan out.")
@click.argument("exam")
@click.option("--exam-file", type=EXAM, help="A changed exam file: becomes the exam's newest version first.")
@click.option("--reason", help="Why, for the audit trail; needed for a plan.")
@click.option("--never-lower", is_flag=True, help="Leave a part as it is where it would earn less.")
@click.option("--apply", "plan", type=int, help="Carry out the plan of this number.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@BY
@DATABASE
@TRUST
@TRUST_CLAIMS
def command(
    exam: str,
    exam_file: str | None,
    reason: str | None,
    never_lower: bool,
    plan: int | None,
    as_json: bool,
    by: str | None,
    database: str,
    trusted: bool,
    trust_claims: bool,
) -> None:
    """Plan a regrade of EXAM by its newest version, families, rubrics and rulings: who gains, who loses, and why.

    The plan changes no mark. --apply carries it out, as it was planned or not at all.

    \b
    gradus regrade midterm --exam-file exams/midterm.md --reason "3.i counts 3 points"
    gradus regrade midterm --apply 7
    """
    from gradus import exam as exams
    from gradus import store
    from gradus.cli._streams import show_json
    from gradus.exam.source import read_text

    trust(trusted)
    who = name_of(by)
    with opened(database) as ledger:
        if trust_claims:
            trust_own_claims(ledger, exam)
        if plan is not None:
            done = store.apply_regrade(ledger, plan, who)
            written = sum(not change.kept for change in done.changes)
            click.echo(f"Plan {plan} is carried out as regrade {done.id}: {written} verdicts.")
            return
        if not reason:
            raise click.UsageError("a plan needs --reason, for the audit trail")
        if exam_file is not None:
            text = read_text(Path(exam_file))
            _check_name(exams.parse(text, exam_file).name, exam)
            store.current_exam(ledger, exam)
            store.add_exam(ledger, text, exam_file, who)
        planned = store.plan_regrade(ledger, exam, never_lower=never_lower, reason=reason, by=who)
    if as_json:
        show_json(_to_json(planned))
    else:
        _show(planned)


def _check_name(found: str, exam: str) -> None:
    if found != exam:
        raise click.UsageError(f"the file is an exam named {found!r}, not {exam!r}")


def _show(planned: Regrade) -> None:
    from gradus.cli._screen import console, escape, show_table

    rows = [
        [
            *(escape(change.candidate), f"{escape(change.item)} {escape(change.part)}"),
            *(_points(change.before), f"{_points(change.after)}{' (kept)' if change.kept else ''}"),
            escape(change.why),
        ]
        for change in planned.changes
        if change.before != change.after
    ]
    if rows:
        show_table(["candidate", "part", "before", "after", "why"], rows, right=["before", "after"])
    told = len(planned.changes) - len(rows)
    also = f", {told} change only in feedback" if told else ""
    kept = f", {len(planned.kept)} keep what they would lose" if planned.kept else ""
    console().print(f"{len(planned.gain)} gain, {len(planned.lose)} lose{kept}{also}.")
    if planned.changes:
        console().print(f"Nothing is changed yet; to carry it out: gradus regrade {planned.exam} --apply {planned.id}")


def _points(points: Fraction | None) -> str:
    return "pending" if points is None else f"{float(points):.12g}"


def _to_json(planned: Regrade) -> dict[str, object]:
    def number(points: Fraction | None) -> float | None:
        return None if points is None else float(points)

    changes = [
        {
            "candidate": change.candidate,
            "item": change.item,
            "part": change.part,
            "response": change.response,
            "before": number(change.before),
            "after": number(change.after),
            "before_status": change.before_status,
            "after_status": change.after_status,
            "kept": change.kept,
            "why": change.why,
        }
        for change in planned.changes
    ]
    sums = {name: {who: float(p) for who, p in getattr(planned, name).items()} for name in ("gain", "lose", "kept")}
    return {
        "plan": planned.id,
        "never_lower": planned.never_lower,
        "reason": planned.reason,
        **sums,
        "changes": changes,
    }
