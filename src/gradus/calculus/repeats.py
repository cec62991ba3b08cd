"""Brackets that one text repeats: read once, meant once, computed once.

Expanded answers repeat a denominator behind every term; in those of 9000 characters four fifths are repeated. A
bracket whose text has stood before in the same answer becomes one token that carries what the first one became.
Texts on a keyboard only: without braces, square brackets, bars and commands no pattern of the scanner reaches out
of a round bracket, so the same text inside gives the same tokens.
"""

from __future__ import annotations

import re
from typing import Any

_SIMPLE = re.compile(r"[^\\{}\[\]|‖]*")
_ROUND = re.compile(r"[()]")
SHORTEST, FEWEST = 6, 120  # characters of a bracket worth remembering, of a text worth looking at


class Repeated:
    """A bracket: where its text first stood, and what it became.

    Attributes:
        column: of the bracket that opens it.
        used: it stands in the text again.
        notation: what the parser made of its inside.
        tokens: how many it has, its brackets included, as if nothing in it were repeated.
        whole: all of it is read.
    """

    __slots__ = ("_depth", "column", "content", "notation", "tokens", "used", "whole")

    def __init__(self, column: int, content: str, before: int) -> None:
        self.column, self.content, self.tokens = column, content, -before
        self.used, self.whole, self._depth = False, False, 0
        self.notation: Any = None

    @property
    def depth(self) -> int:
        """Return how deep it nests, itself included."""
        if not self._depth:
            depth = 0
            for sign in _ROUND.findall(self.content):
                depth += 1 if sign == "(" else -1
                self._depth = max(self._depth, depth)
        return self._depth


class Repeats:
    """The brackets of one text."""

    def __init__(self, partner: dict[int, int]) -> None:
        self.partner = partner
        self.seen: dict[str, Repeated] = {}
        self.unfinished: dict[int, Repeated] = {}
        self.spared = 0

    def opened(self, text: str, column: int, tokens: int) -> Repeated | None:
        """Return the bracket whose text opens at a column: where it stood first, or a new one.

        Args:
            text: the whole text.
            column: of the bracket.
            tokens: how many stand before it.
        """
        close = self.partner.get(column, 0)
        if close - column < SHORTEST:
            return None
        content = text[column : close + 1]
        found = self.seen.get(content)
        if found is None and "," not in content:  # what holds a comma may be a pair and no group
            found = self.seen[content] = self.unfinished[close] = Repeated(column, content, tokens + self.spared)
        return found

    def closed(self, opening: int, column: int, tokens: int) -> None:
        """Finish a bracket, if it closes where its text said."""
        found = self.unfinished.pop(column, None)
        if found is not None and found.column == opening:
            found.tokens += tokens + self.spared
            found.whole = True

    def spare(self, found: Repeated) -> int:
        """Count the tokens that a repetition spares; return how many characters it has."""
        found.used = True
        self.spared += found.tokens - 1
        return len(found.content)


def repeats(text: str) -> Repeats | None:
    """Return what brackets of a text may repeat; nothing for short texts and those of other notations.

    >>> found = repeats("a/(x + 1)" * 20)
    >>> found.partner[2] if found else None
    8
    """
    if len(text) < FEWEST or not _SIMPLE.fullmatch(text):
        return None
    partner: dict[int, int] = {}
    opened: list[int] = []
    for found in _ROUND.finditer(text):
        column = found.start()
        if text[column] == "(":
            opened.append(column)
        elif opened:
            partner[opened.pop()] = column
    return Repeats(partner)
