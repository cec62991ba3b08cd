"""Intervals of the real line, with open or closed ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import numeral
from gradus.answers.answer import Answer
from gradus.answers.real import Real
from gradus.answers.truth import Truth
from gradus.errors import Unreadable

_REMEDY = "write both ends in brackets, such as [0, 1) or (-inf, 3]"
_INFINITE = re.compile(r"([+-]?)\s*(?:inf(?:inity|ty)?|∞|\\infty|oo)", re.IGNORECASE)


@final
@dataclass(frozen=True, slots=True)
class Interval(Answer):
    """All numbers from `low` to `high`; an end that is `None` is infinite and open.

    >>> str(Interval(Fraction(0), Fraction(1), closed_high=False))
    '[0, 1)'
    >>> Interval(None, None).read("(-∞, 1/2]")
    Interval(low=None, high=Fraction(1, 2), closed_low=False, closed_high=True)
    """

    kind: ClassVar[str] = "interval"
    low: Fraction | None
    high: Fraction | None
    closed_low: bool = True
    closed_high: bool = True

    def __post_init__(self) -> None:
        if self.low is None:
            object.__setattr__(self, "closed_low", False)
        if self.high is None:
            object.__setattr__(self, "closed_high", False)

    def read(self, text: str) -> Interval:
        """Read `[a, b]`, `(a, b)`, `]a, b[`, with `;` or `..` in place of the comma."""
        written = numeral.plain(text)
        if not written or written[0] not in "[(]":
            raise Unreadable(written, 0, "an interval begins with [ or (", _REMEDY)
        if written[-1] not in ")][":
            raise Unreadable(written, len(written), "an interval ends with ] or )", _REMEDY)
        low, at = _read_end(written, 1, infinite="-∞")
        between = re.compile(r"\s*(?:,|;|\.\.+|…)\s*").match(written, at)
        if not between:
            raise Unreadable(written, at, "a comma between the ends is expected here", _REMEDY)
        high, at = _read_end(written, between.end(), infinite="∞")
        if written[at:-1].strip():
            raise Unreadable(written, at, "the closing bracket is expected here", _REMEDY)
        if low is not None and high is not None and low > high:
            raise Unreadable(written, 1, "the lower end stands first", _REMEDY)
        return Interval(low, high, written[0] == "[", written[-1] == "]")

    def agrees(self, other: Answer) -> Truth:
        """Compare both ends and whether they belong to the interval."""
        return Truth.of(isinstance(other, Interval) and other == self)

    def __str__(self) -> str:
        low = "-∞" if self.low is None else str(Real(self.low))
        high = "∞" if self.high is None else str(Real(self.high))
        return f"{'[' if self.closed_low else '('}{low}, {high}{']' if self.closed_high else ')'}"

    def latex(self) -> str:
        r"""Print with \infty for an infinite end."""
        return str(self).replace("∞", r"\infty")


def _read_end(text: str, at: int, infinite: str) -> tuple[Fraction | None, int]:
    """Read one end of an interval: a number, a fraction, or the infinity that may stand there."""
    while at < len(text) and text[at] == " ":
        at += 1
    endless = _INFINITE.match(text, at)
    if endless:
        if (endless[1] == "-") is not (infinite == "-∞"):
            raise Unreadable(text, at, f"only {infinite} can stand at this end", _REMEDY)
        return None, endless.end()
    # a comma separates the ends here, so it cannot group digits
    stop = next((i for i in range(at, len(text)) if text[i] in ",;…[]()" or text[i : i + 2] == ".."), len(text))
    word = text[at:stop].rstrip()
    try:
        return Real(Fraction(0)).read(word).value, at + len(word)
    except Unreadable as fault:
        raise Unreadable(text, at + fault.column, fault.expected, _REMEDY) from None
