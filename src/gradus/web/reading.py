"""How a response was read, told before it counts: the value in the field's notation, or where reading stopped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import final

from gradus.answers import Answer, Choice, Program, TrueOrFalse, Written
from gradus.errors import GradusError, Unreadable
from gradus.family import Family
from gradus.render.markup import to_html
from gradus.web.asking import reader_of

LONGEST_SHOWN = 400
_STOP = re.compile(r"\w+|\S|\s+")


@final
@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a response.

    Attributes:
        readable: whether it is an answer at all.
        shown: the answer as it was read, in HTML; empty where that says nothing new.
        notes: what the notation left open and how it was taken.
        rule, remedy: what is wrong where it is not readable.
        before, stop, after: the text around the place where reading stopped; it stops at the end where `stop` is empty.
    """

    readable: bool
    shown: str = ""
    notes: tuple[str, ...] = ()
    rule: str = ""
    remedy: str = ""
    before: str = ""
    stop: str = ""
    after: str = ""


@lru_cache(maxsize=20_000)
def read(variant: Family, part: str, text: str) -> Reading | None:
    """Read a response as grading will; None where nothing is written or nothing can be said.

    >>> from gradus.families.conv_layer import ConvLayer
    >>> from gradus.answers import Shape
    >>> variant = ConvLayer(image=Shape(128, 128, 3), kernel=3, stride=1, padding=0, filters=64)
    >>> found = read(variant, "parameters", "12,34")
    >>> found.readable, found.before, found.stop, found.after, found.remedy
    (False, '12', ',', '34', 'write the whole number, such as 250')
    """
    key = reader_of(variant, part)
    if key is None or not text.strip():
        return None
    try:
        found = key.read(text)
    except Unreadable as fault:
        start = max(0, fault.column - 60)
        before, rest = fault.text[start : fault.column], fault.text[fault.column : fault.column + 60]
        stop = _STOP.match(rest)
        at = stop.end() if stop else 0
        return Reading(False, rule=fault.expected, remedy=fault.remedy, before=before, stop=rest[:at], after=rest[at:])
    except GradusError as fault:
        return Reading(False, rule=str(fault), remedy="write it another way")
    except Exception:  # noqa: BLE001 - a reader of another package may fail; the response is kept as it is
        return None
    return _shown(found)


def _shown(found: Answer) -> Reading:
    if isinstance(found, Written):
        words = len(found.text.split())
        return Reading(True, f"{words} word{'' if words == 1 else 's'}")
    if isinstance(found, Choice | Program | TrueOrFalse):
        return Reading(True)
    latex = found.latex()
    html = to_html(f"${latex}$").strip() if len(latex) <= LONGEST_SHOWN * 4 else ""
    html = html.removeprefix("<p>").removesuffix("</p>")
    shape = getattr(getattr(found, "tree", None), "shape", None)
    notes = tuple(getattr(found, "notes", ()))
    if shape is not None:
        sizes = " × ".join(map(str, shape)) if shape else "a number"
        notes = (f"shape: {sizes}", *notes)
    return Reading(True, html, notes)
