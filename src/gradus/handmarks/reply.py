"""What a person types to mark an answer: letters of ideas, or points, and perhaps a note to the one who wrote it."""

from __future__ import annotations

import re
from fractions import Fraction
from string import ascii_lowercase

from gradus.errors import Fault
from gradus.family import Family
from gradus.handmarks.file import LONGEST_NOTE, HandMark
from gradus.handmarks.queue import Waiting
from gradus.questions import WrittenAnswer

_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,6}|/[1-9]\d{0,5})?")


def letters_of(variant: Family) -> dict[str, str]:
    """Return the letter that stands for each idea of a rubric; none where there is no rubric."""
    ideas = variant.ideas if isinstance(variant, WrittenAnswer) else ()
    return dict(zip(ascii_lowercase, (idea.name for idea in ideas), strict=False))


def read_reply(text: str, waiting: Waiting) -> HandMark:
    """Read `a c`, `1.5` or `0`, and after a semicolon a note.

    Raises:
        Fault: for anything else, with what can be typed.
    """
    given, _, note = text.partition(";")
    given, note = given.strip().lower(), note.strip()
    letters = letters_of(waiting.variant)
    most = f"{float(waiting.worth):g}"
    remedy = f"type letters of ideas, such as a c, or points from 0 to {most}" if letters else f"type 0 to {most}"
    if len(note) > LONGEST_NOTE:
        raise Fault("", "note", note, f"has more than {LONGEST_NOTE} characters", "shorten it")
    if _NUMBER.fullmatch(given):
        points = Fraction(given.replace(",", "."))
        if points > waiting.worth:
            raise Fault("", "points", given, f"are more than {most}", remedy)
        return HandMark(waiting.answer, waiting.item, waiting.part, (), points, note)
    typed = given.replace(",", " ").split()
    for letter in typed:
        if letter not in letters:
            raise Fault("", "reply", letter, "is no letter of an idea and no number of points", remedy)
    if not typed:
        raise Fault("", "reply", None, "is empty", remedy)
    ideas = tuple(letters[letter] for letter in sorted(set(typed)))
    return HandMark(waiting.answer, waiting.item, waiting.part, ideas, None, note)
