"""Formula trees: what a rule becomes when it is run on slots instead of numbers.

    Node
    ├── Slot        the place of an argument
    ├── Constant    a whole number that the rule itself names
    └── Operation   + − · and the divisions, the lesser of two, the negative

The nodes overload `+ - * //`, so a rule written once as a plain function over these signs yields its own tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

Quantity: TypeAlias = Any
"""Whatever has exact `+ - * //`: an int, a NumPy array of integers, a closed form in symbols, a node of a tree."""


class Node:
    """A formula tree (abstract); arithmetic on trees makes larger trees.

    A ceiling is written `-(-a // b)`, which on ints is Python's exact idiom; the tree recognises it.

    >>> a, b = Slot(0, "a"), Slot(1, "b")
    >>> (-(-a // b)).kind
    'ceiling'
    """

    __slots__ = ()

    def __add__(self, other: Node | int) -> Operation:
        return Operation("sum", self, node(other))

    def __radd__(self, other: int) -> Operation:
        return Operation("sum", Constant(other), self)

    def __sub__(self, other: Node | int) -> Operation:
        return Operation("difference", self, node(other))

    def __rsub__(self, other: int) -> Operation:
        return Operation("difference", Constant(other), self)

    def __mul__(self, other: Node | int) -> Operation:
        return Operation("product", self, node(other))

    def __rmul__(self, other: int) -> Operation:
        return Operation("product", Constant(other), self)

    def __floordiv__(self, other: Node | int) -> Operation:
        return Operation("floor", self, node(other))

    def __rfloordiv__(self, other: int) -> Operation:
        return Operation("floor", Constant(other), self)

    def __neg__(self) -> Operation:
        return Operation("negative", self, self)


@dataclass(frozen=True, slots=True)
class Slot(Node):
    """The place of one argument: its position, and the name that the rule gives it."""

    index: int
    name: str


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A whole number that belongs to the rule."""

    value: int


@dataclass(frozen=True, slots=True)
class Operation(Node):
    """One sign between two trees: sum, difference, product, floor, ceiling, ratio, least, greatest or negative."""

    kind: str
    left: Node
    right: Node

    def __neg__(self) -> Operation:
        inner = self.left
        if self.kind == "floor" and isinstance(inner, Operation) and inner.kind == "negative":
            return Operation("ceiling", inner.left, self.right)
        return Operation("negative", self, self)


def node(value: Node | int) -> Node:
    """Return a tree for a value: trees as they are, whole numbers as constants."""
    return value if isinstance(value, Node) else Constant(value)


def exact(whole: Quantity, parts: Quantity) -> Quantity:
    """Divide where the division is known to leave no remainder; a tree shows a plain fraction, no floor.

    >>> exact(32, 4)
    8
    """
    if isinstance(whole, Node) or isinstance(parts, Node):
        return Operation("ratio", node(whole), node(parts))
    return whole // parts


def least(one: Quantity, other: Quantity) -> Quantity:
    """Return the lesser of two, element by element for arrays.

    >>> least(3, 2)
    2
    """
    return chosen("least", one, other)


def greatest(one: Quantity, other: Quantity) -> Quantity:
    """Return the greater of two, element by element for arrays.

    >>> greatest(3, 2)
    3
    """
    return chosen("greatest", one, other)


def chosen(kind: str, one: Quantity, other: Quantity) -> Quantity:
    """Return the `least` or `greatest` of two numbers, arrays, closed forms or trees."""
    if type(one) is int and type(other) is int:
        return min(one, other) if kind == "least" else max(one, other)
    if isinstance(one, Node) or isinstance(other, Node):
        return Operation(kind, node(one), node(other))
    for operand, opposite in ((one, other), (other, one)):
        method = getattr(operand, kind, None)  # a closed form knows how
        if method is not None:
            return method(opposite)
    import numpy as np

    return np.minimum(one, other) if kind == "least" else np.maximum(one, other)


def product(factors: tuple[Quantity, ...]) -> Quantity:
    """Multiply from left to right, so that the tree prints in the order given; the empty product is 1.

    >>> product((3, 3, 64))
    576
    """
    if not factors:
        return 1
    result = factors[0]
    for factor in factors[1:]:
        result = result * factor
    return result


def total(terms: tuple[Quantity, ...]) -> Quantity:
    """Add from left to right; the empty sum is 0.

    >>> total((1792, 650))
    2442
    """
    if not terms:
        return 0
    result = terms[0]
    for term in terms[1:]:
        result = result + term
    return result
