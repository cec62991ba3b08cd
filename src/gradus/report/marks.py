"""One candidate's marks: every response of a paper graded, earlier answers followed through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, final

from gradus.errors import Fault
from gradus.exam import Exam, Question
from gradus.grading import Verdict, grade
from gradus.handmarks import HandMark, decide_by_hand
from gradus.paper import Paper
from gradus.questions import Statements


@final
@dataclass(frozen=True)
class ItemMarks:
    """The verdicts on one item's parts, and the points they come to so far."""

    item: str
    verdicts: Mapping[str, Verdict]
    worth: Mapping[str, Fraction]
    least: Fraction | None = None  # points that the item comes to at least, where a wrong answer can cost some

    @cached_property
    def points(self) -> Fraction:
        """Points earned by the parts that are decided."""
        earned = sum((self.worth[part] * v.credit for part, v in self.verdicts.items() if v.credit), Fraction(0))
        return earned if self.least is None else max(self.least, earned)

    @property
    def pending(self) -> tuple[str, ...]:
        """Parts to be asked again or decided by a person."""
        return tuple(part for part, verdict in self.verdicts.items() if verdict.credit is None)


@final
@dataclass(frozen=True)
class Marks:
    """Everything one candidate gets."""

    candidate: str
    items: tuple[ItemMarks, ...]

    @cached_property
    def total(self) -> Fraction:
        """Points earned so far."""
        return sum((item.points for item in self.items if item.points), Fraction(0))

    @property
    def pending(self) -> int:
        """How many parts are to be asked again or decided by a person."""
        return sum(len(item.pending) for item in self.items)

    def to_json(self, responses: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        """Return marks and feedback as JSON data."""
        parts = [
            {
                "item": item.item,
                "part": part,
                "response": responses.get(item.item, {}).get(part, ""),
                "read": verdict.read,
                "status": verdict.status,
                "points": None if verdict.credit is None else float(item.worth[part] * verdict.credit),
                "of": float(item.worth[part]),
                "mistake": verdict.mistake,
                "feedback": verdict.feedback,
            }
            for item in self.items
            for part, verdict in item.verdicts.items()
        ]
        return {"candidate": self.candidate, "points": float(self.total), "pending": self.pending, "parts": parts}


def mark(
    exam: Exam, paper: Paper, responses: Mapping[str, Mapping[str, str]], marked_by_hand: Mapping[str, HandMark] = {}
) -> Marks:
    """Grade one candidate's responses, item → part → text, in the order of the exam.

    Marks that people gave count where the machine leaves an answer to them.
    """
    marked: dict[str, ItemMarks] = {}
    for question in exam.questions:
        variant = paper.variants.get(question.item)
        if variant is None:
            continue  # an item added to the exam after this paper was drawn
        if type(variant) is not question.family:
            rule = f"was drawn as {type(variant).__name__}, and the exam asks {question.family.__name__} now"
            raise Fault(paper.candidate, question.item, None, rule, "give this item an id of its own, or draw anew")
        earlier = {
            label: answer
            for label, (item, part) in question.follows.items()
            if item in marked and (answer := marked[item].verdicts[part].answer) is not None
        }
        given, worth = responses.get(question.item, {}), _worth(question, variant.parts)
        decided, unusable = decide_by_hand(exam.name, question.item, variant, given, worth, marked_by_hand)
        verdicts = grade(variant, given, earlier, question.credit, decided)
        for part, why in unusable.items():
            if verdicts[part].status == "undecided":
                verdicts[part] = replace(verdicts[part], feedback=f"A person decides again: {why}.")
        least = variant.least if isinstance(variant, Statements) and variant.marking == "negative" else None
        marked[question.item] = ItemMarks(question.item, verdicts, worth, least)
    return Marks(paper.candidate, tuple(marked.values()))


def _worth(question: Question, parts: tuple[str, ...]) -> dict[str, Fraction]:
    return {part: question.worth(part, parts) for part in parts}
