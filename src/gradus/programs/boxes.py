"""The box that this process marks in: opened when the first program comes, closed when the process ends."""

from __future__ import annotations

import atexit
import os

from gradus.sandbox import Box

_open: dict[int, Box] = {}
_trusted = False


def trust_submissions() -> None:
    """Allow programs to run without a sandbox where none can be had; said by a person, never by default."""
    global _trusted  # noqa: PLW0603 - one decision for the whole process
    _trusted = True


def are_trusted() -> bool:
    """Return whether a person said so."""
    return _trusted


def shared() -> Box:
    """Return this process's box; a forked process opens its own.

    Raises:
        Unavailable: where no sandbox can be had and the submissions are not trusted.
    """
    box = _open.get(os.getpid())
    if box is None:
        box = _open[os.getpid()] = Box(trusted=_trusted)
        atexit.register(box.close)
    return box
