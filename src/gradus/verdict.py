"""What a response to one part earns, and what a person decided of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, final

from gradus.answers import Answer

Status = Literal["right", "followed", "partial", "wrong", "blank", "unreadable", "undecided", "marked"]


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """What a response to one part earns, and what to tell the one who gave it.

    Attributes:
        credit: share of the part's points; `None` while it is unreadable (asked again) or undecided (a person decides).
        read: how the response was read, in the field's notation.
        mistake: name of the mistake recognised, if any.
        answer: the response as an answer, for parts that build on it.
    """

    part: str
    status: Status
    credit: Fraction | None
    feedback: str
    read: str = ""
    mistake: str = ""
    answer: Answer | None = None


@final
@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided of a response that was left to one: the share that it earns, and why."""

    credit: Fraction
    feedback: str
