"""Expressions as plain text that reads back: `(W_2^T @ dz_2) .* g'(z_1)`."""

from __future__ import annotations

import re
from functools import lru_cache

from gradus.calculus.expression import Expression
from gradus.calculus.printing import Printed, Printer


def plain(tree: Expression) -> str:
    r"""Print an expression for people and for the reader.

    >>> from gradus.calculus.read import read
    >>> from gradus.calculus.vocabulary import OPEN
    >>> plain(read(r"\frac{a + b}{2c} - x^{-2}", OPEN).expression)
    '(a + b)/(2*c) - x^(-2)'
    """
    return _printer().print(tree)


@lru_cache(maxsize=4096)
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
    bare, marks = parted(label)
    base, joint, index = bare.partition("_")
    braced = index if re.fullmatch(r"\w*", index) else "{" + index + "}"
    return f"{base}{joint}{braced}{marks.replace('*', '^*')}"


def parted(label: str) -> tuple[str, str]:
    """Part a canonical name into itself and its marks: stars and primes.

    >>> parted("w_i*"), parted("g_1'")
    (('w_i', '*'), ('g_1', "'"))
    """
    bare = label.rstrip("'*")
    return bare, label[len(bare) :]


class Plain(Printer):
    """The notation of a keyboard."""

    brackets, dot, each, beside = ("(", ")"), "*", " .* ", " @ "
    transposed, conjunction = "^T", " and "
    relations: dict[str, str] = {}  # noqa: RUF012 - never changed

    def name(self, label: str) -> str:
        """Return a name such as `z_{l+1}`."""
        return name(label)

    def function(self, name: str, parts: tuple[Expression, ...]) -> Printed:
        """Return `f(x, y)`."""
        return f"{_NAMES.get(name, name)}({self.listed(parts)})", 4

    def joined(self, left: str, sign: str, right: str) -> str:
        """Keep the star of a name apart from a product's: `w^* * x`."""
        return f"{left} * {right}" if sign == "*" and left.endswith("*") else left + sign + right

    def on_number(self, tree: Expression) -> Printed:
        if tree.label < 0:
            return f"-{-tree.label}", 1
        return str(tree.label), 4 if tree.label.denominator == 1 else 2

    def on_symbol(self, tree: Expression) -> Printed:
        return name(tree.label), 2 if tree.label.startswith("d(") else 3 if "*" in tree.label else 4

    def on_element(self, tree: Expression) -> Printed:
        part, indices = tree.parts[0], "".join(tree.label)
        if part.head != "symbol":
            return f"{self.at(part, 4)}_{indices}", 4
        bare, marks = parted(part.label)
        return f"{name(bare)}_{indices}{marks.replace('*', '^*')}", 3 if "*" in marks else 4

    def on_constant(self, tree: Expression) -> Printed:
        return "infty" if tree.label == "inf" else tree.label, 4

    def on_ones(self, tree: Expression) -> Printed:
        return f"{tree.head}_{tree.label[0]}", 4

    on_eye = on_ones

    def on_true(self, _: Expression) -> Printed:
        return "True", 4

    def on_undefined(self, _: Expression) -> Printed:
        return "undefined", 4

    def on_div(self, tree: Expression) -> Printed:
        top, bottom = tree.parts
        above = self.at(top, 2 if top.head == "mul" and not top.shape else 3)
        below = self.at(bottom, 3)
        if re.search(r"(?<!\w)d$", above):  # d/dx would be a derivative
            below = self.bracketed(below)
        return f"{above}/{below}", 2

    def on_pow(self, tree: Expression) -> Printed:
        base, exponent = tree.parts
        raised = self.at(exponent, 4)
        if raised == "T":  # no transpose
            raised = "(T)"
        return f"{self.at(base, 4)}{'**' if len(tree.shape) == 2 else '^'}{raised}", 3

    def on_matpow(self, tree: Expression) -> Printed:
        return f"matrix_power({self.print(tree.parts[0])}, {tree.label})", 4

    def on_call(self, tree: Expression) -> Printed:
        return f"{tree.label}({self.listed(tree.parts)})", 4

    def on_over(self, tree: Expression) -> Printed:
        what, index, size = tree.label
        return f"{what}_{{{index}=1}}^{{{size}}} ({self.print(tree.parts[0])})", 1

    def on_reduce(self, tree: Expression) -> Printed:
        what, axis = tree.label
        return f"{what}({self.print(tree.parts[0])}{'' if axis is None else f', axis={axis}'})", 4

    def on_norm(self, tree: Expression) -> Printed:
        return f"||{self.print(tree.parts[0])}||_{'{infty}' if tree.label == 'inf' else tree.label}", 4

    def on_cases(self, tree: Expression) -> Printed:
        return ", ".join(self.in_cases(tree, " when ", " otherwise")), 0


_NAMES = {"inverse": "inv", "trace": "tr"}


@lru_cache(maxsize=1)
def _printer() -> Plain:
    return Plain()
