"""Values of an expression at all points of a sample at once.

An array has the axes `(inner index, …, outer index, point, *sizes)`: indices that a sum binds stand in front and
broadcast, so a sum over an index is a sum over the first axis. Numbers are complex throughout; a real point has
imaginary part zero.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from gradus.calculus import indices, matrices
from gradus.calculus.expression import Expression
from gradus.calculus.numerics import ROUGH, opaque, table
from gradus.calculus.points import Point, Sample
from gradus.errors import Fault

Array = Any


class Evaluation:
    """One sample, one precision.

    Args:
        long: compute in extended precision, to tell a difference from rounding.
        pick: which points; all if `None`.
    """

    def __init__(self, sample: Sample | Point, long: bool = False, pick: Any = None) -> None:
        import numpy as np

        self.np, self.sample, self.long, self.pick = np, sample, long, pick
        self.shaken_so_far = 0
        if long:
            self.noise = _noise()
            self.of = self.shaken  # type: ignore[method-assign]
        self.kept: dict[Expression | int, Array] = {}
        self.levels: dict[str, int] = {}
        self.extents: dict[str, int] = {}
        self.number: Callable[[Fraction], Any] = (
            (lambda value: np.clongdouble(np.longdouble(value.numerator) / np.longdouble(value.denominator)))
            if long
            else _complex(np)
        )
        self.functions = table()
        self.heads = _HEADS

    def of(self, tree: Expression) -> Array:
        """Return the values of a tree; a nan or an infinity where it has none."""
        return self.heads[tree.head](self, tree)

    def shaken(self, tree: Expression) -> Array:
        """Return values in extended precision with a random last bit in every step: copies show the rounding."""
        if tree.head == "compare" or (tree.head == "call" and tree.label in _STEPS):
            return self.firmly(tree)
        found = self.heads[tree.head](self, tree)
        if tree.head in _FIRM or found.dtype == bool:
            return found
        rough = tree.head == "det" or (tree.head == "call" and tree.label in ROUGH)
        copies, dims = len(self.pick), (1,) * len(tree.shape)
        start = self.shaken_so_far = (self.shaken_so_far + 37) % 3000
        bits = self.noise[rough][start : start + copies].reshape(copies, *dims)
        return found * bits

    def firmly(self, tree: Expression) -> Array:
        """Decide on unshaken values: where a random bit turned a decision, a difference would pass for rounding."""
        shaken, kept, self.of, self.kept = self.of, self.kept, Evaluation.of.__get__(self), {}  # type: ignore[method-assign]
        found = self.heads[tree.head](self, tree)
        self.of, self.kept = shaken, kept  # type: ignore[method-assign]
        return found

    def all(self, tree: Expression, free: tuple[str, ...] = ()) -> Array:
        """Return values of shape `(points, *free indices, *sizes)`, NumPy's warnings silenced."""
        self.levels = {index: level for level, index in enumerate(free)}
        with self.np.errstate(all="ignore"):
            found = self.of(tree)
        if not free:
            return found
        axes = len(free) + 1 + len(tree.shape)
        full = found[(None,) * (axes - found.ndim)] if found.ndim < axes else found
        return self.np.moveaxis(full, list(range(len(free))), list(range(1, len(free) + 1)))

    def symbol(self, tree: Expression) -> Array:
        values: Array = self.sample.value(tree.label, tree.shape)
        if self.pick is not None:
            values = values[self.pick]
        return values.astype(self.np.clongdouble) if self.long else values

    def spread(self, array: Array, part: Expression, whole: Expression) -> Array:
        """Give a part the axes of the whole."""
        missing = len(whole.shape) - len(part.shape)
        if not missing:
            return array
        if not part.shape:
            return array[(..., *(None,) * missing)] if array.ndim else array
        along_rows = part.shape[0] == whole.shape[-1]
        return array[..., None, :] if along_rows else array[..., :, None]

    def joined(self, tree: Expression) -> list[Array]:
        """Return the values of all parts, spread to the whole."""
        shape = tree.shape
        return [self.of(p) if p.shape == shape else self.spread(self.of(p), p, tree) for p in tree.parts]

    def add(self, tree: Expression) -> Array:
        """Add; a sum that the reader found again, and therefore is the same object, is computed once."""
        found = None if self.levels else self.kept.get(id(tree))
        if found is None:
            found, *rest = self.joined(tree)
            for part in rest:
                found = found + part
            if not self.levels:
                self.kept[id(tree)] = found
        return found

    def mul(self, tree: Expression) -> Array:
        first, *rest = self.joined(tree)
        for part in rest:
            first = first * part
        return first

    def div(self, tree: Expression) -> Array:
        top, bottom = self.joined(tree)
        return top / bottom

    def pow(self, tree: Expression) -> Array:
        """Raise; powers of symbols and their functions are kept, since expanded answers repeat them by the thousand."""
        base, exponent = tree.parts
        inner = base.parts[0] if base.head == "call" else base
        if exponent.head != "number" or inner.head != "symbol":
            return self.raised(tree, base, exponent)
        found = self.kept.get(tree)
        if found is None:
            found = self.kept[tree] = self.raised(tree, base, exponent)
        return found

    def raised(self, tree: Expression, base: Expression, exponent: Expression) -> Array:
        if exponent.head == "number":
            value: Fraction = exponent.label
            if value.denominator == 1 and abs(value) <= 64:
                return _whole(self.of(base), int(value))
            if value.denominator == 2 and abs(value) <= 32:
                return _whole(self.np.sqrt(self.of(base)), value.numerator)
        left, right = self.joined(tree)
        return left**right

    def call(self, tree: Expression) -> Array:
        function = self.functions[tree.label]
        if len(tree.parts) == 1:
            if tree.parts[0].head != "symbol":
                return function(self.of(tree.parts[0]))
            found = self.kept.get(tree)
            if found is None:
                found = self.kept[tree] = function(self.of(tree.parts[0]))
            return found
        first, *rest = self.joined(tree)
        for part in rest:
            first = function(first, part)
        return first

    def opaque(self, tree: Expression) -> Array:
        if isinstance(self.sample, Point):
            return self.given(self.sample, tree)
        bare = tree.label.rstrip("'")
        operation = self.sample.vocabulary.by_operation[bare]
        dims = tuple(map(self.sample.size, tree.shape)) if not operation.elementwise else ()
        ranks = [len(part.shape) for part in tree.parts]
        arguments = [self.of(part) for part in tree.parts]
        return opaque(
            bare, len(tree.label) - len(bare), arguments, ranks, dims, operation.domain, operation.elementwise
        )

    def given(self, point: Point, tree: Expression) -> Array:
        """Apply a function that is given, to one argument after the other."""
        np = self.np
        if tree.label not in point.functions:
            raise Fault("", "function", tree.label, "is not given", "give it among the functions")
        arrays = [self.of(part) for part in tree.parts]
        leading = np.broadcast_shapes(
            *(a.shape[: a.ndim - len(p.shape)] for a, p in zip(arrays, tree.parts, strict=True))
        )
        flat = [
            np.broadcast_to(a, leading + a.shape[a.ndim - len(p.shape) :])
            for a, p in zip(arrays, tree.parts, strict=True)
        ]
        found = [
            np.asarray(point.functions[tree.label](*(a[place].real for a in flat))) for place in np.ndindex(*leading)
        ]
        return np.array(found, complex).reshape(*leading, *found[0].shape)

    def cases(self, tree: Expression) -> Array:
        np, parts = self.np, tree.parts
        result = self.spread(self.of(parts[-1]), parts[-1], tree)
        for k in range(len(parts) - 3, -1, -2):
            condition = self.spread(np.asarray(self.of(parts[k + 1])), parts[k + 1], tree)
            result = np.where(condition, self.spread(self.of(parts[k]), parts[k], tree), result)
        return result

    def compare(self, tree: Expression) -> Array:
        left, right = (part.real for part in self.joined(tree))
        return _RELATIONS[tree.label](left, right)

    def both(self, tree: Expression) -> Array:
        left, right = self.joined(tree)
        return left & right


