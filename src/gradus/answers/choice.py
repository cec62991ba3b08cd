"""One or several of named options."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, final

from gradus.answers import numeral
from gradus.answers.answer import Answer
from gradus.answers.truth import Truth
from gradus.errors import Unreadable, suggest

_WORD = re.compile(r"[^\s,;()\[\]{}]+")
_SKIPPED = {"and", "&", "option", "options"}


@final
@dataclass(frozen=True, slots=True)
class Choice(Answer):
    """The options chosen among those offered.

    Args:
        chosen: names of the options chosen.
        options: names of all options, in the order shown.
        several: whether more or fewer than one may be chosen.

    >>> key = Choice(frozenset({"vi"}), ("iv", "v", "vi"))
    >>> key.agrees(key.read("VI."))
    <Truth.TRUE: 'true'>
    """

    kind: ClassVar[str] = "choice"
    chosen: frozenset[str]
    options: tuple[str, ...]
    several: bool = False

    def read(self, text: str) -> Choice:
        """Read names of options, in any order and case, separated by spaces or commas; `none` for none."""
        written = numeral.plain(text)
        remedy = f"write {'some' if self.several else 'one'} of {', '.join(self.options)}"
        # options that differ in case alone are told apart by it
        exact = {numeral.plain(name): name for name in self.options}  # as the answer is read, digits of all scripts
        known = {name.lower(): option for name, option in exact.items()} | exact
        chosen: set[str] = set()
        words = [w for w in _WORD.finditer(written) if w[0].lower() not in _SKIPPED or w[0].lower() in known]
        none = self.several and len(words) == 1 and words[0][0].lower().rstrip(".") in {"none", "-"}
        for word in [] if none else words:
            name = word[0].rstrip(".:")
            found = known.get(name) or known.get(name.lower())
            if found is None:
                raise Unreadable(written, word.start(), f"{name[:20]!r} is no option", suggest(name, self.options))
            chosen.add(found)
        if not words:
            raise Unreadable(written, 0, "nothing is written", remedy)
        if len(chosen) != 1 and not self.several:
            raise Unreadable(written, words[-1].start(), "one option is asked for", remedy)
        return Choice(frozenset(chosen), self.options, self.several)

    def agrees(self, other: Answer) -> Truth:
        """Compare the sets chosen."""
        return Truth.of(isinstance(other, Choice) and other.chosen == self.chosen)

    def __str__(self) -> str:
        return ", ".join(name for name in self.options if name in self.chosen) or "none"
