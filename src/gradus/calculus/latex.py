"""Expressions as LaTeX that reads back, and as MathML."""

from __future__ import annotations

import re
from collections.abc import Callable

from gradus.calculus.expression import Expression
from gradus.calculus.names import GREEK_NAMES
from gradus.calculus.text import Printed

_OPERATORS = frozenset(
    ["exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min", "det", "arcsin", "arccos", "arctan"]
)
_SHORT = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "inverse": "inv", "trace": "tr", "sigmoid": "\\sigma"}
_RELATION = {"<": "<", "<=": "\\le", ">": ">", ">=": "\\ge", "=": "=", "!=": "\\ne"}


def latex(tree: Expression) -> str:
    r"""Print an expression as LaTeX.

    >>> from gradus.calculus.read import read
    >>> from gradus.calculus.vocabulary import declare
    >>> words = declare({"W_2": "m × k", "dz_2": "m", "z_1": "k", "g": "elementwise"})
    >>> print(latex(read("(W2.T @ dz2) * g'(z1)", words).expression))
    \left(W_{2}^\top dz_{2}\right) \odot g'\left(z_{1}\right)
    """
    return _print(tree)[0]


def mathml(tree: Expression) -> str:
    """Print an expression as MathML, for pages without scripts.

    >>> from gradus.calculus.expression import symbol
    >>> mathml(symbol("x"))
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline"><mrow><mi>x</mi></mrow></math>'
    """
    from latex2mathml.converter import convert  # 40 ms

    return str(convert(latex(tree)))


def name(label: str) -> str:
    r"""Print a canonical name as LaTeX.

    >>> print(name("theta_d"), name("w_i*"), name("d(L)/d(z_l+1)"), name("y_hat"))
    \theta_{d} w_{i}^{*} \frac{\partial L}{\partial z_{l+1}} \hat{y}
    """
    partial = re.fullmatch(r"d\((.+)\)/d\((.+)\)", label)
    if partial:
        return rf"\frac{{\partial {name(partial[1])}}}{{\partial {name(partial[2])}}}"
    nabla = re.fullmatch(r"∇(?:_\{(.+?)\} )?(.+)", label)
    if nabla:
        by = f"_{{{name(nabla[1])}}}" if nabla[1] else ""
        return rf"\nabla{by} {name(nabla[2])}"
    bare = label.rstrip("'*")
    marks = label[len(bare) :].replace("*", "^{*}")
    base, _, index = bare.partition("_")
    accent, _, more = index.partition("_")
    if accent in ("hat", "bar", "tilde", "dot"):
        return rf"\{accent}{{{_word(base)}}}" + (f"_{{{more}}}" if more else "") + marks
    index = re.sub(r"[A-Za-z]+", lambda m: _word(m[0]) + (" " if m[0] in GREEK_NAMES else ""), index).strip()
    return _word(base) + (f"_{{{index}}}" if index else "") + marks


def _word(base: str) -> str:
    if base in GREEK_NAMES:
        return "\\" + base
    return base if len(base) == 1 or re.fullmatch(r"d[A-Za-z]", base) else rf"\mathrm{{{base}}}"


def _print(tree: Expression) -> Printed:
    found = _HEADS.get(tree.head)
    return found(tree) if found else _apply(_SHORT.get(tree.head, tree.head), tree)


def at(tree: Expression, level: int) -> str:
    """Print with brackets if the expression binds looser than `level`."""
    text, own = _print(tree)
    return text if own >= level else rf"\left({text}\right)"


def _apply(function: str, tree: Expression) -> Printed:
    shown = (
        function
        if function.startswith("\\") or "'" in function
        else "\\" + function
        if function in _OPERATORS
        else rf"\operatorname{{{function}}}"
    )
    return rf"{shown}\left({', '.join(map(latex, tree.parts))}\right)", 4


def _call(tree: Expression) -> Printed:
    if tree.label == "abs":
        return rf"\left|{latex(tree.parts[0])}\right|", 4
    if tree.label == "sqrt":
        return rf"\sqrt{{{latex(tree.parts[0])}}}", 4
    if tree.label == "factorial":
        return f"{at(tree.parts[0], 4)}!", 3
    return _apply(_SHORT.get(tree.label, tree.label), tree)


def _opaque(tree: Expression) -> Printed:
    return rf"{name(tree.label)}\left({', '.join(map(latex, tree.parts))}\right)", 4