@lru_cache(maxsize=1)
def _noise() -> tuple[Array, Array]:
    """Return factors 1 ± a last bit, of extended precision and of double; drawn once, since drawing is slow."""
    import numpy as np

    bits = np.random.default_rng(0).choice((-1.0, 0.0, 1.0), 4096)
    return 1 + np.longdouble(2.0**-63) * bits, 1 + np.longdouble(2.0**-51) * bits


_STEPS = frozenset(("sign", "step", "floor", "ceil"))
_FIRM = frozenset(("both", "true", "undefined", "size", "index", "ones", "eye"))


def _complex(np: Any) -> Callable[[Fraction], Any]:
    return lambda value: np.complex128(value.numerator if value.denominator == 1 else float(value))


def _whole(base: Array, exponent: int) -> Array:
    """Raise to a whole power by squaring: faster and more exact than the complex power."""
    if exponent < 0:
        return 1 / _whole(base, -exponent)
    if exponent == 2:
        return base * base
    result: Any = None
    while exponent:
        if exponent & 1:
            result = base if result is None else result * base
        exponent >>= 1
        if exponent:
            base = base * base
    return base * 0 + 1 if result is None else result


_RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip
_CONSTANTS = {"pi": 3.14159265358979323846, "e": 2.71828182845904523536, "inf": float("inf")}


def _constant(e: Evaluation, tree: Expression) -> Array:
    if e.long and tree.label != "inf":
        return e.np.clongdouble(
            4 * e.np.arctan(e.np.longdouble(1)) if tree.label == "pi" else e.np.exp(e.np.longdouble(1))
        )
    return e.np.complex128(_CONSTANTS[tree.label])


_HEADS: dict[str, Callable[[Evaluation, Expression], Array]] = {
    "number": lambda e, t: e.number(t.label),
    "symbol": Evaluation.symbol,
    "constant": _constant,
    "size": lambda e, t: e.np.complex128(e.sample.size(t.label)),
    "ones": lambda e, t: e.np.ones((1, e.sample.size(t.label[0])), complex),
    "eye": lambda e, t: e.np.eye(e.sample.size(t.label[0]), dtype=complex)[None],
    "neg": lambda e, t: -e.of(t.parts[0]),
    "undefined": lambda e, t: e.np.full((1, *map(e.sample.size, t.shape)), e.np.nan, complex),
    "true": lambda e, _: e.np.bool_(True),
    "echo": lambda e, _: e.np.complex128(e.np.nan),
    **{name: getattr(Evaluation, name) for name in (
        "add", "mul", "div", "pow", "call", "opaque", "cases", "compare", "both")},
    **{name: getattr(matrices, name) for name in (
        "matmul", "transpose", "inverse", "matpow", "det", "trace", "diag", "softmax", "logsumexp", "norm")},
    **{name: getattr(indices, name) for name in ("element", "index", "over", "reduce")},
}  # fmt: skip
