"""One step of reverse mode: from the gradient at a node to the gradients at its parts.

With L the scalar that is differentiated and A = ∂L/∂node, in the layout of the node itself (a gradient has the shape
of its variable), each rule yields (part, ∂L/∂part). The rules are the textbook's: Petersen and Pedersen, The Matrix
Cookbook, chapter 2; Giles 2008, Collected matrix derivative results for forward and reverse mode algorithmic
differentiation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gradus.calculus import algebra
from gradus.calculus.algebra import call, divide, matmul, negative, power, reduce, times, transpose
from gradus.calculus.expression import ONE, ZERO, Expression, number
from gradus.calculus.functions import TABLE, applied_derivative
from gradus.calculus.shapes import Shape, Sizes
from gradus.errors import Fault

_SIZES = Sizes()
Steps = Iterator[tuple[Expression, Expression]]


def adjoints(node: Expression, gradient: Expression) -> Steps:
    """Yield each part with its share of the gradient."""
    rule = _RULES.get(node.head)
    if rule is None:
        raise Fault("", "derivative", str(node), "has no rule here", f"leave {node.head} out of what is differentiated")
    return rule(node, gradient)


def gathered(gradient: Expression, shape: Shape) -> Expression:
    """Sum a gradient over the axes along which a part was repeated."""
    if gradient.shape == shape:
        return gradient
    if not shape:
        return reduce("sum", gradient)
    if len(shape) == 1 and len(gradient.shape) == 2:
        return reduce("sum", gradient, 0 if shape[0] == gradient.shape[1] else 1)
    if len(gradient.shape) < len(shape):  # a scalar that stands for every element
        return times(_SIZES, (gradient, ones(shape)))
    return transpose(reduce("sum", gradient, 0))


def ones(shape: Shape) -> Expression:
    """Return a vector or matrix of ones."""
    parts = [Expression("ones", (), (size,), (size,)) for size in shape]
    return parts[0] if len(parts) == 1 else matmul(_SIZES, parts[0], transpose(parts[1]))


def _add(node: Expression, gradient: Expression) -> Steps:
    for part in node.parts:
        yield part, gathered(gradient, part.shape)


def _neg(node: Expression, gradient: Expression) -> Steps:
    yield node.parts[0], negative(gradient)


def _mul(node: Expression, gradient: Expression) -> Steps:
    for position, part in enumerate(node.parts):
        others = node.parts[:position] + node.parts[position + 1 :]
        yield part, gathered(times(_SIZES, (gradient, *others)), part.shape)


def _div(node: Expression, gradient: Expression) -> Steps:
    top, bottom = node.parts
    yield top, gathered(divide(_SIZES, gradient, bottom), top.shape)
    yield (
        bottom,
        gathered(
            negative(divide(_SIZES, times(_SIZES, (gradient, top)), power(_SIZES, bottom, number(2)))), bottom.shape
        ),
    )


def _pow(node: Expression, gradient: Expression) -> Steps:
    base, exponent = node.parts
    if base.head == "norm" and base.label == 2 and exponent == number(2):  # smooth at 0, which the norm itself is not
        yield base.parts[0], times(_SIZES, (gradient, exponent, base.parts[0]))
        return
    if exponent.head == "number":
        lower = exponent.label - 1
        less = base if lower == 1 else power(_SIZES, base, number(lower))
        yield base, times(_SIZES, (gradient, exponent, less))
        return
    less = power(_SIZES, base, algebra.add(_SIZES, (exponent, negative(ONE))))
    yield base, gathered(times(_SIZES, (gradient, exponent, less)), base.shape)
    yield exponent, gathered(times(_SIZES, (gradient, node, call("log", base))), exponent.shape)


def _matmul(node: Expression, gradient: Expression) -> Steps:
    left, right = node.parts
    yield left, matmul(_SIZES, gradient, transpose(right))
    yield right, matmul(_SIZES, transpose(left), gradient)


def _transpose(node: Expression, gradient: Expression) -> Steps:
    yield node.parts[0], transpose(gradient)


def _inverse(node: Expression, gradient: Expression) -> Steps:
    turned = transpose(node)
    yield node.parts[0], negative(matmul(_SIZES, matmul(_SIZES, turned, gradient), turned))


def _trace(node: Expression, gradient: Expression) -> Steps:
    size = node.parts[0].shape[0]
    yield node.parts[0], times(_SIZES, (gradient, Expression("eye", (), (size,), (size, size))))


def _det(node: Expression, gradient: Expression) -> Steps:
    inverse = Expression("inverse", node.parts, None, node.parts[0].shape)
    yield node.parts[0], times(_SIZES, (gradient, node, transpose(inverse)))


def _diag(node: Expression, gradient: Expression) -> Steps:
    yield node.parts[0], algebra.diagonal(gradient)


def _call(node: Expression, gradient: Expression) -> Steps:
    if node.label in ("max", "min"):
        yield from _extremum(node, gradient)
    elif not TABLE[node.label].derivative:
        raise Fault("", "derivative", node.label, "has no derivative here", "use a smooth function")
    else:
        yield node.parts[0], times(_SIZES, (gradient, applied_derivative(node.label, 1, node.parts[0])))


def _extremum(node: Expression, gradient: Expression) -> Steps:
    for part in node.parts:
        chosen = Expression("compare", (part, node), ">=" if node.label == "max" else "<=", node.shape)
        yield part, gathered(Expression("cases", (gradient, chosen, ZERO), None, node.shape), part.shape)


def _cases(node: Expression, gradient: Expression) -> Steps:
    for position in range(0, len(node.parts), 2):
        value = node.parts[position]
        if value.head != "undefined":
            parts = tuple(
                part if k % 2 and k < len(node.parts) - 1 else gradient if k == position else ZERO
                for k, part in enumerate(node.parts)
            )
            yield value, gathered(Expression("cases", parts, None, node.shape), value.shape)


def _norm(node: Expression, gradient: Expression) -> Steps:
    part = node.parts[0]
    if node.label == 1:
        yield part, times(_SIZES, (gradient, call("sign", part)))
    elif node.label == 2:
        yield part, times(_SIZES, (gradient, divide(_SIZES, part, node)))
    else:
        raise Fault("", "derivative", str(node), "has no rule for this norm", "use the norm 1 or 2")


def _reduce(node: Expression, gradient: Expression) -> Steps:
    what, axis = node.label
    part = node.parts[0]
    if what not in ("sum", "mean"):
        raise Fault("", "derivative", str(node), "has no rule here", "use a sum or a mean")
    counted = part.shape if axis is None else part.shape[axis : axis + 1]
    if what == "mean":
        for size in counted:
            gradient = divide(
                _SIZES, gradient, number(size) if isinstance(size, int) else Expression("size", (), size, ())
            )
    if axis is None:
        yield part, times(_SIZES, (gradient, ones(part.shape)))
    elif axis == 0:
        yield part, matmul(_SIZES, ones(counted), transpose(gradient))
    else:
        yield part, matmul(_SIZES, gradient, transpose(ones(counted)))


def _softmax(node: Expression, gradient: Expression) -> Steps:
    weighted = reduce("sum", times(_SIZES, (node, gradient)), None if len(node.shape) == 1 else 1)
    yield node.parts[0], times(_SIZES, (node, algebra.add(_SIZES, (gradient, negative(weighted)))))


def _logsumexp(node: Expression, gradient: Expression) -> Steps:
    part = node.parts[0]
    yield part, times(_SIZES, (gradient, Expression("softmax", (part,), None, part.shape)))


_RULES: dict[str, Callable[[Expression, Expression], Steps]] = {
    "add": _add, "neg": _neg, "mul": _mul, "div": _div, "pow": _pow, "matmul": _matmul, "transpose": _transpose,
    "inverse": _inverse, "trace": _trace, "det": _det, "diag": _diag, "call": _call, "cases": _cases, "norm": _norm,
    "reduce": _reduce, "softmax": _softmax, "logsumexp": _logsumexp,
}  # fmt: skip
