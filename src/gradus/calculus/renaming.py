"""Other names for the same thing: expressions and vocabularies with their quantities, functions and sizes renamed.

A derivation hangs on names only in how it is written, so it is worked out once and renamed for every question that
asks it in other letters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from gradus.calculus.expression import Expression
from gradus.calculus.names import canonical
from gradus.calculus.shapes import Shape
from gradus.calculus.vocabulary import Operation, Symbol, Vocabulary

_NAMED = frozenset(("symbol", "opaque", "size"))


class Renaming:
    """Puts names in the place of others, all at once.

    Args:
        names: canonical name → name in any spelling; a name within another, such as `z` in `∂L/∂z`, is renamed too.

    >>> from gradus.calculus.read import read
    >>> from gradus.calculus.vocabulary import declare
    >>> words = declare({"W": "m × k", "dz": "m", "z": "k", "g": "elementwise"})
    >>> named = Renaming({"W": "W_{l+1}", "z": "u", "g": "f_1"})
    >>> print(named.tree(read("(W.T @ dz) .* g'(z)", words).expression), named.vocabulary(words).by_name["u"].shape)
    (W_{l+1}^T @ dz) .* f_1'(u) ('k',)
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = {name: canonical(written) for name, written in names.items()}
        self.pattern = _pattern(tuple(self.names))
        self.known: dict[Any, Any] = {}

    def label(self, text: str) -> str:
        """Return a name renamed."""
        found = self.known.get(text)
        if found is None:
            found = self.known[text] = self.pattern.sub(lambda part: self.names[part[0]], text) if self.names else text
        return str(found)

    def shape(self, shape: Shape) -> Shape:
        """Return a shape with its named sizes renamed."""
        if not shape:
            return shape
        found: Shape | None = self.known.get(shape)
        if found is None:
            found = self.known[shape] = tuple(self.label(s) if isinstance(s, str) else s for s in shape)
        return found

    def tree(self, tree: Expression) -> Expression:
        """Return an expression renamed; indices stay as they are."""
        head, parts, label, shape = tree
        if head in _NAMED:
            label = self.label(label)
        elif head == "over":
            label = (label[0], label[1], self.shape(label[2:])[0])
        elif head in ("ones", "eye"):
            label = self.shape(label)
        return Expression(head, tuple(map(self.tree, parts)), label, self.shape(shape))

    def vocabulary(self, words: Vocabulary) -> Vocabulary:
        """Return the words renamed, all but further names of symbols."""
        symbols = (Symbol(self.label(s.name), self.shape(s.shape), s.domain, s.aliases) for s in words.symbols)
        operations = (self._operation(operation) for operation in words.operations)
        return Vocabulary(tuple(symbols), tuple(operations), words.open, words.domain)

    def _operation(self, one: Operation) -> Operation:
        arguments = tuple(map(self.shape, one.arguments))
        return replace(one, name=self.label(one.name), arguments=arguments, result=self.shape(one.result))


@lru_cache(maxsize=256)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of whole names: `z` in `d(L)/d(z)` and in `z_1`, not in `dz` or `zeta`."""
    every = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.compile(rf"(?<![A-Za-z0-9])(?:{every})(?![A-Za-z0-9])")
