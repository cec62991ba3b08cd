"""The boxes that this process marks in: opened when the first program comes, closed when the process ends.

All threads share one, which runs one program at a time, but for those that stand apart with a box of their own.
"""

from __future__ import annotations

import atexit
import os
import threading

from gradus.sandbox import Box

_open: dict[tuple[int, int], Box] = {}
_opening = threading.RLock()  # threads share a box, and the first to come opens it
os.register_at_fork(before=_opening.acquire, after_in_parent=_opening.release, after_in_child=_opening.release)
_apart = threading.local()
_trusted = False


def trust_submissions() -> None:
    """Allow programs to run without a sandbox where none can be had; said by a person, never by default."""
    global _trusted  # noqa: PLW0603 - one decision for the whole process
    _trusted = True


def are_trusted() -> bool:
    """Return whether a person said so."""
    return _trusted


def stand_apart() -> None:
    """Let this thread have a box of its own from now on; said by threads that last as long as the process."""
    _apart.number = threading.get_ident()


def shared() -> Box:
    """Return the box of this process, or of this thread where it stands apart; a forked process opens its own.

    Raises:
        Unavailable: where no sandbox can be had and the submissions are not trusted.
    """
    place = (os.getpid(), getattr(_apart, "number", 0))
    with _opening:
        box = _open.get(place)
        if box is None:
            box = _open[place] = Box(trusted=_trusted)
            atexit.register(box.close)
        return box
