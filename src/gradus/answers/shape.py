"""Shapes of arrays: image sides, activations, weights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

from gradus.answers import numeral
from gradus.answers.answer import Answer
from gradus.answers.truth import Truth
from gradus.errors import Unreadable

_TIMES = re.compile(r"\s*(?:×|[xX*·⋅,;]|\\times|\\cdot|\bby\b)\s*")
_SIZE = re.compile(r"-?\d+")
_REMEDY = "write the sizes with × or x between them, such as 20 x 30 x 8"


@final
@dataclass(frozen=True, slots=True, init=False)
class Shape(Answer):
    """The sizes of an array along its axes; images are height × width × channels.

    >>> str(Shape(126, 126, 64))
    '126 × 126 × 64'
    >>> Shape(1, 1, 1).read("(126, 126, 64)") == Shape(1, 1, 1).read("126x126x64") == Shape(126, 126, 64)
    True
    """

    kind: ClassVar[str] = "shape"
    sizes: tuple[int, ...]

    def __init__(self, *sizes: int) -> None:
        object.__setattr__(self, "sizes", sizes)

    def __iter__(self) -> Iterator[int]:
        return iter(self.sizes)

    def read(self, text: str) -> Shape:
        r"""Read sizes with ×, x, *, ·, a comma, `by` or `\times` between them, in brackets or not."""
        written = numeral.plain(text)
        if not written:
            raise Unreadable(written, 0, "nothing is written", _REMEDY)
        start, end = _without_brackets(written)
        sizes: list[int] = []
        commas: set[bool] = set()  # whether commas separate, whether other marks do
        at = start
        while True:
            size, at = _read_size(written, at)
            sizes.append(size)
            if at >= end:
                break
            times = _read_times(written, at, end, commas)
            at = times.end()
            if at >= end and times[0].strip() == ",":
                break  # Python's (10,)
        return Shape(*sizes)

    def agrees(self, other: Answer) -> Truth:
        """Compare size by size, in order."""
        return Truth.of(isinstance(other, Shape) and other.sizes == self.sizes)

    def __str__(self) -> str:
        return " × ".join(map(str, self.sizes))

    def __repr__(self) -> str:
        return f"Shape({', '.join(map(str, self.sizes))})"

    def latex(self) -> str:
        """Print with multiplication crosses."""
        return r" \times ".join(map(str, self.sizes))


def _read_size(text: str, at: int) -> tuple[int, int]:
    """Read the digits of one size; return it and where it ends."""
    size = _SIZE.match(text, at)
    if not size:
        raise Unreadable(text, at, "a size in digits is expected here", _REMEDY)
    digits = size[0].lstrip("-")
    if len(digits) > 1 and digits[0] == "0":
        rule = "no size begins with 0 (a comma separates sizes, it does not group digits)"
        raise Unreadable(text, at, rule, _REMEDY)
    return int(size[0]), size.end()


def _read_times(text: str, at: int, end: int, commas: set[bool]) -> re.Match[str]:
    """Read what stands between two sizes; beside other marks, a comma may as well group digits."""
    times = _TIMES.match(text, at, end)
    if not times:
        rule = "sizes are whole numbers" if text[at] == "." else "a × between sizes is expected here"
        raise Unreadable(text, at, rule, _REMEDY)
    commas.add(times[0].strip() == ",")
    if len(commas) > 1:
        raise Unreadable(text, at, "commas and other marks are mixed", _REMEDY)
    return times


def _without_brackets(text: str) -> tuple[int, int]:
    """Return where the sizes begin and end, inside one pair of brackets if there is one."""
    start, end = 0, len(text.rstrip(" ."))
    pairs = {"(": ")", "[": "]", "{": "}"}
    if text[0] in pairs:
        if text[end - 1] != pairs[text[0]] or end < 2:
            raise Unreadable(text, end, f"the bracket {text[0]} is not closed by {pairs[text[0]]}", _REMEDY)
        start, end = 1, end - 1
    while start < end and text[start] == " ":
        start += 1
    while end > start and text[end - 1] == " ":
        end -= 1
    return start, end
