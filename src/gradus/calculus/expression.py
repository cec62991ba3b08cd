"""The tree of a tensor expression.

Every node is one `Expression`: what it does (`head`), what it is done to (`parts`), what else must be known
(`label`: a name, a number, an index), and the shape of the result. The heads:

    number     label: Fraction                      symbol   label: name                constant  label: "pi", "e",
    "inf" add        parts broadcast by sizes, two or more          neg       one part
    mul        element by element, two or more                div       two parts, element by element
    pow        two parts, element by element                  matpow    label: int; one square part
    matmul     two parts: matrix, column or row               transpose, inverse, trace, det, diag: one part
    call       label: name of a usual function, element by element (`functions.TABLE`); for max and min several parts
    opaque     label: name of a function declared in the vocabulary; parts: its arguments
    softmax, logsumexp: one part, over the last axis            norm     label: 1, 2, "inf" or "F"; one part
    ones, eye  label: the sizes                               size      label: the size's name, as a scalar
    element    label: index names; one part: X_i, W_ij         index     label: an index's name, as the number 1, 2, …
    over       label: (what, index, size), what one of sum, mean, prod, max, min; one part: the body
    reduce     label: (what, axis or None); one part
    cases      parts: value, condition, value, condition, …, value otherwise
    compare    label: "<", "<=", ">", ">=", "=", "!=" ; two parts          both: two conditions
    echo       label: the question's own words; nothing was worked out

A NamedTuple, not a dataclass: a reader makes them by the thousand, and a frozen dataclass costs four times as much
to make.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from fractions import Fraction
from operator import is_
from typing import Any, NamedTuple

from gradus.calculus.shapes import Shape, Size


class Expression(NamedTuple):
    """One node; see the module for the heads.

    >>> Expression("add", (symbol("x"), number(1))).shape
    ()
    """

    head: str
    parts: tuple[Expression, ...] = ()
    label: Any = None
    shape: Shape = ()

    def __str__(self) -> str:
        from gradus.calculus.text import plain  # the printer imports this module

        return plain(self)


def number(value: int | Fraction) -> Expression:
    """Return an exact number."""
    return Expression("number", (), Fraction(value), ())


def symbol(name: str, shape: Shape = ()) -> Expression:
    """Return a named quantity."""
    return Expression("symbol", (), name, shape)


ZERO, ONE = number(0), number(1)


def walk(tree: Expression) -> Iterator[Expression]:
    """Yield every node, the root first; iterative, so depth does not matter.

    >>> [node.head for node in walk(Expression("neg", (symbol("x"),)))]
    ['neg', 'symbol']
    """
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.parts))


def rebuild(tree: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """Apply `change` to every node, the leaves first, and return the new tree."""
    parts = tuple(rebuild(part, change) for part in tree.parts)
    return change(tree._replace(parts=parts) if parts != tree.parts else tree)


def reformed(
    tree: Expression, rules: Mapping[str, Callable[[Expression], Expression]], done: dict[int, Expression]
) -> Expression:
    """Apply rules by head to every node, the leaves first; a tree that none changes is returned itself.

    Args:
        tree: what is changed.
        rules: what to make of a node, by its head.
        done: trees that no rule changes, by identity; passed over, and added to.
    """
    if not tree.parts or id(tree) in done:
        return tree
    parts = tuple([reformed(part, rules, done) for part in tree.parts])
    same = all(map(is_, parts, tree.parts))
    rule = rules.get(tree.head)
    node = tree if same else tree._replace(parts=parts)
    found = rule(node) if rule else node
    if same and (found is tree or found == tree):
        done[id(tree)] = tree
        return tree
    return found


def substitute(tree: Expression, values: dict[str, Expression]) -> Expression:
    """Put expressions in the place of symbols.

    >>> str(substitute(symbol("a"), {"a": number(2)}))
    '2'
    """
    return rebuild(tree, lambda node: values.get(node.label, node) if node.head == "symbol" else node)


def free_symbols(tree: Expression) -> set[str]:
    """Return the names of the symbols of a tree."""
    return {node.label for node in walk(tree) if node.head == "symbol"}


def extents(tree: Expression, free: Collection[str]) -> Iterator[tuple[str, Size]]:
    """Yield for every place where one of the free indices picks elements what it runs over.

    >>> x = symbol("x", ("n",))
    >>> list(extents(Expression("element", (x,), ("i",)), {"i"}))
    [('i', 'n')]
    """
    if tree.head == "element":
        yield from ((i, size) for i, size in zip(tree.label, tree.parts[0].shape, strict=False) if i in free)
    inner = [index for index in free if index != tree.label[1]] if tree.head == "over" else free
    for part in tree.parts:
        yield from extents(part, inner)


def free_indices(tree: Expression) -> set[str]:
    """Return the indices that no sum binds: `{"i"}` for `x_i`."""
    if tree.head == "element":
        return free_indices(tree.parts[0]).union(tree.label)
    if tree.head == "index":
        return {tree.label}
    if not tree.parts:
        return set()
    found: set[str] = set().union(*map(free_indices, tree.parts))
    return found - {tree.label[1]} if tree.head == "over" else found
