"""One question's keys: countersigned, and compared with what is printed.

A field that the question does not fix, or that a published paper leaves unsaid, is an open assumption. The audit tries
its values; a printed answer that holds for some of them and not for others *depends on* that field.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, final

from gradus.answers import Answer, Program, Truth, Written
from gradus.countersigning import Countersigned, countersign
from gradus.errors import UNDERDETERMINED, GradusError, Unreadable
from gradus.exam import Question
from gradus.family import Family, Mistake
from gradus.parameters import Domain

Status = Literal["agrees", "wrong", "depends", "underdetermined", "undecided", "written"]
MOST_VARIANTS = 200


@final
@dataclass(frozen=True)
class Part:
    """One row of the audit.

    Attributes:
        points: points of the item; `worth` are this part's.
        key, witness: as printed text; of the first variant tried, when the question leaves fields open.
        countersigned: whether key and witness agree on every variant tried.
        printed: what the author or paper states, or None.
        depends_on: fields left open that flip whether the printed answer holds.
        note: what a reader should know beyond the status.
        by_hand: whether a person marks it by design, since it has no key of its own: a text, or a statement that
            depends on what the question leaves open.
    """

    item: str
    part: str
    points: Fraction
    worth: Fraction
    key: str
    witness: str
    countersigned: bool
    printed: str | None
    status: Status
    working: str
    depends_on: tuple[str, ...] = ()
    variants: int = 1
    note: str = ""
    by_hand: bool = False


@dataclass(frozen=True)
class _Tried:
    """A variant with the values of the open fields that made it."""

    values: Mapping[str, object]
    variant: Family
    signed: Countersigned


def audit_question(question: Question) -> list[Part]:
    """Audit every part of a question."""
    open_fields = question.swept_fields()
    tried = [_Tried(values, variant, countersign(variant)) for values, variant in _variants(question, open_fields)]
    first = tried[0]
    return [_audit_part(question, part, tried, open_fields) for part in first.variant.parts]


def _variants(question: Question, fields: Mapping[str, Domain]) -> list[tuple[dict[str, object], Family]]:
    """Return all variants of the question if they are few, and a fixed sample of them if they are many."""
    source = random.Random(f"audit {question.item}")
    if not fields:
        return [({}, question.draw(source))]
    spans = {name: list(itertools.islice(domain.values(), MOST_VARIANTS)) for name, domain in fields.items()}
    if math.prod(len(span) for span in spans.values()) <= MOST_VARIANTS:
        combinations = [dict(zip(spans, values, strict=True)) for values in itertools.product(*spans.values())]
    else:
        combinations = [{name: domain.draw(source) for name, domain in fields.items()} for _ in range(MOST_VARIANTS)]
    made = []
    for values in combinations:
        try:
            made.append((values, question.family(**{**question.fixed, **values})))
        except GradusError:
            continue  # values that do not fit together are never drawn either
    # what the question itself says comes first, and is shown
    made.sort(key=lambda one: any(one[0][name] != question.fixed[name] for name in question.unstated))
    # nor are those that make no good question, unless there are no others
    return [one for one in made if one[1].is_sensible()] or made or [({}, question.draw(source))]


def _audit_part(question: Question, part: str, tried: list[_Tried], open_fields: Mapping[str, Domain]) -> Part:
    first = tried[0]
    printed = question.printed.get(part)
    holds = [_holds(one, part, printed) for one in tried]
    signed = all(one.signed.agreed[part] is Truth.TRUE for one in tried)
    status, note = _status(tried, part, holds, signed)
    depends: tuple[str, ...] = ()
    if status == "depends":
        depends = tuple(name for name in open_fields if _flips(name, tried, holds)) or tuple(open_fields)
        note = "; ".join(_spell_out(name, tried, holds) for name in depends)
    elif status == "wrong":
        slips = _slips(first, part, printed or ())
        note = " ".join(slip.feedback for slip in slips if slip)
        if all(slip is not None and slip.name == UNDERDETERMINED for slip in slips):
            status = "underdetermined"
    if len(tried) > 1 and not note:
        note = f"{len(tried)} variants tried; the first is shown"
    return Part(
        item=question.item,
        part=part,
        points=question.points,
        worth=question.worth(part, first.variant.parts),
        key=_show(first.signed.key.get(part)),
        witness=_show(first.signed.witness.get(part)),
        countersigned=signed,
        printed=None if printed is None else " or ".join(printed),
        status=status,
        working=first.variant.working() if first.signed.key else "",
        depends_on=depends,
        variants=len(tried),
        note=note,
        by_hand=status == "written",
    )


def _show(answer: Answer | None) -> str:
    """Return an answer for a row of the audit; of a program its size, since the working shows it."""
    if isinstance(answer, Program):
        return f"{answer.function}, {len(answer.source.splitlines())} lines"
    return "none" if answer is None else str(answer)


def _holds(one: _Tried, part: str, printed: tuple[str, ...] | None) -> Truth:
    """Decide whether every printed form equals the key of this variant; true where nothing is printed."""
    key = one.signed.key.get(part)
    if key is None:
        return Truth.UNDECIDED
    verdict = Truth.TRUE
    for text in printed or ():
        try:
            agreed = key.agrees(key.read(text))
        except Unreadable:
            return Truth.UNDECIDED
        if agreed is not Truth.TRUE:
            verdict = agreed
    return verdict


def _slips(one: _Tried, part: str, printed: tuple[str, ...]) -> list[Mistake | None]:
    """Return what went wrong in each printed form that does not hold; None where the family does not recognise it."""
    key, slips = one.signed.key[part], list[Mistake | None]()
    for text in printed:
        read = key.read(text)
        if key.agrees(read) is not Truth.TRUE:
            try:
                mistake = one.variant.recognise(part, read) or _listed(one.variant, part, read)
            except Exception:  # noqa: BLE001 - a family may fail in any way, and the status stands without its note
                mistake = None
            slips.append(mistake)
    return slips


def _listed(variant: Family, part: str, read: Answer) -> Mistake | None:
    return next((m for m in variant.mistakes() if m.part == part and m.answer.agrees(read) is Truth.TRUE), None)


def _status(tried: list[_Tried], part: str, holds: list[Truth], signed: bool) -> tuple[Status, str]:
    several = next((one.signed.underdetermined for one in tried if one.signed.underdetermined), None)
    if several is not None:
        return "underdetermined", str(several)
    if not signed:
        one = next(one for one in tried if one.signed.agreed[part] is not Truth.TRUE)
        differ = f"key {one.signed.key.get(part)} and witness {one.signed.witness.get(part)} differ for {one.variant}"
        return "undecided", one.signed.problem or differ
    if all(isinstance(one.signed.key.get(part), Written) for one in tried):
        return "written", "a person marks it; the facts of the key are computed and countersigned"
    if all(verdict is Truth.TRUE for verdict in holds):
        return "agrees", ""
    if any(verdict is Truth.UNDECIDED for verdict in holds):
        return "undecided", "the printed answer could not be compared with the key"
    return ("depends", "") if any(verdict is Truth.TRUE for verdict in holds) else ("wrong", "")


def _flips(name: str, tried: list[_Tried], holds: list[Truth]) -> bool:
    """Return whether two variants that differ in this field alone differ in their verdict."""
    seen: dict[str, Truth] = {}
    for one, verdict in zip(tried, holds, strict=True):
        others = repr(sorted((key, value) for key, value in one.values.items() if key != name))
        if seen.setdefault(others, verdict) is not verdict:
            return True
    return False


def _spell_out(name: str, tried: list[_Tried], holds: list[Truth]) -> str:
    """Return for which values of a field the printed answer can hold, and for which it never does."""
    written = [_write(one.values[name]) for one in tried]
    good = list(dict.fromkeys(text for text, h in zip(written, holds, strict=True) if h is Truth.TRUE))
    bad = list(dict.fromkeys(text for text in written if text not in good))
    shown = f"{', '.join(bad[:8])}{', …' if len(bad) > 8 else ''}"
    return f"holds for {name} {', '.join(good[:8])}" + (f", never for {shown}" if bad else "")


def _write(value: object) -> str:
    """Return a value as an author writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
