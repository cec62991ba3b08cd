"""What a candidate wrote to one part of one item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

COLUMNS = ("candidate", "item", "part", "response")
LONGEST = 10_000


@final
@dataclass(frozen=True, slots=True)
class Response:
    """One response and the line of the file on which it begins."""

    candidate: str
    item: str
    part: str
    text: str
    line: int
