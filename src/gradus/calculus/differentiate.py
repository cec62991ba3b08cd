"""The symbolic reverse mode: gradients of a scalar by any quantity of a tree.

Leaves are symbols, or elements such as `X_i`: a gradient by `X_i` leaves the index free, a gradient by what the sum
over i shares is a sum over i. An opaque function `D` passes its gradient on by the function `∇D` that the question
declares, and to parameters θ hidden in it by `∇_θ D`; an activation `g` by `g'`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from gradus.calculus import algebra
from gradus.calculus.adjoints import adjoints
from gradus.calculus.expression import ONE, ZERO, Expression, free_indices, number, rebuild, symbol
from gradus.calculus.shapes import Sizes
from gradus.calculus.simplify import simplify, zeros
from gradus.calculus.vocabulary import Operation, Symbol, Vocabulary
from gradus.errors import Fault, suggest

_SIZES = Sizes()
NO_WORDS = Vocabulary()


def gradients(tree: Expression, seed: Expression, vocabulary: Vocabulary = NO_WORDS) -> dict[Expression, Expression]:
    """Return the gradient by every leaf: symbols, elements, and the parameters hidden in opaque functions.

    Args:
        tree: what is differentiated.
        seed: ∂L/∂tree, which flows back through it.
        vocabulary: the opaque functions and their declared gradients.

    >>> x = symbol("x", ("n",))
    >>> tree = algebra.matmul(_SIZES, algebra.transpose(x), x)
    >>> {str(leaf): str(simplify(found)) for leaf, found in gradients(tree, ONE).items()}
    {'x': '2*x'}
    """
    hiding = any(operation.name.startswith("∇_") for operation in vocabulary.operations)
    return dict(_gradients(tree, seed, vocabulary.operations, vocabulary.symbols if hiding else ()))


@lru_cache(maxsize=4096)
def _gradients(
    tree: Expression, seed: Expression, operations: tuple[Operation, ...], symbols: tuple[Symbol, ...]
) -> tuple[tuple[Expression, Expression], ...]:
    """Return leaves with their gradients; remembered, since programs share statements and what flows into them."""
    found: dict[Expression, Expression] = {}
    _flow(tree, seed, Vocabulary(symbols, operations), found)
    return tuple(found.items())


def partial(tree: Expression, name: str) -> Expression:
    """Return the derivative of a scalar expression by a scalar symbol, simplified.

    >>> from gradus.calculus.read import read
    >>> from gradus.calculus.vocabulary import OPEN
    >>> str(partial(read("x^3 + log(x)", OPEN).expression, "x"))
    '3*x^2 + 1/x'
    """
    found = gradients(tree, ONE)
    return simplify(found.get(symbol(name), ZERO))


def _flow(tree: Expression, gradient: Expression, vocabulary: Vocabulary, found: dict[Expression, Expression]) -> None:
    if zeros(gradient) or tree.head in ("number", "constant", "size", "ones", "eye", "index", "undefined", "true"):
        return
    if tree.head in ("symbol", "element"):
        found[tree] = algebra.add(_SIZES, (found[tree], gradient)) if tree in found else gradient
    elif tree.head == "over":
        _over(tree, gradient, vocabulary, found)
    elif tree.head == "opaque":
        _opaque(tree, gradient, vocabulary, found)
    else:
        for part, share in adjoints(tree, gradient):
            _flow(part, simplify(share), vocabulary, found)


def _over(tree: Expression, gradient: Expression, vocabulary: Vocabulary, found: dict[Expression, Expression]) -> None:
    what, index, size = tree.label
    if what not in ("sum", "mean"):
        raise Fault("", "derivative", str(tree), "has no rule here", "use a sum or a mean")
    if what == "mean":
        gradient = algebra.divide(
            _SIZES, gradient, number(size) if isinstance(size, int) else Expression("size", (), size, ())
        )
    inner: dict[Expression, Expression] = {}
    _flow(tree.parts[0], gradient, vocabulary, inner)
    for leaf, share in inner.items():
        total = share if index in free_indices(leaf) else summed(index, size, share)
        found[leaf] = algebra.add(_SIZES, (found[leaf], total)) if leaf in found else total


def summed(index: str, size: int | str, body: Expression) -> Expression:
    """Return the sum of a body over an index, what does not depend on the index standing before it."""
    body = simplify(body)
    if index not in free_indices(body):
        count = Expression("size", (), size, ()) if isinstance(size, str) else number(size)
        return algebra.times(_SIZES, (count, body))
    if body.head == "neg":
        return algebra.negative(summed(index, size, body.parts[0]))
    if body.head == "add":
        return _shared(index, size, body)
    if body.head == "mul":
        fixed = [part for part in body.parts if index not in free_indices(part) and not part.shape]
        rest = [part for part in body.parts if part not in fixed]
        if fixed and rest:
            return algebra.times(_SIZES, (*fixed, summed(index, size, algebra.times(_SIZES, rest))))
    if body.head == "div":
        top, bottom = body.parts
        if index not in free_indices(bottom) and not bottom.shape:
            return algebra.times(_SIZES, (algebra.divide(_SIZES, ONE, bottom), summed(index, size, top)))
        constant = [
            p for p in (bottom.parts if bottom.head == "mul" else ()) if index not in free_indices(p) and not p.shape
        ]
        rest = [p for p in bottom.parts if p not in constant] if constant else []
        if constant and rest:
            inner = algebra.divide(_SIZES, top, algebra.times(_SIZES, rest))
            return algebra.times(
                _SIZES, (algebra.divide(_SIZES, ONE, algebra.times(_SIZES, constant)), summed(index, size, inner))
            )
    return algebra.over("sum", index, size, body)


def _shared(index: str, size: int | str, body: Expression) -> Expression:
    """Return the sum of several terms, a factor such as 1/n that all share standing before it."""
    parts = [summed(index, size, part.parts[0] if part.head == "neg" else part) for part in body.parts]
    fronts = {
        part.parts[0] if part.head == "mul" and part.parts[-1].head == "over" and len(part.parts) == 2 else None
        for part in parts
    }
    front = fronts.pop()
    if front is None or fronts:
        return algebra.over("sum", index, size, body)
    inner = [
        algebra.negative(p.parts[-1].parts[0]) if t.head == "neg" else p.parts[-1].parts[0]
        for t, p in zip(body.parts, parts, strict=True)
    ]
    return algebra.times(_SIZES, (front, algebra.over("sum", index, size, algebra.add(_SIZES, inner))))


def _opaque(
    tree: Expression, gradient: Expression, vocabulary: Vocabulary, found: dict[Expression, Expression]
) -> None:
    """Pass a gradient through a function of which only the shapes are known."""
    bare = tree.label.rstrip("'")
    operation = vocabulary.by_operation.get(bare)
    if operation is None or operation.elementwise:
        slope = tree._replace(label=tree.label + "'")
        _flow(tree.parts[0], simplify(algebra.times(_SIZES, (gradient, slope))), vocabulary, found)
        return
    for hidden, jacobian in _hidden(bare, vocabulary):
        leaf = symbol(hidden, vocabulary.by_name[hidden].shape if hidden in vocabulary.by_name else jacobian.result)
        share = simplify(_through(tree, jacobian, gradient, leaf))
        found[leaf] = algebra.add(_SIZES, (found[leaf], share)) if leaf in found else share
    slope_by = vocabulary.by_operation.get(f"∇{bare}")
    if slope_by is not None and len(tree.parts) == 1:
        _flow(tree.parts[0], simplify(_through(tree, slope_by, gradient, tree.parts[0])), vocabulary, found)


def _hidden(bare: str, vocabulary: Vocabulary) -> list[tuple[str, Operation]]:
    """Return the parameters hidden in a function, with the gradients declared for them: `∇_{theta} D`."""
    ending = f"}} {bare}"
    return [
        (n[len("∇_{") : -len(ending)], o)
        for n, o in vocabulary.by_operation.items()
        if n.startswith("∇_{") and n.endswith(ending)
    ]


def _through(tree: Expression, jacobian: Operation, gradient: Expression, target: Expression) -> Expression:
    """Multiply a gradient by the declared derivative of a function, in whichever layout it was declared."""
    applied = Expression("opaque", tree.parts, jacobian.name, jacobian.result)
    if not tree.shape or not target.shape:
        return algebra.times(_SIZES, (gradient, applied))
    if jacobian.result == (*target.shape, *tree.shape):
        return algebra.matmul(_SIZES, applied, gradient)
    if jacobian.result == (*tree.shape, *target.shape):
        return algebra.matmul(_SIZES, algebra.transpose(applied), gradient)
    raise Fault(
        "",
        jacobian.name,
        jacobian.result,
        "must have the shapes of the variable and of the value",
        "declare it r × k or k × r",
    )


def renamed(tree: Expression, names: Mapping[str, str]) -> Expression:
    """Return a tree with its indices renamed."""

    def change(node: Expression) -> Expression:
        if node.head == "element":
            return node._replace(label=tuple(names.get(index, index) for index in node.label))
        if node.head == "index":
            return node._replace(label=names.get(node.label, node.label))
        return node

    return rebuild(tree, change)


def pick(found: Mapping[Expression, Expression], by: Expression) -> Expression:
    """Return the gradient by one leaf, its index named as the question names it.

    Raises:
        Fault: nothing there depends on it.
    """
    if by in found:
        return found[by]
    for leaf, share in found.items():
        if leaf.head == by.head == "element" and leaf.parts == by.parts:
            return renamed(share, dict(zip(leaf.label, by.label, strict=True)))
    names = [str(leaf) for leaf in found]
    raise Fault("", "by", str(by), "must be something that the quantity depends on", suggest(str(by), names))
