"""The terms in which an answer is given: its words, its shape, and what stands for what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from gradus.calculus.differentiate import renamed
from gradus.calculus.equality import Key, prepare
from gradus.calculus.expression import Expression, free_indices, rebuild, substitute
from gradus.calculus.read import Reading, read
from gradus.calculus.renaming import Renaming
from gradus.calculus.shapes import Shape
from gradus.calculus.verdict import Verdict
from gradus.calculus.vocabulary import Vocabulary

_DERIVATIVE = re.compile(r"['′]|\\prime")
MOST_KEYS = 64


@dataclass(frozen=True, eq=False)
class Terms:
    """What an answer to one question may say, and what that means.

    Args:
        vocabulary: every word that may be written.
        shape: of the answer.
        meanings: finds what quantities and given gradients are in terms of inputs, when first needed.
        same: (what may be written, what it is), such as `D(X_i)` and `sigmoid(z_i)`.
        operations: other names of functions, such as `∇D` for `∇_θ D`.
        finished: whether derivatives such as `σ'` must be worked out.
        rewrites: (pattern, text) put into an answer before it is read, such as `∂L/∂x_i` to `delta_i`.
        layout: `either` takes a row for a column and says so; `strict` does not.
    """

    vocabulary: Vocabulary
    shape: Shape = ()
    meanings: Callable[[], Mapping[str, Expression]] | None = None
    same: tuple[tuple[Expression, Expression], ...] = ()
    operations: Mapping[str, str] = field(default_factory=dict)
    finished: bool = False
    rewrites: tuple[tuple[str, str], ...] = ()
    layout: str = "either"

    def read(self, text: str) -> Reading:
        """Read a text in these words."""
        for pattern, written in self.rewrites:
            text = re.sub(pattern, written, text)
        return read(text, self.vocabulary, self.shape)

    def unfinished(self, text: str) -> bool:
        """Return whether a derivative is left standing where it should be worked out."""
        return self.finished and bool(_DERIVATIVE.search(text))

    def ground(self, tree: Expression) -> Expression:
        """Return an expression in terms of inputs alone, so that `a_1` and `g(z_1)` are the same."""
        tree = self.plainly(tree)
        return substitute(tree, self._meant) if self.meanings else tree

    def plainly(self, tree: Expression) -> Expression:
        """Return an expression with what may be written instead of something replaced by that."""
        return rebuild(tree, self._changed) if self.operations or self.same else tree

    @cached_property
    def _meant(self) -> dict[str, Expression]:
        return dict(self.meanings()) if self.meanings else {}

    def renamed(self, names: Renaming) -> Terms:
        """Return the same terms in other names."""

        def meanings() -> dict[str, Expression]:
            return {names.label(name): names.tree(tree) for name, tree in self._meant.items()}

        return replace(
            self,
            vocabulary=names.vocabulary(self.vocabulary),
            shape=names.shape(self.shape),
            meanings=meanings if self.meanings else None,
            same=tuple((names.tree(one), names.tree(other)) for one, other in self.same),
            operations={names.label(one): names.label(other) for one, other in self.operations.items()},
        )

    def _changed(self, node: Expression) -> Expression:
        if node.head == "opaque" and node.label in self.operations:
            node = node._replace(label=self.operations[node.label])
        for written, meant in self.same:
            if node.head == written.head:
                mine, theirs = sorted(free_indices(node)), sorted(free_indices(written))
                if len(mine) == len(theirs) and renamed(node, dict(zip(mine, theirs, strict=True))) == written:
                    return renamed(meant, dict(zip(theirs, mine, strict=True)))
        return node

    @cached_property
    def _keys(self) -> dict[Expression, Key]:
        return {}

    def key(self, tree: Expression) -> Key:
        """Return an expression ready to be compared with many."""
        found = self._keys.get(tree)
        if found is None:
            if len(self._keys) >= MOST_KEYS:
                self._keys.clear()
            found = self._keys[tree] = prepare(self.ground(tree), self.vocabulary, layout=self.layout)
        return found

    def compare(self, one: Expression, other: Expression) -> Verdict:
        """Compare two expressions."""
        return self.key(one).compare(self.ground(other))

    def values(self, tree: Expression, points: Sequence[Any]) -> Iterator[Any]:
        """Yield the value of an expression at each point that a witness measured; of numbers alone in one sweep."""
        from gradus.calculus.measure import measure, measure_all

        tree = self.plainly(tree)
        if any(point.sizes or point.functions or point.shape for point in points):
            for point in points:
                yield measure(tree, self.vocabulary, point.sizes, point.values, point.functions)
        else:
            yield from measure_all(tree, self.vocabulary, [point.values for point in points])
