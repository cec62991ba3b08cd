"""What was written, before its meaning: nested tuples `(kind, column, …)` built by lark as it reads.

("number", column, text)         ("name", column, raw, found)          ("sumsign", column, what, index, last)
("sum", column, [sign, part, …]) ("product", column, [part, sign, …])  a sign of a product is a one-character string,
"" when implied ("power", column, base, exponent, written)                             written: "^" or "**"
("transpose" | "inverse" | "factorial" | "absolute", column, part)
("group", column, part, where its text stands again: a `Repeated`)
("norm", column, part, script)   ("apply", column, value, arguments)   ("fraction", column, top, bottom)
("cases", column, [(value, condition), …], otherwise)                  ("comparison", column, [part, relation, part,
…]) ("both", column, comparisons)    ("true", column)                      ("pair", column, first, second)
"""

from __future__ import annotations

from typing import Any

Notation = tuple[Any, ...]


def _signed(signs: list[Any], part: Notation, column: int) -> Notation:
    """Apply a run of signs: only their product counts."""
    minus = sum(sign.value == "-" for sign in signs) % 2
    return ("sum", column, ["-", part]) if minus else part


class Builder:
    """Callbacks of the parser, one a rule; each gets the list of what the rule matched."""

    def start(self, c: list[Any]) -> Notation:
        return c[0]  # type: ignore[no-any-return]

    def number(self, c: list[Any]) -> Notation:
        return ("number", c[0].column, c[0].value)

    def name(self, c: list[Any]) -> Notation:
        return ("name", c[0].column, *c[0].value)

    def sumsign(self, c: list[Any]) -> Notation:
        return ("sumsign", c[0].column, *c[0].value)

    def group(self, c: list[Any]) -> Notation:
        opening = c[0].value
        if opening.__class__ is str:
            return ("group", c[0].column, c[1], None)
        opening.notation = c[1]
        return ("group", c[0].column, c[1], opening)

    def again(self, c: list[Any]) -> Notation:
        return ("group", c[0].column, c[0].value.notation, c[0].value)

    def absolute(self, c: list[Any]) -> Notation:
        return ("absolute", c[0].column, c[1])

    def norm(self, c: list[Any]) -> Notation:
        return ("norm", c[0].column, c[1], c[2].value)

    def fraction(self, c: list[Any]) -> Notation:
        return ("fraction", c[0].column, c[1], c[2])

    def root(self, c: list[Any]) -> Notation:
        return ("root", c[0].column, c[1] if isinstance(c[1], tuple) else c[2])

    def transpose(self, c: list[Any]) -> Notation:
        return ("transpose", c[1].column, c[0], c[1].value)

    def inverse(self, c: list[Any]) -> Notation:
        return ("inverse", c[1].column, c[0])

    def factorial(self, c: list[Any]) -> Notation:
        return ("factorial", c[1].column, c[0])

    def smallpower(self, c: list[Any]) -> Notation:
        return ("power", c[1].column, c[0], ("number", c[1].column, "2" if c[1].value == "²" else "3"), "^")

    def power(self, c: list[Any]) -> Notation:
        return ("power", c[1].column, c[0], _signed(c[2:-1], c[-1], c[1].column), c[1].value)

    def sum(self, c: list[Any]) -> Notation:
        parts: list[Any] = []
        sign, column = "+", _column(c[0])
        for item in c:
            if isinstance(item, tuple):
                parts += (sign, item)
                sign = "+"
            elif item.value == "-":
                sign = "-" if sign == "+" else "+"
        return ("sum", column, parts)

    def product(self, c: list[Any]) -> Notation:
        parts: list[Any] = [c[0]]
        sign, minus = "", False
        for item in c[1:]:
            if isinstance(item, tuple):
                parts += (sign, ("sum", item[1], ["-", item]) if minus else item)
                sign, minus = "", False
            elif item.type == "MUL":
                sign = item.value
            elif item.value == "-":
                minus = not minus
        return ("product", c[0][1], parts)

    def loose(self, c: list[Any]) -> Notation:
        return c[0] if len(c) == 1 else self.product(c)

    def apply(self, c: list[Any]) -> Notation:
        arguments = c[2] if len(c) > 2 else [c[1]]
        return ("apply", c[0].column, c[0].value, arguments)

    def arguments(self, c: list[Any]) -> list[Any]:
        return [item for item in c if isinstance(item, tuple)]

    def comparison(self, c: list[Any]) -> Notation:
        return ("comparison", _column(c[0]), [item if isinstance(item, tuple) else item.value for item in c])

    def condition(self, c: list[Any]) -> Notation:
        parts = [item for item in c if isinstance(item, tuple)]
        return parts[0] if len(parts) == 1 else ("both", parts[0][1], parts)

    def true(self, c: list[Any]) -> Notation:
        return ("true", c[0].column)

    def pair(self, c: list[Any]) -> Notation:
        return ("pair", c[0].column, c[1], c[3])

    def case(self, c: list[Any]) -> Notation:
        value, condition = (item for item in c if isinstance(item, tuple))
        return ("case", value[1], value, condition)

    def otherwise(self, c: list[Any]) -> Notation:
        value = next(item for item in c if isinstance(item, tuple))
        return ("otherwise", value[1], value)

    def nothing(self, c: list[Any]) -> Notation:
        return ("nothing", 0)

    def cases(self, c: list[Any]) -> Notation:
        parts = [item for item in c if isinstance(item, tuple)]
        if parts[0][0] not in ("case", "otherwise"):
            parts[:2] = [("case", parts[0][1], parts[0], parts[1])]
        pairs = [(part[2], part[3]) for part in parts if part[0] == "case"]
        rest = [part[2] for part in parts if part[0] == "otherwise"]
        return ("cases", _column(c[0]), pairs, rest[0] if rest else None)

    def ternary(self, c: list[Any]) -> Notation:
        return ("cases", c[0][1], [(c[0], c[2])], c[4])


def _column(item: Any) -> int:
    return int(item[1] if isinstance(item, tuple) else item.column)
