"""Paper, answers, rulings and rubric → what each part comes to. Grading, regrading and recomputing call this."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

from gradus import catalogue
from gradus.answers import Answer, Truth
from gradus.errors import Unreadable
from gradus.exam import Exam, Question
from gradus.family import Family
from gradus.grading import grade, signed
from gradus.handmarks.identity import texts_of
from gradus.paper import Paper
from gradus.questions import Statements
from gradus.questions.statements import TOGETHER
from gradus.report.marks import mark
from gradus.store.marking_nouns import Assessed, HandMark, Part, PartRubric, Ruling
from gradus.verdict import Decided, Status

Responses = Mapping[str, Mapping[str, str]]


def assess(exam: Exam, paper: Paper, responses: Responses, rulings: Iterable[Ruling] = ()) -> dict[Part, Assessed]:
    """Return what every part of a paper comes to, in the order of the exam.

    Items that the exam has no longer, or asks as another family now, are left out: they stay as they were marked.
    """
    kept = [piece for piece in exam.content if not isinstance(piece, Question) or _fits(piece, paper)]
    found: dict[Part, Assessed] = {}
    rulings = tuple(rulings)
    for item in mark(replace(exam, content=tuple(kept)), paper, responses).items:
        variant = paper.variants[item.item]
        key, given = signed(variant).key, _texts(variant, responses.get(item.item, {}))
        names = name_parts(variant)
        for part, verdict in item.verdicts.items():
            one = Assessed(
                item=item.item,
                part=part,
                response=given.get(part, ""),
                status=verdict.status,
                credit=verdict.credit,
                worth=item.worth[part],
                feedback=verdict.feedback,
                read=verdict.read,
                mistake=verdict.mistake,
                key=str(key.get(part, "")),
                family=catalogue.name_of(variant),
                family_hash=hash_family(type(variant)),
            )
            found[item.item, part] = _apply_rulings(one, names[part], key.get(part), rulings)
    return found


def _fits(question: Question, paper: Paper) -> bool:
    variant = paper.variants.get(question.item)
    return variant is None or type(variant) is question.family


def name_parts(variant: Family) -> dict[str, str]:
    """Return part → name under which staff speak of it: statements have drawn numbers, and names in the exam file."""
    if isinstance(variant, Statements):
        return {part: option.name for part, option in zip(variant.parts, variant.options, strict=True)}
    return {part: part for part in variant.parts}


def _texts(variant: Family, responses: Mapping[str, str]) -> Mapping[str, str]:
    """Return what was written to each part; a list of statements that cannot be read stands at each of them."""
    together = responses.get(TOGETHER, "") if isinstance(variant, Statements) else ""
    return texts_of(variant, responses) or dict.fromkeys(variant.parts, together)


def _apply_rulings(one: Assessed, name: str, key: Answer | None, rulings: Sequence[Ruling]) -> Assessed:
    for ruling in rulings:
        if (ruling.item, ruling.part) == (one.item, name) and _is_meant(one.response, key, ruling):
            if not ruling.answer and one.credit is not None and one.credit >= ruling.credit:
                continue
            feedback = f"By ruling of {ruling.by}: {ruling.reason}"
            one = replace(one, status=status_of(ruling.credit), credit=ruling.credit, feedback=feedback, mistake="")
    return one


def _is_meant(response: str, key: Answer | None, ruling: Ruling) -> bool:
    """Return whether a ruling speaks of a response; where the two cannot be compared, it does not."""
    if not ruling.answer:
        return True
    if not response.strip() or key is None:
        return False
    if response.strip() == ruling.answer.strip():
        return True
    try:
        return key.read(ruling.answer).agrees(key.read(response)) is Truth.TRUE
    except Unreadable:
        return False


def status_of(credit: Fraction) -> Status:
    """Return the word for a share of the points.

    >>> [status_of(Fraction(share)) for share in ("1", "1/2", "0")]
    ['right', 'partial', 'wrong']
    """
    return "right" if credit == 1 else "partial" if credit > 0 else "wrong"


def apply_hand_mark(one: Assessed, hand: HandMark, rubric: PartRubric) -> Assessed:
    """Return what a part comes to by a person: the points of rubric items and adjustment, cut to 0 … worth.

    Rubric items withdrawn since no longer count.
    """
    applied = rubric.applied(hand.codes)
    points = min(max(rubric.points(hand.codes) + hand.adjustment, Fraction(0)), one.worth)
    credit = points / one.worth if one.worth else Fraction(0)
    said = [f"{item.text} ({_signed(item.points)})" for item in applied]
    if hand.adjustment:
        said.append(f"adjusted by {_signed(hand.adjustment)}")
    if hand.comment:
        said.append(hand.comment)
    used = tuple((item.code, item.version, str(item.points)) for item in applied)
    return replace(one, status="marked", credit=credit, feedback="\n".join(said), mistake="", rubric=used)


def settle(
    machine: Mapping[Part, Assessed],
    question: Question,
    variant: Family,
    responses: Mapping[str, str],
    hands: Mapping[str, tuple[HandMark, PartRubric]],
) -> dict[Part, Assessed]:
    """Return the parts of one item that people decided; where the points are for all together, the others too.

    Args:
        machine: what the machine makes of the item's parts; of those decided, or of all where `is_joint`.
        question: the item in the exam.
        variant: the item on the paper.
        responses: to the item's parts.
        hands: part → what was decided, and the rubric that it refers to.
    """
    item = question.item
    decided = {part: apply_hand_mark(machine[item, part], *hand) for part, hand in hands.items()}
    if not is_joint(variant):
        return {(item, part): one for part, one in decided.items()}
    given = {part: Decided(one.credit or Fraction(0), one.feedback) for part, one in decided.items()}
    verdicts = grade(variant, responses, {}, question.credit, given)
    return {
        (item, part): replace(
            decided.get(part, machine[item, part]), status=v.status, credit=v.credit, feedback=v.feedback
        )
        for part, v in verdicts.items()
    }


def is_joint(variant: Family) -> bool:
    """Return whether what one part earns hangs on the others."""
    return isinstance(variant, Statements) and variant.marking == "all or nothing"


def _signed(points: Fraction) -> str:
    return f"{'+' if points >= 0 else '−'}{float(abs(points)):g}"


@cache
def hash_family(family: type[Family]) -> str:
    """Return SHA-256 of the file that defines a family, in hexadecimal; empty where it has none."""
    try:
        source = Path(inspect.getfile(family)).read_bytes()
    except (OSError, TypeError):
        return ""
    return hashlib.sha256(source).hexdigest()
