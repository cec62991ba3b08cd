"""Domain differences: where two expressions agree, and where one has a value and the other none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradus.calculus.evaluate import Evaluation
from gradus.calculus.expression import Expression, walk
from gradus.calculus.points import Sample
from gradus.calculus.survey import Survey
from gradus.calculus.verdict import Certificate, Verdict

if TYPE_CHECKING:
    from gradus.calculus.equality import Key

SPECIAL = (0.0, 1.0, -1.0)
MOST_NODES = 600


def remarks(key: Key, answer: Expression, facts: Survey) -> tuple[str, ...]:
    """Return where equal expressions differ in whether they have a value: `x^2/x` and `x` at 0.

    Scalars only, and of bounded size: a courtesy to the writer, no part of the verdict.
    """
    names = key.facts.scalars | facts.scalars
    if (
        answer.shape
        or not (key.facts.partial or facts.partial)
        or key.facts.nodes + facts.nodes > MOST_NODES
        or not 0 < len(names) <= 4
    ):
        return ()
    if answer == key.tree or facts.free:
        return ()
    places = [
        (name, special)
        for name in sorted(names)
        for special in SPECIAL
        if _inside(key.vocabulary.domain_of(name), special)
    ]
    if not places:
        return ()
    base, wanted = key.plain[0], ("special", *sorted(names))
    found = key.cache.get(wanted)
    if found is None:
        fixed = {
            name: tuple((slice(2 * k, 2 * k + 2), value) for k, (n, value) in enumerate(places) if n == name)
            for name in names
        }
        sample = Sample(key.vocabulary, base.sizes, 2 * len(places), 0, base.seed, fixed)
        found = key.cache[wanted] = sample, _has_value(sample, key.tree)
    sample, mine = found
    theirs = _has_value(sample, answer)
    said = (("yours", "the key"), ("the key", "yours"))
    return tuple(
        f"at {name} = {special:g} {said[has][1]} has no value, {said[has][0]} has one"
        for (name, special), has, also in zip(places, mine, theirs, strict=True)
        if has != also
    )


def _has_value(sample: Sample, tree: Expression) -> list[bool]:
    """Say at which special values an expression has a value, each tried with two choices of the other symbols."""
    import numpy as np

    values = np.broadcast_to(Evaluation(sample).all(tree), (sample.real,))
    return list(np.isfinite(values).reshape(-1, 2).all(1).tolist())


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
        for name in sorted(
            {n.label for t in (key.tree, answer) for n in walk(t) if n.head == "symbol" and not n.shape}
        ):
            positive = sample.value(name, ()).real[: sample.real] > 0
            for sign, side in ((">", positive), ("<", ~positive)):
                if (agreeing == side).all() or (agreeing[side].all() and side.sum() >= 3 and not agreeing[~side].any()):
                    return Verdict(
                        "different", "domain", f"equal only where {name} {sign} 0: {certificate}", certificate
                    )
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
    return Certificate(
        0,
        (sample.sizes,) if sample.sizes else (),
        bool(sample.unreal),
        False,
        point,
        shown(one[entry]),
        shown(other[entry]) + where,
    )


def shown(value: Any) -> str:
    """Print a value shortly, a real one without its imaginary part.

    >>> shown(2 + 0j), shown(0.1 + 0.25j)
    ('2', '0.1+0.25i')
    """
    number = complex(value)
    if not number.imag:
        return f"{number.real:.6g}"
    return f"{number.real:.6g}{number.imag:+.6g}i"
