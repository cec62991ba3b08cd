"""Variant and responses → verdicts: read, match the key, follow earlier answers, match a mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import final

from gradus.answers import Answer, Program, TrueOrFalse, Truth, Written
from gradus.answers.program import Marked
from gradus.countersigning import Countersigned, countersign
from gradus.errors import Unreadable
from gradus.family import Family, Mistake
from gradus.questions import Statements, WrittenAnswer
from gradus.rules import apply_rule
from gradus.verdict import Decided, Status, Verdict

NOTHING = "Nothing was answered."

__all__ = ["Decided", "Status", "Verdict", "grade"]


@final
@dataclass(frozen=True, slots=True)
class _Marking:
    """What is computed once for a variant and used for every response to it.

    `problem` says why its mistakes are not known, when the family fails to tell them.
    """

    countersigned: Countersigned
    mistakes: Mapping[str, tuple[Mistake, ...]]
    problem: str = ""


def grade(
    variant: Family,
    responses: Mapping[str, str],
    earlier: Mapping[str, Answer] = {},
    credit: Mapping[str, Fraction] = {},
    decided: Mapping[str, Decided] = {},
) -> dict[str, Verdict]:
    """Grade the responses to one variant, a verdict for each of its parts.

    Args:
        variant: the question as the candidate got it.
        responses: part → what was written; a part left out counts as blank.
        earlier: label → answer to an earlier question that this one builds on, for follow-through.
        credit: mistake → share of the part it still earns, where the author sets it.
        decided: part → what a person decided; it counts where the machine leaves the part to a person.

    >>> from gradus.families.conv_layer import ConvLayer
    >>> from gradus.answers import Shape
    >>> variant = ConvLayer(image=Shape(128, 128, 3), kernel=3, stride=1, padding=0, filters=64)
    >>> [v.status for v in grade(variant, {"shape": "126x126x64", "parameters": "1728"}).values()]
    ['right', 'partial']
    """
    if not any(text.strip() for text in responses.values()):
        if isinstance(variant, (Statements, WrittenAnswer)):
            return {part: _blank(part) for part in variant.parts}
        return dict(_unanswered(variant))
    marking = _marking(variant)
    if isinstance(variant, Statements):
        try:
            responses = variant.spread(responses)
        except Unreadable as fault:
            return {part: Verdict(part, "unreadable", None, str(fault)) for part in variant.parts}
    read = {part: _read(marking, part, responses.get(part, "")) for part in variant.parts}
    given = {**earlier, **{part: answer for part, answer in read.items() if isinstance(answer, Answer)}}
    verdicts = {part: _judge(variant, marking, part, read[part], given, credit) for part in variant.parts}
    return apply_rule(variant, {part: _settle(one, decided.get(part)) for part, one in verdicts.items()})


def _settle(verdict: Verdict, decided: Decided | None) -> Verdict:
    """Let a person's decision count where there is one to make."""
    if decided is None or verdict.status != "undecided":
        return verdict
    return replace(verdict, status="marked", credit=decided.credit, feedback=decided.feedback)


@lru_cache(maxsize=1024)
def _blank(part: str) -> Verdict:
    """Return the verdict on a part of which nothing was said, whatever its key is."""
    return Verdict(part, "blank", Fraction(0), NOTHING)


def signed(variant: Family) -> Countersigned:
    """Return a variant's key and witness as they grade it; they are computed once for both uses."""
    return _marking(variant).countersigned


@lru_cache(maxsize=1024)
def _unanswered(variant: Family) -> Mapping[str, Verdict]:
    """Return the verdicts on a question that nobody answered: the same for every candidate who left it out."""
    marking = _prepare(variant)
    return {part: _judge(variant, marking, part, None, {}, {}) for part in variant.parts}


def _marking(variant: Family) -> _Marking:
    """Return what is computed once for a variant; again as long as an audit may still decide what it rests on."""
    marking = _prepare(variant)
    if isinstance(variant, Statements) and len(marking.countersigned.key) < len(variant.parts):
        return _prepare.__wrapped__(variant)
    return marking


@lru_cache(maxsize=1024)
def _prepare(variant: Family) -> _Marking:
    """Compute key, witness and mistakes of a variant; mistakes that equal the key here are no mistakes."""
    done = countersign(variant)
    found: dict[str, tuple[Mistake, ...]] = {}
    if done.key:
        try:
            for mistake in variant.mistakes():
                if done.key[mistake.part].agrees(mistake.answer) is not Truth.TRUE:
                    found[mistake.part] = (*found.get(mistake.part, ()), mistake)
        except Exception as error:  # noqa: BLE001 - a family may fail in any way, and then a person decides
            return _Marking(done, {}, f"the mistakes failed: {type(error).__name__}: {error}")
    return _Marking(done, found)


