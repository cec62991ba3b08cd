"""Questions that build on earlier ones: right earlier answers must lead to the key, or a wrong answer earns credit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import final

from gradus.answers import Answer, Truth
from gradus.audit.paper import Finding
from gradus.errors import GradusError
from gradus.exam import Exam, Question
from gradus.paper import Paper, draw

PAPERS = 32  # tried where fields are drawn: what does not belong together shows at once


@final
class _Watched(dict[str, Answer]):
    """Answers that remember which of them were asked for."""

    def __init__(self, answers: Mapping[str, Answer], asked: set[str]) -> None:
        super().__init__(answers)
        self.asked = asked

    def get(self, name: str, default: Answer | None = None) -> Answer | None:  # type: ignore[override]
        """Return an answer and remember that it was asked for."""
        self.asked.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> Answer:
        self.asked.add(name)
        return super().__getitem__(name)


def audit_following(exam: Exam) -> Iterator[Finding]:
    """Yield labels that no part of a question uses, and right answers that lead away from its key."""
    if not any(question.follows for question in exam.questions) or any(exam.duplicates()):
        return
    open_ones = any(question.open_fields() for question in exam.questions)
    try:
        papers = [draw(exam, f"audit {number}") for number in range(PAPERS if open_ones else 1)]
    except GradusError:
        return  # the audit of that question says why
    for question in exam.questions:
        if question.follows:
            yield from _audit_question(question, papers)


def _audit_question(question: Question, papers: list[Paper]) -> Iterator[Finding]:
    asked: set[str] = set()
    led, message = 0, ""
    for paper in papers:
        try:
            message = message or _lead_away(question, paper, asked)
            led += 1
        except GradusError:
            continue  # a question with several answers has no key to be led to
    unused = [label for label in question.follows if label not in asked]
    if led and unused:
        known = ", ".join(sorted(asked - set(question.family.parts)))
        reason = f"it knows {known}" if known else "it builds on no earlier question"
        message = f"follows {', '.join(unused)}, which none of its parts uses: {reason}"
    if message:
        yield Finding("follows", question.item, message)


def _lead_away(question: Question, paper: Paper, asked: set[str]) -> str:
    """Return how right earlier answers lead to something else than the key, or nothing."""
    variant = paper.variants[question.item]
    earlier = {label: paper.variants[item].key()[part] for label, (item, part) in question.follows.items()}
    key = variant.key()
    for part in variant.parts:
        given = {**earlier, **{name: answer for name, answer in key.items() if name != part}}
        led = variant.follow(part, _Watched(given, asked))
        if led is not None and led.agrees(key[part]) is Truth.FALSE:
            listed = ", ".join(f"{label} = {answer}" for label, answer in earlier.items())
            return f"right answers to what it follows ({listed}) lead to {part} {led}, and its key is {key[part]}"
    return ""
