"""A program as an answer in the terminal: from a file or line by line, its public checks at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gradus.answers import Program

END = "."
ASKED = f"a file, or its lines and then a line with only {END!r}"
LARGEST = 1 << 20  # bytes of a file that are read at all; a program is far shorter


def ask_program(key: Program, part: str) -> str | None:
    """Ask for a program until the learner sends one; nothing for an empty line, None at the end of input or q."""
    from gradus.errors import Unreadable

    while True:
        try:
            text = _read(part)
            if text is None or not text.strip():
                return text
            try:
                source = key.read(text).source
            except Unreadable as fault:
                click.echo(str(fault.of(part)))
                continue
            if _try(key, source) or click.confirm("Send it all the same?", default=False):
                return text
        except click.Abort:
            return None


def _read(part: str) -> str | None:
    """Read a file that is named, or lines up to the end mark; None for q."""
    while True:
        first = click.prompt(f"{part} ({ASKED})", default="", show_default=False)
        word = first.strip()
        if word.lower() in {"q", "quit"}:
            return None
        if not word or not word.endswith(".py"):
            return "\n".join([first, *_rest()]) if word else ""
        try:
            with Path(word).expanduser().open("rb") as file:
                return file.read(LARGEST).decode("utf-8", "replace")
        except (OSError, ValueError) as error:
            click.echo(f"{word} cannot be read: {getattr(error, 'strerror', None) or error}; name another file")


def _rest() -> list[str]:
    """Return the lines up to the end mark, or to the end of input."""
    lines: list[str] = []
    while True:
        try:
            line = click.prompt("", default="", show_default=False, prompt_suffix="")
        except click.Abort:
            return lines
        if line.strip() == END:
            return lines
        lines.append(line)


def _try(key: Program, source: str) -> bool:
    """Run the public checks and show them; return whether all hold."""
    from gradus.cli._screen import console, escape

    tried = key.preview(source) if key.preview is not None else ()
    for one in tried:
        sign = "[green]holds[/]" if one.holds else "[red]fails[/]"
        console().print(f"  {sign} {escape(one.what)}" + (f": {escape(one.feedback)}" if one.feedback else ""))
    return all(one.holds for one in tried)
