"""From verdicts on statements to what their question earns: each by itself, all or nothing, or with a penalty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from gradus.family import Family
from gradus.questions import Statements
from gradus.verdict import Verdict


def apply_rule(variant: Family, verdicts: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """Return the verdicts with the credit that the question's rule leaves them; other families have no such rule.

    Under "all or nothing" one wrong or blank statement costs all points at once; while none is, but one waits for a
    person, nothing is earned yet. The least that a question comes to is for the sum of its points: `ItemMarks`.
    """
    if not isinstance(variant, Statements) or variant.marking == "per option":
        return dict(verdicts)
    if variant.marking == "negative":
        return {part: _penalised(verdict, variant.penalty) for part, verdict in verdicts.items()}
    lost = [part for part, verdict in verdicts.items() if verdict.credit is not None and verdict.credit < 1]
    waiting = [part for part, verdict in verdicts.items() if verdict.credit is None]
    if lost:
        return {part: _withheld(verdict, f"{_named(lost)} not right") for part, verdict in verdicts.items()}
    if waiting:
        why = f"{_named(waiting)} still open"
        return {part: verdict if part in waiting else _withheld(verdict, why) for part, verdict in verdicts.items()}
    return dict(verdicts)


def _penalised(verdict: Verdict, penalty: Fraction) -> Verdict:
    return replace(verdict, credit=-penalty) if verdict.status == "wrong" else verdict


def _withheld(verdict: Verdict, why: str) -> Verdict:
    """Return a verdict that earns nothing because of another statement."""
    if verdict.status == "unreadable":  # it is asked again, and then it may count
        return verdict
    reason = f"{verdict.feedback} The points are for all statements together, and {why}."
    return replace(verdict, credit=Fraction(0), feedback=reason.strip())


def _named(parts: list[str]) -> str:
    return f"{', '.join(parts)} {'is' if len(parts) == 1 else 'are'}"
