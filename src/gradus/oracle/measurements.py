"""Gradients measured at points: complex steps or central differences in NumPy, and JAX's derivative of the same.

The program runs on random networks of random sizes; nothing symbolic happens. What a question leaves open, an
activation `g` or a function `D` with parameters in it, comes with its own measured derivatives, so that an answer that
names `g'` or `∇D` can be valued at the same point.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.util import find_spec
from typing import Any

from gradus.errors import Fault
from gradus.oracle import programs
from gradus.oracle.networks_at_random import Setting, draw, open_functions

Array = Any
_KINKED = frozenset(("abs", "relu", "max", "min", "sign", "det"))
_STEP, _NUDGE, _ALIKE = 1e-30, 1e-6, 1e-6


@dataclass(frozen=True)
class Measurement:
    """A gradient at one point.

    Args:
        sizes: named sizes.
        values: inputs and quantities by name; gradients that are given under `∂L/∂name`.
        functions: open functions and their derivatives, as functions of arrays.
        gradient: in the shape of the variable.
        methods: by what it was measured.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, Array]
    functions: Mapping[str, Callable[..., Array]]
    gradient: Array
    methods: tuple[str, ...]


@lru_cache(maxsize=256)
def gradient(
    text: str,
    declared: tuple[tuple[str, str], ...],
    by: str,
    given: tuple[str, ...] = (),
    seed: int = 0,
    jax: bool = False,
) -> Measurement:
    """Measure the gradient of a program's last quantity.

    Args:
        text: the program in Python's notation; a last quantity that is no scalar is made one, smoothly.
        declared: (name, shape) of inputs and functions.
        by: an input, a quantity, a hidden parameter, or a sample `X_i`, which asks for the gradients of all samples.
        given: quantities whose gradients an answer may use.
        seed: of sizes, inputs and functions.
        jax: whether JAX must come to the same, where it is installed.

    Raises:
        Fault: two ways of differentiating differ.

    >>> found = gradient("z = W @ x; L = norm(z)**2/2", (("W", "m × k"), ("x", "k")), by="W")
    >>> import numpy as np
    >>> bool(np.allclose(found.gradient, np.outer(found.values["z"], found.values["x"]))), found.methods
    (True, ('complex step',))
    """
    import numpy as np

    script, setting = programs.read(text), draw(dict(declared), seed)
    quantities = {n: np.asarray(v) for n, v in _run(np, script, setting, {}).items()}
    name = by if by in quantities else by.rpartition("_")[0]
    if name not in quantities:
        raise Fault("", "by", by, "must be an input or a quantity of the program", "write W1")
    scalar = partial(
        _scalar, script, setting, np.random.default_rng(seed).standard_normal(quantities[script.last].shape)
    )
    smooth = _is_smooth(script)
    found = _differences(scalar, name, quantities[name].shape, smooth)
    gradients = {f"∂L/∂{n}": _differences(scalar, n, quantities[n].shape, smooth) for n in given}
    methods: tuple[str, ...] = ("complex step" if smooth else "central differences",)
    if jax and find_spec("jax") is not None:
        _demand_same(found, _autodiff(scalar, name, quantities[name].shape), by)
        methods = (*methods, "JAX")
    return Measurement(
        setting.sizes, {**quantities, **gradients}, open_functions(setting, _slope, _jacobian), found, methods
    )


def _run(xp: Any, script: programs.Script, setting: Setting, nudges: Mapping[str, Array]) -> dict[str, Array]:
    return programs.Run(xp, setting.values, setting.functions, nudges).run(script)


def _scalar(script: programs.Script, setting: Setting, weights: Array, xp: Any, name: str, nudge: Array) -> Array:
    last = _run(xp, script, setting, {name: nudge})[script.last]
    return (xp.sin(last) * weights + last * last / 3).sum() if weights.shape else last


def _is_smooth(script: programs.Script) -> bool:
    """Return whether a complex step is a derivative: no kinks, and no norm but the Euclidean one."""
    nodes = [node for _, tree in script.statements for node in ast.walk(tree)]
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    named = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    return not named & _KINKED and not any(len(c.args) > 1 for c in calls if getattr(c.func, "id", "") == "norm")


def _differences(scalar: Callable[..., Array], name: str, shape: tuple[int, ...], smooth: bool) -> Array:
    """Differentiate by one element after the other."""
    import numpy as np

    found = np.zeros(shape)
    for position in np.ndindex(*shape):
        nudge = np.zeros(shape, complex if smooth else float)
        nudge[position] = _STEP * 1j if smooth else _NUDGE
        if smooth:
            found[position] = np.imag(scalar(np, name, nudge)) / _STEP
        else:
            found[position] = (scalar(np, name, nudge) - scalar(np, name, -nudge)) / (2 * _NUDGE)
    return found


def _autodiff(scalar: Callable[..., Array], name: str, shape: tuple[int, ...]) -> Array:
    import jax
    import numpy as np

    with jax.enable_x64(True):
        return np.asarray(jax.jit(jax.grad(partial(scalar, jax.numpy, name)))(jax.numpy.zeros(shape)))


def _demand_same(one: Array, other: Array, by: str) -> None:
    import numpy as np

    gap = float(np.abs(one - other).max()) / max(float(np.abs(one).max()), 1e-300)
    if not gap < _ALIKE:
        rule = f"is differentiated otherwise by JAX than by differences: they are {gap:.1g} apart"
        raise Fault("", "by", by, rule, "report the program")


def _slope(function: Callable[..., Array], setting: Setting, z: Array) -> Array:
    import numpy as np

    return np.imag(function(np, setting.values, np.asarray(z) + _STEP * 1j)) / _STEP


def _jacobian(function: Callable[..., Array], setting: Setting, parameter: str | None, z: Array) -> Array:
    """Return the derivative by the argument or by a hidden parameter, rows for the variable: r × k."""
    import numpy as np

    start = np.asarray(z if parameter is None else setting.values[parameter])
    rows = []
    for position in np.ndindex(*start.shape):
        moved = start.astype(complex)
        moved[position] += _STEP * 1j
        values = setting.values if parameter is None else {**setting.values, parameter: moved}
        rows.append(np.imag(function(np, values, moved if parameter is None else np.asarray(z))) / _STEP)
    found: Sequence[Array] = rows
    return np.asarray(found).reshape(*start.shape, *np.shape(rows[0]))
