"""Products: what a sign between two shapes means, and what belongs together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradus.calculus import algebra
from gradus.calculus.algebra import Misfit
from gradus.calculus.expression import ONE, Expression
from gradus.calculus.notation import Notation
from gradus.calculus.shapes import Sizes
from gradus.errors import Unreadable

if TYPE_CHECKING:
    from gradus.calculus.meaning import Meaning

MOST_MATRICES = 60


def multiplied(m: Meaning, parts: list[Any]) -> Expression:
    """Multiply factors by their signs: runs without a sign first, then from left to right."""
    operands, signs = _runs(m, parts)
    if len(operands) > 1 and all(not operand.shape for operand in operands):
        return _scalars(m, operands, signs)
    if len(operands) > MOST_MATRICES:
        raise Unreadable(
            m.text,
            parts[0][1],
            f"a product has at most {MOST_MATRICES} factors that are not scalars",
            "write it shorter",
        )
    result = operands[0]
    for (sign, column), operand in zip(signs, operands[1:], strict=True):
        result = joined(m, result, sign, operand, column)
    return result


def _scalars(m: Meaning, operands: list[Expression], signs: list[tuple[str, int]]) -> Expression:
    """Multiply and divide numbers: one product over one product."""
    tops, bottoms = [operands[0]], list[Expression]()
    for (sign, _), operand in zip(signs, operands[1:], strict=True):
        (bottoms if sign == "/" else tops).append(operand)
    if tops[0] == ONE and len(tops) > 1:
        del tops[0]  # 1/2·x is x/2
    top = algebra.times(m.sizes, tops)
    return Expression("div", (top, algebra.times(m.sizes, bottoms)), None, ()) if bottoms else top


def _runs(m: Meaning, parts: list[Any]) -> tuple[list[Expression], list[tuple[str, int]]]:
    """Join factors that stand side by side; after a written `/` only if the doubt is settled so."""
    operands = [_factor(m, parts[0], _follower(parts, -1))]
    signs: list[tuple[str, int]] = []
    position = 1
    while position < len(parts):
        sign, notation = parts[position], parts[position + 1]
        operand = _factor(m, notation, _follower(parts, position))
        if sign or (signs and signs[-1][0] == "/" and _left_alone(m, notation)):
            signs.append((sign, notation[1]))
            operands.append(operand)
        else:
            operands[-1], taken = _beside_run(m, operands[-1], operand, _follower(parts, position), notation[1])
            position += 2 * taken
        position += 2
    return operands, signs


def _follower(parts: list[Any], position: int) -> Notation | None:
    """Return the factor that stands right beside the one after `position`."""
    beside = position + 3 < len(parts) and parts[position + 2] == ""
    return parts[position + 3] if beside else None


def _beside_run(
    m: Meaning, left: Expression, right: Expression, follower: Notation | None, column: int
) -> tuple[Expression, bool]:
    """Multiply side by side; `A x^T u`, which fits only from the right, is `A (x^T u)` and takes the follower too."""
    try:
        return joined(m, left, "", right, column), False
    except Misfit:
        if follower is None:
            raise
        return joined(m, left, "", joined(m, right, "", m.of(follower), column), column), True


def _left_alone(m: Meaning, notation: Notation) -> bool:
    """Say whether a factor after `a/b` multiplies the quotient; `1/2x`, without a space, may mean either."""
    if notation[0] in ("name", "power") and notation[1] and not m.text[_start(notation) - 1].isspace():
        m.doubts.append((notation[1], "the quotient times the next factor, or divided by it too"))
        return m.matrix
    return True


def _factor(m: Meaning, notation: Notation, follower: Notation | None) -> Expression:
    """Return a factor; the figure 1 before a row is the vector of ones."""
    if notation[0] == "number" and notation[2] == "1" and follower and follower[0] == "transpose":
        return ones(m)
    return m.of(notation)


def ones(m: Meaning) -> Expression:
    """Return a vector of ones of a size yet to be known."""
    size = m.sizes.fresh()
    return Expression("ones", (), (size,), (size,))


def joined(m: Meaning, left: Expression, sign: str, right: Expression, column: int) -> Expression:
    """Multiply two operands by a sign, in the way that fits their shapes."""
    sizes = m.sizes
    if sign == "/":
        return algebra.divide(sizes, left, right)
    if not left.shape or not right.shape or sign == "⊙":
        return algebra.times(sizes, (left, right))
    if sign == "@":
        return algebra.matmul(sizes, left, right, numpy=True)
    if sign == "⊗":
        return algebra.outer(sizes, left, right)
    if sign == "·" and len(left.shape) == len(right.shape) == 1:
        return algebra.matmul(sizes, left, right, numpy=True)
    if sign == "":
        return _beside(m, left, right)
    return _starred(m, left, right, column)


def _beside(m: Meaning, left: Expression, right: Expression) -> Expression:
    """Multiply what stands side by side: as matrices, or element by element where only that fits."""
    try:
        return algebra.matmul(m.sizes, left, right)
    except Misfit as misfit:
        if len(left.shape) == len(right.shape) and algebra.fits(m.sizes, left.shape, right.shape):
            m.notes.append("side by side was read as element by element, since the shapes fit no matrix product")
            return algebra.times(m.sizes, (left, right))
        raise misfit from None


def _starred(m: Meaning, left: Expression, right: Expression, column: int) -> Expression:
    """Multiply by `*`, `·` or `×`: a matrix product or element by element, whichever fits."""
    rows = 1 in (left.shape[0], right.shape[0])
    same = left.shape == right.shape or (not rows and algebra.fits(Sizes(), left.shape, right.shape))
    try:
        product = algebra.matmul(m.sizes, left, right)
    except Misfit as misfit:
        try:
            found = algebra.times(m.sizes, (left, right))
        except Misfit:
            raise misfit from None
        m.notes.append("* was read as element by element")
        return found
    if not same:
        m.notes.append("* was read as a matrix product")
        return product
    m.doubts.append((column, "a matrix product, or element by element"))
    return product if m.matrix else algebra.times(m.sizes, (left, right))


def _start(notation: Notation) -> int:
    return _start(notation[2]) if notation[0] == "power" else int(notation[1])
