"""What a regrade is: a change for each part that comes out otherwise, and what they come to together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, final

from gradus.store.marking_nouns import Assessed, StoredVerdict, from_json


@final
@dataclass(frozen=True, slots=True)
class Change:
    """What a regrade makes of one part of one candidate.

    Attributes:
        before, after: points; None while pending.
        why: what changed, in words.
        kept: whether the old verdict stays, since nobody is to lose.
        number: the verdict that the plan saw.
        becomes: the new verdict.
    """

    candidate_id: int
    candidate: str
    item: str
    part: str
    response: str
    before: Fraction | None
    after: Fraction | None
    before_status: str
    why: str
    kept: bool
    number: int
    becomes: Assessed
    basis: dict[str, Any]

    @property
    def after_status(self) -> str:
        """The new verdict's word."""
        return self.becomes.status


@final
@dataclass(frozen=True, slots=True)
class Regrade:
    """A plan, or what was carried out: then `plan_id` names the plan.

    `totals` holds what each candidate has before and after, where that differs.
    """

    id: int
    exam: str
    plan_id: int | None
    version_id: int
    never_lower: bool
    reason: str
    by: str
    at: datetime
    changes: tuple[Change, ...]
    totals: Mapping[str, tuple[Fraction, Fraction]]
    done: bool

    @property
    def gain(self) -> dict[str, Fraction]:
        """Candidate → points gained in all."""
        return {who: after - before for who, (before, after) in self.totals.items() if after > before}

    @property
    def lose(self) -> dict[str, Fraction]:
        """Candidate → points lost in all, as positive numbers."""
        return {who: before - after for who, (before, after) in self.totals.items() if after < before}

    @property
    def kept(self) -> dict[str, Fraction]:
        """Candidate → points that would be lost, and are not."""
        sums: dict[str, Fraction] = defaultdict(Fraction)
        for change in self.changes:
            if change.kept:
                sums[change.candidate] += (change.before or 0) - (change.after or 0)
        return dict(sums)


def write_change(
    before: StoredVerdict, after: Assessed, why: str, *, kept: bool, basis: dict[str, Any]
) -> dict[str, Any]:
    """Return a change as it is stored."""
    points = None if before.points is None else str(before.points)
    return {
        "candidate_id": before.candidate_id,
        "before": points,
        "before_status": before.assessed.status,
        "why": why,
        "kept": kept,
        "number": before.number,
        "becomes": after.to_json(),
        "basis": basis,
    }


def read_change(data: Mapping[str, Any], names: Mapping[int, str]) -> Change:
    """Return a change as it was stored; `names` are the candidates'."""
    becomes = from_json(data["becomes"])
    return Change(
        candidate_id=data["candidate_id"],
        candidate=names[data["candidate_id"]],
        item=becomes.item,
        part=becomes.part,
        response=becomes.response,
        before=None if data["before"] is None else Fraction(data["before"]),
        after=becomes.points,
        before_status=data["before_status"],
        why=data["why"],
        kept=data["kept"],
        number=data["number"],
        becomes=becomes,
        basis=data["basis"],
    )
