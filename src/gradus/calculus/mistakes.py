"""Wrong answers worth recognising: what was probably done, found by comparing an answer with changes of the key.

First the ratio of answer and key: the same number at all points is a constant factor, and over several sizes it
tells `n` from `3`. Then single changes of the key, each a mistake that people make: a factor left out, a transpose
too few, the order turned, a sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gradus.calculus import algebra
from gradus.calculus.algebra import Misfit
from gradus.calculus.equality import Key
from gradus.calculus.evaluate import Evaluation
from gradus.calculus.expression import Expression, number
from gradus.calculus.shapes import Sizes
from gradus.calculus.survey import survey
from gradus.calculus.text import plain

MOST_CHANGES = 80


@dataclass(frozen=True)
class Slip:
    """A mistake that explains an answer.

    Args:
        kind: factor, sign, transpose, order, chain, activation, term, mean or branch.
        said: what to tell the writer.
    """

    kind: str
    said: str


def explain(key: Key, answer: Expression) -> Slip | None:
    """Return the mistake that explains a wrong answer, or `None`.

    >>> from gradus.calculus.equality import prepare
    >>> from gradus.calculus.read import read
    >>> from gradus.calculus.vocabulary import declare
    >>> words = declare({"X": "n × d", "w": "d", "y": "n"})
    >>> key = prepare(read("2/n * X^T (X w - y)", words).expression, words)
    >>> explain(key, read("2 X^T (X w - y)", words).expression).said
    'off by the factor n'
    >>> explain(key, read("2/n * X^T (X w + y)", words).expression).said
    'one term has the wrong sign: y'
    """
    if answer.shape == key.tree.shape:
        found = _factor(key, answer)
        if found:
            return found
    for slip, tree in changes(key.tree):
        if tree.shape == answer.shape and _same(key, tree, answer):
            return slip
    return None


def changes(tree: Expression) -> Iterator[tuple[Slip, Expression]]:
    """Yield likely mistakes with the wrong expressions they lead to, a bounded number."""
    for count, found in enumerate(_changed(tree)):
        if count >= MOST_CHANGES:
            return
        yield found


def _changed(tree: Expression) -> Iterator[tuple[Slip, Expression]]:
    rule = _RULES.get(tree.head)
    if rule is not None:
        yield from rule(tree)
    for position, part in enumerate(tree.parts):
        for slip, other in _changed(part):
            if other.shape == part.shape:
                yield slip, tree._replace(parts=(*tree.parts[:position], other, *tree.parts[position + 1 :]))


def _add(tree: Expression) -> Iterator[tuple[Slip, Expression]]:
    for position, part in enumerate(tree.parts):
        rest = (*tree.parts[:position], *tree.parts[position + 1 :])
        bare = part.parts[0] if part.head == "neg" else part
        yield (
            Slip("sign", f"one term has the wrong sign: {plain(bare)}"),
            tree._replace(parts=(*tree.parts[:position], algebra.negative(part), *tree.parts[position + 1 :])),
        )
        left = rest[0] if len(rest) == 1 else tree._replace(parts=rest)
        if left.shape == tree.shape:
            yield Slip("term", f"a term is missing: {plain(bare)}"), left


def _mul(tree: Expression) -> Iterator[tuple[Slip, Expression]]:
    for position, part in enumerate(tree.parts):
        rest = (*tree.parts[:position], *tree.parts[position + 1 :])
        left = rest[0] if len(rest) == 1 else tree._replace(parts=rest)
        if left.shape != tree.shape or part.head == "number":
            continue
        if part.head == "opaque" and part.label.endswith("'"):
            yield Slip("activation", f"the derivative of the activation is missing: {plain(part)}"), left
            yield (
                Slip("activation", f"the activation stands where its derivative belongs: {plain(part)}"),
                _replaced(tree, position, _primeless(part)),
            )
        else:
            yield Slip("chain", f"a factor of the chain is missing: {plain(part)}"), left


def _primeless(part: Expression) -> Expression:
    return part._replace(label=part.label[:-1])


def _replaced(tree: Expression, position: int, part: Expression) -> Expression:
    return tree._replace(parts=(*tree.parts[:position], part, *tree.parts[position + 1 :]))


def _matmul(tree: Expression) -> Iterator[tuple[Slip, Expression]]:
    left, right = tree.parts
    for one, other, kind, said in (
        (right, left, "order", f"the order of the factors {plain(left)} and {plain(right)} is turned"),
        (algebra.transpose(left), right, "transpose", f"a transpose too many or too few: {plain(left)}"),
        (left, algebra.transpose(right), "transpose", f"a transpose too many or too few: {plain(right)}"),
    ):
        try:
            found = algebra.matmul(Sizes(), one, other)
        except Misfit:
            continue
        yield Slip(kind, said), found
    for kept, lost in ((left, right), (right, left)):
        if kept.shape == tree.shape:
            yield Slip("chain", f"a factor of the chain is missing: {plain(lost)}"), kept


def _over(tree: Expression) -> Iterator[tuple[Slip, Expression]]:
    what, index, size = tree.label
    if what in ("sum", "mean"):
        other = "mean" if what == "sum" else "sum"
        yield Slip("mean", f"a {other} stands where a {what} belongs"), tree._replace(label=(other, index, size))


def _cases(tree: Expression) -> Iterator[tuple[Slip, Expression]]:
    values = [*range(0, len(tree.parts) - 1, 2), len(tree.parts) - 1]
    for one in values:
        yield (
            Slip("branch", f"only one case was worked out: {plain(tree.parts[one])}"),
            tree.parts[one]._replace(shape=tree.shape),
        )
        for other in values:
            if one < other:
                parts = list(tree.parts)
                parts[one], parts[other] = parts[other], parts[one]
                yield Slip("branch", "two cases are exchanged"), tree._replace(parts=tuple(parts))


def _call(tree: Expression) -> Iterator[tuple[Slip, Expression]]:
    if tree.label in ("max", "min"):
        for part in tree.parts:
            if part.shape == tree.shape:
                yield Slip("branch", f"only one branch of the {tree.label} was taken: {plain(part)}"), part
    elif tree.label in ("sign", "step"):
        yield Slip("branch", f"the {tree.label} is missing"), Expression("number", (), Fraction(1), ())


def _opaque(tree: Expression) -> Iterator[tuple[Slip, Expression]]:
    if tree.label.endswith("'"):
        yield Slip("activation", f"the activation stands where its derivative belongs: {plain(tree)}"), _primeless(tree)


def _norm(tree: Expression) -> Iterator[tuple[Slip, Expression]]:
    yield (
        Slip("factor", "the norm stands where its square belongs, or the other way round"),
        algebra.power(Sizes(), tree, number(2)),
    )


_RULES = {
    "add": _add,
    "mul": _mul,
    "matmul": _matmul,
    "over": _over,
    "cases": _cases,
    "call": _call,
    "opaque": _opaque,
    "norm": _norm,
}


def _same(key: Key, tree: Expression, answer: Expression) -> bool:
    """Say whether an answer has the values of a changed key, at one sample: feedback needs no certificate."""
    import numpy as np

    sample = key.plain[0]
    free = tuple(sorted({*survey(tree).free, *survey(answer).free}))
    one, other = (Evaluation(sample).all(t, free) for t in (tree, answer))
    with np.errstate(all="ignore"):
        return bool(np.isclose(one, other, rtol=1e-9, atol=0).all())


def _factor(key: Key, answer: Expression) -> Slip | None:
    """Recognise a constant factor, by name where it is a size."""
    import numpy as np

    ratios, free = [], tuple(sorted({*key.facts.free, *survey(answer).free}))
    for turn, sample in enumerate(key.plain):
        mine, theirs = key.values(False, turn, free), Evaluation(sample).all(answer, free)
        with np.errstate(all="ignore"):
            ratio = np.ravel(theirs / mine)
        ratio = ratio[np.isfinite(ratio)]
        if ratio.size < 2 or not np.allclose(ratio, ratio[0], rtol=1e-9) or abs(ratio[0].imag) > 1e-9 * abs(ratio[0]):
            return None
        ratios.append(float(ratio[0].real))
    return _named(ratios, [dict(sample.sizes) for sample in key.plain])


def _named(ratios: list[float], sizes: list[dict[str, int]]) -> Slip | None:
    """Name a factor: a constant, or a constant times a power of a size."""
    for name, exponent in (("", 0), *((n, e) for n in sizes[0] for e in (1, -1, 2, -2))):
        bare = [r / float(s[name]) ** exponent if name else r for r, s in zip(ratios, sizes, strict=True)]
        constant = Fraction(bare[0]).limit_denominator(100)
        if constant in (0, 1 if not name else 0) or any(abs(r - float(constant)) > 1e-9 * abs(r) for r in bare):
            continue
        if constant == -1 and not name:
            return Slip("sign", "off by the sign")
        return Slip("factor", f"off by the factor {_shown(constant, name, exponent)}")
    return None


def _shown(constant: Fraction, name: str, exponent: int) -> str:
    """Print a factor: `n/2`, `-1/n`, `2·n^2`."""
    if not name:
        return str(constant)
    power = name if abs(exponent) == 1 else f"{name}^{abs(exponent)}"
    sign, top, below = ("-" if constant < 0 else ""), abs(constant.numerator), constant.denominator
    above = [str(top)] * (top != 1) + [power] * (exponent > 0)
    under = [str(below)] * (below != 1) + [power] * (exponent < 0)
    return sign + ("·".join(above) or "1") + (f"/{'/'.join(under)}" if under else "")


def wrong_answers(tree: Expression, most: int = 50) -> Iterator[tuple[str, Any]]:
    """Yield changed keys as texts, for tests of a grader: (kind, text)."""
    for slip, other in list(changes(tree))[:most]:
        yield slip.kind, plain(other)
