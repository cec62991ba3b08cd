"""Cases and comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradus.calculus import algebra
from gradus.calculus.expression import Expression
from gradus.calculus.notation import Notation

if TYPE_CHECKING:
    from gradus.calculus.meaning import Meaning


def cases_of(m: Meaning, notation: Notation) -> Expression:
    """Return a value by cases; a condition after which nothing can follow ends them."""
    _, _, pairs, otherwise = notation
    flat: list[Expression] = []
    for value, condition in pairs:
        if flat and flat[-2].head == "true":
            break
        flat += (m.of(value), m.of(condition))
    if flat[-1].head == "true":
        otherwise, flat = None, flat[:-1]
    elif otherwise is not None:
        flat.append(m.of(otherwise))
    else:
        flat.append(Expression("undefined", (), None, flat[0].shape))
    shape = flat[0].shape
    for value in (*flat[2::2], flat[-1]):
        shape = algebra.broadcast(m.sizes, shape, value.shape, "cases of one value")
    return Expression("cases", tuple(flat), None, shape) if len(flat) > 1 else flat[0]


def comparison_of(m: Meaning, notation: Notation) -> Expression:
    """Return a comparison; a chain `a < x < b` is both of its links."""
    parts = notation[2]
    values = [m.of(part) for part in parts[::2]]
    links = [_compared(m, parts[2 * k + 1], values[k], values[k + 1]) for k in range(len(values) - 1)]
    result = links[0]
    for link in links[1:]:
        result = Expression(
            "both", (result, link), None, algebra.broadcast(m.sizes, result.shape, link.shape, "compared")
        )
    return result


def _compared(m: Meaning, relation: str, left: Expression, right: Expression) -> Expression:
    """Return one comparison."""
    return Expression(
        "compare", (left, right), relation, algebra.broadcast(m.sizes, left.shape, right.shape, "compared")
    )


def both_of(m: Meaning, notation: Notation) -> Expression:
    """Return several conditions at once."""
    parts = [m.of(part) for part in notation[2]]
    result = parts[0]
    for part in parts[1:]:
        result = Expression(
            "both", (result, part), None, algebra.broadcast(m.sizes, result.shape, part.shape, "compared")
        )
    return result
