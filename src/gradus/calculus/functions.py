"""The usual functions: how people spell them, their derivatives, and where they are smooth.

Derivatives are written in the language itself, in `u`, and read by the reader: the table is text anyone can check.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from gradus.calculus.expression import Expression, substitute


class Usual(NamedTuple):
    """One usual function of one number, applied element by element.

    Fields:
        derivative: in `u`; empty where none is given (max and min are handled by cases).
        spellings: other ways to write it.
        analytic: has no kink, jump or branch cut near the real line's chosen points, so complex points may be tried.
    """

    derivative: str
    spellings: tuple[str, ...] = ()
    analytic: bool = False


TABLE = {
    "exp": Usual("exp(u)", (), analytic=True),
    "log": Usual("1/u", ("ln", "Log")),
    "log2": Usual("1/(u*log(2))", ("lg",)),
    "log10": Usual("1/(u*log(10))"),
    "log1p": Usual("1/(1 + u)"),
    "expm1": Usual("exp(u)", (), analytic=True),
    "sqrt": Usual("1/(2*sqrt(u))"),
    "sin": Usual("cos(u)", (), analytic=True),
    "cos": Usual("-sin(u)", (), analytic=True),
    "tan": Usual("1 + tan(u)^2", ("tg",), analytic=True),
    "asin": Usual("1/sqrt(1 - u^2)", ("arcsin",)),
    "acos": Usual("-1/sqrt(1 - u^2)", ("arccos",)),
    "atan": Usual("1/(1 + u^2)", ("arctan", "arctg")),
    "sinh": Usual("cosh(u)", (), analytic=True),
    "cosh": Usual("sinh(u)", (), analytic=True),
    "tanh": Usual("1 - tanh(u)^2", ("th",), analytic=True),
    "asinh": Usual("1/sqrt(1 + u^2)", ("arcsinh", "arsinh")),
    "acosh": Usual("1/sqrt(u^2 - 1)", ("arccosh", "arcosh")),
    "atanh": Usual("1/(1 - u^2)", ("arctanh", "artanh")),
    "sigmoid": Usual("sigmoid(u)*(1 - sigmoid(u))", ("sigma", "logistic", "expit", "sigm", "sig"), analytic=True),
    "softplus": Usual("sigmoid(u)"),
    "relu": Usual("step(u)", ("ReLU", "Relu", "RELU")),
    "step": Usual("0", ("heaviside", "Heaviside")),
    "abs": Usual("sign(u)", ("Abs", "fabs")),
    "sign": Usual("0", ("sgn", "Sign", "signum")),
    "erf": Usual("2/sqrt(pi)*exp(-u^2)"),
    "erfc": Usual("-2/sqrt(pi)*exp(-u^2)"),
    "floor": Usual("0"),
    "ceil": Usual("0", ("ceiling",)),
    "factorial": Usual("", ()),
    "max": Usual("", ("Max", "maximum")),
    "min": Usual("", ("Min", "minimum")),
}
SHAPED = {  # functions that do not act element by element: the reader types each by its own rule
    "softmax": "softmax", "Softmax": "softmax", "logsumexp": "logsumexp", "norm": "norm", "trace": "trace", "tr": "trace", "Tr": "trace",
    "Trace": "trace", "diag": "diag", "Diag": "diag", "det": "det", "inv": "inverse", "inverse": "inverse", "outer": "outer",
    "transpose": "transpose", "dot": "dot", "matmul": "matmul", "inner": "dot", "sum": "sum", "mean": "mean", "average": "mean",
    "sum0": "sum0", "sum1": "sum1", "mean0": "mean0", "mean1": "mean1", "ones": "ones", "eye": "eye", "ones_like": "ones_like",
    "multiply": "multiply", "where": "where", "Piecewise": "Piecewise", "Rational": "Rational", "square": "square", "pow": "pow",
    "power": "pow", "soft": "soft", "clip": "clip", "prod": "prod",
    "matrix_power": "matrix_power", "matrixpower": "matrix_power",
}  # fmt: skip
ECHOES = ("Derivative", "diff", "Integral", "integrate", "grad", "argmin", "argmax", "lim", "limit")
SPELLINGS = {spelling: name for name, usual in TABLE.items() for spelling in (name, *usual.spellings)}


@lru_cache(maxsize=256)
def derivative(name: str, order: int = 1) -> Expression:
    """Return the derivative of a usual function as an expression in the symbol `u`.

    >>> str(derivative("tanh")), str(derivative("sin", 2))
    ('1 - tanh(u)^2', '-sin(u)')
    """
    from gradus.calculus.differentiate import partial  # differentiation needs this table
    from gradus.calculus.read import read
    from gradus.calculus.vocabulary import OPEN

    tree = read(TABLE[name].derivative, OPEN).expression
    return tree if order == 1 else partial(tree, "u") if order == 2 else partial(derivative(name, order - 1), "u")


@lru_cache(maxsize=1024)
def applied_derivative(name: str, order: int, argument: Expression) -> Expression:
    """Return `name` differentiated `order` times, at `argument`, element by element.

    >>> from gradus.calculus.expression import symbol
    >>> applied_derivative("tanh", 1, symbol("z", ("n",))).shape
    ('n',)
    """
    return shaped(substitute(derivative(name, order), {"u": argument}))


def shaped(tree: Expression) -> Expression:
    """Give an element-by-element tree the shape of its parts, after a symbol was replaced by something larger."""
    if tree.head in ("number", "constant", "symbol", "size") or tree.head not in (
        "add",
        "mul",
        "div",
        "pow",
        "neg",
        "call",
    ):
        return tree
    parts = tuple(map(shaped, tree.parts))
    return tree._replace(parts=parts, shape=max((part.shape for part in parts), key=len))
