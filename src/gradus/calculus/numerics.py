"""The usual functions as NumPy computes them, on complex arrays whose imaginary part is zero at real points."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

ROUGH = frozenset(("erf", "erfc", "factorial"))  # known to double precision only, see `equality.py`


def _each(np: Any, function: Callable[[float], float]) -> Callable[[Any], Any]:
    """Apply a function of the standard library to every real element; complex elements become nan."""

    def one(value: complex) -> float:
        if value.imag or not math.isfinite(value.real):
            return math.nan
        try:
            return function(value.real)
        except (ValueError, OverflowError):
            return math.inf

    def all_of(values: Any) -> Any:
        array = np.asarray(values)
        return np.array([one(complex(v)) for v in array.ravel().tolist()]).reshape(array.shape).astype(array.dtype)

    return all_of


@lru_cache(maxsize=1)
def table() -> dict[str, Callable[..., Any]]:
    """Return name → function on arrays.

    >>> import numpy as np
    >>> table()["sigmoid"](np.array([0j])).real.tolist()
    [0.5]
    """
    import numpy as np

    def relu(u: Any) -> Any:
        return np.where(u.real > 0, u, 0 * u)

    def step(u: Any) -> Any:
        return (u.real > 0) + 0 * u

    def log_gamma_like(value: float) -> float:
        return math.gamma(value + 1) if value < 170 else math.inf

    def by_real(choose: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        return lambda a, b: np.where(choose(a.real, b.real), a, b)

    return {
        **{name: getattr(np, name) for name in (
            "exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "log10", "log2", "log1p", "expm1")},
        "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
        "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
        "sigmoid": lambda u: 1 / (1 + np.exp(-u)),
        "softplus": lambda u: np.where(u.real > 0, u, 0) + np.log1p(np.exp(-np.where(u.real > 0, u, -u))),
        "relu": relu, "step": step,
        "abs": lambda u: np.abs(u) + 0j,
        "sign": lambda u: np.where(u == 0, 0, u / np.abs(u)),
        "erf": _each(np, math.erf), "erfc": _each(np, math.erfc), "factorial": _each(np, log_gamma_like),
        "floor": lambda u: np.floor(u.real) + 0j, "ceil": lambda u: np.ceil(u.real) + 0j,
        "max": by_real(lambda a, b: a >= b), "min": by_real(lambda a, b: a <= b),
    }  # fmt: skip


def opaque(
    name: str, order: int, arguments: list[Any], ranks: list[int], dims: tuple[int, ...], unit: str, elementwise: bool
) -> Any:
    """Return a function of which nothing is known: a fixed sine wave of its name, smooth, with true derivatives.

    Args:
        name: what its wave hangs on.
        ranks: how many axes each argument has.
        elementwise: applied to each element of its one argument.
        order: how many primes; only element by element.
        arguments: arrays `(…, points, *sizes)`.
        dims: sizes of the result.
        unit: its domain.
    """
    from zlib import crc32

    import numpy as np

    rng = np.random.default_rng((crc32(name.encode()), *dims))
    offset, height, slope = {"unit": (0.5, 0.4, 0.0), "positive": (2.0, 1.0, 0.0)}.get(unit, (0.3, 1.3, 0.6))
    if elementwise:
        pace, phase = rng.uniform(0.6, 1.4), rng.uniform(0, 6)
        u = arguments[0]
        wave = height * pace**order * np.sin(pace * u + phase + order * np.pi / 2)
        return wave + (offset + slope * u if order == 0 else slope if order == 1 else 0)
    total: Any = rng.uniform(0, 6, dims)
    for argument, rank in zip(arguments, ranks, strict=True):
        flat = argument.reshape(*argument.shape[: argument.ndim - rank], -1) if rank else argument[..., None]
        weights = rng.uniform(-1, 1, (flat.shape[-1], *dims)).reshape(flat.shape[-1], -1)
        total = total + (flat @ weights).reshape(*flat.shape[:-1], *dims)
    return offset + height * np.sin(total)
