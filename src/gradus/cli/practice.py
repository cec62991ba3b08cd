"""`gradus practice`: endless variants of a family, with feedback and working at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from gradus.cli._arguments import FAMILY, TRUST, trust
from gradus.cli._programs import ask_program

if TYPE_CHECKING:
    from gradus.family import Family
    from gradus.grading import Verdict

STYLES = {"right": "green", "followed": "green", "partial": "yellow", "wrong": "red", "blank": "red"}


@click.command("practice", short_help="Practise a family in the terminal.")
@click.argument("family", type=FAMILY)
@click.option("--questions", type=click.IntRange(1), default=None, help="How many; without it, until you stop.")
@click.option("--seed", default=None, help="The same seed asks the same questions.")
@TRUST
def command(family: str, questions: int | None, seed: str | None, trusted: bool) -> None:
    """Ask variants of FAMILY one after another; say what is right, what went wrong, and how it is worked out.

    An answer that cannot be read is asked again and costs nothing. An empty line shows the solution. A program is given
    as the path of its file (*.py), or line by line, with a line that holds only a dot as its end; its public checks run
    at once.
    Stop with q or Ctrl-D.

    \b
    gradus practice conv_layer
    gradus practice smallest_head --questions 5 --seed monday
    """
    import itertools
    import random
    import secrets

    from gradus import catalogue
    from gradus.paper import seed as hash_seed

    trust(trusted)
    seed = seed or secrets.token_hex(4)
    right = asked = 0
    for number in itertools.count(1):
        if questions is not None and number > questions:
            break
        variant = catalogue.family(family).draw(random.Random(hash_seed("practice", seed, f"{family} {number}", b"")))
        verdicts = _ask(variant, number)
        if verdicts is None:
            break
        asked += len(verdicts)
        right += sum(verdict.credit == 1 for verdict in verdicts.values())
    click.echo(f"\n{right} of {asked} right. The same questions again: gradus practice {family} --seed {seed}")


def _ask(variant: Family, number: int) -> Mapping[str, Verdict] | None:
    """Ask one variant and show what came of it; None when the learner stops."""
    from rich.markdown import Markdown

    from gradus.cli._screen import console, escape
    from gradus.grading import grade
    from gradus.render.plain import to_plain

    screen = console()
    screen.rule(f"Question {number}")
    screen.print(Markdown(to_plain(variant.prompt())))
    responses: dict[str, str] = {}
    for part in variant.parts:
        text = _ask_part(variant, part)
        if text is None:
            return None
        responses[part] = text
    verdicts = grade(variant, responses)
    for part, verdict in verdicts.items():
        style = STYLES.get(verdict.status, "yellow")
        screen.print(f"[bold]{part}[/] [{style}]{verdict.status}[/]: {escape(verdict.feedback)}")
    if any(verdict.credit != 1 for verdict in verdicts.values()):
        screen.print(escape(variant.working()), style="dim")
    return verdicts


def _ask_part(variant: Family, part: str) -> str | None:
    """Ask until the answer can be read; None at the end of input or q."""
    from gradus.answers import Program
    from gradus.errors import Unreadable

    key = variant.key()[part]
    if isinstance(key, Program):
        return ask_program(key, part)
    while True:
        try:
            text: str = click.prompt(part.replace("_", " "), default="", show_default=False)
        except click.Abort:
            return None
        if text.strip().lower() in {"q", "quit"}:
            return None
        if not text.strip():
            return ""
        try:
            read = key.read(text)
        except Unreadable as fault:
            click.echo(str(fault.of(part)))
            continue
        if str(read) != text.strip():
            click.echo(f"  read as {read}")
        return text
