"""The answer kind *expression*: read in a question's words, compared by value, printed as text and LaTeX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from gradus.answers import Answer, Samples, Truth
from gradus.calculus.equality import by_shape
from gradus.calculus.expression import Expression, free_indices
from gradus.calculus.latex import latex
from gradus.calculus.renaming import Renaming
from gradus.calculus.survey import survey
from gradus.calculus.text import plain
from gradus.calculus.verdict import Verdict
from gradus.derivations.terms import Terms
from gradus.errors import Unreadable

_TRUTHS = {"equal": Truth.TRUE, "different": Truth.FALSE, "undecided": Truth.UNDECIDED}


@final
@dataclass(frozen=True, slots=True)
class Formula(Answer):
    """An expression in the terms of a question.

    Args:
        tree: what was written.
        terms: the words, and what they stand for.
        notes: how it was read, where the notation left a choice.
        unfinished: a derivative stands where its value is asked.

    >>> from gradus.calculus import declare, read
    >>> terms = Terms(declare({"W": "m × k", "x": "k"}), ("m",))
    >>> key = Formula(read("W x", terms.vocabulary).expression, terms)
    >>> key.agrees(key.read("x^T W^T")), key.agrees(key.read("2 W x"))
    (<Truth.TRUE: 'true'>, <Truth.FALSE: 'false'>)
    """

    kind: ClassVar[str] = "expression"
    tree: Expression
    terms: Terms
    notes: tuple[str, ...] = ()
    unfinished: bool = False

    def renamed(self, names: Mapping[str, str]) -> Formula:
        """Return the same formula in other names."""
        if not names:
            return self
        renaming = Renaming(names)
        return Formula(renaming.tree(self.tree), self.terms.renamed(renaming), self.notes, self.unfinished)

    def read(self, text: str) -> Formula:
        """Read a text in the words of the question; one of another shape is asked again, with both shapes named."""
        bare = text.strip().removeprefix("$").removesuffix("$") if text.count("$") == 2 else text
        found = self.terms.read(bare)
        self._refuse_stray(text, found.expression)
        # values have not been looked at: a fault of shape is no lost mark
        if found.expression.shape != self.tree.shape:
            verdict = self._by_shape(found.expression)
            if verdict.outcome == "different" and verdict.reason == "shape":
                raise Unreadable(text, 0, verdict.said, "check transposes, sums and the order of factors")
        return Formula(found.expression, self.terms, found.notes, self.terms.unfinished(bare))

    def _refuse_stray(self, text: str, tree: Expression) -> None:
        """Ask again where an index is neither bound by a sum nor the one that the question leaves free."""
        mine, stray = free_indices(self.tree), free_indices(tree) - free_indices(self.tree)
        if stray and mine:
            remedy = f"write {min(mine)} for the sample that is meant"
            raise Unreadable(text, 0, f"the index {min(stray)} is bound by no sum; here it is {min(mine)}", remedy)
        if stray:
            rule = f"the index {min(stray)} is bound by no sum, and none is asked for"
            raise Unreadable(text, 0, rule, f"write sum_{min(stray)} (…), or leave the index out")

    def _by_shape(self, tree: Expression) -> Verdict:
        grounded = self.terms.ground(tree)
        verdict = by_shape(self.terms.key(self.tree), grounded, survey(grounded))
        if (
            verdict.reason == "shape"
            and len(grounded.shape) == len(self.tree.shape)
            and set(grounded.shape) == set(self.tree.shape)
        ):
            return Verdict("different", "value", verdict.said)  # turned and wrong besides: an answer, and not right
        return verdict

    def compare(self, other: Formula) -> Verdict:
        """Compare with another expression, with the certificate."""
        if other.unfinished and not self.unfinished:
            said = "a derivative is left standing; work it out"
            return Verdict("different", "echo", said)
        return self.terms.compare(self.tree, other.tree)

    def agrees(self, other: Answer) -> Truth:
        """Compare with an expression by shapes and values, with samples by the values measured."""
        if isinstance(other, Samples):
            return self._agrees_with_samples(other)
        return _TRUTHS[self.compare(other).outcome] if isinstance(other, Formula) else Truth.FALSE

    def _agrees_with_samples(self, samples: Samples) -> Truth:
        import numpy as np

        if not samples.points:
            return Truth.UNDECIDED
        for point, mine in zip(samples.points, self.terms.values(self.tree, samples.points), strict=True):
            if np.shape(mine) != point.shape:
                return Truth.FALSE
            if point.direction is None:
                gaps, size = np.abs(mine - np.asarray(point.result).reshape(point.shape)), np.abs(point.result)
            else:  # one slope along a direction stands for all elements
                parts = mine * point.direction
                gaps, size = np.abs(parts.sum() - point.result[0]), np.abs(parts).sum()
            if not float(gaps.max()) <= samples.tolerance * max(float(size.max()), samples.floor):
                return Truth.FALSE
        return Truth.TRUE

    def remarks(self, other: Answer) -> str:
        """Say how the other was read, and where its domain differs."""
        if not isinstance(other, Formula):
            return ""
        verdict = self.compare(other)
        return "; ".join((*other.notes, *verdict.remarks))

    def __str__(self) -> str:
        return plain(self.tree)

    def latex(self) -> str:
        """Print as LaTeX that reads back."""
        return latex(self.tree)
