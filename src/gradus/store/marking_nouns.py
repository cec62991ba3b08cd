"""What marking leaves in the ledger, as it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, final

from gradus.verdict import Status, Verdict

Part = tuple[str, str]  # item and part


@final
@dataclass(frozen=True, slots=True)
class Assessed:
    """What one answer comes to, and what that rests on besides the paper, the exam's version and Gradus itself."""

    item: str
    part: str
    response: str
    status: Status
    credit: Fraction | None
    worth: Fraction
    feedback: str
    read: str
    mistake: str
    key: str
    family: str
    family_hash: str
    rubric: tuple[tuple[str, int, str], ...] = ()  # code, version and points of the rubric items applied

    @property
    def points(self) -> Fraction | None:
        """Points earned, or None while it is pending."""
        return None if self.credit is None else self.credit * self.worth

    def to_json(self) -> dict[str, Any]:
        """Return the same as JSON data."""
        data = {name: getattr(self, name) for name in self.__slots__}
        exact = {"credit": None if self.credit is None else str(self.credit), "worth": str(self.worth)}
        return {**data, **exact, "rubric": [list(entry) for entry in self.rubric]}


def from_json(data: Mapping[str, Any]) -> Assessed:
    """Return what `to_json` wrote.

    >>> one = Assessed("3.i", "shape", "1", "right", Fraction(1), Fraction(1, 2), *([""] * 6), (("a", 1, "2"),))
    >>> from_json(one.to_json()) == one
    True
    """
    credit = None if data["credit"] is None else Fraction(data["credit"])
    rubric = tuple((code, version, points) for code, version, points in data["rubric"])
    return Assessed(**{**data, "credit": credit, "worth": Fraction(data["worth"]), "rubric": rubric})


@final
@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """One row of the ledger's verdicts; `number` counts those on one part, and the last one holds."""

    id: int
    candidate_id: int
    number: int
    assessed: Assessed
    version_id: int
    paper_id: int
    hand_mark_id: int | None
    regrade_id: int | None
    rulings_seen: int
    engine_hash: str
    gradus_version: str
    by: str
    at: datetime

    @property
    def part(self) -> Part:
        """Item and part."""
        return self.assessed.item, self.assessed.part

    @property
    def source(self) -> str:
        """Who decided: `hand` or `machine`."""
        return "machine" if self.hand_mark_id is None else "hand"

    @property
    def points(self) -> Fraction | None:
        """Points earned, or None while it is pending."""
        return self.assessed.points

    def to_verdict(self) -> Verdict:
        """Return the verdict as reports take it."""
        one = self.assessed
        return Verdict(one.part, one.status, one.credit, one.feedback, one.read, one.mistake)


@final
@dataclass(frozen=True, slots=True)
class Ruling:
    """Someone's word on a part: an answer that earns a share of the points whatever the key says.

    Of statements, whose order is drawn, the part is the statement's name in the exam file. An empty answer stands for
    every answer, and then nobody loses by it.
    """

    id: int
    item: str
    part: str
    answer: str
    credit: Fraction
    reason: str
    by: str
    at: datetime


@final
@dataclass(frozen=True, slots=True)
class RubricItem:
    """What a person who marks looks for, and the points that it gives or takes."""

    code: str
    version: int
    text: str
    points: Fraction
    withdrawn: bool = False
    group: str = ""


@final
@dataclass(frozen=True, slots=True)
class PartRubric:
    """A part's rubric: items by code, those withdrawn too, and the most that the items of a group give together.

    Version 0 of an item is the exam file's; later ones are staff's.
    """

    items: Mapping[str, RubricItem]
    caps: Mapping[str, Fraction]

    def applied(self, codes: Iterable[str]) -> tuple[RubricItem, ...]:
        """Return the items of these codes that are not withdrawn."""
        return tuple(self.items[code] for code in codes if code in self.items and not self.items[code].withdrawn)

    def points(self, codes: Iterable[str]) -> Fraction:
        """Return what the items of these codes give together, under the caps."""
        earned: dict[str, Fraction] = {}
        for item in self.applied(codes):
            earned[item.group] = earned.get(item.group, Fraction(0)) + item.points
        return sum((min(sum_, self.caps.get(group, sum_)) for group, sum_ in earned.items()), Fraction(0))


@final
@dataclass(frozen=True, slots=True)
class HandMark:
    """What a person decided on a part."""

    id: int
    codes: tuple[str, ...]
    adjustment: Fraction
    comment: str
    marker: str


@final
@dataclass(frozen=True, slots=True)
class QueuedPart:
    """A part that people mark: how many answers wait, how many are done."""

    item: str
    part: str
    waiting: int
    done: int


@final
@dataclass(frozen=True, slots=True)
class Ticket:
    """An answer to be marked, without a word on whose it is.

    `name` is the part's: of a statement, whose number on the paper is `part`, its name in the exam file. `prompt` is
    the question as it was asked, `number` the verdict that holds, `marked` what a person decided before.
    """

    ticket: int
    item: str
    name: str
    part: str
    prompt: str
    number: int
    response: str
    feedback: str
    worth: Fraction
    points: Fraction | None
    marked: HandMark | None
