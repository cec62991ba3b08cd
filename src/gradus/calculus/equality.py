"""Whether two expressions are equal: shapes, then values at random points and random sizes, then exact arithmetic.

The key is prepared once: its sample points and its values there. An answer is then read, evaluated at all points in
one sweep, and compared; only where doubles disagree by little is extended precision asked whether rounding or the
writer is to blame. The work is bounded by counts of nodes and points, never by a clock, so the verdict does not
depend on the machine's load.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from gradus.calculus import exact, shapes
from gradus.calculus.algebra import Misfit, transpose
from gradus.calculus.domains import remarks, where_equal
from gradus.calculus.evaluate import Evaluation
from gradus.calculus.expression import Expression, extents
from gradus.calculus.points import Sample, samples
from gradus.calculus.survey import Survey, survey
from gradus.calculus.verdict import Certificate, Verdict
from gradus.calculus.vocabulary import Vocabulary

CLOSE = 2e-13  # relative; what a few hundred roundings of double precision stay below in all but ill-conditioned points
MOST_NODES, FEWEST_POINTS, COPIES, SHORT = 12_000, 4, 4, 1_000


@dataclass(frozen=True)
class Key:
    """A key that is ready to be compared with many answers; make it by `prepare`."""

    tree: Expression
    vocabulary: Vocabulary
    question: Expression | None
    closed: bool
    layout: str
    facts: Survey
    residues: tuple[int, ...] | None
    plain: tuple[Sample, ...]
    mixed: tuple[Sample, ...]
    cache: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def values(self, mixed: bool, turn: int, free: tuple[str, ...] = ()) -> Any:
        """Return the key's values at a sample, computed once; `free` indices get axes of their own."""
        found = self.cache.get((mixed, turn, free))
        if found is None:
            sample = (self.mixed if mixed else self.plain)[turn]
            found = self.cache[mixed, turn, free] = Evaluation(sample).all(self.tree, free)
        return found

    def compare(self, answer: Expression) -> Verdict:
        """Compare an answer with the key; see the module."""
        return compare(self, answer)


def prepare(
    tree: Expression,
    vocabulary: Vocabulary,
    *,
    question: Expression | None = None,
    closed: bool = False,
    layout: str = "either",
    seed: int = 0,
) -> Key:
    """Prepare a key.

    Args:
        tree: the key, an expression.
        vocabulary: the words of the question, with domains.
        seed: of the sample points.
        question: what was asked, as an expression: an answer that only repeats it is an echo.
        closed: the value is asked; an answer that leaves a sum standing where the key has none is an echo.
        layout: `either` takes a row for a column and says so; `strict` does not.

    >>> from gradus.calculus.read import read
    >>> from gradus.calculus.vocabulary import OPEN
    >>> key = prepare(read("x^2 - 1", OPEN).expression, OPEN)
    >>> verdict = key.compare(read("(x - 1)(x + 1)", OPEN).expression)
    >>> verdict.outcome, str(verdict.certificate)
    ('equal', 'agree at 22 real and complex points and in exact arithmetic')
    """
    ready()
    sized = bool(vocabulary.sizes)
    facts = survey(tree)
    plain = samples(vocabulary, sized, False, seed, kinks=not facts.analytic)
    mixed = samples(vocabulary, sized, True, seed) if facts.analytic else plain
    return Key(
        tree,
        vocabulary,
        question,
        closed,
        layout,
        facts,
        exact.residues(tree) if facts.rational else None,
        plain,
        mixed,
    )


@lru_cache(maxsize=1)
def ready() -> None:
    """Build what every answer is read and compared by, 0.1 s once a process: the key waits for it, no answer does."""
    from gradus.calculus import grammar, numerics, spelling

    grammar.table()
    numerics.table()
    for tex in (False, True):
        spelling.pattern(tex)


def compare(key: Key, answer: Expression) -> Verdict:
    """Compare an answer with a prepared key."""
    facts = survey(answer)
    if key.facts.free != facts.free:
        facts = facts._replace(free=tuple(sorted({*key.facts.free, *facts.free})))
    if facts.nodes > MOST_NODES:
        return Verdict("undecided", "budget", f"this has more than {MOST_NODES} parts")
    said = echo(key, answer, facts)
    if said:
        return Verdict("different", "echo", said)
    stray = sorted(set(facts.free) - set(key.facts.free))
    if stray:
        return Verdict("different", "shape", f"the index {stray[0]} is bound by no sum, and none is asked for")
    if facts.free:
        mine, theirs = (dict(extents(tree, facts.free)) for tree in (key.tree, answer))
        for index in sorted(mine.keys() & theirs.keys()):
            if mine[index] != theirs[index]:
                said = f"the index {index} runs over {theirs[index]}, here it runs over {mine[index]}"
                return Verdict("different", "shape", said)
    if answer.shape != key.tree.shape:
        return by_shape(key, answer, facts)
    verdict = by_value(key, answer, facts)
    square = len(answer.shape) == 2 and answer.shape[0] == answer.shape[1]
    if verdict.outcome == "different" and square and by_value(key, transpose(answer), facts):
        return Verdict("different", "transposed", "right but transposed", verdict.certificate)
    return verdict


def echo(key: Key, answer: Expression, facts: Survey) -> str:
    """Return what to tell one who only repeats the question; nothing if this is an answer."""
    new = [text for text in facts.echoes if text not in key.facts.echoes]
    if new:
        return f"{new[0]} is the question again: work it out"
    if key.question is not None and answer == key.question:
        return "this is the question again: work it out"
    if key.closed and facts.over and not key.facts.over:
        return "the sum is left standing: its value is asked"
    return ""


