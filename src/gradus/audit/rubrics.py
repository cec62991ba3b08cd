"""Rubrics audited: every idea that rests on a claim is a part, which the rubric credits or rejects."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from gradus.answers import Truth
from gradus.audit.keys import Part
from gradus.audit.statements import Rulings, compare_printed
from gradus.decisions import Ruling
from gradus.errors import Fault
from gradus.exam import Question
from gradus.questions import WrittenAnswer
from gradus.questions.written import PART
from gradus.rubric import Idea, Rejected


def audit_rubric(question: Question, rulings: Rulings) -> Iterator[Part]:
    """Yield a row for the answer, which a person marks, and one for each idea that rests on a claim."""
    variant = WrittenAnswer(**question.fixed)  # type: ignore[arg-type]
    resting = list(variant.rubric.assertions())
    count = f"{len(variant.ideas)} idea{'' if len(variant.ideas) == 1 else 's'}, {len(variant.rejected)} rejected"
    note = f"a person marks it by its rubric: {count}; {len(resting)} of them rest on claims"
    facts = [(entry, rulings.get(assertion), holds) for entry, assertion, holds in resting]
    signed = bool(facts) and all(
        isinstance(found, Ruling) and found.verdict is not Truth.UNDECIDED for _, found, _ in facts
    )
    said = {entry.idea: found.verdict.value for entry, found, _ in facts if isinstance(found, Ruling)}
    key = "; ".join(f"{idea}: {verdict}" for idea, verdict in said.items()) or "none"
    yield Part(
        item=question.item,
        part=PART,
        points=question.points,
        worth=question.points,
        key=key,
        witness=key if signed else "none",
        countersigned=signed,
        printed=None,
        status="written",
        working=variant.working(),
        note=note,
        by_hand=True,
    )
    for entry, found, holds in facts:
        yield _audit_idea(question, entry, found, holds)


def _audit_idea(question: Question, entry: Idea | Rejected, found: Ruling | Fault | None, holds: bool) -> Part:
    """Return the row of one idea: the rubric takes it to be true, or false where it rejects it."""
    ruling = found if isinstance(found, Ruling) else None
    truth = ruling.verdict if ruling else Truth.UNDECIDED
    depends = tuple(ruling.depends_on) if ruling else ()
    printed = Truth.of(holds).value
    status, _ = compare_printed([truth], printed, depends)
    said = "credits" if holds else "rejects"
    if ruling is None:
        note = str(found) if found else "its claim cannot be had"
    elif status == "wrong":
        note = f"the rubric {said} this, and the evidence says otherwise: {ruling.usual.evidence.finding}"
    elif status == "undecided":
        note = ruling.usual.reason
    else:
        note = f"the rubric {said} this; it {ruling}" if depends else ""
    usual = ruling.usual if ruling else None
    return Part(
        item=question.item,
        part=entry.name,
        points=question.points,
        worth=Fraction(0),
        key=usual.evidence.verdict.value if usual else "none",
        witness=usual.witness.verdict.value if usual else "none",
        countersigned=truth is not Truth.UNDECIDED,
        printed=printed,
        status=status,
        working=entry.idea
        + "".join(
            f"\n{side.route.value}: {side.finding}" for side in ((usual.evidence, usual.witness) if usual else ())
        ),
        depends_on=depends,
        variants=1 + len(ruling.others) if ruling else 1,
        note=note,
        by_hand=True,
    )
