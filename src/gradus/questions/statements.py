"""Several statements, each to be judged true or false; what holds is decided by experiment, never typed in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, ClassVar, Literal, cast, final

from gradus.answers import Answer, Choice, TrueOrFalse, Truth
from gradus.errors import Fault, GradusError, Unreadable
from gradus.family import Family, Mistake
from gradus.questions.option import Option, by_name, fill, number

Marking = Literal["per option", "all or nothing", "negative"]
MOST_OPTIONS = 39
TOGETHER = "true"  # the part in which a response lists all true options at once
STORED = {"stored": True}


@cache
def _numbers(count: int) -> tuple[str, ...]:
    return tuple(number(index) for index in range(count))


@final
class _Numbered:
    """The parts of a question of statements: numbers, as many as it has options; of the kind itself, none."""

    def __get__(self, question: Statements | None, kind: type) -> tuple[str, ...]:
        return () if question is None else _numbers(len(question.options))


def stored() -> Any:
    """Declare a field that every stored paper must hold."""
    return dataclasses.field(metadata=STORED)


@final
@dataclass(frozen=True, kw_only=True)
class Statements(Family):
    """Statements to judge, under the assumptions that the stem and each of them fixes.

    Attributes:
        stem: what they have in common; `{name}` stands for a setting.
        setting: pairs of an assumption and its value that the stem fixes.
        penalty: under negative marking, the share of an option's points that a wrong judgement costs.
        least: under negative marking, the fewest points that the question comes to.
    """

    parts: ClassVar[tuple[str, ...]] = cast("tuple[str, ...]", _Numbered())

    options: tuple[Option, ...] = stored()
    stem: str = ""
    setting: tuple[tuple[str, ...], ...] = ()
    marking: Marking = "per option"
    penalty: Fraction = Fraction(1)
    least: Fraction = Fraction(0)

    def check(self) -> Iterator[Fault]:
        """Demand options with names of their own, and pairs where pairs are."""
        names = [option.name for option in self.options]
        if not 1 <= len(names) <= MOST_OPTIONS or len(set(names)) < len(names):
            rule = f"must be 1 to {MOST_OPTIONS} options, each with a name of its own"
            yield Fault("Statements", "options", len(names), rule, "draw the paper again")
        pairs = [*self.setting, *(pair for option in self.options for pair in option.given)]
        if any(len(pair) != 2 for pair in pairs):
            yield Fault("Statements", "given", None, "must be pairs of an assumption and its value", "draw it again")

    def given(self) -> dict[str, str]:
        """Return the assumptions that the stem fixes, by name."""
        return by_name(self.setting)

    def prompt(self) -> str:
        """Return the stem, how it is marked, and the numbered statements."""
        listed = [f"(**{part}**) {wording}" for part, wording in self.wordings().items()]
        return "\n\n".join([self.introduction(), *listed])

    def introduction(self) -> str:
        """Return the stem and how it is marked, for a page on which each statement stands beside its answer."""
        stem = fill(self.stem, self.given()).strip()
        return "\n\n".join(filter(None, [stem, f"Say of each statement whether it is true or false. {self._rule()}"]))

    def wordings(self) -> dict[str, str]:
        """Return each statement as it is read: part → Markdown."""
        return {part: option.wording(self.given()) for part, option in zip(self.parts, self.options, strict=True)}

    def _rule(self) -> str:
        """Return how it is marked, for those who are marked."""
        if self.marking == "all or nothing":
            return "The points are earned only if all of them are judged rightly."
        each = "Each that is judged rightly earns its share of the points"
        if self.marking == "per option":
            return f"{each}."
        cost = "as much" if self.penalty == 1 else f"{self.penalty} of that"
        return f"{each}; one judged wrongly costs {cost}, and one left blank costs nothing."

    def key(self) -> Mapping[str, Answer]:
        """Return what the evidence says of each statement, as an audit decided it; nothing is computed here."""
        return self._ruled("evidence")

    def witness(self) -> Mapping[str, Answer]:
        """Return what the second route of each claim says."""
        return self._ruled("witness")

    def _ruled(self, route: Literal["evidence", "witness"]) -> Mapping[str, Answer]:
        found: dict[str, TrueOrFalse] = {}
        missing: list[GradusError] = []
        for part, option in zip(self.parts, self.options, strict=True):
            if option.is_none:
                continue
            try:
                ruling = option.ruling(self.given())
            except GradusError as error:
                missing.append(error)
                continue
            if ruling.depends_on:
                found[part] = TrueOrFalse(Truth.UNDECIDED, f"it {ruling}", depends=True)
            else:
                side = ruling.usual.evidence if route == "evidence" else ruling.usual.witness
                why = "" if ruling.verdict is not Truth.UNDECIDED else ruling.usual.reason
                found[part] = TrueOrFalse(option.turned(side.verdict), why)
        if missing and not found:
            raise missing[0]
        if not missing:
            found |= {part: nothing_holds(found.values()) for part in self.parts if part not in found}
        return {part: found[part] for part in self.parts if part in found}

    def mistakes(self) -> Iterator[Mistake]:
        """Name the opposite of each key, under the name that the option has in the exam file."""
        key = self.key()
        for part, option in zip(self.parts, self.options, strict=True):
            holds = key.get(part)
            if isinstance(holds, TrueOrFalse) and holds.truth is not Truth.UNDECIDED:
                opposite = Truth.of(holds.truth is Truth.FALSE)
                feedback = f"The statement is {holds}{self._because(option)}"
                yield Mistake(part, f"{option.name}_taken_for_{opposite.value}", TrueOrFalse(opposite), feedback)

    def _because(self, option: Option) -> str:
        """Return what decided it, as the end of a sentence."""
        finding = "" if option.is_none else option.ruling(self.given()).usual.evidence.finding.strip().rstrip(".")
        return f": {finding}." if finding else "."

    def working(self) -> str:
        """Give what each verdict rests on."""
        key = self.key()
        lines = []
        for part, option in zip(self.parts, self.options, strict=True):
            lines.append(f"{part}: {key.get(part, 'not decided')}")
            if not option.is_none and part in key:
                usual = option.ruling(self.given()).usual
                lines += [f"  {side.route.value}: {side.finding}" for side in (usual.evidence, usual.witness)]
        return "\n".join(lines)

    def is_sensible(self) -> bool:
        """Return whether at least one statement is true, as far as an audit has decided them."""
        try:
            key = self.key()
        except GradusError:
            return True
        return len(key) < len(self.parts) or any(str(answer) == Truth.TRUE.value for answer in key.values())

    def spread(self, responses: Mapping[str, str]) -> Mapping[str, str]:
        """Return a response to each statement; `true: i, iii` judges all of them at once.

        Raises:
            Unreadable: when that list names what is no option.
        """
        if not responses.get(TOGETHER, "").strip():
            return responses
        try:
            listed = Choice(frozenset(), self.parts, several=True).read(responses[TOGETHER])
        except Unreadable as fault:
            raise fault.of(TOGETHER) from None
        judged = {part: Truth.of(part in listed.chosen).value for part in self.parts}
        return {**judged, **{part: text for part, text in responses.items() if part != TOGETHER and text.strip()}}


def nothing_holds(others: Any) -> TrueOrFalse:
    """Return whether none of the other statements is true; undecided where one that might be is.

    >>> str(nothing_holds([TrueOrFalse(Truth.FALSE), TrueOrFalse(Truth.FALSE)]))
    'true'
    """
    answers = list(others)
    if any(answer.truth is Truth.TRUE for answer in answers):
        return TrueOrFalse(Truth.FALSE)
    open_ = [answer for answer in answers if answer.truth is Truth.UNDECIDED]
    if not open_:
        return TrueOrFalse(Truth.TRUE)
    why = "it rests on statements that are not decided themselves"
    return TrueOrFalse(Truth.UNDECIDED, why, depends=all(answer.depends for answer in open_))
