"""What a rubric holds: ideas that earn points, ideas that are rejected with the reason, and caps on what is earned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from gradus.assertion import Assertion


@final
@dataclass(frozen=True, slots=True)
class Idea:
    """Something that a good answer says.

    Attributes:
        name: short, for marks files and statistics.
        idea: what is said, as a person reads it.
        points: what it earns.
        words, near: phrases that suggest it, and those that only may; see `gradus.rubric.matching`.
        group: ideas of one group share a cap.
        claims: statements that it rests on, decided by experiment; at most one.
    """

    name: str
    idea: str
    points: Fraction
    words: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    group: str = ""
    claims: tuple[Assertion, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Rejected:
    """Something that is often said and earns nothing, and why; the attributes are those of an idea."""

    name: str
    idea: str
    reason: str
    words: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    claims: tuple[Assertion, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Cap:
    """The most that the ideas of a group earn together."""

    group: str
    points: Fraction


@final
@dataclass(frozen=True, slots=True)
class Rubric:
    """How one text is marked.

    Attributes:
        most: the most that it earns, all ideas together.

    >>> ideas = (Idea("rate", "…", Fraction(1)), Idea("start", "…", Fraction(1)), Idea("labels", "…", Fraction(1)))
    >>> Rubric(ideas, (), (), Fraction(2)).points(["rate", "start", "labels"])
    Fraction(2, 1)
    """

    ideas: tuple[Idea, ...]
    rejected: tuple[Rejected, ...]
    caps: tuple[Cap, ...]
    most: Fraction

    @property
    def entries(self) -> tuple[Idea | Rejected, ...]:
        """All ideas, then all that is rejected."""
        return (*self.ideas, *self.rejected)

    def points(self, names: Iterable[str]) -> Fraction:
        """Return what the ideas of these names earn together, under the caps."""
        said = set(names)
        caps = {cap.group: cap.points for cap in self.caps}
        earned: dict[str, Fraction] = {}
        for idea in self.ideas:
            if idea.name in said:
                earned[idea.group] = earned.get(idea.group, Fraction(0)) + idea.points
        return min(self.most, sum((min(sum_, caps.get(group, sum_)) for group, sum_ in earned.items()), Fraction(0)))

    def assertions(self) -> Iterator[tuple[Idea | Rejected, Assertion, bool]]:
        """Yield each claim behind an idea, and whether the rubric takes it to hold: not so for what it rejects."""
        for entry in self.entries:
            for assertion in entry.claims:
                yield entry, assertion, isinstance(entry, Idea)
