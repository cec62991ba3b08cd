"""The audit of a whole exam."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, final

from gradus.audit.following import audit_following
from gradus.audit.keys import Part, audit_question
from gradus.audit.paper import Finding, audit_paper
from gradus.audit.readings import find_rulings, readings_of, settle_here
from gradus.audit.rubrics import audit_rubric
from gradus.audit.statements import Rulings, audit_statements
from gradus.audit.stems import audit_stems
from gradus.audit.symbols import audit_symbols
from gradus.claim import Claim, Effort
from gradus.decisions import Decision
from gradus.exam import Exam, Question
from gradus.questions import Statements, WrittenAnswer

Settle = Callable[[Iterable[Claim], Effort], Mapping[Claim, Decision]]
USUAL = Effort()


@final
@dataclass(frozen=True)
class Audit:
    """Everything an audit found: one row a part, and findings about the paper itself."""

    exam: Exam
    parts: tuple[Part, ...]
    paper: tuple[Finding, ...]

    @property
    def agrees(self) -> bool:
        """Whether every part is countersigned, every printed answer holds and the points add up."""
        noted = any(finding.kind != "symbol" for finding in self.paper)  # symbols are found by a heuristic
        return not noted and all(part.status in {"agrees", "written"} for part in self.parts)

    @property
    def unsigned(self) -> tuple[Part, ...]:
        """The parts that a paper may not ask, unless someone accepts them: those whose key is not countersigned."""
        return tuple(part for part in self.parts if not part.countersigned and not part.by_hand)

    def counts(self) -> dict[str, int]:
        """Return how many parts have each status."""
        return dict(Counter(part.status for part in self.parts))

    def to_json(self) -> dict[str, Any]:
        """Return the audit as JSON data."""
        exam = self.exam
        return {
            "exam": {
                "name": exam.name,
                "title": exam.title,
                "file": exam.file,
                "points": _number(exam.points),
                "extra": _number(exam.extra),
                "cover": None if exam.cover is None else _number(exam.cover),
                "questions": len(exam.questions),
                "agrees": self.agrees,
                "counts": self.counts(),
            },
            "parts": [{name: _number(value) for name, value in asdict(part).items()} for part in self.parts],
            "paper": [asdict(finding) for finding in self.paper],
        }


def _number(value: Any) -> Any:
    """Return a fraction as an int or a float, and anything else as it is."""
    from fractions import Fraction

    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    return value


def audit(
    exam: Exam, progress: Callable[[str], object] = str, effort: Effort = USUAL, settle: Settle = settle_here
) -> Audit:
    """Audit every question of an exam, and the paper itself.

    Args:
        exam: the exam.
        progress: told each item when it is done.
        effort: how much deciding a claim may cost.
        settle: decides claims: here one after the other, or `gradus.decisions.Docket.settle` side by side.
    """
    decided = settle(readings_of(exam), effort)
    rulings = find_rulings(exam, effort, decided)
    parts: list[Part] = []
    for question in exam.questions:
        parts.extend(_audit_question(question, rulings))
        progress(question.item)
    paper = (*audit_paper(exam), *audit_following(exam), *audit_symbols(exam), *audit_stems(exam))
    return Audit(exam, tuple(parts), paper)


def _audit_question(question: Question, rulings: Rulings) -> Iterable[Part]:
    if question.family is Statements:
        return audit_statements(question, rulings)
    if question.family is WrittenAnswer:
        return audit_rubric(question, rulings)
    return audit_question(question)