def by_shape(key: Key, answer: Expression, facts: Survey) -> Verdict:
    """Decide between answers of another shape: a row for a column, transposed, or a fault of shape."""
    mine, theirs = key.tree.shape, answer.shape
    said = f"this is {shapes.show(theirs)}, {shapes.show(mine)} is asked"
    try:
        turned = transpose(answer)
    except Misfit:
        return Verdict("different", "shape", said)
    if turned.shape != mine:
        return Verdict("different", "shape", said)
    verdict = by_value(key, turned, facts)
    vector = len(mine) == 1 or mine[:1] == (1,)
    if verdict.outcome == "equal" and vector and key.layout == "either":
        return Verdict("equal", "value", "", verdict.certificate, (*verdict.remarks, f"{said}; taken as that"))
    if verdict.outcome == "equal":
        return Verdict("different", "transposed", f"right but transposed: {said}", verdict.certificate)
    return Verdict("different", "shape", said)


def by_value(key: Key, answer: Expression, facts: Survey) -> Verdict:
    """Compare values at all samples, then in exact arithmetic."""
    smooth = key.facts.analytic and facts.analytic
    points = unclear = 0
    for turn, sample in enumerate(key.mixed if smooth else key.plain):
        agreed, doubtful, difference = at_sample(key, answer, facts, sample, smooth, turn)
        if difference is not None:
            return where_equal(key, answer, sample, difference)
        points, unclear = points + agreed, unclear + doubtful
    sizes = tuple(sample.sizes for sample in key.plain) if key.plain[0].sizes else ()
    residues = exact.residues(answer) if key.residues and facts.rational else None
    same = residues == key.residues if residues else None
    if same is False:
        return Verdict(
            "different",
            "value",
            "they differ in exact arithmetic, by less than rounding shows",
            Certificate(points, sizes, smooth, True),
        )
    if key.residues and facts.rational and residues is None:
        return Verdict(
            "different", "domain", "this has no value anywhere: it divides by zero", Certificate(0, sizes, smooth, True)
        )
    if (points < FEWEST_POINTS or unclear > 2 * points) and not same:
        return Verdict(
            "undecided", "nowhere", "there are too few points at which both have a value that rounding leaves clear"
        )
    return Verdict("equal", "value", "", Certificate(points, sizes, smooth, bool(same)), remarks(key, answer, facts))


def at_sample(
    key: Key, answer: Expression, facts: Survey, sample: Sample, mixed: bool, turn: int
) -> tuple[int, int, Any]:
    """Compare at one sample: how many points agree, how many rounding blurs, and one that differs, with both values."""
    mine, theirs = key.values(mixed, turn, facts.free), Evaluation(sample).all(answer, facts.free)
    gap, scale = _gap(mine, theirs)
    import numpy as np

    finite = np.isfinite(gap)
    close = finite & (gap <= CLOSE * scale)
    if close.all():
        return int(close.size), 0, None
    suspects = np.flatnonzero(finite & ~close)
    agreed = int(close.sum())
    more = suspects[3:9] if facts.nodes < SHORT else suspects[3:3]
    for some in (suspects[:3], more):  # the first points are the best conditioned
        clear = _certain(key, answer, facts, sample, some) if some.size else None
        if clear is not None:
            return agreed, 0, (clear, close, mine, theirs)
    return agreed, int(suspects.size), None


def _gap(mine: Any, theirs: Any) -> tuple[Any, Any]:
    """Return the largest difference and size at each point; inf or nan where either has no value."""
    import numpy as np

    with np.errstate(all="ignore"):
        apart, size = np.abs(mine - theirs), np.maximum(np.abs(mine), np.abs(theirs))
    if apart.ndim > 1:
        axes = tuple(range(1, apart.ndim))
        apart, size = apart.max(axes), size.max(axes)
    return np.atleast_1d(apart), np.atleast_1d(size)


def _certain(key: Key, answer: Expression, facts: Survey, sample: Sample, order: Any) -> int | None:
    """Ask which suspects differ by more than rounding; return one that does.

    Each point is computed several times in extended precision with random last bits: what the copies differ by is
    rounding (stochastic arithmetic, Vignes 1993), also where a function saturates and two plain precisions would
    agree on the same wrong value.
    """
    import numpy as np

    pick, count, place = np.repeat(order, COPIES), len(order) * COPIES, (id(sample), facts.free, tuple(order.tolist()))
    mine = key.cache.get(place)
    if mine is None:
        mine = key.cache[place] = Evaluation(sample, long=True, pick=pick).all(key.tree, facts.free)
    values = mine, Evaluation(sample, long=True, pick=pick).all(answer, facts.free)
    full = np.broadcast_arrays(*(np.broadcast_to(v, (count, *v.shape[1:])) for v in values))
    one, other = (v.reshape(len(order), COPIES, -1) for v in full)
    with np.errstate(all="ignore"):
        noise = np.abs(one - one[:, :1]).max(1) + np.abs(other - other[:, :1]).max(1)
        size = np.maximum(np.abs(one), np.abs(other)).max((1, 2))
        apart = np.abs(one.mean(1) - other.mean(1))
        if np.finfo(np.longdouble).eps > 1e-17:  # a machine without extended precision: believe only plain differences
            noise = noise + 1e-9 * size[:, None]
        sure = (apart > 6 * noise + 1e-18 * size[:, None]).any(1)
    found = np.flatnonzero(sure)
    return int(order[found[0]]) if found.size else None
