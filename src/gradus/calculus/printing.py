"""Printing an expression: one walk that knows what binds how tightly, for two notations that know the signs.

Levels: 0 cases and conditions, 1 sums and signs, 2 products, 3 postfixes and functions, 4 what needs no brackets
anywhere. A piece that binds looser than its place demands gets brackets, so that what is printed reads back.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from gradus.calculus.expression import Expression

Printed = tuple[str, int]


class Printer(ABC):
    """A notation; `text.py` and `latex.py` are the two.

    Args:
        brackets: what stands before and after something in brackets.
        dot, each, beside: the signs of a product of numbers, element by element, and of matrices.
        transposed: what follows something that is transposed.
        conjunction: between two conditions.
        relations: signs of comparisons that are written otherwise than they are named.
    """

    brackets: tuple[str, str]
    dot: str
    each: str
    beside: str
    transposed: str
    conjunction: str
    relations: dict[str, str]

    def __init__(self) -> None:
        names = (name for kind in reversed(type(self).__mro__) for name in vars(kind) if name.startswith("on_"))
        self.methods: dict[str, Callable[[Expression], Printed]] = {name[3:]: getattr(self, name) for name in names}

    @abstractmethod
    def name(self, label: str) -> str:
        """Return a canonical name as it is written."""

    @abstractmethod
    def function(self, name: str, parts: tuple[Expression, ...]) -> Printed:
        """Return a function applied to its arguments."""

    def print(self, tree: Expression) -> str:
        """Return an expression as it is written."""
        return self.of(tree)[0]

    def of(self, tree: Expression) -> Printed:
        """Return an expression as it is written, and its level."""
        method = self.methods.get(tree.head)
        return method(tree) if method else self.function(tree.head, tree.parts)

    def at(self, tree: Expression, level: int) -> str:
        """Return an expression, in brackets if it binds looser than its place."""
        text, own = self.of(tree)
        return text if own >= level else self.bracketed(text)

    def bracketed(self, text: str) -> str:
        """Return a text in brackets."""
        return text.join(self.brackets)

    def listed(self, parts: tuple[Expression, ...]) -> str:
        """Return arguments; cases among several in brackets, since they hold commas themselves."""
        return self.print(parts[0]) if len(parts) == 1 else ", ".join(self.at(part, 1) for part in parts)

    def on_add(self, tree: Expression) -> Printed:
        """Print terms; a sum over an index would swallow those after it, so it stands in brackets, but for the last."""
        text, last = self.at(tree.parts[0], 2 if tree.parts[0].head in ("add", "over") else 1), len(tree.parts) - 1
        for position, part in enumerate(tree.parts[1:], 1):
            if part.head == "neg":
                text += f" - {self.at(part.parts[0], 2)}"
            elif part.head == "number" and part.label < 0:
                text += f" - {self.print(part._replace(label=-part.label))}"
            else:
                text += f" + {self.at(part, 1 if part.head == 'over' and position == last else 2)}"
        return text, 1

    def on_neg(self, tree: Expression) -> Printed:
        return f"-{self.at(tree.parts[0], 2)}", 1

    def on_mul(self, tree: Expression) -> Printed:
        first = tree.parts[0]
        text, shaped = self.at(first, 2 if first.head == "number" else 3), bool(first.shape)
        for part in tree.parts[1:]:
            text = self.joined(text, self.each if shaped and part.shape else self.dot, self.at(part, 3))
            shaped = shaped or bool(part.shape)
        return text, 2

    def joined(self, left: str, sign: str, right: str) -> str:
        """Return two factors with a sign between."""
        return left + sign + right

    def on_matmul(self, tree: Expression) -> Printed:
        left, right = tree.parts
        return f"{self.at(left, 2 if left.head == 'matmul' else 3)}{self.beside}{self.at(right, 3)}", 2

    def on_transpose(self, tree: Expression) -> Printed:
        return self.at(tree.parts[0], 4) + self.transposed, 3

    def on_opaque(self, tree: Expression) -> Printed:
        return f"{self.name(tree.label)}{self.bracketed(self.listed(tree.parts))}", 4

    def on_size(self, tree: Expression) -> Printed:
        return str(tree.label), 4

    on_index = on_echo = on_size

    def on_compare(self, tree: Expression) -> Printed:
        sign = self.relations.get(tree.label, tree.label)
        return f"{self.at(tree.parts[0], 1)} {sign} {self.at(tree.parts[1], 1)}", 0

    def on_both(self, tree: Expression) -> Printed:
        return f"{self.print(tree.parts[0])}{self.conjunction}{self.print(tree.parts[1])}", 0

    def in_cases(self, tree: Expression, between: str, otherwise: str) -> list[str]:
        """Return each value with its condition, then the value otherwise, unless there is none."""
        *pairs, rest = tree.parts
        rows = [
            self.at(value, 1) + between + self.print(condition)
            for value, condition in zip(pairs[::2], pairs[1::2], strict=True)
        ]
        return rows if rest.head == "undefined" else [*rows, self.at(rest, 1) + otherwise]
