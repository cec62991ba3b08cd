"""The paper against itself: points of items, questions and cover, and ids."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from gradus.exam import Exam, Heading, Question

MOST_READINGS = 4096


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about the paper; `kind` is points, duplicate or symbol."""

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
    number = points if points.denominator == 1 else float(points)
    return f"{number} point{'' if points == 1 else 's'}"


def _sums(questions: list[Question]) -> set[Fraction]:
    """Return every sum of points that the stated values allow."""
    stated = [question.stated_points or (question.points,) for question in questions]
    return {sum(reading, Fraction(0)) for reading in itertools.islice(itertools.product(*stated), MOST_READINGS)}


def _section(exam: Exam, heading: Heading) -> list[Question]:
    """Return the questions between a heading and the next."""
    inside, found = False, []
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
    if heading.points not in sums:
        added = " or ".join(_plural(total) for total in sorted(sums))
        message = f"the heading states {_plural(heading.points)}, and its items add up to {added}"
        yield Finding("points", heading.number, message)


def _audit_doubles(exam: Exam) -> Iterator[Finding]:
    """Report items that state two values, and which of them makes their question add up."""
    for heading in exam.headings:
        questions = _section(exam, heading)
        for question in questions:
            values = dict.fromkeys(question.stated_points)
            if len(values) < 2:
                continue
            others = _sums([other for other in questions if other is not question])
            fitting = [v for v in values if heading.points is not None and heading.points - v in others]
            stated = " and ".join(_plural(value) for value in values)
            hint = (
                f"; only {_plural(fitting[0])} makes question {heading.number} come to {_plural(heading.points)}"
                if (len(fitting) == 1 and heading.points is not None)
                else ""
            )
            yield Finding("points", question.item, f"states {stated}{hint}")


def _audit_total(exam: Exam) -> Iterator[Finding]:
    total = exam.points + exam.extra
    if exam.cover is not None and exam.cover != total:
        stated = f"{_plural(exam.points)}" + (f" and {exam.extra} extra" if exam.extra else "")
        yield Finding("points", "cover", f"the cover says {_plural(exam.cover)}, and the header {stated}")
    sums = _sums(list(exam.questions))
    if total not in sums:
        added = " or ".join(_plural(each) for each in sorted(sums))
        yield Finding("points", "header", f"the header states {_plural(total)} in all, and the items add up to {added}")
