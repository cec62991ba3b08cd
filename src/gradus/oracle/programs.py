"""A program in Python's notation, read by Python's parser and run on arrays; nothing is evaluated as code.

`z1 = W1 @ x; a1 = g(z1); L = 1/n*sum_i(log(D(X_i)))`. This reader knows no shapes and no algebra: it only runs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gradus.errors import Fault

Array = Any
REMEDY = "write it in Python's notation: z1 = W1 @ x; L = norm(z1 - y)**2"
_LOOP = re.compile(r"(sum|mean)_([a-z])")


@dataclass(frozen=True)
class Script:
    """Statements in order."""

    statements: tuple[tuple[str, ast.expr], ...]

    @property
    def last(self) -> str:
        """Return the name of the last quantity."""
        return self.statements[-1][0]


def read(text: str) -> Script:
    """Read statements parted by `;` or lines.

    >>> read("z = W @ x; L = norm(z)**2").last
    'L'

    Raises:
        Fault: it is not Python's notation.
    """
    return Script(tuple(_statement(line.strip()) for line in text.replace("\n", ";").split(";") if line.strip()))


@lru_cache(maxsize=1024)
def _statement(line: str) -> tuple[str, ast.expr]:
    name, equals, right = line.partition("=")
    try:
        tree = ast.parse(right.strip().replace("^", "**"), mode="eval").body if equals else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None
    if tree is None or not name.strip().isidentifier():
        raise Fault("", "program", line, "cannot be read by the witness", REMEDY)
    return name.strip(), tree


class Run:
    """One run of a script.

    Args:
        xp: `numpy` or `jax.numpy`.
        values: inputs by name.
        functions: what opaque functions are, each taking `(xp, values, *arguments)`.
        nudges: added to a quantity where it arises, or to an input: what derivatives are taken by.
    """

    def __init__(
        self,
        xp: Any,
        values: Mapping[str, Array],
        functions: Mapping[str, Callable[..., Array]],
        nudges: Mapping[str, Array],
    ) -> None:
        self.xp, self.functions, self.nudges = xp, functions, nudges
        self.values = {name: value + nudges[name] if name in nudges else value for name, value in values.items()}
        self.indices: dict[str, int] = {}

    def run(self, script: Script) -> dict[str, Array]:
        """Return every quantity."""
        for name, tree in script.statements:
            value = self.of(tree)
            self.values[name] = value + self.nudges[name] if name in self.nudges else value
        return self.values

    def of(self, tree: ast.expr) -> Array:
        """Return the value of a piece of a script."""
        if isinstance(tree, ast.Constant) and isinstance(tree.value, int | float):
            return tree.value
        if isinstance(tree, ast.Name):
            return self.name(tree.id)
        if isinstance(tree, ast.BinOp) and type(tree.op) in _OPERATIONS:
            return _OPERATIONS[type(tree.op)](self.of(tree.left), self.of(tree.right))
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub | ast.UAdd):
            return -self.of(tree.operand) if isinstance(tree.op, ast.USub) else self.of(tree.operand)
        if isinstance(tree, ast.Attribute) and tree.attr == "T":
            return self.of(tree.value).T
        if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
            return self.call(tree.func.id, tree.args)
        raise Fault("", "program", ast.unparse(tree), "cannot be read by the witness", REMEDY)

    def name(self, name: str) -> Array:
        """Return a quantity, or a sample `X_i` of a batch."""
        if name in self.values:
            return self.values[name]
        base, _, index = name.rpartition("_")
        if base in self.values and index in self.indices:
            return self.values[base][self.indices[index]]
        if name == "pi":
            return self.xp.pi
        raise Fault("", "program", name, "is not declared", "declare its shape")

    def call(self, name: str, arguments: list[ast.expr]) -> Array:
        """Apply a function, or run a sum over samples one by one."""
        loop = _LOOP.fullmatch(name)
        if loop:
            return self.looped(loop[1], loop[2], arguments[0])
        parts = [self.of(argument) for argument in arguments]
        if name in self.functions:
            return self.functions[name](self.xp, self.values, *parts)
        if name in FUNCTIONS:
            return FUNCTIONS[name](self.xp, *parts)
        raise Fault(
            "", "program", name, "is no function the witness knows", "declare it, as elementwise or k -> scalar"
        )

    def looped(self, what: str, index: str, body: ast.expr) -> Array:
        """Add up a body over an index, one sample after the other."""
        names = {node.id for node in ast.walk(body) if isinstance(node, ast.Name) and node.id.endswith(f"_{index}")}
        counts = {len(self.values[name.rpartition("_")[0]]) for name in names if name.rpartition("_")[0] in self.values}
        if len(counts) != 1:
            raise Fault(
                "",
                "program",
                ast.unparse(body),
                f"must use {index} for batches of one size",
                f"write sum_{index}(X_{index})",
            )
        total, count = 0.0, counts.pop()
        for position in range(count):
            self.indices[index] = position
            total = total + self.of(body)
        del self.indices[index]
        return total / count if what == "mean" else total


_OPERATIONS: dict[type[ast.operator], Callable[[Array, Array], Array]] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b, ast.Div: lambda a, b: a / b,
    ast.MatMult: lambda a, b: a @ b, ast.Pow: lambda a, b: a**b,
}  # fmt: skip


def _stable(xp: Any, z: Array) -> Array:
    shifted = z - z.real.max(-1, keepdims=True)
    return xp.exp(shifted) / xp.exp(shifted).sum(-1, keepdims=True)


FUNCTIONS: dict[str, Callable[..., Array]] = {
    **{name: (lambda n: lambda xp, z: getattr(xp, n)(z))(name) for name in (
        "exp", "log", "sqrt", "sin", "cos", "tanh", "sinh", "cosh", "sign", "trace", "diag")},
    "abs": lambda xp, z: xp.abs(z),
    "sigmoid": lambda xp, z: 1 / (1 + xp.exp(-z)),
    "softplus": lambda xp, z: xp.log(1 + xp.exp(z)),
    "relu": lambda xp, z: xp.where(z > 0, z, 0),
    "softmax": _stable,
    "logsumexp": lambda xp, z: xp.log(xp.exp(z).sum(-1)),
    "norm": lambda xp, z, order=2: xp.sqrt((z * z).sum()) if order == 2 else xp.abs(z).sum(),
    "tr": lambda xp, z: xp.trace(z),
    "inv": lambda xp, z: xp.linalg.inv(z),
    "det": lambda xp, z: xp.linalg.det(z),
    "sum": lambda _, z: z.sum(),
    "mean": lambda _, z: z.mean(),
    "dot": lambda _, a, b: a @ b,
    "outer": lambda _, a, b: a[:, None] * b[None, :],
    "max": lambda xp, a, b: xp.where(a > b, a, b),
    "min": lambda xp, a, b: xp.where(a < b, a, b),
}  # fmt: skip
