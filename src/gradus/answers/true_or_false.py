"""Whether a statement holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, final

from gradus.answers import numeral
from gradus.answers.answer import Answer
from gradus.answers.truth import Truth
from gradus.errors import Unreadable

_TRUE = frozenset({"true", "t", "yes", "y", "right", "correct", "holds", "✓", "✔", "☑"})
_FALSE = frozenset({"false", "f", "no", "n", "wrong", "incorrect", "☐"})


@final
@dataclass(frozen=True, slots=True)
class TrueOrFalse(Answer):
    """True or false; a key may also be undecided, and then every answer to it is.

    >>> TrueOrFalse(Truth.TRUE).agrees(TrueOrFalse(Truth.TRUE).read("T"))
    <Truth.TRUE: 'true'>
    >>> TrueOrFalse(Truth.UNDECIDED).agrees(TrueOrFalse(Truth.TRUE))
    <Truth.UNDECIDED: 'undecided'>
    """

    kind: ClassVar[str] = "true or false"
    truth: Truth
    why: str = field(default="", compare=False)  # it is undecided
    depends: bool = field(default=False, compare=False)  # it is, since readings that are decided differ

    def read(self, text: str) -> TrueOrFalse:
        """Read `true` or `false`, in the words that people use for them."""
        written = numeral.plain(text)
        word = written.strip().rstrip(".!").lower()
        if word in _TRUE or word in _FALSE:
            return TrueOrFalse(Truth.of(word in _TRUE))
        rule = "nothing is written" if not word else "it is neither true nor false"
        raise Unreadable(written, 0, rule, "write true or false, or leave it blank")

    def agrees(self, other: Answer) -> Truth:
        """Compare; what is undecided agrees with nothing and contradicts nothing."""
        if not isinstance(other, TrueOrFalse):
            return Truth.FALSE
        if Truth.UNDECIDED in {self.truth, other.truth}:
            return Truth.UNDECIDED
        return Truth.of(self.truth is other.truth)

    def __repr__(self) -> str:
        why = f", {self.why!r}" if self.why else ""
        return f"TrueOrFalse(Truth.{self.truth.name}{why}{', depends=True' if self.depends else ''})"

    def __str__(self) -> str:
        return self.truth.value
