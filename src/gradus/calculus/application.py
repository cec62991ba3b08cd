"""Functions applied: what each named function makes of its arguments and their shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradus.calculus import algebra, shapes
from gradus.calculus.cases import cases_of
from gradus.calculus.expression import ONE, Expression, number
from gradus.calculus.functions import TABLE, applied_derivative
from gradus.calculus.notation import Notation
from gradus.calculus.vocabulary import Found
from gradus.errors import Unreadable

if TYPE_CHECKING:
    from gradus.calculus.meaning import Meaning


def apply(meaning: Meaning, notation: Notation) -> Expression:
    """Return the expression of a function with its arguments."""
    _, column, value, arguments = notation
    raw, found = value[0], value[1]
    if found.kind == "echo":
        return Expression("echo", (), raw, ())
    if found.kind == "shaped":
        return _shaped(meaning, found.name, raw, column, arguments)
    parts = [_value(meaning, raw, argument) for argument in arguments]
    if found.kind == "operation":
        return _opaque(meaning, found, raw, column, parts)
    result = _usual(meaning, found, raw, column, parts)
    return algebra.power(meaning.sizes, result, number(value[2])) if len(value) > 2 else result


def _value(meaning: Meaning, raw: str, argument: Notation) -> Expression:
    """Return what an argument means, unless it is a condition."""
    if argument[0] in ("comparison", "both", "true"):
        rule = f"{raw} takes values, not conditions"
        raise Unreadable(meaning.text, argument[1], rule, "write where(condition, x, y), or x when condition")
    return meaning.of(argument)


def _usual(meaning: Meaning, found: Found, raw: str, column: int, parts: list[Expression]) -> Expression:
    name, order = found.name, len(found.marks)
    if name in ("max", "min"):
        return _extremum(meaning, name, raw, column, parts)
    if name == "log" and len(parts) == 2:
        return algebra.divide(meaning.sizes, algebra.call("log", parts[0]), algebra.call("log", parts[1]))
    _count(meaning, raw, column, parts, 1)
    if name == "abs" or not order:
        return algebra.call(name, parts[0])
    if not TABLE[name].derivative or order > 3:
        raise Unreadable(meaning.text, column, f"{raw} has no derivative here", "write it out")
    return applied_derivative(name, order, parts[0])


def _extremum(meaning: Meaning, name: str, raw: str, column: int, parts: list[Expression]) -> Expression:
    if len(parts) == 1:
        return algebra.reduce(name, parts[0])
    _count(meaning, raw, column, parts, None)
    shape = parts[0].shape
    for part in parts[1:]:
        shape = algebra.broadcast(meaning.sizes, shape, part.shape, "compared")
    return Expression("call", tuple(parts), name, shape)


def _opaque(meaning: Meaning, found: Found, raw: str, column: int, parts: list[Expression]) -> Expression:
    operation = meaning.vocabulary.by_operation[found.name]
    if operation.elementwise:
        _count(meaning, raw, column, parts, 1)
        return Expression("opaque", (parts[0],), found.name + found.marks, parts[0].shape)
    _count(meaning, raw, column, parts, len(operation.arguments))
    for part, shape in zip(parts, operation.arguments, strict=True):
        if not algebra.fits(meaning.sizes, part.shape, shape):
            rule = f"{raw} takes {shapes.show(shape)}, this is {shapes.show(part.shape)}"
            raise Unreadable(meaning.text, column, rule, "check which argument is meant")
    return Expression("opaque", tuple(parts), found.name, operation.result)


def _count(meaning: Meaning, raw: str, column: int, parts: list[Any], count: int | None) -> None:
    if len(parts) != count if count is not None else not parts:
        wanted = "at least one argument" if count is None else "one argument" if count == 1 else f"{count} arguments"
        raise Unreadable(meaning.text, column, f"{raw} takes {wanted}, {len(parts)} given", f"write {raw}(x)")


def _shaped(meaning: Meaning, name: str, raw: str, column: int, arguments: list[Notation]) -> Expression:
    if name == "Piecewise":
        return _piecewise(meaning, raw, column, arguments)
    if name in ("ones", "eye"):
        return _constant(meaning, name, raw, column, arguments)
    axis, kept = _axis(arguments)
    parts = [
        meaning.of(argument) if name == "where" and not place else _value(meaning, raw, argument)
        for place, argument in enumerate(kept)
    ]
    rule, count = _RULES[name]
    if name == "norm" and len(parts) == 2:
        count = 2
    _count(meaning, raw, column, parts, count)
    return rule(meaning, parts, axis)


def _axis(arguments: list[Notation]) -> tuple[int | None, list[Notation]]:
    """Part `axis=0` from the other arguments; `keepdims` and the like are left out."""
    axis, kept = None, []
    for argument in arguments:
        if argument[0] == "comparison" and argument[2][0][0] == "name" and argument[2][1] == "=":
            word, value = argument[2][0][2], argument[2][2]
            if word in ("axis", "dim") and value[0] == "number" and value[2] in ("0", "1"):
                axis = int(value[2])
        else:
            kept.append(argument)
    return axis, kept


def _piecewise(meaning: Meaning, raw: str, column: int, arguments: list[Notation]) -> Expression:
    if not arguments or any(argument[0] != "pair" for argument in arguments):
        raise Unreadable(
            meaning.text, column, f"{raw} takes pairs (value, condition)", "write Piecewise((x, x > 0), (0, True))"
        )
    return cases_of(meaning, ("cases", column, [(a[2], a[3]) for a in arguments], None))


def _constant(meaning: Meaning, name: str, raw: str, column: int, arguments: list[Notation]) -> Expression:
    _count(meaning, raw, column, arguments, 1)
    argument = arguments[0]
    size: Any = int(argument[2]) if argument[0] == "number" and argument[2].isdigit() else None
    if size not in meaning.vocabulary.whole_sizes:
        size = None
    if argument[0] == "name" and argument[3] and argument[3].tree and argument[3].tree.head == "size":
        size = argument[3].tree.label
    if not size:
        raise Unreadable(meaning.text, column, f"{raw} takes a size", f"write {raw}(n)")
    return Expression(name, (), (size,), (size, size) if name == "eye" else (size,))


def _matrix_power(meaning: Meaning, parts: list[Expression], _: int | None) -> Expression:
    whole = (
        parts[1].label if parts[1].head == "number" else -parts[1].parts[0].label if parts[1].head == "neg" else None
    )
    if whole is None or whole.denominator != 1 or abs(whole) > 10**6:
        raise Unreadable(
            meaning.text, 0, "the power of a matrix is a whole number of a million at most", "write matrix_power(A, 2)"
        )
    return algebra.square(meaning.sizes, parts[0], "matpow", int(whole))


def _norm(_meaning: Meaning, parts: list[Expression], _: int | None) -> Expression:
    label: Any = 2
    if len(parts) == 2:
        label = {1: 1, 2: 2}.get(int(parts[1].label) if parts[1].head == "number" else 0, "inf")
    return Expression("norm", (parts[0],), label, ()) if parts[0].shape else algebra.call("abs", parts[0])


def _rational(meaning: Meaning, parts: list[Expression], _: int | None) -> Expression:
    return algebra.divide(meaning.sizes, *parts)


def _soft(meaning: Meaning, parts: list[Expression], _: int | None) -> Expression:
    """Soft thresholding: `soft(x, t)` is `sign(x)·max(|x| − t, 0)`."""
    rest = algebra.add(meaning.sizes, (algebra.call("abs", parts[0]), algebra.negative(parts[1])))
    return algebra.times(
        meaning.sizes, (algebra.call("sign", parts[0]), Expression("call", (rest, number(0)), "max", rest.shape))
    )


def _where(meaning: Meaning, parts: list[Expression], _: int | None) -> Expression:
    if parts[0].head not in ("compare", "both", "true"):
        raise Unreadable(meaning.text, 0, "where takes a condition first", "write where(x > 0, x, 0)")
    shape = algebra.broadcast(meaning.sizes, parts[1].shape, parts[2].shape, "cases of one value")
    return Expression("cases", (parts[1], parts[0], parts[2]), None, shape)


def _clip(_meaning: Meaning, parts: list[Expression], _: int | None) -> Expression:
    low = Expression("call", (parts[0], parts[1]), "max", parts[0].shape)
    return Expression("call", (low, parts[2]), "min", parts[0].shape)


def _last(head: str) -> Callable[[Meaning, list[Expression], int | None], Expression]:
    def build(_: Meaning, parts: list[Expression], _axis: int | None) -> Expression:
        shape = parts[0].shape if head == "softmax" else parts[0].shape[:-1]
        return Expression(head, (parts[0],), None, shape) if parts[0].shape else ONE

    return build


_Rule = Callable[["Meaning", list[Expression], "int | None"], Expression]
_RULES: dict[str, tuple[_Rule, int]] = {
    "softmax": (_last("softmax"), 1),
    "logsumexp": (_last("logsumexp"), 1),
    "norm": (_norm, 1),
    "trace": (lambda m, p, _: algebra.square(m.sizes, p[0], "trace"), 1),
    "det": (lambda m, p, _: algebra.square(m.sizes, p[0], "det"), 1),
    "inverse": (lambda m, p, _: algebra.square(m.sizes, p[0], "inverse"), 1),
    "diag": (lambda _, p, __: algebra.diagonal(p[0]), 1),
    "transpose": (lambda _, p, __: algebra.transpose(p[0]), 1),
    "matrix_power": (_matrix_power, 2),
    "outer": (lambda m, p, _: algebra.outer(m.sizes, p[0], p[1]), 2),
    "dot": (lambda m, p, _: algebra.matmul(m.sizes, p[0], p[1], numpy=True), 2),
    "matmul": (lambda m, p, _: algebra.matmul(m.sizes, p[0], p[1], numpy=True), 2),
    "multiply": (lambda m, p, _: algebra.times(m.sizes, p), 2),
    "pow": (lambda m, p, _: algebra.power(m.sizes, p[0], p[1]), 2),
    "square": (lambda m, p, _: algebra.power(m.sizes, p[0], number(2)), 1),
    "sum": (lambda _, p, axis: algebra.reduce("sum", p[0], axis), 1),
    "mean": (lambda _, p, axis: algebra.reduce("mean", p[0], axis), 1),
    "prod": (lambda _, p, axis: algebra.reduce("prod", p[0], axis), 1),
    "sum0": (lambda _, p, __: algebra.reduce("sum", p[0], 0), 1),
    "sum1": (lambda _, p, __: algebra.reduce("sum", p[0], 1), 1),
    "mean0": (lambda _, p, __: algebra.reduce("mean", p[0], 0), 1),
    "mean1": (lambda _, p, __: algebra.reduce("mean", p[0], 1), 1),
    "ones_like": (lambda m, p, _: algebra.power(m.sizes, p[0], number(0)), 1),
    "where": (_where, 3),
    "clip": (_clip, 3),
    "soft": (_soft, 2),
    "Rational": (_rational, 2),
}
