"""`gradus doctor-run`: what ails a training, from its log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gradus.lab.doctor import Finding, Log

STYLES = {"certain": "bold red", "likely": "bold yellow", "possible": "yellow"}


@click.command("doctor-run", short_help="Say what ails a training, from its log.")
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with plots.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(log: Path, html: Path | None, as_json: bool) -> None:
    """Read LOG, JSON lines that `gradus.lab.doctor.Recorder` wrote in a training loop, and say what ails the training.

    Causes come before what may follow from them; each finding has its evidence and a remedy.

    \b
    gradus doctor-run log.jsonl
    gradus doctor-run log.jsonl --html log.html

    Exit code 0 without a diagnosis, 1 with one, 2 when the log cannot be used.
    """
    from gradus.cli._streams import show_json
    from gradus.lab.doctor import diagnose, read_log

    read = read_log(log)
    findings = diagnose(read)
    if html is not None:
        from gradus.export.files import write_text
        from gradus.render.doctor import doctor_page

        write_text(html, doctor_page(read, findings, log.name))
    if as_json:
        counts = {"steps": len(read.steps), "measurements": len(read.measurements)}
        show_json({"log": str(log), **counts, "findings": [finding.to_json() for finding in findings]})
    else:
        _show(read, findings)
    raise SystemExit(1 if findings else 0)


def _show(log: Log, findings: tuple[Finding, ...]) -> None:
    from gradus.cli._screen import console, escape

    screen = console()
    screen.print(f"steps: {len(log.steps)}, measurements: {len(log.measurements)}")
    if not findings:
        screen.print("[bold green]no diagnosis[/]")
    for number, finding in enumerate(findings, start=1):
        style = STYLES[finding.strength]
        screen.print(f"\n{number}. [{style}]{escape(finding.name)}[/] ({finding.strength})")
        for sentence in finding.evidence:
            screen.print(f"   – {escape(sentence)}")
        screen.print(f"   Remedy: {escape(finding.remedy)}.")
