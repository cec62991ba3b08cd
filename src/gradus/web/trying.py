"""The public checks of a program, run in the sandbox before it is handed in; hidden checks are never among them."""

from __future__ import annotations

import atexit
import queue
import threading
from dataclasses import dataclass
from functools import cache
from typing import final

from gradus.errors import Unreadable
from gradus.family import Family
from gradus.programs import Programmed, check
from gradus.sandbox import Box, Limits, Unavailable
from gradus.web.asking import reader_of

AT_ONCE = 2
LIMITS = Limits(seconds=5.0, processor=5.0)
TITLES = {
    "runs": "It runs",
    "values": "Values on the public inputs",
    "edges": "Public edge cases",
    "dtype": "Type of the result",
    "inputs": "Arguments left as they were",
}


@final
@dataclass(frozen=True, slots=True)
class Tried:
    """What the public checks came to: (title, holds, what to say); or why they could not be run."""

    checks: tuple[tuple[str, bool, str], ...] = ()
    problem: str = ""


@cache
def _boxes() -> queue.SimpleQueue[Box]:
    """Return the free boxes of this process."""
    free: queue.SimpleQueue[Box] = queue.SimpleQueue()
    for _ in range(AT_ONCE):
        box = Box()
        atexit.register(box.close)
        free.put(box)
    return free


_opening = threading.Lock()


def try_program(variant: Family, part: str, text: str) -> Tried:
    """Run the public checks on a program."""
    key = reader_of(variant, part)
    if key is None or not isinstance(variant, Programmed):
        return Tried(problem="This question has no public checks.")
    try:
        source = str(key.read(text))
    except Unreadable as fault:
        return Tried(problem=f"{fault.expected[:1].upper()}{fault.expected[1:]}; {fault.remedy}.")
    try:
        with _opening:
            free = _boxes()
    except Unavailable:
        return Tried(problem="Programs cannot be run on this server. Yours is saved and will be marked all the same.")
    box = free.get()
    try:
        found = tuple(check(variant.task(), source, box, LIMITS, public=True))
    finally:
        free.put(box)
    return Tried(tuple((TITLES.get(one.name, one.name), one.holds, "" if one.holds else one.feedback) for one in found))
