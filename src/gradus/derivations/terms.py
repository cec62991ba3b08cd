"""The terms in which an answer is given: its words, its shape, and what stands for what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gradus.calculus.differentiate import renamed
from gradus.calculus.equality import Key, prepare
from gradus.calculus.expression import Expression, free_indices, rebuild
from gradus.calculus.read import Reading, read
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
        meaning: writes quantities and given gradients in terms of inputs.
        same: (what may be written, what it is), such as `D(X_i)` and `sigmoid(z_i)`.
        operations: other names of functions, such as `∇D` for `∇_θ D`.
        finished: whether derivatives such as `σ'` must be worked out.
        rewrites: (pattern, text) put into an answer before it is read, such as `∂L/∂x_i` to `delta_i`.
        layout: `either` takes a row for a column and says so; `strict` does not.
    """

    vocabulary: Vocabulary
    shape: Shape = ()
    meaning: Callable[[Expression], Expression] | None = None
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
        if self.operations or self.same:
            tree = rebuild(tree, self._changed)
        return self.meaning(tree) if self.meaning else tree

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

    def value(self, tree: Expression, point: Any) -> Any:
        """Return the value of an expression at a point that a witness measured."""
        from gradus.calculus.measure import measure

        return measure(self.ground(tree), self.vocabulary, point.sizes, point.values, point.functions)
