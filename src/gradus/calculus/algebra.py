"""Building expressions whose shapes fit; what does not fit raises `Misfit`, with both shapes in words.

Vectors are columns. `broadcast` is by the *names* of sizes: a vector of k joins a matrix of n × k along its rows, a
vector of n along its columns, so that no square accident decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradus.calculus import shapes
from gradus.calculus.expression import ONE, Expression, number
from gradus.calculus.shapes import Shape, Sizes
from gradus.errors import GradusError


class Misfit(GradusError):
    """Two shapes that an operation cannot join; the reader re-tells it with a column."""

    def __init__(self, one: Shape, other: Shape, doing: str) -> None:
        super().__init__(f"{shapes.show(one)} and {shapes.show(other)} cannot be {doing}")
        self.one, self.other = one, other


def fits(sizes: Sizes, one: Shape, other: Shape) -> bool:
    """Say whether two shapes are, or can be made, the same; unknown sizes are settled on the way."""
    return len(one) == len(other) and all(sizes.same(a, b) for a, b in zip(one, other, strict=True))


def broadcast(sizes: Sizes, one: Shape, other: Shape, doing: str) -> Shape:
    """Return the shape of an operation element by element.

    >>> broadcast(Sizes(), ("n",), ("m", "n"), "added"), broadcast(Sizes(), (), ("n",), "added")
    (('m', 'n'), ('n',))
    """
    if not one or one == other:
        return other
    if not other:
        return one
    small, large = sorted((one, other), key=len)
    if len(small) == len(large):
        if len(small) == 2 and 1 in (small[0], large[0]) and sizes.same(small[1], large[1]):
            return large if small[0] == 1 else small
        if fits(sizes, small, large):
            return sizes.settle(small)
    elif (
        len(small) == 1
        and len(large) == 2
        and large[0] != 1
        and (sizes.find(small[0]) in map(sizes.find, large) or sizes.same(small[0], large[1]))
    ):
        return large
    raise Misfit(sizes.settle(one), sizes.settle(other), doing)


def add(sizes: Sizes, parts: Sequence[Expression]) -> Expression:
    """Add two or more parts; sums inside are flattened."""
    shape = parts[0].shape
    flat: list[Expression] = []
    for part in parts:
        if part.shape != shape:
            shape = broadcast(sizes, shape, part.shape, "added")
        if part.head == "add":
            flat += part.parts
        else:
            flat.append(part)
    return Expression("add", tuple(flat), None, shape) if len(flat) > 1 else flat[0]


def negative(part: Expression) -> Expression:
    """Return −part."""
    return part.parts[0] if part.head == "neg" else Expression("neg", (part,), None, part.shape)


def times(sizes: Sizes, parts: Sequence[Expression]) -> Expression:
    """Multiply element by element; scalars multiply anything."""
    shape = parts[0].shape
    flat: list[Expression] = []
    for part in parts:
        if part.shape != shape:
            shape = broadcast(sizes, shape, part.shape, "multiplied element by element")
        if part.head == "mul":
            flat += part.parts
        else:
            flat.append(part)
    return Expression("mul", tuple(flat), None, shape) if len(flat) > 1 else flat[0]


def divide(sizes: Sizes, top: Expression, bottom: Expression) -> Expression:
    """Divide element by element; `a/b/c` becomes `a/(b·c)`, so that no chain of signs makes a deep tree."""
    shape = top.shape if top.shape == bottom.shape else broadcast(sizes, top.shape, bottom.shape, "divided")
    if top.head == "div":
        top, bottom = top.parts[0], times(sizes, (top.parts[1], bottom))
    return Expression("div", (top, bottom), None, shape)


def power(sizes: Sizes, base: Expression, exponent: Expression) -> Expression:
    """Raise element by element."""
    shape = base.shape if not exponent.shape else broadcast(sizes, base.shape, exponent.shape, "raised")
    return Expression("pow", (base, exponent), None, shape)


def call(name: str, part: Expression) -> Expression:
    """Apply a usual function element by element."""
    return Expression("call", (part,), name, part.shape)


def transpose(part: Expression) -> Expression:
    """Transpose: a vector becomes a row, a row a vector, a scalar stays."""
    if not part.shape or part.head == "eye":
        return part
    if part.head == "transpose":
        return part.parts[0]
    if len(part.shape) > 2:
        raise Misfit(part.shape, part.shape, "transposed: only vectors and matrices can")
    shape: Shape = (1, part.shape[0]) if len(part.shape) == 1 else part.shape[::-1]
    return Expression("transpose", (part,), None, shape[:1] if shape[1:] == (1,) else shape)


def matmul(sizes: Sizes, left: Expression, right: Expression, numpy: bool = False) -> Expression:
    """Multiply as matrices, vectors being columns; with `numpy` a vector may stand left, as in `x @ A` and `x @ x`.

    >>> from gradus.calculus.expression import symbol
    >>> matmul(Sizes(), symbol("W", ("m", "k")), symbol("x", ("k",))).shape
    ('m',)
    """
    one, other = left.shape, right.shape
    if not one or not other:
        return times(sizes, (left, right))
    if len(one) == 1 and len(other) == 1:
        if numpy and fits(sizes, one, other):
            return Expression("matmul", (transpose(left), right), None, ())
        raise Misfit(sizes.settle(one), sizes.settle(other), "multiplied as matrices")
    if max(len(one), len(other)) > 2:
        raise Misfit(sizes.settle(one), sizes.settle(other), "multiplied as matrices")
    if numpy and len(one) == 1 and other[0] != 1:
        if not sizes.same(one[0], other[0]):
            raise Misfit(sizes.settle(one), sizes.settle(other), "multiplied as matrices")
        return Expression("matmul", (transpose(right), left), None, other[1:])
    rows, inner = (one[0], 1) if len(one) == 1 else (one[0], one[1])
    inner_right, columns = (other[0], None) if len(other) == 1 else (other[0], other[1])
    if not sizes.same(inner, inner_right):
        raise Misfit(sizes.settle(one), sizes.settle(other), "multiplied as matrices")
    columns = None if columns is None else sizes.find(columns)
    shape: Shape = (rows,) if columns is None or (columns == 1 and rows != 1) else (rows, columns)
    if rows == 1 and columns in (None, 1):
        shape = ()
    return Expression("matmul", (left, right), None, shape)


def outer(sizes: Sizes, left: Expression, right: Expression) -> Expression:
    """Return the outer product of two vectors."""
    if len(left.shape) != 1 or len(right.shape) != 1:
        raise Misfit(left.shape, right.shape, "multiplied as an outer product: two vectors are needed")
    return matmul(sizes, left, transpose(right))


def square(sizes: Sizes, part: Expression, head: str, label: object = None) -> Expression:
    """Apply what only a square matrix has: inverse, trace, determinant, whole powers."""
    if not part.shape:
        if head in ("trace", "det"):
            return part
        return divide(sizes, ONE, part) if head == "inverse" else power(sizes, part, number(int(str(label))))
    if len(part.shape) != 2 or not sizes.same(part.shape[0], part.shape[1]):
        raise Misfit(part.shape, part.shape[::-1], "made to agree: a square matrix is needed")
    return Expression(head, (part,), label, () if head in ("trace", "det") else sizes.settle(part.shape))


def diagonal(part: Expression) -> Expression:
    """Turn a vector into a diagonal matrix, a matrix into its diagonal."""
    if not part.shape:
        return part
    shape = part.shape * 2 if len(part.shape) == 1 else part.shape[1:] * 2 if part.shape[0] == 1 else part.shape[:1]
    return Expression("diag", (part,), None, shape)


def over(what: str, index: str, size: shapes.Size, body: Expression) -> Expression:
    """Return the sum, mean, product, maximum or minimum of a body over an index."""
    return Expression("over", (body,), (what, index, size), body.shape)


def reduce(what: str, part: Expression, axis: int | None = None) -> Expression:
    """Return the sum, mean, … of all elements, or along an axis of a matrix as a vector."""
    shape: Shape = () if axis is None or len(part.shape) < 2 else part.shape[:axis] + part.shape[axis + 1 :]
    return Expression("reduce", (part,), (what, axis if shape else None), shape) if part.shape else part
