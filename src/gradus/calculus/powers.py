"""Powers: of numbers, of each element, of a matrix, and `X^i`, which is no power."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradus.calculus import algebra
from gradus.calculus.expression import Expression
from gradus.calculus.notation import Notation
from gradus.errors import Unreadable

if TYPE_CHECKING:
    from gradus.calculus.meaning import Meaning


def power_of(m: Meaning, notation: Notation) -> Expression:
    """Return a power, an inverse, or the element that a bound index picks."""
    _, column, base, exponent, written = notation
    named = exponent[2] if exponent[0] == "group" else exponent
    if base[0] == "name" and named[0] == "name" and named[2] in m.bound:
        found = _picked(m, base, named[2])
        if found is not None:
            return found
    left = m.of(base)
    if exponent[0] == "group" and exponent[2][0] == "sum" and len(left.shape) == 2:
        stripped = exponent[2][2]
        if stripped[0] == "-" and stripped[1][0] == "number":
            return algebra.square(
                m.sizes, left, *(("inverse",) if stripped[1][2] == "1" else ("matpow", -int(stripped[1][2])))
            )
    right = m.of(exponent)
    if m.vocabulary.open and left.head == "symbol" and left.label == "e":
        return algebra.call("exp", right)
    if len(left.shape) == 2 and left.shape[0] != 1 and not right.shape and written == "^":
        return _powered(m, left, right, column)
    if not left.shape and len(right.shape) == 2 and left.head == "constant":
        return algebra.call("exp", right)
    return algebra.power(m.sizes, left, right)


def _picked(m: Meaning, base: Notation, index: str) -> Expression | None:
    """Return `X^i` with a bound i as the element of a batch."""
    tree: Expression = m.of(base)
    if tree.head != "symbol" or not tree.shape:
        return None
    return Expression("element", (tree,), (index,), tree.shape[1:])


def _powered(m: Meaning, left: Expression, right: Expression, column: int) -> Expression:
    """Raise a matrix by `^`: a whole power of a square matrix, or element by element."""
    whole = (
        right.label
        if right.head == "number"
        else -right.parts[0].label
        if right.head == "neg" and right.parts[0].head == "number"
        else None
    )
    if whole is None or whole.denominator != 1 or left.shape[0] != left.shape[1]:
        return algebra.power(m.sizes, left, right)
    if whole == -1:
        return algebra.square(m.sizes, left, "inverse")
    if abs(whole) > 10**6:
        raise Unreadable(m.text, column, "a matrix is raised to a million at most", "use a smaller exponent")
    m.doubts.append((column, "a power of the matrix, or of each element"))
    return algebra.square(m.sizes, left, "matpow", int(whole)) if m.matrix else algebra.power(m.sizes, left, right)
