"""Expressions as LaTeX that reads back, and as MathML."""

from __future__ import annotations

import re
from functools import lru_cache

from gradus.calculus.expression import Expression
from gradus.calculus.names import GREEK_NAMES
from gradus.calculus.printing import Printed, Printer
from gradus.calculus.text import parted

_OPERATORS = frozenset(
    ["exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min", "det", "arcsin", "arccos", "arctan"]
)
_SHORT = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "inverse": "inv", "trace": "tr", "sigmoid": "\\sigma"}
_SUMS = {"sum": r"\sum", "prod": r"\prod", "mean": r"\operatorname{mean}", "max": r"\max", "min": r"\min"}


def latex(tree: Expression) -> str:
    r"""Print an expression as LaTeX.

    >>> from gradus.calculus.read import read
    >>> from gradus.calculus.vocabulary import declare
    >>> words = declare({"W_2": "m × k", "dz_2": "m", "z_1": "k", "g": "elementwise"})
    >>> print(latex(read("(W2.T @ dz2) * g'(z1)", words).expression))
    \left(W_{2}^\top \mathrm{dz}_{2}\right) \odot g'\left(z_{1}\right)
    """
    return _printer().print(tree)


def mathml(tree: Expression) -> str:
    """Print an expression as MathML, for pages without scripts.

    >>> from gradus.calculus.expression import symbol
    >>> mathml(symbol("x"))
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline"><mrow><mi>x</mi></mrow></math>'
    """
    from latex2mathml.converter import convert  # 40 ms

    return str(convert(latex(tree)))


@lru_cache(maxsize=4096)
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
    bare, marks = parted(label)
    marks = marks.replace("*", "^{*}")
    base, _, index = bare.partition("_")
    accent, _, more = index.partition("_")
    if accent in ("hat", "bar", "tilde", "dot"):
        return rf"\{accent}{{{_word(base)}}}" + (f"_{{{more}}}" if more else "") + marks
    index = re.sub(r"[A-Za-z]+", lambda m: _word(m[0]) + (" " if m[0] in GREEK_NAMES else ""), index).strip()
    return _word(base) + (f"_{{{index}}}" if index else "") + marks


def _word(base: str) -> str:
    if base in GREEK_NAMES:
        return "\\" + base
    return base if len(base) == 1 else rf"\mathrm{{{base}}}"


class Latex(Printer):
    """The notation of LaTeX."""

    brackets, dot, each, beside = (r"\left(", r"\right)"), r" \cdot ", r" \odot ", " "
    transposed, conjunction = r"^\top", r" \land "
    relations = {"<=": "\\le", ">=": "\\ge", "!=": "\\ne"}  # noqa: RUF012 - never changed

    def name(self, label: str) -> str:
        r"""Return a name such as `\theta_{d}`."""
        return name(label)

    def function(self, name: str, parts: tuple[Expression, ...]) -> Printed:
        r"""Return `\exp\left(x\right)`."""
        name = _SHORT.get(name, name)
        shown = "\\" + name if name in _OPERATORS else name if name[0] == "\\" else rf"\operatorname{{{name}}}"
        return shown + self.bracketed(self.listed(parts)), 4

    def on_number(self, tree: Expression) -> Printed:
        value = tree.label
        if value.denominator == 1:
            return str(value), 4 if value >= 0 else 1
        sign = "-" if value < 0 else ""
        return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}", 3 if value > 0 else 1

    def on_symbol(self, tree: Expression) -> Printed:
        return name(tree.label), 3 if "*" in tree.label else 4

    def on_element(self, tree: Expression) -> Printed:
        part, indices = tree.parts[0], "".join(tree.label)
        if part.head != "symbol":
            return f"{self.at(part, 4)}_{{{indices}}}", 4
        bare, marks = parted(part.label)
        found = name(bare)
        # LaTeX allows one subscript: X_{1,i}
        found = f"{found[:-1]},{indices}}}" if found.endswith("}") and "_{" in found else f"{found}_{{{indices}}}"
        return found + marks.replace("*", "^{*}"), 3 if "*" in marks else 4

    def on_constant(self, tree: Expression) -> Printed:
        return {"pi": r"\pi", "inf": r"\infty"}.get(tree.label, tree.label), 4

    def on_ones(self, tree: Expression) -> Printed:
        return rf"\mathbf{{1}}_{{{tree.label[0]}}}", 4

    def on_eye(self, tree: Expression) -> Printed:
        return rf"I_{{{tree.label[0]}}}", 4

    def on_true(self, _: Expression) -> Printed:
        return r"\mathrm{True}", 4

    def on_undefined(self, _: Expression) -> Printed:
        return r"\mathrm{undefined}", 4

    def on_div(self, tree: Expression) -> Printed:
        top, bottom = map(self.print, tree.parts)
        if top == "d":  # or it would be a derivative
            top = self.bracketed(top)
        return rf"\frac{{{top}}}{{{bottom}}}", 3

    def on_pow(self, tree: Expression) -> Printed:
        base, exponent = tree.parts
        raised = self.print(exponent)
        if re.fullmatch(r"-?\s*T", raised):  # no transpose
            raised = self.bracketed(raised)
        each = r"\odot " if len(tree.shape) == 2 else ""
        return f"{self.at(base, 4)}^{{{each}{raised}}}", 3

    def on_matpow(self, tree: Expression) -> Printed:
        return rf"\operatorname{{matrixpower}}\left({self.print(tree.parts[0])}, {tree.label}\right)", 4

    def on_inverse(self, tree: Expression) -> Printed:
        return f"{self.at(tree.parts[0], 4)}^{{-1}}", 3

    def on_call(self, tree: Expression) -> Printed:
        if tree.label == "abs":
            return rf"\left|{self.print(tree.parts[0])}\right|", 4
        if tree.label == "sqrt":
            return rf"\sqrt{{{self.print(tree.parts[0])}}}", 4
        if tree.label == "factorial":
            return f"{self.at(tree.parts[0], 4)}!", 3
        return self.function(tree.label, tree.parts)

    def on_over(self, tree: Expression) -> Printed:
        what, index, size = tree.label
        return rf"{_SUMS[what]}_{{{index}=1}}^{{{size}}} \left({self.print(tree.parts[0])}\right)", 1

    def on_reduce(self, tree: Expression) -> Printed:
        what, axis = tree.label
        return rf"\operatorname{{{what}{'' if axis is None else axis}}}\left({self.print(tree.parts[0])}\right)", 4

    def on_norm(self, tree: Expression) -> Printed:
        script = r"\infty" if tree.label == "inf" else tree.label
        return rf"\left\|{self.print(tree.parts[0])}\right\|_{{{script}}}", 4

    def on_cases(self, tree: Expression) -> Printed:
        rows = r" \\ ".join(self.in_cases(tree, " & ", r" & \text{otherwise}"))
        return rf"\begin{{cases}} {rows} \end{{cases}}", 4


@lru_cache(maxsize=1)
def _printer() -> Latex:
    return Latex()
