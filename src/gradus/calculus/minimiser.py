"""Minimisers of convex functions of one number, quadratic on either side of 0: soft threshold, ridge, both.

For J(w) = ½H(w − w*)² + α|w| + ½βw² each side of 0 is a parabola. A side's own minimum counts if it lies on that
side; if neither does, the kink at 0 is the minimum. That is the derivation, done here by differentiating each side.
"""

from __future__ import annotations

from gradus.calculus import algebra
from gradus.calculus.differentiate import partial
from gradus.calculus.expression import ZERO, Expression, free_symbols, rebuild, substitute, symbol, walk
from gradus.calculus.shapes import Sizes
from gradus.calculus.simplify import simplify
from gradus.errors import Fault

_SIZES = Sizes()


def side(objective: Expression, by: str, sign: int) -> Expression:
    """Return the objective on one side of 0, where |w| is w or −w."""
    variable = symbol(by)
    there = variable if sign > 0 else algebra.negative(variable)
    absolute = algebra.call("abs", variable)
    return rebuild(objective, lambda node: there if node == absolute else node)


def stationary(objective: Expression, by: str) -> Expression:
    """Return where the slope of a parabola is 0: −J′(0)/J″.

    Raises:
        Fault: the function is no parabola in `by`.

    >>> from gradus.calculus.read import read
    >>> from gradus.calculus.vocabulary import OPEN
    >>> str(stationary(read("H/2*(w - c)^2 + b/2*w^2", OPEN).expression, "w"))
    'H*c/(H + b)'
    """
    slope = partial(objective, by)
    curvature = partial(slope, by)
    if by in free_symbols(curvature) or any(node.head == "call" and by in free_symbols(node) for node in walk(slope)):
        raise Fault(
            "",
            "objective",
            str(objective),
            f"must be quadratic in {by} on either side of 0",
            "write 1/2*H*(w - c)^2 + alpha*|w|",
        )
    at_zero = simplify(substitute(slope, {by: ZERO}))
    return simplify(algebra.divide(_SIZES, simplify(_turned(at_zero)), curvature))


def _turned(tree: Expression) -> Expression:
    """Return −tree with the sign carried into sums and products."""
    if tree.head == "add":
        return algebra.add(_SIZES, [_turned(part) for part in tree.parts])
    if tree.head == "neg":
        return tree.parts[0]
    if tree.head == "mul":
        for position, part in enumerate(tree.parts):
            if part.head == "neg":
                return tree._replace(parts=(*tree.parts[:position], part.parts[0], *tree.parts[position + 1 :]))
    return algebra.negative(tree)


def minimiser(objective: Expression, by: str) -> Expression:
    """Return the minimiser as three cases: below 0, at 0, above.

    Args:
        objective: convex; quadratic in `by` on either side of 0, with |w| at most.
        by: its variable, a scalar.

    >>> from gradus.calculus.read import read
    >>> from gradus.calculus.vocabulary import declare
    >>> words = declare({"w": "scalar", "c": "scalar", "H": "positive scalar", "alpha": "positive scalar"})
    >>> objective = read("H/2*(w - c)^2 + alpha*|w|", words).expression
    >>> print(minimiser(objective, "w"))
    (H*c - alpha)/H when (H*c - alpha)/H > 0, (H*c + alpha)/H when (H*c + alpha)/H < 0, 0 otherwise
    """
    right, left = (stationary(side(objective, by, sign), by) for sign in (1, -1))
    if right == left:
        return right
    above = Expression("compare", (right, ZERO), ">", ())
    below = Expression("compare", (left, ZERO), "<", ())
    return Expression("cases", (right, above, left, below, ZERO), None, ())


def soft_threshold(curvature: Expression, centre: Expression, l1: Expression, l2: Expression = ZERO) -> Expression:
    """Return the closed form of the separable quadratic with L1, L2 or both: sign(w*)·max(H|w*| − α, 0)/(H + β).

    >>> print(soft_threshold(symbol("H"), symbol("c"), symbol("a")))
    sign(c)*max(H*abs(c) - a, 0)/H
    """
    pulled = algebra.add(
        _SIZES, (algebra.times(_SIZES, (curvature, algebra.call("abs", centre))), algebra.negative(l1))
    )
    kept = Expression("call", (pulled, ZERO), "max", ())
    total = simplify(algebra.add(_SIZES, (curvature, l2)))
    return simplify(algebra.divide(_SIZES, algebra.times(_SIZES, (algebra.call("sign", centre), kept)), total))
