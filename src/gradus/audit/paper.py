"""The paper against itself: points of items, questions and cover, and ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from gradus.exam import Exam, Heading, Question

MOST_SUMS = 4096
MOST_SHOWN = 8


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about the paper; `kind` is points, duplicate, follows or symbol."""

    kind: str
    item: str
    message: str


def audit_paper(exam: Exam) -> Iterator[Finding]:
    """Yield what does not add up."""
    for double in exam.duplicates():
        message = f"the id {double.item} stands twice, again at {double.place}; give each question its own"
        yield Finding("duplicate", double.item, message)
    for heading in exam.headings:
        yield from _audit_section(exam, heading)
    yield from _audit_doubles(exam)
    yield from _audit_total(exam)


def _plural(points: Fraction) -> str:
    decimal = points.denominator > 1 and 10**6 % points.denominator == 0
    number = f"{float(points):.6f}".rstrip("0") if decimal else str(points)
    return f"{number} point{'' if points == 1 else 's'}"


def _sums(questions: Iterable[Question]) -> set[Fraction]:
    """Return every sum of points that the stated values allow; none when they are too many to tell."""
    sums = {Fraction(0)}
    for question in questions:
        stated = set(question.stated_points or (question.points,))
        if len(sums) * len(stated) > MOST_SUMS * MOST_SHOWN:
            return set()
        sums = {total + points for total in sums for points in stated}
    return sums if len(sums) <= MOST_SUMS else set()


def _spell_out(sums: set[Fraction]) -> str:
    """Return the sums as the end of "add up to …": all of a few, the ends of many."""
    ordered = sorted(sums)
    if len(ordered) > MOST_SHOWN:
        return f"{_plural(ordered[0])} at least and {_plural(ordered[-1])} at most, never to that"
    return " or ".join(map(_plural, ordered))


def _section(exam: Exam, heading: Heading | None) -> list[Question]:
    """Return the questions between a heading and the next, or those before the first."""
    inside, found = heading is None, []
    for piece in exam.content:
        if isinstance(piece, Heading):
            inside = piece is heading
        elif isinstance(piece, Question) and inside:
            found.append(piece)
    return found


def _audit_section(exam: Exam, heading: Heading) -> Iterator[Finding]:
    questions = _section(exam, heading)
    if heading.points is None or not questions:
        return
    sums = _sums(questions)
    if sums and heading.points not in sums:
        message = f"the heading states {_plural(heading.points)}, and its items add up to {_spell_out(sums)}"
        yield Finding("points", heading.number, message)


def _audit_doubles(exam: Exam) -> Iterator[Finding]:
    """Report items that state two values, and which of them makes their question add up."""
    for heading in (None, *exam.headings):
        questions = _section(exam, heading)
        for question in questions:
            values = dict.fromkeys(question.stated_points)
            if len(values) > 1:
                hint = _fitting(heading, values, [other for other in questions if other is not question])
                stated = " and ".join(_plural(value) for value in values)
                yield Finding("points", question.item, f"states {stated}{hint}")


def _fitting(heading: Heading | None, values: Iterable[Fraction], others: list[Question]) -> str:
    """Say which of an item's values makes its section come to what the heading states, if one alone does."""
    if heading is None or heading.points is None:
        return ""
    rest = _sums(others)
    fitting = [value for value in values if heading.points - value in rest]
    if len(fitting) != 1:
        return ""
    return f"; only {_plural(fitting[0])} makes question {heading.number} come to {_plural(heading.points)}"


def _audit_total(exam: Exam) -> Iterator[Finding]:
    total = exam.points + exam.extra
    if exam.cover is not None and exam.cover != total:
        stated = f"{_plural(exam.points)}" + (f" and {exam.extra} extra" if exam.extra else "")
        yield Finding("points", "cover", f"the cover says {_plural(exam.cover)}, and the header {stated}")
    sums = _sums(list(exam.questions))
    if sums and total not in sums:
        message = f"the header states {_plural(total)} in all, and the items add up to {_spell_out(sums)}"
        yield Finding("points", "header", message)
