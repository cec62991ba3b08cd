"""How each part of a question is asked for: options, one line, several lines, a program, a text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, final

from gradus.answers import Answer, Choice, Program, TrueOrFalse, Truth, Written
from gradus.family import Family
from gradus.questions import Statements

Widget = Literal["options", "line", "formula", "program", "text"]
HINTS = {
    "count": "a whole number, such as 250",
    "real": "a number, such as 0.25, 1/4 or 25 %",
    "shape": "sizes with × or x between them, such as 20 x 30 x 8",
    "interval": "both ends in brackets, such as [0, 1)",
    "expression": "a formula, as text or LaTeX, such as W^T (x - y)",
    "program": "Python with NumPy",
    "written": "sentences; a person marks them",
}
MOST_KEPT = 4096  # variants whose keys are remembered, to be read by


@final
@dataclass(frozen=True, slots=True)
class Field:
    """One part as a page asks for it.

    Attributes:
        name: of the form's field: item and part.
        options: of a choice, in the order shown.
        several: whether more or fewer than one option may be chosen.
        statement: in Markdown, what the options judge; empty where the prompt says it.
    """

    item: str
    part: str
    widget: Widget
    hint: str = ""
    options: tuple[str, ...] = ()
    several: bool = False
    statement: str = ""

    @property
    def name(self) -> str:
        """Return what names the field in a form."""
        return f"{self.item}/{self.part}"


def reader_of(variant: Family, part: str) -> Answer | None:
    """Return what reads the responses to a part, which is its key; None where there is none. Never shown."""
    if isinstance(variant, Statements):
        return TrueOrFalse(Truth.UNDECIDED)  # reads the same before the audit has decided it and after
    try:
        return _key(variant, part)
    except Exception:  # noqa: BLE001 - a family may fail in any way; then anything may be written, and a person decides
        return None


@lru_cache(maxsize=MOST_KEPT)
def _key(variant: Family, part: str) -> Answer | None:
    return variant.key().get(part)  # what it raises is not kept: an audit that runs just now may mend it


def fields_of(item: str, variant: Family) -> tuple[Field, ...]:
    """Return the fields of one question.

    >>> from gradus.families.conv_layer import ConvLayer
    >>> from gradus.answers import Shape
    >>> variant = ConvLayer(image=Shape(128, 128, 3), kernel=3, stride=1, padding=0, filters=64)
    >>> [(field.name, field.widget) for field in fields_of("3.i", variant)]
    [('3.i/shape', 'line'), ('3.i/parameters', 'line')]
    """
    return tuple(_field(item, variant, part, reader_of(variant, part)) for part in variant.parts)


def _field(item: str, variant: Family, part: str, key: Answer | None) -> Field:
    if isinstance(key, Choice):
        hint = "choose all that apply" if key.several else "choose one"
        return Field(item, part, "options", hint, key.options, key.several)
    if isinstance(variant, Statements):
        return Field(item, part, "options", "", ("true", "false"), statement=variant.wordings()[part])
    if isinstance(key, TrueOrFalse):
        return Field(item, part, "options", "", ("true", "false"))
    if isinstance(key, Program):
        return Field(item, part, "program", f"{HINTS['program']}; it must define {key.function}")
    if key is None or isinstance(key, Written):
        return Field(item, part, "text", HINTS["written"])
    return Field(item, part, "formula" if key.kind == "expression" else "line", HINTS.get(key.kind, key.kind))


def prompt(variant: Family) -> str:
    """Return what stands above the fields, in Markdown: statements stand beside theirs."""
    return variant.introduction() if isinstance(variant, Statements) else variant.prompt()


def digest(text: str) -> str:
    """Return what tells whether a field was changed since its page was made."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