def _read(marking: _Marking, part: str, text: str) -> Answer | Unreadable | None:
    """Read a response; None for a blank, the fault for an unreadable one or one without a key to read it by."""
    key = marking.countersigned.key.get(part)
    if not text.strip() or key is None:
        return None
    try:
        return key.read(text)
    except Unreadable as fault:
        return fault.of(part)


def _judge(
    variant: Family,
    marking: _Marking,
    part: str,
    read: Answer | Unreadable | None,
    given: Mapping[str, Answer],
    credit: Mapping[str, Fraction],
) -> Verdict:
    key = marking.countersigned.key.get(part)
    if isinstance(key, (TrueOrFalse, Written)) and (early := _judge_early(part, key, read)) is not None:
        return early
    if key is None or marking.countersigned.agreed[part] is not Truth.TRUE:
        why = marking.countersigned.problem or _doubt(key)
        shown = str(read) if isinstance(read, TrueOrFalse) else ""
        return Verdict(part, "undecided", None, f"A person decides: the key is not countersigned ({why}).", shown)
    if read is None:
        return _blank(part)
    if isinstance(read, Unreadable):
        return Verdict(part, "unreadable", None, str(read))
    if isinstance(key, Program) and isinstance(read, Program) and key.marker is not None:
        return _judge_program(part, key.marker(read.source), read, credit)
    agreed = key.agrees(read)
    if agreed is Truth.TRUE:
        return Verdict(part, "right", Fraction(1), _remarked("Right.", key, read), str(read), answer=read)
    if agreed is Truth.UNDECIDED:
        return Verdict(part, "undecided", None, "A person decides.", str(read), answer=read)
    try:
        followed = variant.follow(part, {name: answer for name, answer in given.items() if name != part})
    except Exception as error:  # noqa: BLE001 - as above
        return _undecided(part, read, f"following earlier answers failed: {type(error).__name__}: {error}")
    if followed is not None and followed.agrees(read) is Truth.TRUE:
        feedback = f"Right for your earlier answer, which this part builds on; for the right one it is {key}."
        return Verdict(part, "followed", Fraction(1), feedback, str(read), answer=read)
    return _judge_mistake(variant, marking, part, read, credit)


def _judge_early(part: str, key: TrueOrFalse | Written, read: Answer | Unreadable | None) -> Verdict | None:
    """Return the verdict where it is the same whatever the key came to: what is blank or unreadable, and any text."""
    if read is None:
        return _blank(part)
    if isinstance(read, Unreadable):
        return Verdict(part, "unreadable", None, str(read))
    if isinstance(key, Written):
        return Verdict(part, "undecided", None, "A person decides.", str(read), answer=read)
    return None


def _doubt(key: Answer | None) -> str:
    """Return why a part has no key that counts."""
    if key is None:
        return "it has not been decided yet"
    return (key.why if isinstance(key, TrueOrFalse) else "") or "key and witness differ"


def _judge_program(part: str, marked: Marked, read: Program, credit: Mapping[str, Fraction]) -> Verdict:
    """Turn what running a program came to into a verdict."""
    share = credit.get(marked.mistake, marked.credit) if marked.mistake else marked.credit
    if share is None:
        return Verdict(part, "undecided", None, marked.feedback, answer=read)
    status: Status = "right" if share == 1 else "partial" if share else "wrong"
    return Verdict(
        part, status, share, marked.feedback, f"a program of {len(read.source)} characters", marked.mistake, read
    )


def _judge_mistake(
    variant: Family, marking: _Marking, part: str, read: Answer, credit: Mapping[str, Fraction]
) -> Verdict:
    if marking.problem:  # the answer may be one that earns some of the points
        return _undecided(part, read, marking.problem)
    try:
        mistake = variant.recognise(part, read) or _listed(marking, part, read)
    except Exception as error:  # noqa: BLE001 - as above
        return _undecided(part, read, f"recognising mistakes failed: {type(error).__name__}: {error}")
    if mistake is None:
        return Verdict(part, "wrong", Fraction(0), f"{read} is not right.", str(read), answer=read)
    share = credit.get(mistake.name, mistake.credit)
    status: Status = "partial" if share else "wrong"
    feedback = _remarked(mistake.feedback, marking.countersigned.key[part], read)
    return Verdict(part, status, share, feedback, str(read), mistake.name, read)


def _undecided(part: str, read: Answer, why: str) -> Verdict:
    return Verdict(part, "undecided", None, f"A person decides: {why}.", str(read), answer=read)


def _listed(marking: _Marking, part: str, read: Answer) -> Mistake | None:
    """Return the first of the family's mistakes that the answer is."""
    return next((m for m in marking.mistakes.get(part, ()) if m.answer.agrees(read) is Truth.TRUE), None)


def _remarked(feedback: str, key: Answer, read: Answer) -> str:
    """Add how the answer was read and what else was seen, such as a smaller domain."""
    remarks = key.remarks(read)
    return f"{feedback} ({remarks})" if remarks else feedback
