"""What must be known of a tree before it is compared, found in one pass: passes are not free."""

from __future__ import annotations

from typing import NamedTuple

from gradus.calculus.exact import whole
from gradus.calculus.expression import Expression, free_indices
from gradus.calculus.functions import TABLE

_SMOOTH = frozenset(
    [
        "number",
        "symbol",
        "constant",
        "size",
        "add",
        "neg",
        "mul",
        "div",
        "matmul",
        "transpose",
        "inverse",
        "matpow",
        "det",
        "trace",
        "diag",
        "opaque",
        "ones",
        "eye",
        "element",
        "index",
    ]
)
_FIELD = frozenset(("number", "symbol", "add", "neg", "mul", "div", "pow", "size"))
_CUT = frozenset(["log", "log2", "log10", "log1p", "sqrt", "asin", "acos", "acosh", "atanh"])


class Survey(NamedTuple):
    """Facts of a tree.

    Fields:
        nodes: how many.
        analytic: no kink, jump or branch cut, so complex points may be tried.
        rational: scalars only, a polynomial or a quotient of polynomials.
        partial: it may lack a value somewhere: a division, a root, a logarithm, a negative power.
        echoes: texts that only repeat the question.
        over: a sum over an index stands in it.
        scalars: names of its scalar symbols.
        free: indices that no sum binds.
    """

    nodes: int
    analytic: bool
    rational: bool
    partial: bool
    echoes: tuple[str, ...]
    over: bool
    scalars: frozenset[str]
    free: tuple[str, ...] = ()


def survey(tree: Expression) -> Survey:  # noqa: C901 - one pass, a branch a head; split, it takes twice as long
    """Return the facts of a tree.

    >>> from gradus.calculus.read import read
    >>> from gradus.calculus.vocabulary import OPEN
    >>> facts = survey(read("x^2/(1 + y)", OPEN).expression)
    >>> facts.rational, facts.analytic, facts.partial, sorted(facts.scalars)
    (True, True, True, ['x', 'y'])
    >>> survey(read("sqrt(x)", OPEN).expression).analytic
    False
    """
    nodes, analytic, rational, partial, over, picks = 0, True, True, False, False, False
    echoes: list[str] = []
    names: set[str] = set()
    stack = [tree]
    while stack:
        node = stack.pop()
        head, parts, label, shape = node
        nodes += 1
        if parts:
            stack += parts
        rational = rational and not shape and head in _FIELD
        if head == "symbol":
            if not shape:
                names.add(label)
        elif head == "pow":
            exponent = whole(parts[1])
            if exponent is None:
                analytic = rational = False
            partial = partial or exponent is None or exponent < 0
        elif head == "call":
            analytic = analytic and TABLE[label].analytic
            partial = partial or label in _CUT
        elif head not in _SMOOTH:
            analytic = analytic and head in ("over", "reduce") and label[0] in ("sum", "mean", "prod")
            over = over or head == "over"
            if head == "echo":
                echoes.append(label)
        elif head in ("div", "inverse"):
            partial = True
        elif head == "element":
            picks = True
    return Survey(
        nodes,
        analytic,
        rational,
        partial,
        tuple(echoes),
        over,
        frozenset(names),
        tuple(sorted(free_indices(tree))) if picks else (),
    )
