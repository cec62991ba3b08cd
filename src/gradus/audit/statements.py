"""Statements audited: an option is a part, with a key, a witness, a printed value and what it depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from gradus.answers import TrueOrFalse, Truth
from gradus.assertion import Assertion
from gradus.audit.keys import Part, Status
from gradus.audit.readings import Case, statement_cases
from gradus.decisions import Ruling
from gradus.errors import Fault
from gradus.exam import Question
from gradus.questions import Pool
from gradus.questions.statements import nothing_holds

Rulings = Mapping[Assertion, Ruling | Fault]


@final
@dataclass(frozen=True)
class _Judged:
    """One choice of what is drawn, and what was ruled on it; `problem` says why nothing was."""

    case: Case
    ruling: Ruling | None
    problem: str = ""

    @property
    def truth(self) -> Truth:
        """Whether the option is true under its usual reading."""
        return self.case.option.turned(self.ruling.verdict) if self.ruling else Truth.UNDECIDED

    @property
    def witnessed(self) -> Truth:
        """What the second route alone says of the option."""
        return self.case.option.turned(self.ruling.usual.witness.verdict) if self.ruling else Truth.UNDECIDED

    @property
    def firm(self) -> bool:
        """Whether that rests on nothing that is left open."""
        return self.ruling is not None and not self.ruling.depends_on and self.truth is not Truth.UNDECIDED


def audit_statements(question: Question, rulings: Rulings) -> list[Part]:
    """Return a row for each statement of a question, also for those of its pool that one paper leaves out."""
    judged = {name: [_judge(case, rulings) for case in cases] for name, cases in statement_cases(question).items()}
    return [_audit_option(question, name, judged) for name in judged]


def _judge(case: Case, rulings: Rulings) -> _Judged:
    if case.option.is_none:
        return _Judged(case, None)
    try:
        ruling = rulings[case.assertion()]
    except Fault as fault:
        return _Judged(case, None, str(fault))
    return _Judged(case, None, str(ruling)) if isinstance(ruling, Fault) else _Judged(case, ruling)


def _count(question: Question) -> int:
    """Return how many statements one paper holds."""
    pool = question.narrowed.get("options")
    if isinstance(pool, Pool):
        return pool.count
    fixed = question.fixed["options"]
    assert isinstance(fixed, tuple)
    return len(fixed)


def _audit_option(question: Question, name: str, judged: Mapping[str, list[_Judged]]) -> Part:
    tried = judged[name]
    first = tried[0]
    printed = question.printed.get(name, (None,))[0]
    if first.case.option.is_none:
        others = [all_[0] for other, all_ in judged.items() if other != name]
        key, depends = _none_holds(others)
        status, note = compare_printed([key], printed, depends)
        witness, working, count = nothing_holds(TrueOrFalse(one.witnessed) for one in others).truth.value, "", 1
        signed = key.value == witness and key is not Truth.UNDECIDED
    else:
        key, depends = first.truth, _open_names(tried)
        status, note = compare_printed([one.truth for one in tried], printed, depends)
        if status == "depends" and not depends:
            depends = tuple(drawn for drawn in first.case.drawn if _flips(drawn, tried))
        note = _note(tried, status, note)
        witness = first.witnessed.value if first.ruling else "none"
        signed = all(one.ruling is not None and one.ruling.verdict is not Truth.UNDECIDED for one in tried)
        working = _working(first)
        count = sum(1 + len(one.ruling.others) for one in tried if one.ruling)
    return Part(
        item=question.item,
        part=name,
        points=question.points,
        worth=question.points / _count(question),
        key=_shown_key(first, key),
        witness=witness,
        countersigned=signed,
        printed=printed,
        status=status,
        working=working,
        depends_on=depends,
        variants=max(1, count),
        note=note,
        by_hand=signed and bool(depends if first.case.option.is_none else _open_names(tried)),
    )


def _shown_key(first: _Judged, key: Truth) -> str:
    """Return what the evidence alone says, as keys are shown beside their witness."""
    if first.ruling is None:
        return key.value if first.case.option.is_none else "none"
    return first.case.option.turned(first.ruling.usual.evidence.verdict).value


def _none_holds(others: list[_Judged]) -> tuple[Truth, tuple[str, ...]]:
    """Return whether none of the others is true, and what that depends on."""
    if any(one.firm and one.truth is Truth.TRUE for one in others):
        return Truth.FALSE, ()
    depends = dict.fromkeys(name for one in others if one.ruling for name in one.ruling.depends_on)
    return nothing_holds(TrueOrFalse(one.truth) for one in others).truth, tuple(depends)


def _open_names(tried: list[_Judged]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in tried if one.ruling for name in one.ruling.depends_on))


def compare_printed(truths: list[Truth], printed: str | None, depends: tuple[str, ...]) -> tuple[Status, str]:
    """Return the status of a statement with these truths under what is drawn, against what is printed."""
    if Truth.UNDECIDED in truths:
        return "undecided", ""
    if depends:
        return "depends", ""
    if printed is None:
        return "agrees", ""
    holding = [truth.value == printed for truth in truths]
    if all(holding):
        return "agrees", ""
    return ("depends", "it holds for some of what is drawn") if any(holding) else ("wrong", "")


def _flips(name: str, tried: list[_Judged]) -> bool:
    """Return whether two choices that differ in this assumption alone differ in their truth."""
    seen: dict[str, Truth] = {}
    for one in tried:
        others = repr(sorted((key, value) for key, value in one.case.drawn.items() if key != name))
        if seen.setdefault(others, one.truth) is not one.truth:
            return True
    return False


def _note(tried: list[_Judged], status: Status, note: str) -> str:
    """Return what a reader should know beyond the status."""
    if status == "undecided":
        one = next(one for one in tried if one.truth is Truth.UNDECIDED)
        return one.problem or (one.ruling.usual.reason if one.ruling else "")
    told = [note] if note else []
    for one in tried:
        if one.ruling is None:
            continue
        if one.ruling.depends_on:
            told.append(f"{'the claim, whose opposite is stated, ' if one.case.option.negated else ''}{one.ruling}")
        if one.ruling.open:
            silent = ", ".join(f"{name} {value}" for name, values in one.ruling.open.items() for value in values)
            told.append(f"nothing was decided for {silent}")
    if status == "wrong" and tried[0].ruling:
        told.append(tried[0].ruling.usual.evidence.finding)
    return "; ".join(dict.fromkeys(told))


def _working(one: _Judged) -> str:
    """Return what the usual reading rests on, by both routes."""
    if one.ruling is None:
        return ""
    usual = one.ruling.usual
    lines = [f"{one.case.option.wording(one.case.setting)}"]
    for name, side in (("evidence", usual.evidence), ("witness", usual.witness)):
        effect = f" ({side.effect})" if side.effect else ""
        lines.append(f"{name}, {side.route.value}: {side.finding}{effect}")
    return "\n".join(lines)
