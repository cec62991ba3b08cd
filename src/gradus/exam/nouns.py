"""What an exam is: its header, its sections, its questions, its prose."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import final

from gradus.exam.markdown import Heading, Prose
from gradus.family import Family
from gradus.nodes import Place
from gradus.parameters import Among, Domain, declared


@lru_cache(maxsize=1024)
def _share(points: Fraction, count: int) -> Fraction:
    """Return what each of several parts is worth; divided once and not for every candidate."""
    return points / count


@final
@dataclass(frozen=True)
class Question:
    """One block of the file.

    Attributes:
        item: its id, such as `3.i`.
        family: the kind of question.
        family_name: the name under which the catalogue has it.
        stated_points: the points the file states; more than one when a paper contradicts itself.
        part_points: points of single parts, where the author says; else the parts share alike.
        fixed: fields the author fixed. The others are drawn from `narrowed` or the family's domains.
        printed: for each part the answers the author or a published paper states; audited, never trusted.
        stem: the sentence that a published paper asks it with, audited for the symbols that it names.
        follows: label → (item, part) of earlier answers that this question builds on.
        credit: share of a part's points that a named mistake still earns, where the author says.
        unstated: fixed fields of which a published paper says nothing; the audit tries their other values too.
    """

    item: str
    family: type[Family]
    family_name: str
    stated_points: tuple[Fraction, ...]
    place: Place
    section: str = ""
    part_points: Mapping[str, Fraction] = field(default_factory=dict)
    stem: str = ""
    fixed: Mapping[str, object] = field(default_factory=dict)
    narrowed: Mapping[str, Domain] = field(default_factory=dict)
    printed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    follows: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    credit: Mapping[str, Fraction] = field(default_factory=dict)
    unstated: tuple[str, ...] = ()

    @property
    def points(self) -> Fraction:
        """Points that the question counts for: the first stated, or the sum of its parts'."""
        return self.stated_points[0] if self.stated_points else sum(self.part_points.values(), Fraction(0))

    def worth(self, part: str, parts: tuple[str, ...]) -> Fraction:
        """Points that one part counts for."""
        return self.part_points[part] if self.part_points else _share(self.points, len(parts))

    def open_fields(self) -> dict[str, Domain]:
        """Return the fields that are drawn for each candidate, with the values they may take."""
        drawn = {name: domain for name, domain, _ in declared(self.family) if name not in self.fixed}
        return {**drawn, **self.narrowed}

    def swept_fields(self) -> dict[str, Domain]:
        """Return the fields whose values the audit tries: those that are drawn, and those a paper leaves unsaid."""
        domains = {name: domain for name, domain, _ in declared(self.family)}
        return {**self.open_fields(), **{name: domains.get(name, Among((False, True))) for name in self.unstated}}

    def draw(self, source: random.Random) -> Family:
        """Return a variant of this question."""
        return self.family.draw(source, self.fixed, self.narrowed)


@final
@dataclass(frozen=True)
class Exam:
    """An author's file.

    Attributes:
        name: identifies the exam in seeds and stored papers; the file's stem unless the header says.
        points, extra: what the header states; `cover` is the total on the cover, when stated.
        content: headings, prose and questions in the order of the file.
        symbols: symbols that the header introduces.
    """

    name: str
    title: str
    points: Fraction
    extra: Fraction
    cover: Fraction | None
    symbols: Mapping[str, str]
    content: tuple[Heading | Prose | Question, ...]
    file: str

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions, in order."""
        return tuple(piece for piece in self.content if isinstance(piece, Question))

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The sections, in order."""
        return tuple(piece for piece in self.content if isinstance(piece, Heading))

    def question(self, item: str) -> Question | None:
        """Return the question of that id."""
        return next((question for question in self.questions if question.item == item), None)

    def duplicates(self) -> Iterator[Question]:
        """Yield questions whose id an earlier one has."""
        seen: set[str] = set()
        for question in self.questions:
            if question.item in seen:
                yield question
            seen.add(question.item)
