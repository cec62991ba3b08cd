"""Domain differences: where two expressions agree, and where one has a value and the other none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradus.calculus.evaluate import Evaluation
from gradus.calculus.exact import whole
from gradus.calculus.expression import Expression, walk
from gradus.calculus.points import Sample
from gradus.calculus.verdict import Certificate, Verdict

if TYPE_CHECKING:
    from gradus.calculus.equality import Key

SPECIAL = (0.0, 1.0, -1.0)
MOST_NODES = 600
_CUT = frozenset("log log2 log10 log1p sqrt asin acos acosh atanh".split())


def partial(tree: Expression) -> bool:
    """Say whether an expression may lack a value somewhere: a division, a root, a logarithm, a negative power."""
    for node in walk(tree):
        if node.head in ("div", "inverse") or (node.head == "call" and node.label in _CUT):
            return True
        if node.head == "pow":
            exponent = whole(node.parts[1])
            if exponent is None or exponent < 0:
                return True
    return False


def remarks(key: Key, answer: Expression) -> tuple[str, ...]:
    """Return where equal expressions differ in whether they have a value: `x^2/x` and `x` at 0.

    Scalars only, and of bounded size: a courtesy to the writer, no part of the verdict.
    """
    if answer.shape or key.tree == answer or not (partial(key.tree) or partial(answer)):
        return ()
    nodes = [*walk(key.tree), *walk(answer)]
    names = sorted({node.label for node in nodes if node.head == "symbol" and not node.shape})
    if len(nodes) > MOST_NODES or not 0 < len(names) <= 4:
        return ()
    import numpy as np

    base, found = key.plain[0], []
    for name in names:
        for special in SPECIAL:
            if not _inside(key.vocabulary.domain_of(name), special):
                continue
            sample = Sample(key.vocabulary, base.sizes, 3, 0, base.seed, {name: special})
            mine, theirs = (bool(np.isfinite(_finite(Evaluation(sample).all(tree))).all()) for tree in (key.tree, answer))
            if mine != theirs:
                has, lacks = ("the key", "yours") if mine else ("yours", "the key")
                found.append(f"at {name} = {special:g} {lacks} has no value, {has} has one")
    return tuple(found)


def _finite(values: Any) -> Any:
    import numpy as np

    return np.asarray(values)


def _inside(domain: str, value: float) -> bool:
    return domain == "real" or (domain == "nonzero" and value != 0) or (domain == "natural" and value == 1)


def where_equal(key: Key, answer: Expression, sample: Sample, difference: tuple[int, Any, Any, Any]) -> Verdict:
    """Return the verdict on two expressions that differ at a point: everywhere, or only on a part of the domain."""
    import numpy as np

    number, agreeing, mine, theirs = difference
    count = sample.real + sample.unreal
    certificate = _certificate(key, answer, sample, number, mine, theirs)
    agreeing = np.broadcast_to(agreeing, (count,))[: sample.real]
    if not key.tree.shape and 2 <= int(agreeing.sum()) < sample.real:
        for name in sorted({n.label for t in (key.tree, answer) for n in walk(t) if n.head == "symbol" and not n.shape}):
            positive = sample.value(name, ()).real[: sample.real] > 0
            for sign, side in ((">", positive), ("<", ~positive)):
                if (agreeing == side).all() or (agreeing[side].all() and side.sum() >= 3 and not agreeing[~side].any()):
                    return Verdict("different", "domain", f"equal only where {name} {sign} 0: {certificate}", certificate)
    return Verdict("different", "value", str(certificate), certificate)


def _certificate(key: Key, answer: Expression, sample: Sample, number: int, mine: Any, theirs: Any) -> Certificate:
    import numpy as np

    count = sample.real + sample.unreal
    one, other = np.broadcast_arrays(np.atleast_1d(mine), np.atleast_1d(theirs))
    one, other = (np.broadcast_to(v, (count, *v.shape[1:]))[number] for v in (one, other))
    entry: Any = ()
    if one.ndim:
        with np.errstate(all="ignore"):
            entry = np.unravel_index(int(np.nanargmax(np.abs(one - other))), one.shape)
    names = sorted({n.label for t in (key.tree, answer) for n in walk(t) if n.head == "symbol" and not n.shape})
    point = {name: shown(sample.value(name, ())[number]) for name in names}
    where = "" if not one.ndim else f" (element {', '.join(str(int(k) + 1) for k in entry)})"
    return Certificate(0, (sample.sizes,) if sample.sizes else (), bool(sample.unreal), False, point, shown(one[entry]), shown(other[entry]) + where)


def shown(value: Any) -> str:
    """Print a value shortly, a real one without its imaginary part.

    >>> shown(2 + 0j), shown(0.1 + 0.25j)
    ('2', '0.1+0.25i')
    """
    number = complex(value)
    if not number.imag:
        return f"{number.real:.6g}"
    return f"{number.real:.6g}{number.imag:+.6g}i"
