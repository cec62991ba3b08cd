"""`gradus doctor`: what this machine offers, proved by attacking it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gradus.sandbox import Box
    from gradus.sandbox.proof import Proof


@click.command("doctor", short_help="Say what this machine offers, and attack the sandbox.")
@click.option(
    "--attacks",
    type=click.Path(exists=True, file_okay=False),
    help="Also run every *.py of this folder as an answer `attention(image, k, v)`.",
)
def command(attacks: str | None) -> None:
    """Say whether programs can be run safely here, and prove it by running attacks in the sandbox.

    \b
    gradus doctor
    gradus doctor --attacks ../shared/attacks

    Exit code 0 when every attack is contained, 1 when one is not, 2 when no sandbox can be had.
    """
    from gradus.cli._screen import console, progress
    from gradus.sandbox import Box, machine
    from gradus.sandbox.proof import prove

    machine.demand()
    for what, found in machine.describe():
        console().print(f"{what}: {found}", markup=False)
    with Box() as box:
        with progress("Attacking") as advance:
            proofs = []
            for proof in prove(box):
                proofs.append(proof)
                advance()
        _show(proofs)
        safe = all(proof.contained for proof in proofs)
        if attacks is not None:
            safe = _run_folder(box, Path(attacks)) and safe
    raise SystemExit(0 if safe else 1)


def _show(proofs: list[Proof]) -> None:
    from gradus.cli._screen import escape, show_table

    rows = []
    for proof in proofs:
        told = proof.outcome.explanation or "refused by the system"
        rows.append([proof.what, "[green]contained[/]" if proof.contained else "[bold red]HARM[/]", escape(told)])
    show_table(["attack", "verdict", "how it ended"], rows)


def _run_folder(box: Box, folder: Path) -> bool:
    """Mark every file of a folder; only files named *honest* may earn anything."""
    from gradus.cli._screen import escape, show_table
    from gradus.programs import mark
    from gradus.programs.attention import TASK
    from gradus.sandbox import Call
    from gradus.sandbox.proof import TIGHT

    honest = "\n".join(TASK.source.splitlines())
    rows, safe, call = [], True, Call(TASK.arguments(TASK.cases[0]))
    for file in sorted(folder.glob("*.py")):
        source = file.read_bytes().decode("utf-8", "replace")
        marked = mark(TASK, source, box, TIGHT)
        printed = box.run(source, TASK.function, [call], TIGHT).output
        unharmed = mark(TASK, honest, box, TIGHT).credit == 1
        fine = unharmed and "PWNED" not in printed and (marked.credit == 0) != ("honest" in file.stem)
        safe = safe and fine
        verdict = "[green]as it should be[/]" if fine else "[bold red]HARM[/]"
        rows.append([escape(file.name), verdict, f"{float(marked.credit or 0):.0%}", escape(marked.feedback[:90])])
    show_table(["file", "verdict", "earns", "feedback"], rows, right=["earns"])
    return safe
