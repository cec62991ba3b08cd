"""What commands write to a screen that does not know all characters: its nearest ones, never a crash."""

from __future__ import annotations

import codecs
import io
import sys
from typing import Any

NAME = "gradus-nearest"
_NEAREST = str.maketrans(
    {"×": "x", "·": "*", "−": "-", "–": "-", "─": "-", "⌊": "[", "⌋": "]", "→": "->", "…": "...", "✗": "!", "’": "'"}
)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Replace what cannot be written by its nearest plain characters, or a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    wanted = error.object[error.start : error.end].translate(_NEAREST)
    return "".join(c if c.isascii() else "?" for c in wanted), error.end


def prepare() -> None:
    """Make stdout write the nearest characters where its own are too few."""
    codecs.register_error(NAME, _nearest)
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors=NAME)


def show_json(data: Any) -> None:
    """Print JSON data, in escapes where stdout does not know all characters."""
    import json

    import click

    universal = codecs.lookup(sys.stdout.encoding or "ascii").name.startswith("utf")
    click.echo(json.dumps(data, ensure_ascii=not universal, indent=2))
