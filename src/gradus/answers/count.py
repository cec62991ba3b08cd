"""Whole numbers: sizes, parameters, operations. Exact, whatever their length."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, final

from gradus.answers import numeral
from gradus.answers.answer import Answer
from gradus.answers.truth import Truth
from gradus.errors import Unreadable

# 75.000 is seventy-five to some and seventy-five thousand to others; 1.000e3 is only the one
_DOTTED = re.compile(r"[+-]? ?[1-9]\d{0,2}\.\d{3}(?![\deE.]|\s*(?:[×x*·]|\\times|\\cdot))")


@final
@dataclass(frozen=True, slots=True)
class Count(Answer):
    """A whole number with an optional unit.

    Args:
        value: the number.
        unit: what is counted, in the plural; it may be written or left out.

    >>> str(Count(1792, "parameters")), Count(1792).read("1,792")
    ('1792', Count(value=1792, unit=''))
    >>> Count(2).agrees(Count(2).read("-2"))
    <Truth.FALSE: 'false'>
    """

    kind: ClassVar[str] = "count"
    value: int
    unit: str = ""

    def read(self, text: str) -> Count:
        """Read digits, grouped or not; `75,648`, `75 648`, `7.5648e4` are the same."""
        if text.isascii() and text.isdigit() and len(text) <= numeral.LONGEST_TEXT:
            return Count(int(text), self.unit)  # the common case, ten times as fast
        value = numeral.read(text, remedy="write the whole number, such as 250", unit=self.unit)
        written = numeral.plain(text)
        if value.denominator != 1 or _DOTTED.match(written):
            point = max(written.find("."), 0)
            rule = "a count is a whole number (a dot separates decimals, a comma groups thousands)"
            raise Unreadable(written, point, rule, f"write {written.replace('.', '', 1)[:20]} if that is meant")
        return Count(value.numerator, self.unit)

    def agrees(self, other: Answer) -> Truth:
        """Compare exactly; units are for the reader."""
        return Truth.of(isinstance(other, Count) and other.value == self.value)

    def __str__(self) -> str:
        return str(self.value)

    def latex(self) -> str:
        """Print the digits."""
        return str(self.value)
