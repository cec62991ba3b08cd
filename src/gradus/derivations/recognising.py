"""From a verdict to a mistake with a name, feedback and credit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from gradus.calculus import algebra
from gradus.calculus.algebra import Misfit
from gradus.calculus.expression import Expression, number
from gradus.calculus.mistakes import Slip, changes, explain
from gradus.calculus.shapes import Sizes
from gradus.derivations.formula import Formula
from gradus.family import Mistake

# what a slip still earns unless the author says otherwise; what is not listed earns nothing
CREDIT: Mapping[str, Fraction] = {
    name: Fraction(1, 2) for name in ("transposed", "sign", "factor", "mean", "derivative_left_standing")
}
MOST_LISTED = 24


def sentence(said: str) -> str:
    """Return feedback as a sentence.

    >>> sentence("off by the factor n")
    'Off by the factor n.'
    """
    return f"{said[:1].upper()}{said[1:]}".rstrip(".") + "."


def mistake(part: str, name: str, answer: Formula, said: str) -> Mistake:
    """Return a mistake with the credit that its name earns."""
    return Mistake(part, name, answer, sentence(said), CREDIT.get(name, Fraction(0)))


def recognise(part: str, key: Formula, answer: Formula) -> Mistake | None:
    """Return what explains an answer that differs from the key."""
    verdict = key.compare(answer)
    if verdict.outcome != "different":
        return None
    if answer.unfinished:
        return mistake(part, "derivative_left_standing", answer, verdict.said)
    if verdict.reason in ("transposed", "echo", "domain", "shape"):
        return mistake(part, verdict.reason, answer, verdict.said)
    terms = key.terms
    slip = explain(terms.key(key.tree), terms.ground(answer.tree)) or _written(key, answer)
    if slip is not None:
        return mistake(part, slip.kind, answer, slip.said)
    if verdict.certificate.point is not None:
        return mistake(part, "other", answer, str(verdict.certificate))
    return None


def _written(key: Formula, answer: Formula) -> Slip | None:
    """Compare with changes of the key as it is written: in terms of inputs a factor may have dissolved."""
    meant = key.terms.key(answer.tree)
    for slip, tree in changes(key.tree):
        if tree.shape == answer.tree.shape and meant.compare(key.terms.ground(tree)):
            return slip
    return None


def listed(part: str, key: Formula) -> Iterator[Mistake]:
    """Yield wrong answers that the key itself suggests; each kind of slip is listed by its first."""
    seen: set[str] = set()
    for slip, tree in _suggested(key.tree):
        if slip.kind in seen or (tree.shape != key.tree.shape and slip.kind != "transposed"):
            continue
        seen.add(slip.kind)
        yield mistake(part, slip.kind, Formula(tree, key.terms), slip.said)


def _suggested(tree: Expression) -> Iterator[tuple[Slip, Expression]]:
    yield Slip("sign", "off by the sign"), algebra.negative(tree)
    yield Slip("factor", "off by the factor 2"), algebra.times(Sizes(), (number(2), tree))
    if len(tree.shape) == 2:
        try:
            yield Slip("transposed", "right but transposed"), algebra.transpose(tree)
        except Misfit:
            return
    for count, found in enumerate(changes(tree)):
        if count >= MOST_LISTED:
            return
        yield found
