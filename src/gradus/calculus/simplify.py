"""Expressions tidied for people: no `1·x`, no `+ 0`, no double transposes, figures in front, `v ⊙ x` for `diag(v) x`.

Every rule keeps the value wherever the expression has one; none is needed for grading, which compares values.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from gradus.calculus import algebra
from gradus.calculus.expression import ONE, ZERO, Expression, number, reformed
from gradus.calculus.shapes import Sizes

_SIZES = Sizes()
_TIDY: dict[int, Expression] = {}  # derivations tidy what they build again and again; what is tidy is passed over
MOST_TIDY = 4_096
_UNIT = Fraction(1)


def simplify(tree: Expression) -> Expression:
    """Tidy a tree, leaves first, until nothing changes; at most four passes.

    >>> from gradus.calculus.read import read
    >>> from gradus.calculus.vocabulary import OPEN
    >>> str(simplify(read("1*x + 0 - (-y)*2*3/1", OPEN).expression))
    'x + 6*y'
    """
    if len(_TIDY) > MOST_TIDY:
        _TIDY.clear()
    for _ in range(4):
        tidied = reformed(tree, _RULES, _TIDY)
        if tidied is tree:
            break
        tree = tidied
    return tree


def zeros(tree: Expression) -> bool:
    """Say whether a tree is the number 0, of whatever shape."""
    return tree.head == "number" and not tree.label


def _add(tree: Expression) -> Expression:
    kept = [part for part in tree.parts if not zeros(part)]
    figures = [part.label for part in kept if part.head == "number"]
    total = sum(figures) if figures else 0
    rest = [part for part in kept if part.head != "number"]
    counted: dict[Expression, Fraction] = {}
    for part in rest:
        factor, body = _factor(part)
        counted[body] = counted[body] + factor if body in counted else factor
    parts = [_scaled(factor, body) for body, factor in counted.items() if factor]
    if total:
        parts.append(number(total) if total > 0 or not parts else algebra.negative(number(-total)))
    if not parts:
        return ZERO._replace(shape=tree.shape) if tree.shape else ZERO
    if parts[0].head == "neg" and any(part.head != "neg" for part in parts):
        parts.sort(key=lambda part: part.head == "neg")  # b − a rather than −a + b
    if len(parts) == 1 and parts[0].shape == tree.shape:
        return parts[0]
    return Expression("add", tuple(parts), None, tree.shape)


def _factor(tree: Expression) -> tuple[Fraction, Expression]:
    """Part a leading figure from a term."""
    if tree.head == "neg":
        factor, body = _factor(tree.parts[0])
        return -factor, body
    if tree.head == "mul" and tree.parts[0].head == "number":
        rest = tree.parts[1:]
        return tree.parts[0].label, rest[0] if len(rest) == 1 else tree._replace(parts=rest)
    return _UNIT, tree


def _scaled(factor: Fraction, body: Expression) -> Expression:
    if factor < 0:
        return algebra.negative(_scaled(-factor, body))
    if factor == 1:
        return body
    if factor.numerator == 1 and factor.denominator != 1:
        return Expression("div", (body, number(factor.denominator)), None, body.shape)
    return algebra.times(_SIZES, (number(factor), body))


def _neg(tree: Expression) -> Expression:
    part = tree.parts[0]
    if part.head == "neg":
        return part.parts[0]
    if part.head == "number":
        return part._replace(label=-part.label) if not part.label else tree
    return tree


def _mul(tree: Expression) -> Expression:
    if any(zeros(part) for part in tree.parts):
        return ZERO._replace(shape=tree.shape)
    factor, bottoms, flat = _UNIT, list[Expression](), list[Expression]()
    for signed in tree.parts:
        minus, part = _unsigned(signed)
        factor = -factor if minus < 0 else factor
        top, below = part.parts if part.head == "div" and not part.shape else (part, None)
        bottoms += [] if below is None else [below]
        flat += top.parts if top.head == "mul" else [top]
    for part in flat:
        if part.head == "number":
            factor *= part.label
    ones = [part for part in flat if _all_ones(part)]
    kept = _gathered([part for part in flat if part.head != "number" and not _all_ones(part)])
    if ones and not any(part.shape == tree.shape for part in kept):
        kept.append(ones[0])
    kept.sort(key=lambda part: len(part.shape) > 0)
    return _quotient(tree, factor, kept, bottoms)


def _unsigned(tree: Expression) -> tuple[int, Expression]:
    minus = 1
    while tree.head == "neg":
        minus, tree = -minus, tree.parts[0]
    return minus, tree


def _all_ones(tree: Expression) -> bool:
    if tree.head == "matmul":
        return (
            tree.parts[0].head == "ones" and tree.parts[1].head == "transpose" and tree.parts[1].parts[0].head == "ones"
        )
    return tree.head == "ones"


def _quotient(tree: Expression, factor: Fraction, kept: list[Expression], bottoms: list[Expression]) -> Expression:
    """Return factor · kept / bottoms, the sign in front."""
    if bottoms:
        result = _div(algebra.divide(_SIZES, _product(abs(factor), kept), algebra.times(_SIZES, bottoms)))
    else:
        result = _product(abs(factor), kept)
    if result.shape != tree.shape:
        return tree
    return algebra.negative(result) if factor < 0 else result


def _product(factor: Fraction, parts: list[Expression]) -> Expression:
    front = [] if factor == 1 and parts else [number(factor)]
    return algebra.times(_SIZES, (*front, *parts))


def _gathered(parts: list[Expression]) -> list[Expression]:
    """Join equal factors into powers."""
    powers: dict[Expression, Fraction] = {}
    others: list[Expression] = []
    for part in parts:
        base, exponent = part, _UNIT
        if part.head == "pow" and part.parts[1].head == "number":
            base, exponent = part.parts[0], part.parts[1].label
        if base.head in ("symbol", "call", "opaque", "size", "element", "add"):
            powers[base] = powers[base] + exponent if base in powers else exponent
        else:
            others.append(part)
    return others + [_powered(base, exponent) for base, exponent in powers.items() if exponent]


def _powered(base: Expression, exponent: Fraction) -> Expression:
    return base if exponent == 1 else Expression("pow", (base, number(exponent)), None, base.shape)


def _div(tree: Expression) -> Expression:
    top, bottom = tree.parts
    if zeros(top):
        return ZERO._replace(shape=tree.shape)
    if bottom == ONE:
        return top
    if top.head == "neg":
        return algebra.negative(tree._replace(parts=(top.parts[0], bottom)))
    if top.head == "number" and bottom.head == "number" and bottom.label:
        value = top.label / bottom.label
        return number(value) if value.numerator != 1 or value.denominator == 1 else tree
    tops = list(top.parts) if top.head == "mul" else [top]
    bottoms = list(bottom.parts) if bottom.head == "mul" else [bottom]
    shared = next((part for part in tops if part in bottoms and not part.shape), None)
    if shared is None or top.shape != tree.shape:
        return _figures(tree, tops, bottoms)
    tops.remove(shared)
    bottoms.remove(shared)
    rest = _product(_UNIT, tops)
    return rest if not bottoms else tree._replace(parts=(rest, _product(_UNIT, bottoms)))


def _figures(tree: Expression, tops: list[Expression], bottoms: list[Expression]) -> Expression:
    """Cancel figures: 2·x/2."""
    if tops[0].head == "number" and bottoms[0].head == "number" and bottoms[0].label and len(tops) > 1:
        ratio = tops[0].label / bottoms[0].label
        if ratio.denominator == 1 or ratio.numerator == 1:
            above, below = tops[1:], bottoms[1:]
            top = _product(Fraction(ratio.numerator), above)
            if ratio.denominator == 1 and not below:
                return top
            return tree._replace(parts=(top, _product(Fraction(ratio.denominator), below)))
    return tree


def _pow(tree: Expression) -> Expression:
    base, exponent = tree.parts
    if exponent == ONE:
        return base
    if exponent == ZERO and not tree.shape:
        return ONE
    if base.head == "neg" and exponent.head == "number" and exponent.label.denominator == 1 and exponent.label % 2 == 0:
        return tree._replace(parts=(base.parts[0], exponent))
    if base.head == "call" and base.label == "sqrt" and exponent == number(2):
        return base.parts[0]
    return tree


def _transpose(tree: Expression) -> Expression:
    part = tree.parts[0]
    if not part.shape or part.head == "eye":
        return part
    if part.head == "transpose":
        return part.parts[0]
    if part.head == "diag" and len(part.shape) == 2:
        return part
    if part.head == "neg":
        return algebra.negative(_transpose(tree._replace(parts=part.parts)))
    if (
        part.head in ("mul", "div")
        and len([p for p in part.parts if p.shape]) == 1
        and (part.head == "mul" or not part.parts[1].shape)
    ):
        turned = tuple(
            _transpose(Expression("transpose", (p,), None, tree.shape)) if p.shape else p for p in part.parts
        )
        return part._replace(parts=turned, shape=tree.shape)
    if part.head == "matmul":
        left, right = part.parts
        return algebra.matmul(_SIZES, algebra.transpose(right), algebra.transpose(left))
    return tree


def _matmul(tree: Expression) -> Expression:
    left, right = tree.parts
    if zeros(left) or zeros(right):
        return ZERO._replace(shape=tree.shape)
    if left.head == "eye":
        return right
    if right.head == "eye":
        return left
    for side, other, build in ((left, right, lambda p: (p, right)), (right, left, lambda p: (left, p))):
        if side.head == "neg":
            return algebra.negative(algebra.matmul(_SIZES, *build(side.parts[0])))
        if side.head == "div" and not side.parts[1].shape and side.parts[0].shape:
            return algebra.divide(_SIZES, algebra.matmul(_SIZES, *build(side.parts[0])), side.parts[1])
        if side.head == "mul" and not side.parts[0].shape:
            rest = algebra.times(_SIZES, side.parts[1:]) if len(side.parts) > 1 else ONE
            if rest.shape == side.shape:
                return algebra.times(_SIZES, (side.parts[0], algebra.matmul(_SIZES, *build(rest))))
        if side.head == "diag" and len(side.shape) == 2 and len(other.shape) == 1 and side is left:
            return algebra.times(_SIZES, (side.parts[0], other))
    return tree


def _reduce(tree: Expression) -> Expression:
    what, axis = tree.label
    part = tree.parts[0]
    if what != "sum":
        return tree
    if part.head == "neg":
        return algebra.negative(tree._replace(parts=part.parts))
    if part.head == "div" and not part.parts[1].shape:
        return algebra.divide(_SIZES, tree._replace(parts=part.parts[:1]), part.parts[1])
    if part.head == "mul" and axis is None and len(part.shape) == 1:
        shaped = [p for p in part.parts if p.shape]
        scalars = [p for p in part.parts if not p.shape]
        if len(shaped) > 1:
            right = algebra.times(_SIZES, shaped[1:])
            inner = algebra.matmul(_SIZES, algebra.transpose(shaped[0]), right)
            return algebra.times(_SIZES, (*scalars, inner))
    return tree


def _over(tree: Expression) -> Expression:
    what, _, __ = tree.label
    body = tree.parts[0]
    if what != "sum":
        return tree
    if zeros(body):
        return ZERO._replace(shape=tree.shape)
    if body.head == "neg":
        return algebra.negative(tree._replace(parts=body.parts))
    return tree


def _call(tree: Expression) -> Expression:
    at_zero = ONE if tree.label == "exp" else ZERO if tree.label in ("sin", "tan", "tanh", "sinh") else None
    return tree if at_zero is None or tree.parts[0] != ZERO else at_zero


_RULES: dict[str, Callable[[Expression], Expression]] = {
    "add": _add, "neg": _neg, "mul": _mul, "div": _div, "pow": _pow, "transpose": _transpose,
    "matmul": _matmul, "reduce": _reduce, "over": _over, "call": _call,
}  # fmt: skip
