"""Expressions as plain text that reads back: `(W_2^T @ dz_2) .* g'(z_1)`.

Bracket levels: 0 cases, 1 sums and signs, 2 products, 3 postfixes and functions, 4 what needs no brackets anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from gradus.calculus.expression import Expression

Printed = tuple[str, int]


def plain(tree: Expression) -> str:
    r"""Print an expression for people and for the reader.

    >>> from gradus.calculus.read import read
    >>> from gradus.calculus.vocabulary import OPEN
    >>> plain(read(r"\frac{a + b}{2c} - x^{-2}", OPEN).expression)
    '(a + b)/(2*c) - x^(-2)'
    """
    return _print(tree)[0]


def name(label: str) -> str:
    """Print a canonical name: `z_{l+1}`, `w_i^*`, `∂L/∂z_2`.

    >>> name("z_l+1"), name("w_i*"), name("d(L)/d(z_2)"), name("W_1")
    ('z_{l+1}', 'w_i^*', '∂L/∂z_2', 'W_1')
    """
    partial = re.fullmatch(r"d\((.+)\)/d\((.+)\)", label)
    if partial:
        return f"∂{name(partial[1])}/∂{name(partial[2])}"
    if label.startswith("∇"):
        return label
    bare = label.rstrip("'*")
    marks = label[len(bare) :].replace("*", "^*")
    base, joint, index = bare.partition("_")
    braced = index if re.fullmatch(r"\w*", index) else "{" + index + "}"
    return f"{base}{joint}{braced}{marks}"


def _print(tree: Expression) -> Printed:
    found = _HEADS.get(tree.head)
    return found(tree) if found else (f"{_NAMES.get(tree.head, tree.head)}({', '.join(map(plain, tree.parts))})", 4)


def at(tree: Expression, level: int) -> str:
    """Print with brackets if the expression binds looser than `level`."""
    text, own = _print(tree)
    return text if own >= level else f"({text})"


def _number(tree: Expression) -> Printed:
    value: Fraction = tree.label
    if value < 0:
        return f"-{-value}", 1
    return str(value), 4 if value.denominator == 1 else 2


def _add(tree: Expression) -> Printed:
    text = at(tree.parts[0], 1)
    for part in tree.parts[1:]:
        if part.head == "neg":
            text += f" - {at(part.parts[0], 2)}"
        elif part.head == "number" and part.label < 0:
            text += f" - {-part.label}"
        else:
            text += f" + {at(part, 2 if part.head == 'add' else 1)}"
    return text, 1


def _mul(tree: Expression) -> Printed:
    first, *rest = tree.parts
    text, shaped = at(first, 2 if first.head == "number" else 3), bool(first.shape)
    for part in rest:
        text += (" .* " if shaped and part.shape else "*") + at(part, 3)
        shaped = shaped or bool(part.shape)
    return text, 2


def _div(tree: Expression) -> Printed:
    top, bottom = tree.parts
    simple = top.head == "mul" and not top.shape
    return f"{at(top, 2 if simple else 3)}/{at(bottom, 3)}", 2


def _pow(tree: Expression) -> Printed:
    base, exponent = tree.parts
    sign = "**" if len(tree.shape) == 2 else "^"
    return f"{at(base, 4)}{sign}{at(exponent, 4)}", 3


def _matmul(tree: Expression) -> Printed:
    left, right = tree.parts
    return f"{at(left, 2 if left.head == 'matmul' else 3)} @ {at(right, 3)}", 2


def _over(tree: Expression) -> Printed:
    what, index, size = tree.label
    return f"{what}_{{{index}=1}}^{{{size}}} ({plain(tree.parts[0])})", 1


def _reduce(tree: Expression) -> Printed:
    what, axis = tree.label
    return f"{what}({plain(tree.parts[0])}{'' if axis is None else f', axis={axis}'})", 4


def _cases(tree: Expression) -> Printed:
    pairs = [f"{at(tree.parts[k], 1)} when {plain(tree.parts[k + 1])}" for k in range(0, len(tree.parts) - 1, 2)]
    rest = [] if tree.parts[-1].head == "undefined" else [f"{at(tree.parts[-1], 1)} otherwise"]
    return ", ".join(pairs + rest), 0


def _norm(tree: Expression) -> Printed:
    return f"||{plain(tree.parts[0])}||_{'{infty}' if tree.label == 'inf' else tree.label}", 4


def _call(tree: Expression) -> Printed:
    return f"{tree.label}({', '.join(map(plain, tree.parts))})", 4


def _opaque(tree: Expression) -> Printed:
    return f"{name(tree.label)}({', '.join(map(plain, tree.parts))})", 4


_NAMES = {"inverse": "inv", "trace": "tr"}
_HEADS: dict[str, Callable[[Expression], Printed]] = {
    "number": _number,
    "symbol": lambda t: (name(t.label), 2 if t.label.startswith("d(") else 4 if "*" not in t.label else 3),
    "constant": lambda t: ("infty" if t.label == "inf" else t.label, 4),
    "size": lambda t: (t.label, 4),
    "index": lambda t: (t.label, 4),
    "ones": lambda t: (f"ones_{t.label[0]}", 4),
    "eye": lambda t: (f"eye_{t.label[0]}", 4),
    "echo": lambda t: (t.label, 4),
    "undefined": lambda _: ("undefined", 4),
    "true": lambda _: ("True", 4),
    "add": _add,
    "neg": lambda t: (f"-{at(t.parts[0], 2)}", 1),
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "matpow": lambda t: (f"matrix_power({plain(t.parts[0])}, {t.label})", 4),
    "matmul": _matmul,
    "transpose": lambda t: (f"{at(t.parts[0], 4)}^T", 3),
    "call": _call,
    "opaque": _opaque,
    "element": lambda t: (f"{at(t.parts[0], 4)}_{''.join(t.label)}", 4),
    "over": _over,
    "reduce": _reduce,
    "cases": _cases,
    "norm": _norm,
    "compare": lambda t: (f"{at(t.parts[0], 1)} {t.label} {at(t.parts[1], 1)}", 0),
    "both": lambda t: (f"{plain(t.parts[0])} and {plain(t.parts[1])}", 0),
}