def _number(tree: Expression) -> Printed:
    value = tree.label
    if value.denominator == 1:
        return str(value), 4 if value >= 0 else 1
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}", 3 if value > 0 else 1


def _add(tree: Expression) -> Printed:
    text = at(tree.parts[0], 1)
    for part in tree.parts[1:]:
        if part.head == "neg":
            text += f" - {at(part.parts[0], 2)}"
        elif part.head == "number" and part.label < 0:
            text += f" - {latex(part._replace(label=-part.label))}"
        else:
            text += f" + {at(part, 2 if part.head == 'add' else 1)}"
    return text, 1


def _mul(tree: Expression) -> Printed:
    text, shaped = at(tree.parts[0], 3), bool(tree.parts[0].shape)
    for part in tree.parts[1:]:
        text += (r" \odot " if shaped and part.shape else r" \cdot ") + at(part, 3)
        shaped = shaped or bool(part.shape)
    return text, 2


def _pow(tree: Expression) -> Printed:
    base, exponent = tree.parts
    sign = r"\odot " if len(tree.shape) == 2 else ""
    return f"{at(base, 4)}^{{{sign}{latex(exponent)}}}", 3


def _matmul(tree: Expression) -> Printed:
    left, right = tree.parts
    return f"{at(left, 2 if left.head == 'matmul' else 3)} {at(right, 3)}", 2


def _over(tree: Expression) -> Printed:
    what, index, size = tree.label
    sign = {"sum": r"\sum", "prod": r"\prod", "mean": r"\operatorname{mean}", "max": r"\max", "min": r"\min"}[what]
    return rf"{sign}_{{{index}=1}}^{{{size}}} \left({latex(tree.parts[0])}\right)", 1


def _cases(tree: Expression) -> Printed:
    rows = [f"{at(tree.parts[k], 1)} & {latex(tree.parts[k + 1])}" for k in range(0, len(tree.parts) - 1, 2)]
    rest = [] if tree.parts[-1].head == "undefined" else [rf"{at(tree.parts[-1], 1)} & \text{{otherwise}}"]
    return r"\begin{cases} " + r" \\ ".join(rows + rest) + r" \end{cases}", 4


def _reduce(tree: Expression) -> Printed:
    what, axis = tree.label
    return rf"\operatorname{{{what}{'' if axis is None else axis}}}\left({latex(tree.parts[0])}\right)", 4


def _norm(tree: Expression) -> Printed:
    script = r"\infty" if tree.label == "inf" else tree.label
    return rf"\left\|{latex(tree.parts[0])}\right\|_{{{script}}}", 4


def _matpow(tree: Expression) -> Printed:
    return rf"\operatorname{{matrixpower}}\left({latex(tree.parts[0])}, {tree.label}\right)", 4


_HEADS: dict[str, Callable[[Expression], Printed]] = {
    "number": _number,
    "symbol": lambda t: (name(t.label), 4 if "*" not in t.label else 3),
    "constant": lambda t: ({"pi": r"\pi", "inf": r"\infty"}.get(t.label, t.label), 4),
    "size": lambda t: (t.label, 4),
    "index": lambda t: (t.label, 4),
    "ones": lambda t: (rf"\mathbf{{1}}_{{{t.label[0]}}}", 4),
    "eye": lambda t: (rf"I_{{{t.label[0]}}}", 4),
    "echo": lambda t: (t.label, 4),
    "undefined": lambda _: (r"\mathrm{undefined}", 4),
    "add": _add,
    "neg": lambda t: (f"-{at(t.parts[0], 2)}", 1),
    "mul": _mul,
    "div": lambda t: (rf"\frac{{{latex(t.parts[0])}}}{{{latex(t.parts[1])}}}", 3),
    "pow": _pow,
    "matpow": _matpow,
    "matmul": _matmul,
    "transpose": lambda t: (rf"{at(t.parts[0], 4)}^\top", 3),
    "inverse": lambda t: (f"{at(t.parts[0], 4)}^{{-1}}", 3),
    "call": _call,
    "opaque": _opaque,
    "element": lambda t: (f"{at(t.parts[0], 4)}_{{{''.join(t.label)}}}", 4),
    "over": _over,
    "reduce": _reduce,
    "cases": _cases,
    "norm": _norm,
    "compare": lambda t: (f"{at(t.parts[0], 1)} {_RELATION[t.label]} {at(t.parts[1], 1)}", 0),
    "both": lambda t: (rf"{latex(t.parts[0])} \land {latex(t.parts[1])}", 0),
}
