"""Which answers wait for a person: each once, question by question, in an order that does not tell who wrote them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from gradus.exam import Exam
from gradus.family import Family
from gradus.handmarks.identity import identify, texts_of
from gradus.paper import Paper
from gradus.report.grading_run import Graded


@final
@dataclass(frozen=True)
class Waiting:
    """An answer that waits for a person.

    Attributes:
        answer: its name, by `identify`; the order of the queue is the order of these, which is random and stable.
        why: why no machine marks it.
        worth: points of the part.
        count: how many candidates wrote it.
    """

    answer: str
    item: str
    part: str
    variant: Family
    text: str
    why: str
    worth: Fraction
    count: int = 1


def find_waiting(exam: Exam, graded: Iterable[Graded], paper_of: Callable[[str], Paper]) -> list[Waiting]:
    """Return the answers that a person is to mark, in the order of the exam and, within a part, of their names.

    The order is that of a hash of the words: the same on every day and whoever sits the exam, so that marking can
    stop anywhere; and neither alphabet nor time of submission shows through it.
    """
    found: dict[str, list[Waiting]] = {}
    for one in graded:
        variants = paper_of(one.marks.candidate).variants
        for item in one.marks.items:
            for part, verdict in item.verdicts.items():
                text = texts_of(variants[item.item], one.responses.get(item.item, {})).get(part, "")
                if verdict.status != "undecided" or not text.strip():
                    continue
                variant = variants[item.item]
                answer = identify(exam.name, item.item, variant, part, text)
                same = found.setdefault(answer, [])
                why, worth = verdict.feedback, item.worth[part]
                same.append(Waiting(answer, item.item, part, variant, text, why, worth, len(same) + 1))
    order = {question.item: index for index, question in enumerate(exam.questions)}
    latest = [same[-1] for same in found.values()]
    return sorted(latest, key=lambda one: (order[one.item], one.variant.parts.index(one.part), one.answer))
