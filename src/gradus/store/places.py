"""Where a mark stands: an item, and the name of a part.

Statements have a number on each paper, and which one is drawn; in the exam file they have a name. People mark, rule
and write rubrics by the name: the third statement of one paper is the first of another.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, cast, final

from sqlalchemy import Connection, Row, select

from gradus.exam import Question
from gradus.questions import Option, Pool, Statements
from gradus.store.assessing import name_parts
from gradus.store.drawing import make_paper
from gradus.store.tables import papers

STATEMENTS = "statements"  # the name under which the catalogue has them


def names_of(question: Question) -> tuple[str, ...]:
    """Return the names of a question's parts, of statements those of all that can be drawn, in the order of the file.

    >>> from gradus.exam import parse
    >>> lines = ["---", "title: T", "points: 1", "---", "```conv_layer", "id: a", "points: 1", "```", ""]
    >>> names_of(parse(chr(10).join(lines)).questions[0])
    ('shape', 'parameters')
    """
    if question.family is not Statements:
        return question.family.parts
    pool = question.narrowed.get("options")
    options = pool.options if isinstance(pool, Pool) else cast("tuple[Option, ...]", question.fixed["options"])
    return tuple(option.name for option in options)


def count_parts(question: Question) -> int:
    """Return how many parts one paper asks of a question."""
    pool = question.narrowed.get("options")
    return pool.count if isinstance(pool, Pool) else len(names_of(question))


def worth_of(question: Question, name: str) -> Fraction:
    """Return the points that a part counts for."""
    if question.family is Statements:
        return question.points / count_parts(question)
    return question.worth(name, question.family.parts)


@final
class Naming:
    """Names the parts of verdicts inside one transaction; a paper is looked at once, and only where it must be."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._papers: dict[int, Mapping[str, Mapping[str, str]]] = {}

    def name(self, row: Row[Any]) -> str:
        """Return the name of the part that a row of verdicts is about."""
        return self.name_part(row.family, row.paper_id, row.item, row.part)

    def name_part(self, family: str, paper_id: int, item: str, part: str) -> str:
        """Return the name of a part of a paper."""
        if family != STATEMENTS:
            return part
        if paper_id not in self._papers:
            row = self._connection.execute(select(papers).where(papers.c.id == paper_id)).one()
            variants = make_paper(row).paper.variants
            self._papers[paper_id] = {one: name_parts(variant) for one, variant in variants.items()}
        return self._papers[paper_id].get(item, {}).get(part, part)
