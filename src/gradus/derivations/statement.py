"""What a derivation asks: a program, by what, what is given; in the question's names and in plain identifiers.

The plain identifiers are what the witness runs, so that questions that differ in names alone are measured once. The
names are what the candidate reads and writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from gradus.answers import Point, Samples
from gradus.calculus import Vocabulary, declare, derive, read, read_program
from gradus.calculus.names import canonical
from gradus.calculus.vocabulary import Operation
from gradus.derivations.formula import Formula
from gradus.derivations.terms import Terms

if TYPE_CHECKING:
    from gradus.calculus.derive import Derivation
    from gradus.calculus.program import Program

Words = tuple[tuple[str, str], ...]
SEEDS = (0, 1)  # of the networks that a witness runs on
LOSS = "L"  # the identifier of what is differentiated, whether the program says what it is or not


@dataclass(frozen=True)
class Asked:
    """One wording of a question: the words with their shapes, the program, by what, and what is given."""

    words: Words
    program: str
    by: str
    given: tuple[str, ...] = ()
    allowed: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Statement:
    """A question in plain identifiers, and what each is called.

    Args:
        stated: what is asked, in identifiers.
        run: what the witness runs: the same, unless a question is asked otherwise than it is measured.
        names: identifier → name.
        same: pairs of texts, what may be written and what it is.
        shorthand: pairs of function names, what may be written and what it is.
        finished: whether derivatives such as `σ'` must be worked out.
        layout: whether a row is taken for a column.
    """

    stated: Asked
    run: Asked
    names: Words = ()
    same: Words = ()
    shorthand: Words = ()
    finished: bool = False
    layout: str = "either"

    @property
    def asked(self) -> Asked:
        """Return what is asked, in the names of the question."""
        spelt, stated = Spelling(dict(self.names)), self.stated
        return Asked(
            tuple((spelt(name), spelt(kind)) for name, kind in stated.words),
            spelt(stated.program),
            spelt(stated.by),
            tuple(map(spelt, stated.given)),
            None if stated.allowed is None else tuple(map(spelt, stated.allowed)),
        )


def state(
    words: Mapping[str, str], program: str, by: str, given: Sequence[str] = (), names: Mapping[str, str] | None = None,
    *, same: Words = (), shorthand: Words = (), finished: bool = False, allowed: tuple[str, ...] | None = None,
    layout: str = "either",
) -> Statement:  # fmt: skip
    """State a question in identifiers; `names` says how each is written in this one.

    >>> state({"W": "m × k", "x": "k"}, "z = W @ x", "x", ["z"], {"W": "W_{l+1}", "z": "u"}).asked.program
    'u = W_{l+1} @ x'
    """
    stated = Asked(tuple(words.items()), program, by, tuple(f"∂{LOSS}/∂{name}" for name in given), allowed)
    return Statement(stated, stated, tuple((names or {}).items()), same, shorthand, finished, layout)


class Spelling:
    """Puts names in the place of identifiers; an index such as `_i` may follow one.

    >>> Spelling({"theta": "w", "X": "U"})("∇_theta D(X_i) + Xmas")
    '∇_w D(U_i) + Xmas'
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names, self.pattern = names, _identifiers(tuple(names))

    def __call__(self, text: str) -> str:
        """Return the text with names."""
        return self.pattern.sub(lambda found: self.names[found[0]], text) if self.pattern else text


@lru_cache(maxsize=256)
def _identifiers(names: tuple[str, ...]) -> re.Pattern[str] | None:
    every = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.compile(rf"(?<![A-Za-z0-9])(?:{every})(?![A-Za-z0-9])") if names else None


@lru_cache(maxsize=4096)
def derivation(asked: Asked) -> Derivation:
    """Differentiate symbolically; remembered, since a question is asked in many names."""
    return derive(program_of(asked), asked.by, asked.given, asked.allowed)


@lru_cache(maxsize=4096)
def program_of(asked: Asked) -> Program:
    """Read a program in its words."""
    return read_program(asked.program, vocabulary_of(asked.words))


@lru_cache(maxsize=1024)
def vocabulary_of(words: Words) -> Vocabulary:
    """Declare words."""
    return declare(dict(words))


def key_of(statement: Statement) -> Formula:
    """Return the key: the symbolic derivative, worked out in identifiers, in the names of the question."""
    return _key_of(replace(statement, run=statement.stated, names=())).renamed(dict(statement.names))


@lru_cache(maxsize=4096)
def _key_of(statement: Statement) -> Formula:
    found = derivation(statement.stated)
    return Formula(found.gradient, terms_of(statement, found))


def terms_of(statement: Statement, found: Derivation, words: Vocabulary | None = None) -> Terms:
    """Return the terms of a derivation's answers, in identifiers; `words` where there are more than its own."""
    vocabulary = with_shorthand(words or found.vocabulary, statement.shorthand)
    pairs = tuple(
        (read(one, vocabulary).expression, read(other, vocabulary).expression) for one, other in statement.same
    )
    return Terms(
        vocabulary,
        found.gradient.shape,
        lambda: found.meanings,
        pairs,
        {canonical(one): canonical(other) for one, other in statement.shorthand},
        statement.finished,
        (),
        statement.layout,
    )


def with_shorthand(vocabulary: Vocabulary, shorthand: Words) -> Vocabulary:
    """Return the words with further names for functions."""
    known = vocabulary.by_operation
    more = tuple(
        Operation(canonical(one), known[canonical(other)].arguments, known[canonical(other)].result)
        for one, other in shorthand
        if canonical(one) not in known
    )
    return Vocabulary(vocabulary.symbols, (*vocabulary.operations, *more), vocabulary.open, vocabulary.domain)


def samples_of(statement: Statement) -> Samples:
    """Return the witness: the gradient measured on random networks, by JAX and by differences element by element."""
    return Samples(tuple(_named(point, statement.names) for point in _measured(statement.run)), 1e-6)


@lru_cache(maxsize=1024)
def _measured(run: Asked) -> tuple[Point, ...]:
    """Return the gradient at points, in identifiers: a question asked in other names is measured once."""
    from gradus.oracle.gradients import observe_steadily

    return tuple(
        Point(seen.sizes, seen.values, seen.functions, tuple(seen.gradient.ravel().tolist()), seen.gradient.shape)
        for seen in observe_steadily(*_plain(run), count=len(SEEDS))
    )


def slopes_of(statement: Statement) -> Samples:
    """Return the witness of a program that nobody else asks: its slope along a random direction, on random networks."""
    from gradus.oracle.directions import along

    found = [along(*_plain(statement.run), seed) for seed in SEEDS]
    points = (
        Point(seen.sizes, seen.values, seen.functions, (seen.slope,), seen.direction.shape, seen.direction)
        for seen in found
    )
    return Samples(tuple(_named(point, statement.names) for point in points), found[0].tolerance)


def _plain(run: Asked) -> tuple[str, dict[str, str], str, tuple[str, ...]]:
    return run.program, dict(run.words), run.by, run.given


def _named(point: Point, names: Words) -> Point:
    """Return a point with names in the place of identifiers."""
    if not names:
        return point
    spelt = Spelling(dict(names))
    sizes, values, functions = (
        {spelt(name): value for name, value in some.items()} for some in (point.sizes, point.values, point.functions)
    )
    return replace(point, sizes=sizes, values=values, functions=functions)
