"""What commands show in a terminal: tables, and a progress bar for what takes more than two seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

PATIENCE = 2.0
NARROWEST = 110  # columns assumed where output goes to a file, so that nothing is cut


def console(*, stderr: bool = False) -> Console:
    """Return a console for the screen or, wide enough for tables, for a file."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else NARROWEST, highlight=False, emoji=False)


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()) -> None:
    """Print a table; rows hold rich markup, so escape what comes from outside with `escape`."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table)


def escape(text: str) -> str:
    """Return a text that prints as it is: no markup, no control characters."""
    from rich.markup import escape as escape_markup

    return escape_markup("".join(c if c.isprintable() or c == "\n" else "�" for c in text))


class Advance(Protocol):
    """Tells a progress bar that some of the work is done."""

    def __call__(self, steps: int = 1, total: int | None = None) -> None:
        """Move the bar; say how much there is in all, once that is known."""


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Advance]:
    """Show a bar on stderr once the work has taken two seconds; nothing where stderr is no terminal."""
    started, done, whole, bar = time.monotonic(), 0, total, None

    def advance(steps: int = 1, total: int | None = total) -> None:
        nonlocal done, bar, whole
        done, whole = done + steps, total or whole
        if bar is None and sys.stderr.isatty() and time.monotonic() - started > PATIENCE:
            bar = _start_bar(what, whole)
        if bar is not None:
            bar.update(bar.task_ids[0], completed=done, total=whole)

    try:
        yield advance
    finally:
        if bar is not None:
            bar.stop()


def _start_bar(what: str, total: int | None) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console(stderr=True),
    )
    bar.add_task(what, total=total)
    bar.start()
    return bar
