"""A gradient measured along one random direction: one run of the program with a complex step, or two with real ones.

A gradient that is wrong in any element has, but for a chance of nought, another slope along a random direction. So
one number for each network holds a key as firmly as all elements do, at the price of one run instead of one an
element; JAX, which compiles for every program anew, is asked where time does not count (`gradients.observe`).
Nothing symbolic happens here either.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from gradus.errors import Fault
from gradus.oracle import programs
from gradus.oracle.networks_at_random import Setting, draw

Array = Any
_KINKED = frozenset(("abs", "relu", "max", "min", "sign"))
_STEP, _NUDGE = 1e-30, 1e-6


@dataclass(frozen=True)
class Slope:
    """How fast a program's last quantity grows along a direction, at one point.

    Args:
        sizes, values: the point: sizes and inputs by name, quantities, gradients given under `∂L/∂name`.
        functions: what the open functions were, with `g'`, `∇D` and `∇_θ D`, as functions of arrays.
        direction: in the shape of the variable.
        slope: along it.
        method: "complex step" or "central differences".
    """

    sizes: Mapping[str, int]
    values: Mapping[str, Array]
    functions: Mapping[str, Callable[..., Array]]
    direction: Array
    slope: float
    method: str

    def gap(self, gradient: Array) -> float:
        """Return how far a gradient's slope is from the measured one, relative to the sizes that add up to it."""
        import numpy as np

        if np.shape(gradient) != self.direction.shape:
            return float("inf")
        parts = np.asarray(gradient) * self.direction
        found = abs(float(parts.sum()) - self.slope) / max(float(np.abs(parts).sum()), abs(self.slope), 1e-300)
        return found if found == found else float("inf")  # a gradient without a value is no agreement

    def agrees(self, gradient: Array) -> bool:
        """Say whether a gradient has this slope, but for what the method itself errs by."""
        return self.gap(gradient) < (1e-9 if self.method == "complex step" else 1e-5)


def along(text: str, declared: Mapping[str, str], by: str, given: Sequence[str] = (), seed: int = 0) -> Slope:
    """Measure the slope of a program's last quantity; the arguments are those of `gradients.observe`.

    Args:
        text: the program in Python's notation; a last quantity that is no scalar is made one, smoothly.
        declared: shapes of inputs and functions, as the author wrote them.
        by: an input, a quantity, a hidden parameter, or a sample `X_i` (then all samples move).
        given: names of quantities whose gradient an answer may use.
        seed: of sizes, inputs, functions and the direction.

    >>> found = along("z = W @ x; L = norm(z)**2/2", {"W": "m × k", "x": "k"}, by="W")
    >>> import numpy as np
    >>> found.agrees(np.outer(found.values["z"], found.values["x"])), found.method
    (True, 'complex step')
    >>> found.agrees(2 * np.outer(found.values["z"], found.values["x"]))
    False
    """
    import numpy as np

    script, smooth = _script(text)
    setting, rng = draw(declared, seed), np.random.default_rng((seed, 1))
    values = {name: np.asarray(value) for name, value in _run(script, setting, {}).items()}
    name = by if by in values else by.rpartition("_")[0]
    if name not in values:
        raise Fault("", "by", by, "must be an input or a quantity of the program", "write W1")
    weights = rng.standard_normal(values[script.last].shape)
    scalar = partial(_scalar, script, setting, weights)
    direction = rng.standard_normal(values[name].shape)
    for quantity in given:
        values[f"∂L/∂{quantity}"] = _gradient(scalar, quantity, values[quantity].shape, smooth)
    slope = _slope(scalar, name, direction, smooth)
    method = "complex step" if smooth else "central differences"
    return Slope(setting.sizes, values, _open_functions(setting), direction, slope, method)


@lru_cache(maxsize=256)
def _script(text: str) -> tuple[programs.Script, bool]:
    """Return a program and whether a complex step is a derivative of it: no kinks, no norm but the Euclidean one."""
    script = programs.read(text)
    calls = [node for _, tree in script.statements for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [(call.func.id, len(call.args)) for call in calls if isinstance(call.func, ast.Name)]
    return script, not any(name in _KINKED or (name == "norm" and count > 1) for name, count in named)


def _run(script: programs.Script, setting: Setting, nudges: Mapping[str, Array]) -> dict[str, Array]:
    import numpy as np

    return programs.Run(np, setting.values, setting.functions, nudges).run(script)


def _scalar(script: programs.Script, setting: Setting, weights: Array, name: str, nudge: Array) -> Array:
    import numpy as np

    last = _run(script, setting, {name: nudge})[script.last]
    return (np.sin(last) * weights + last * last / 3).sum() if weights.shape else last


def _slope(scalar: Callable[..., Array], name: str, direction: Array, smooth: bool) -> float:
    if smooth:
        return float(scalar(name, direction * (_STEP * 1j)).imag / _STEP)
    return float((scalar(name, direction * _NUDGE) - scalar(name, direction * -_NUDGE)) / (2 * _NUDGE))


def _gradient(scalar: Callable[..., Array], name: str, shape: tuple[int, ...], smooth: bool) -> Array:
    """Measure along every axis: a gradient that is given must be known whole."""
    import numpy as np

    found = np.zeros(shape)
    for position in np.ndindex(*shape):
        axis = np.zeros(shape)
        axis[position] = 1.0
        found[position] = _slope(scalar, name, axis, smooth)
    return found


def _open_functions(setting: Setting) -> dict[str, Callable[..., Array]]:
    """Return the open functions with their derivatives by argument and by hidden parameter."""
    found: dict[str, Callable[..., Array]] = {}
    for name, function in setting.functions.items():
        found[name] = partial(_value, function, setting, 0.0)
        found[name + "'"] = partial(_value, function, setting, _STEP * 1j)
        found["∇" + name] = partial(_jacobian, function, setting, None)
        if name in setting.hidden:
            found[f"∇_{{{setting.hidden[name]}}} {name}"] = partial(_jacobian, function, setting, setting.hidden[name])
    return found


def _value(function: Callable[..., Array], setting: Setting, step: complex, z: Array) -> Array:
    """Return a function's value, or with a step its slope, element by element."""
    import numpy as np

    found = np.asarray(function(np, setting.values, np.asarray(z) + step))
    return found.imag / _STEP if step else found


def _jacobian(function: Callable[..., Array], setting: Setting, parameter: str | None, z: Array) -> Array:
    """Return the derivative by the argument or by a hidden parameter, rows for the variable: r × k."""
    import numpy as np

    start = np.asarray(z if parameter is None else setting.values[parameter])
    rows: list[Array] = []
    for position in np.ndindex(*start.shape):
        moved = start.astype(complex)
        moved[position] += _STEP * 1j
        values = setting.values if parameter is None else {**setting.values, parameter: moved}
        rows.append(np.imag(function(np, values, moved if parameter is None else np.asarray(z))) / _STEP)
    return np.asarray(rows).reshape(*start.shape, *np.shape(rows[0]))
