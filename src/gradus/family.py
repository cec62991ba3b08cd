"""What a question owes: its prompt, its key, a witness of another kind, its mistakes, its working."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Self

from gradus.answers import Answer
from gradus.errors import Fault, Faults
from gradus.parameters import Domain, declared

if TYPE_CHECKING:
    import random

TRIES = 400


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong answer worth recognising, and what to tell the one who gives it."""

    part: str
    name: str
    answer: Answer
    feedback: str
    credit: Fraction = Fraction(0)  # share of the part's points that it still earns


@dataclass(frozen=True, kw_only=True)
class Family(ABC):
    """One kind of question, an instance a variant: a declared field is drawn, one with a default is a convention."""

    parts: ClassVar[tuple[str, ...]]

    @abstractmethod
    def prompt(self) -> str:
        """Return the question in Markdown with maths in `$…$`, naming every parameter and convention."""

    @abstractmethod
    def key(self) -> Mapping[str, Answer]:
        """Return the answer to each part, the short way; raises `Underdetermined` where several fit."""

    @abstractmethod
    def witness(self) -> Mapping[str, Answer]:
        """Return the same answers by a way of another kind, sharing no function of Gradus with `key`."""

    @abstractmethod
    def mistakes(self) -> Iterator[Mistake]:
        """Yield wrong answers worth recognising; those that happen to equal the key are skipped by grading."""

    @abstractmethod
    def working(self) -> str:
        """Return the derivation, written out."""

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Return the right answer to a part for one who answered others as `given`; None if it rests on none."""
        return None

    def recognise(self, part: str, answer: Answer) -> Mistake | None:
        """Return the mistake that explains a wrong answer, where it cannot be listed beforehand."""
        return None

    def check(self) -> Iterator[Fault]:
        """Yield what is wrong among the parameters together."""
        return iter(())

    def is_sensible(self) -> bool:
        """Return whether a drawn variant makes a good question; an author may still ask one that does not."""
        return True

    def __post_init__(self) -> None:
        for name, _, allowed in declared(type(self)):
            value = getattr(self, name)
            if not allowed.allows(value):
                raise Fault(type(self).__name__, name, value, f"must be {allowed}", "choose a value that is")
        if faults := tuple(self.check()):
            raise Faults(faults)

    @classmethod
    def draw(cls, source: random.Random, fixed: Mapping[str, object] = {}, narrowed: Mapping[str, Domain] = {}) -> Self:
        """Return a variant with `fixed` fields as they are and the others drawn, from `narrowed` domains if given."""
        drawn = {name: domain for name, domain, _ in declared(cls) if name not in fixed}
        plan = tuple((drawn | dict(narrowed)).items())
        for attempt in range(TRIES if plan else 1):
            values: dict[str, Any] = {**fixed, **{name: domain.draw(source) for name, domain in plan}}
            try:
                variant = cls(**values)
            except Faults as faults:
                last = faults
                continue
            if not plan or attempt > TRIES // 2 or variant.is_sensible():
                return variant
        if not plan:
            raise last
        rule = f"leaves no variant in {TRIES} draws: {last.faults[0].field} {last.faults[0].rule}"
        raise Fault(cls.__name__, ", ".join([*fixed, *narrowed]) or "fields", None, rule, "fix fewer fields or widen")
