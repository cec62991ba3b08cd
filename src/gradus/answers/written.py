"""Answers in sentences: a person marks them; what the key holds is the facts that they are marked by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from gradus.answers.answer import Answer
from gradus.answers.truth import Truth
from gradus.errors import Unreadable

LONGEST = 20_000


@final
@dataclass(frozen=True, slots=True)
class Written(Answer):
    """A text of a candidate, or the facts that a good one states.

    Args:
        facts: statements and whether each is true, as computed; key and witness agree on all or on none.
        text: what a candidate wrote.

    >>> key = Written((("the loss falls", True), ("the weights grow", False)))
    >>> print(key)
    the loss falls: true; the weights grow: false
    >>> key.agrees(key.read("The loss goes down."))
    <Truth.UNDECIDED: 'undecided'>
    """

    kind: ClassVar[str] = "written"
    facts: tuple[tuple[str, bool], ...] = ()
    text: str = ""

    def read(self, text: str) -> Written:
        """Read any text that is not too long; the facts themselves are recognised."""
        bare = text.strip().removeprefix("$").removesuffix("$").removeprefix(r"\text{").removesuffix("}")
        if len(text) > LONGEST:
            raise Unreadable(text[:LONGEST], 0, f"a text has at most {LONGEST} characters", "shorten it")
        return self if bare == str(self) else Written((), text)

    def agrees(self, other: Answer) -> Truth:
        """Compare facts with facts; a text goes to a person."""
        if not isinstance(other, Written):
            return Truth.FALSE
        if not self.facts or not other.facts:
            return Truth.UNDECIDED
        return Truth.of(self.facts == other.facts)

    def __str__(self) -> str:
        return self.text or "; ".join(f"{fact}: {'true' if true else 'false'}" for fact, true in self.facts)
