"""Gradients measured: automatic differentiation by JAX, countersigned by differences of the same program in NumPy.

Nothing symbolic happens here. The program runs on random networks of random sizes; JAX differentiates it, and a
complex step, or central differences where the program is not smooth over complex numbers, must come to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from gradus.errors import Fault
from gradus.oracle import programs
from gradus.oracle.networks_at_random import Setting, draw, open_functions

Array = Any


@dataclass(frozen=True)
class Observation:
    """A gradient at one point.

    Args:
        sizes, values: the point: sizes and inputs by name, quantities of the program, gradients given under
        `∂L/∂name`. functions: what the opaque functions were, with `g'`, `∇D` and `∇_θ D`, as functions of arrays.
        gradient: by automatic differentiation, in the shape of the variable.
        method: what countersigned it: "complex step" or "central differences".
        gap: the largest difference between the two, relative to the largest element.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, Array]
    functions: Mapping[str, Callable[..., Array]]
    gradient: Array
    method: str
    gap: float


def observe(text: str, declared: Mapping[str, str], by: str, given: Sequence[str] = (), seed: int = 0) -> Observation:
    """Measure the gradient of a program's last quantity by one quantity.

    Args:
        text: the program in Python's notation. If its last quantity is no scalar, a smooth function of it is
            differentiated.
        declared: shapes of inputs and functions, as the author wrote them.
        by: an input, a quantity, a hidden parameter, or a sample `X_i` (then the gradients of all samples are
            returned).
        given: names of quantities whose gradient an answer may use.
        seed: of sizes, inputs and functions.

    >>> found = observe("z = W @ x; L = norm(z)**2/2", {"W": "m × k", "x": "k"}, by="W")
    >>> import numpy as np
    >>> bool(np.allclose(found.gradient, np.outer(found.values["z"], found.values["x"])))
    True
    >>> found.method, found.gap < 1e-9
    ('complex step', True)
    """
    import jax
    import numpy as np

    script, setting = programs.read(text), draw(declared, seed)
    name = by.rpartition("_")[0] if by not in setting.values and by.rpartition("_")[0] in setting.values else by
    with jax.enable_x64(True):
        quantities = {n: np.asarray(v) for n, v in _run(jax.numpy, script, setting, {}).items()}
        if name not in quantities:
            raise Fault("", "by", by, "must be an input or a quantity of the program", "write W1")
        weights = np.random.default_rng(seed).standard_normal(quantities[script.last].shape)
        gradient = _gradient(jax, script, setting, name, quantities, weights)
        gradients = {f"∂L/∂{n}": _gradient(jax, script, setting, n, quantities, weights) for n in given}
    method, measured = _differences(script, setting, name, quantities, weights)
    size = max(float(np.abs(gradient).max()), 1e-300)
    gap = float(np.abs(measured - gradient).max()) / size
    return Observation(
        setting.sizes, {**quantities, **gradients}, open_functions(setting, _slope, _jacobian), gradient, method, gap
    )


def _run(xp: Any, script: programs.Script, setting: Setting, nudges: Mapping[str, Array]) -> dict[str, Array]:
    return programs.Run(xp, setting.values, setting.functions, nudges).run(script)


def _scalar(xp: Any, script: programs.Script, setting: Setting, weights: Array, name: str, nudge: Array) -> Array:
    last = _run(xp, script, setting, {name: nudge})[script.last]
    return (xp.sin(last) * weights + last * last / 3).sum() if weights.shape else last


def _gradient(
    jax: Any, script: programs.Script, setting: Setting, name: str, quantities: Mapping[str, Array], weights: Array
) -> Array:
    import numpy as np

    zero = jax.numpy.zeros(quantities[name].shape)
    return np.asarray(jax.grad(partial(_scalar, jax.numpy, script, setting, weights, name))(zero))


def _differences(
    script: programs.Script, setting: Setting, name: str, quantities: Mapping[str, Array], weights: Array
) -> tuple[str, Array]:
    """Differentiate in NumPy: a complex step of 1e-30, or central differences of 1e-6 where that is no derivative."""
    import numpy as np

    shape = quantities[name].shape
    smooth = not any(
        word in _words(script)
        for word in ("abs", "relu", "max", "min", "sign", "norm", "det", "sum", "mean")
        if word not in _SMOOTH
    )

    def at(step: Array, position: tuple[int, ...]) -> Array:
        nudge = np.zeros(shape, complex if smooth else float)
        nudge[position] = step
        return _scalar(np, script, setting, weights, name, nudge)

    measured = np.zeros(shape)
    for position in np.ndindex(*shape):
        if smooth:
            measured[position] = np.imag(at(1e-30j, position)) / 1e-30
        else:
            measured[position] = (at(1e-6, position) - at(-1e-6, position)) / 2e-6
    return ("complex step" if smooth else "central differences"), measured


_SMOOTH = frozenset(
    ("norm", "det", "sum", "mean")
)  # our norm squares without conjugating, so a complex step passes through it


def _words(script: programs.Script) -> set[str]:
    import ast

    return {node.id for _, tree in script.statements for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _slope(function: Callable[..., Array], setting: Setting, z: Array) -> Array:
    import jax
    import numpy as np

    with jax.enable_x64(True):
        each = jax.vmap(jax.grad(lambda t: function(jax.numpy, setting.values, t)))
        return np.asarray(each(np.ravel(z))).reshape(np.shape(z))


def _jacobian(function: Callable[..., Array], setting: Setting, parameter: str | None, z: Array) -> Array:
    """Return the derivative of a function by its argument or by a hidden parameter, rows for the variable: r × k."""
    import jax
    import numpy as np

    def of(variable: Array) -> Array:
        values = setting.values if parameter is None else {**setting.values, parameter: variable}
        return function(jax.numpy, values, variable if parameter is None else np.asarray(z))

    with jax.enable_x64(True):
        found = np.asarray(jax.jacobian(of)(np.asarray(z) if parameter is None else setting.values[parameter]))
    return found.T if found.ndim == 2 else found
