"""The public checks of a program, run in the sandbox before it is handed in; hidden checks are never among them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import final

from gradus.answers import Program
from gradus.answers.program import Tried as Check
from gradus.errors import Unreadable
from gradus.family import Family
from gradus.sandbox import Unavailable
from gradus.web.asking import reader_of

_opening = threading.Lock()  # threads share one sandbox, and the first to come opens it


@final
@dataclass(frozen=True, slots=True)
class Tried:
    """What the public checks came to, or why they could not be run."""

    checks: tuple[Check, ...] = ()
    problem: str = ""


def try_program(variant: Family, part: str, text: str) -> Tried:
    """Run the public checks on a program."""
    key = reader_of(variant, part)
    if not isinstance(key, Program) or key.preview is None:
        return Tried(problem="This question has no public checks.")
    try:
        source = key.read(text).source
    except Unreadable as fault:
        return Tried(problem=f"{fault.expected[:1].upper()}{fault.expected[1:]}; {fault.remedy}.")
    try:
        with _opening:
            return Tried(key.preview(source))
    except Unavailable:
        return Tried(problem="Programs cannot be run on this server. Yours is saved and will be marked all the same.")
