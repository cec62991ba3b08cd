"""Numbers as people write them, read exactly.

One numeral is read wherever a number is asked for, so that `1,024`, `1024`, `+1 024`, `$1{,}024$` and
`1.024e3` mean the same everywhere, and what could mean two things is asked again.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from gradus.errors import Unreadable

LONGEST_TEXT = 2_000
LARGEST_EXPONENT = 400

_SPACES = dict.fromkeys(map(ord, "\u00a0\u2000\u2002\u2003\u2007\u2008\u2009\u200a\u202f\t"), " ")
_SIGNS = dict.fromkeys(map(ord, "−–﹣－"), "-")
# LaTeX that surrounds or spaces a number without changing it
_LATEX = re.compile(r"\\[,;!: ]|\\(?:left|right)(?=[(\[)\]])|\\[()\[\]]|\$")
_WORDS = re.compile(r"\\(?:text|mathrm|mathbf|operatorname)\s*\{([^{}\\]*)\}")
# no group follows a leading zero: 0,024 is rather the decimal comma of another country
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([,_' ])\d{3})(?:\1\d{3})*(?!\d)")
_PLAIN = re.compile(r"\d+")
_DECIMALS = re.compile(r"\.(\d*)")
_EXPONENT = re.compile(r"[eE]([+-]?\d+)|\s*(?:[×x*·]|\\times|\\cdot)\s*10\s*(?:\^|\*\*)\s*\{?\s*([+-]?\d+)\s*\}?")


def plain(text: str) -> str:
    r"""Replace look-alike characters and spacing LaTeX by plain ones; bounded in length.

    >>> plain("$75\\,648$"), plain("−２"), plain(r"1{,}024")
    ('75 648', '-2', '1,024')
    """
    if len(text) > LONGEST_TEXT:
        rule = f"an answer has at most {LONGEST_TEXT} characters, and this has {len(text)}"
        raise Unreadable(text[:LONGEST_TEXT], 0, rule, "write only the value")
    text = text.translate(_SPACES).translate(_SIGNS).replace("{,}", ",")
    text = _WORDS.sub(r"\1", text)
    text = _LATEX.sub(lambda found: " " if found[0] in (r"\,", r"\;", r"\:", r"\ ") else "", text)
    return "".join(_digit(c) if ord(c) > 127 else c for c in text).strip()


def _digit(character: str) -> str:
    """Return a digit of any script as 0–9, and any other character as it is."""
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def scan(text: str, start: int = 0, *, remedy: str) -> tuple[Fraction, int]:
    """Read one unsigned or signed numeral in plain text; return it and where it ends.

    Raises:
        Unreadable: where no number begins, or one begins that could mean two things.

    >>> scan("-1,024.5 parameters", remedy="write a number")
    (Fraction(-2049, 2), 8)
    """
    at, sign = start, 1
    if at < len(text) and text[at] in "+-":
        sign, at = (-1 if text[at] == "-" else 1), at + 1
        while at < len(text) and text[at] == " ":
            at += 1
    whole, at = _scan_whole(text, at, remedy)
    value = Fraction(whole)
    decimals = _DECIMALS.match(text, at)
    if decimals:
        digits, at = decimals[1], decimals.end()
        value += Fraction(int(digits or "0"), 10 ** len(digits))
    exponent = _EXPONENT.match(text, at)
    if exponent:
        power = int(exponent[1] or exponent[2])
        if abs(power) > LARGEST_EXPONENT:
            raise Unreadable(text, exponent.start(), f"exponents reach at most {LARGEST_EXPONENT}", remedy)
        value, at = value * Fraction(10) ** power, exponent.end()
    return sign * value, at


def _scan_whole(text: str, at: int, remedy: str) -> tuple[int, int]:
    """Read the digits before the point, with or without grouping."""
    grouped = _GROUPED.match(text, at)
    if grouped:
        return int(re.sub(r"[,_' ]", "", grouped[0])), _after_whole(text, grouped.end(), remedy)
    digits = _PLAIN.match(text, at)
    if digits:
        return int(digits[0]), _after_whole(text, digits.end(), remedy)
    if at < len(text) and text[at] == "." and text[at + 1 : at + 2].isdigit():
        return 0, at
    raise Unreadable(text, at, "a number is expected here", remedy)


def _after_whole(text: str, at: int, remedy: str) -> int:
    """Refuse a separator that groups nothing: 12,34 may be 12.34 or 1234."""
    if at + 1 < len(text) and text[at] in ",_'" and text[at + 1].isdigit():
        raise Unreadable(text, at, "groups of digits have three digits each", remedy)
    return at


def read(text: str, *, remedy: str, unit: str = "") -> Fraction:
    """Read a text that is one number, with or without its unit.

    >>> read("1 792 parameters", remedy="write 1792", unit="parameters")
    Fraction(1792, 1)
    """
    text = plain(text)
    if not text:
        raise Unreadable(text, 0, "nothing is written", remedy)
    value, at = scan(text, remedy=remedy)
    rest = text[at:].strip()
    if rest.endswith(".") and not rest[:-1].strip():
        rest = ""
    if rest and not _is_unit(rest, unit):
        column = at + len(text[at:]) - len(text[at:].lstrip())
        raise Unreadable(text, column, f"the number ends here and {rest[:20]!r} is left over", remedy)
    return value


def _is_unit(word: str, unit: str) -> bool:
    """Accept the unit, its singular, and a short form of three letters or more."""
    word = word.lower().rstrip(".")
    return bool(unit) and (word == unit.lower() or (len(word) >= 3 and unit.lower().startswith(word.rstrip("s"))))
