"""What a derivation asks: a program, by what, what is given; in the question's names and in plain identifiers.

The plain identifiers are what the witness runs, so that questions that differ in names alone are measured once. The
names are what the candidate reads and writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

Words = tuple[tuple[str, str], ...]
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
    """A question in its own names, and in plain identifiers that Python can run.

    Args:
        asked: in the names of the question.
        run: in plain identifiers.
        names: identifier → name.
        same: pairs of texts, what may be written and what it is.
        shorthand: pairs of function names, what may be written and what it is.
        finished: whether derivatives such as `σ'` must be worked out.
        rewrites: (pattern, text) put into an answer before it is read.
        layout: whether a row is taken for a column.
    """

    asked: Asked
    run: Asked
    names: Words = ()
    same: Words = ()
    shorthand: Words = ()
    finished: bool = False
    rewrites: Words = ()
    layout: str = "either"


def state(
    words: Mapping[str, str], program: str, by: str, given: Sequence[str] = (), names: Mapping[str, str] | None = None,
    *, same: Words = (), shorthand: Words = (), finished: bool = False, allowed: tuple[str, ...] | None = None,
    rewrites: Words = (), layout: str = "either",
) -> Statement:  # fmt: skip
    """State a question in identifiers; `names` says how each is written in this one.

    >>> state({"W": "m × k", "x": "k"}, "z = W @ x", "x", ["z"], {"W": "W_{l+1}", "z": "u"}).asked.program
    'u = W_{l+1} @ x'
    """
    run = Asked(tuple(words.items()), program, by, tuple(given), allowed)
    spelt = Spelling(names or {})
    asked = Asked(
        tuple((spelt(name), spelt(kind)) for name, kind in words.items()),
        spelt(program),
        spelt(by),
        tuple(f"∂{spelt(LOSS)}/∂{spelt(name)}" for name in given),
        None if allowed is None else tuple(map(spelt, allowed)),
    )
    pairs = tuple((spelt(one), spelt(other)) for one, other in same)
    short = tuple((spelt(one), spelt(other)) for one, other in shorthand)
    return Statement(asked, run, tuple((names or {}).items()), pairs, short, finished, rewrites, layout)


class Spelling:
    """Puts names in the place of identifiers; an index such as `_i` may follow one.

    >>> Spelling({"theta": "w", "X": "U"})("∇_theta D(X_i) + Xmas")
    '∇_w D(U_i) + Xmas'
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        every = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
        self.pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{every})(?![A-Za-z0-9])") if names else None

    def __call__(self, text: str) -> str:
        """Return the text with names."""
        return self.pattern.sub(lambda found: self.names[found[0]], text) if self.pattern else text


@lru_cache(maxsize=512)
def derivation(asked: Asked) -> Derivation:
    """Differentiate symbolically."""
    return derive(read_program(asked.program, declare(dict(asked.words))), asked.by, asked.given, asked.allowed)


@lru_cache(maxsize=512)
def key_of(statement: Statement) -> Formula:
    """Return the key: the symbolic derivative, in the terms of the question."""
    found = derivation(statement.asked)
    return Formula(found.gradient, terms_of(statement, found))


def terms_of(statement: Statement, found: Derivation, words: Vocabulary | None = None) -> Terms:
    """Return the terms of a derivation's answers; `words` where there are more than the derivation's own."""
    vocabulary = with_shorthand(words or found.vocabulary, statement.shorthand)
    pairs = tuple(
        (read(one, vocabulary).expression, read(other, vocabulary).expression) for one, other in statement.same
    )
    return Terms(
        vocabulary,
        found.gradient.shape,
        found.ground,
        pairs,
        {canonical(one): canonical(other) for one, other in statement.shorthand},
        statement.finished,
        statement.rewrites,
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


SEEDS = (0, 1)


def samples_of(statement: Statement) -> Samples:
    """Return the witness: the gradient measured at random points on random networks, once by JAX as well."""
    from gradus.oracle.measurements import gradient

    run = statement.run
    spelt = Spelling(dict(statement.names))
    points = []
    for seed in SEEDS:
        found = gradient(run.program, run.words, run.by, run.given, seed, jax=seed == SEEDS[0])
        points.append(
            Point(
                {spelt(name): size for name, size in found.sizes.items()},
                {spelt(name): value for name, value in found.values.items()},
                {spelt(name): function for name, function in found.functions.items()},
                tuple(map(float, found.gradient.ravel())),
                found.gradient.shape,
            )
        )
    return Samples(tuple(points), 1e-6)
