"""Real numbers, exact unless a tolerance is stated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import numeral
from gradus.answers.answer import Answer
from gradus.answers.truth import Truth
from gradus.errors import Unreadable

_REMEDY = "write a number, such as 0.25, 1/4 or 25 %"
# alone but for a sign and a unit: a digit beside it would make a mixed number
_FRAC = re.compile(r"([+-]?)\s*\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}(\s*\\?%|\s+\D*)?")


@final
@dataclass(frozen=True, slots=True)
class Real(Answer):
    """A real number held as a fraction, with the tolerance within which another agrees.

    Args:
        value: the number, exactly.
        tolerance: largest absolute difference that still agrees; 0 means exactly equal.
        unit: what is measured; it may be written or left out.

    >>> third = Real(Fraction(1, 3), tolerance=Fraction(1, 1000))
    >>> third.agrees(third.read("0.333")), third.agrees(third.read("33.4 %"))
    (<Truth.TRUE: 'true'>, <Truth.TRUE: 'true'>)
    >>> third.agrees(third.read("0.3"))
    <Truth.FALSE: 'false'>
    """

    kind: ClassVar[str] = "real"
    value: Fraction
    tolerance: Fraction = Fraction(0)
    unit: str = ""

    def read(self, text: str) -> Real:
        r"""Read a decimal, a fraction of two numbers (`1/4` or `\frac{1}{4}`), or a percentage."""
        written = numeral.plain(text)
        if fraction := _FRAC.fullmatch(written):
            written = fraction.expand(r"\1\2/\3\4")
        if not written:
            raise Unreadable(written, 0, "nothing is written", _REMEDY)
        if "," in written and "." not in written and written.count(",") == 1:
            raise Unreadable(written, written.index(","), "a comma may group or separate decimals", _REMEDY)
        value, at = numeral.scan(written, remedy=_REMEDY)
        rest = written[at:].strip()
        if rest.startswith("/"):
            value, rest = self._divide(written, value, written.index("/", at))
        if rest in {"%", r"\%"}:
            value, rest = value / 100, ""
        if rest and rest.lower() != self.unit.lower():
            raise Unreadable(written, len(written) - len(rest), f"{rest[:20]!r} is left over", _REMEDY)
        return Real(value, self.tolerance, self.unit)

    @staticmethod
    def _divide(written: str, above: Fraction, slash: int) -> tuple[Fraction, str]:
        """Read the denominator after a slash."""
        start = slash + 1
        while start < len(written) and written[start] == " ":
            start += 1
        below, at = numeral.scan(written, start, remedy=_REMEDY)
        if below == 0:
            raise Unreadable(written, start, "the denominator is zero", _REMEDY)
        return above / below, written[at:].strip()

    def agrees(self, other: Answer) -> Truth:
        """Compare within this answer's tolerance."""
        return Truth.of(isinstance(other, Real) and abs(other.value - self.value) <= self.tolerance)

    def __str__(self) -> str:
        whole, below = self.value.numerator, self.value.denominator
        if below == 1:
            return str(whole)
        return _decimal(self.value) or f"{whole}/{below}"

    def latex(self) -> str:
        """Print as digits or as a fraction."""
        text = str(self)
        if "/" not in text:
            return text
        sign, above = ("-" if self.value < 0 else ""), abs(self.value.numerator)
        return rf"{sign}\frac{{{above}}}{{{self.value.denominator}}}"


def _decimal(value: Fraction) -> str:
    """Return the decimal that equals the fraction, if it has at most twelve places."""
    scaled = value * 10**12
    if scaled.denominator != 1:
        return ""
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled.numerator)).rjust(13, "0")
    return f"{sign}{digits[:-12]}.{digits[-12:]}".rstrip("0").rstrip(".")
