"""Which readings of which claims an exam rests on, so that all of them can be decided side by side beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast, final

from gradus.assertion import Assertion, rule_on
from gradus.claim import Claim, Effort
from gradus.decisions import Decision, Ruling, Shelf, decide
from gradus.decisions.ruling import readings
from gradus.errors import Fault, GradusError
from gradus.exam import Exam, Question
from gradus.questions import Option, Pool, Settings, Statements, WrittenAnswer
from gradus.questions.option import by_name
from gradus.questions.pool import Given

MOST_SETTINGS = 50  # of one statement: what is drawn comes from short lists


@final
@dataclass(frozen=True)
class Case:
    """A statement under one choice of what is drawn: its claim, and the values drawn."""

    option: Option
    setting: Mapping[str, str]
    drawn: Mapping[str, str]

    def assertion(self) -> Assertion:
        """Return what it asserts.

        Raises:
            Fault: when its claim cannot be had.
        """
        return self.option.assertion(self.setting)


def statement_cases(question: Question) -> dict[str, list[Case]]:
    """Return for each option of a question of statements, by its name, every choice of what is drawn."""
    setting, pool = question.narrowed.get("setting"), question.narrowed.get("options")
    fixed = by_name(cast("Given", question.fixed.get("setting", ())))
    chosen = [by_name(given) for given in setting.values()] if isinstance(setting, Settings) else [fixed]
    if isinstance(pool, Pool):
        options = [
            (replace(option, given=given), _drawn(own))
            for option, own in zip(pool.options, pool.settings, strict=True)
            for given in own.values()
        ]
    else:
        options = [(option, set()) for option in cast("tuple[Option, ...]", question.fixed["options"])]
    cases: dict[str, list[Case]] = {}
    for option, names in options:
        for values in chosen:
            given = {**values, **by_name(option.given)}
            drawn = {name: given[name] for name in sorted(names | _drawn(setting))}
            cases.setdefault(option.name, []).append(Case(option, values, drawn))
    return {name: found[:MOST_SETTINGS] for name, found in cases.items()}


def _drawn(settings: object) -> set[str]:
    """Return the names of what is drawn."""
    return {name for name, values in settings.values_of if len(values) > 1} if isinstance(settings, Settings) else set()


def assertions(question: Question) -> Iterator[Assertion]:
    """Yield every claim that a question rests on, under what it fixes; those that cannot be had are left out."""
    if question.family is Statements:
        for cases in statement_cases(question).values():
            for case in cases:
                if not case.option.is_none:
                    try:
                        yield case.assertion()
                    except GradusError:
                        continue  # its row of the audit says why
    elif question.family is WrittenAnswer:
        variant = WrittenAnswer(**question.fixed)  # type: ignore[arg-type]
        for _, assertion, _ in variant.rubric.assertions():
            yield assertion


def readings_of(exam: Exam) -> tuple[Claim, ...]:
    """Return every reading that the audit of an exam needs, each once."""
    found: dict[Claim, None] = {}
    for question in exam.questions:
        for assertion in assertions(question):
            try:
                for _, reading in readings(assertion.kind(), assertion.fixed()):
                    found[reading] = None
            except GradusError:
                continue
    return tuple(found)


def find_rulings(exam: Exam, effort: Effort, decided: Mapping[Claim, Decision]) -> dict[Assertion, Ruling | Fault]:
    """Return the ruling on each claim that an exam rests on, or why there is none."""
    rulings: dict[Assertion, Ruling | Fault] = {}
    for question in exam.questions:
        for assertion in assertions(question):
            if assertion in rulings:
                continue
            try:
                rulings[assertion] = rule_on(assertion, effort, lambda claims, _: {one: decided[one] for one in claims})
            except Fault as fault:
                rulings[assertion] = fault
    return rulings


def settle_here(claims: Iterable[Claim], effort: Effort) -> Mapping[Claim, Decision]:
    """Decide readings in this process, one after the other; what is on the shelf is taken from it, the rest put there.

    The command line decides them side by side with time limits: `gradus.decisions.Docket`.
    """
    shelf, found = Shelf(), {}
    for claim in claims:
        decision = shelf.get(claim, effort)
        if decision is None:
            decision = decide(claim, effort)
            shelf.put(decision, effort)
        found[claim] = decision
    return found
