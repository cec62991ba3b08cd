"""The answer kind *expression*: a formula in a question's words, and what a witness measured of it.

It stands above `answers` and `calculus`, both of which it needs; neither knows of the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, final

from gradus.answers import Answer, Truth
from gradus.calculus.algebra import Misfit, transpose
from gradus.calculus.derive import Derivation
from gradus.calculus.equality import Key, prepare
from gradus.calculus.expression import Expression, free_indices, substitute
from gradus.calculus.latex import latex
from gradus.calculus.measure import measure
from gradus.calculus.mistakes import Slip, explain
from gradus.calculus.read import read
from gradus.calculus.shapes import show
from gradus.calculus.text import plain
from gradus.calculus.verdict import Verdict
from gradus.calculus.vocabulary import Vocabulary
from gradus.errors import Unreadable

CLOSE = 1e-7


@final
@dataclass(frozen=True, slots=True)
class Formula(Answer):
    r"""An expression in the words of a question.

    Args:
        tree: the expression, as written.
        words: what it may name.
        meanings: quantities that stand for others, each in terms of inputs: `z_1` for `W_1 @ x`.
        layout: `either` takes a row for a column, `strict` does not.
        closed: a sum left standing is no answer.

    >>> from gradus.calculus import declare
    >>> words = declare({"X": "n × d", "w": "d", "y": "n"})
    >>> key = Formula(read("2/n * X^T (X w - y)", words).expression, words)
    >>> key.agrees(key.read(r"\frac{2}{n} (X^T X w - X^T y)")), key.agrees(key.read("X^T (X w - y)"))
    (<Truth.TRUE: 'true'>, <Truth.FALSE: 'false'>)
    >>> print(key)
    (2/n)*(X^T @ (X @ w - y))
    """

    kind: ClassVar[str] = "expression"
    tree: Expression
    words: Vocabulary
    meanings: tuple[tuple[str, Expression], ...] = ()
    layout: str = "either"
    closed: bool = False

    @classmethod
    def derived(cls, derivation: Derivation) -> Formula:
        """Return the gradient of a derivation, to be compared in terms of its inputs."""
        return cls(derivation.gradient, derivation.vocabulary, tuple(derivation.meanings.items()))

    def read(self, text: str) -> Formula:
        """Read a text in these words.

        Raises:
            Unreadable: with a caret; also where the shape is not the one that is asked, which loses no mark.
        """
        bare = text.strip()
        written = bare[1:-1] if len(bare) > 1 and bare[0] == bare[-1] == "$" else text
        tree = read(written, self.words, self.tree.shape).expression
        stray = free_indices(tree) - free_indices(self.tree)
        if stray:
            rule = f"the index {min(stray)} is bound by no sum, and none is asked for"
            raise Unreadable(written, 0, rule, f"write sum_{min(stray)} (…), or leave the index out")
        if tree.shape != self.tree.shape and not _turns(tree, self.tree):
            asked = f"this is {show(tree.shape)}, {show(self.tree.shape)} is asked"
            raise Unreadable(written, 0, asked, "check transposes and the order of factors")
        return Formula(tree, self.words, self.meanings, self.layout, self.closed)

    def agrees(self, other: Answer) -> Truth:
        """Compare by shapes, values at random points and sizes, and exact arithmetic."""
        if isinstance(other, Measured):
            return other.holds(self)
        if not isinstance(other, Formula):
            return Truth.FALSE
        outcome = self.verdict(other).outcome
        return Truth.UNDECIDED if outcome == "undecided" else Truth.of(outcome == "equal")

    def verdict(self, other: Formula) -> Verdict:
        """Return the comparison with its certificate."""
        return _prepared(self).compare(self.ground(other.tree))

    def mistake(self, other: Formula) -> Slip | None:
        """Return the mistake that explains a wrong formula."""
        return explain(_prepared(self), self.ground(other.tree))

    def ground(self, tree: Expression) -> Expression:
        """Return an expression in terms of inputs."""
        return substitute(tree, dict(self.meanings)) if self.meanings else tree

    def __str__(self) -> str:
        return plain(self.tree)

    def latex(self) -> str:
        """Print as LaTeX."""
        return latex(self.tree)


@lru_cache(maxsize=512)
def _prepared(formula: Formula) -> Key:
    return prepare(formula.ground(formula.tree), formula.words, layout=formula.layout, closed=formula.closed)


def _turns(tree: Expression, asked: Expression) -> bool:
    """Say whether an expression has the asked shape once transposed: that is marked, not asked again."""
    try:
        return transpose(tree).shape == asked.shape
    except Misfit:
        return False


@final
@dataclass(frozen=True, slots=True)
class Measurement:
    """What a formula must be at one point.

    Args:
        sizes: named sizes.
        values: inputs and quantities by name.
        functions: opaque functions and their derivatives.
        value: the array measured there.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, Any]
    functions: Mapping[str, Any]
    value: Any


@final
@dataclass(frozen=True, slots=True)
class Measured(Answer):
    """A witness's answer: the values of the formula at some points, found without any formula.

    Args:
        points: where, and what was found there.
        method: how, in words.
    """

    kind: ClassVar[str] = "expression"
    points: tuple[Measurement, ...] = field(compare=False)
    method: str

    def read(self, text: str) -> Measured:
        """Read back what it prints; nobody else writes a measurement."""
        if str(self) in text:
            return self
        raise Unreadable(text, 0, "measurements are not written by hand", "write a formula")

    def holds(self, formula: Formula) -> Truth:
        """Say whether a formula has the measured values."""
        import numpy as np

        for point in self.points:
            mine = measure(formula.tree, formula.words, point.sizes, point.values, point.functions)
            wanted = np.asarray(point.value)
            if np.shape(mine) != wanted.shape or not np.isfinite(wanted).all():
                return Truth.FALSE
            if np.abs(mine - wanted).max(initial=0.0) > CLOSE * max(np.abs(wanted).max(initial=0.0), 1e-9):
                return Truth.FALSE
        return Truth.of(bool(self.points))

    def agrees(self, other: Answer) -> Truth:
        """Compare with a formula by measuring it, with a measurement by identity."""
        return self.holds(other) if isinstance(other, Formula) else Truth.of(other is self)

    def __str__(self) -> str:
        return f"measured at {len(self.points)} points by {self.method}"
