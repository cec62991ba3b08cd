"""Slopes of a program that runs on a random network: a complex step, or central differences where that is no slope.

Nothing symbolic happens here. What a question leaves open, an activation `g` or a function `D` with parameters in it,
comes with its own measured derivatives, so that an answer that names `g'` or `∇D` can be valued at the same point.

The complex step is exact to rounding, since nothing is subtracted (Squire and Trapp 1998); it needs a program that is
smooth over the complex numbers.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from gradus.errors import Fault
from gradus.oracle import programs
from gradus.oracle.networks_at_random import Setting

Array = Any
KINKED = frozenset(("abs", "relu", "max", "min", "sign"))
STEP, NUDGE = 1e-30, 1e-6
REMEMBERED = 512  # values of an open function


@lru_cache(maxsize=1024)
def script(text: str) -> tuple[programs.Script, bool]:
    """Return a program and whether a complex step is a slope of it: no kinks, and no norm but the Euclidean one.

    >>> script("L = norm(w)**2")[1], script("L = norm(w, 1)")[1]
    (True, False)
    """
    found = programs.read(text)
    return found, all(_is_smooth(tree) for _, tree in found.statements)


@lru_cache(maxsize=1024)
def _is_smooth(tree: ast.expr) -> bool:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [(call.func.id, len(call.args)) for call in calls if isinstance(call.func, ast.Name)]
    return not any(name in KINKED or (name == "norm" and count > 1) for name, count in named)


@lru_cache(maxsize=1024)
def at_random(seed: int, turn: int, shape: tuple[int, ...]) -> Array:
    """Return normal numbers in a shape; remembered, since drawing them takes as long as a run."""
    import numpy as np

    return np.random.default_rng((seed, turn)).standard_normal(shape)


@dataclass(frozen=True, eq=False)
class Objective:
    """The last quantity of a program on one network, made a number: smoothly, by random weights, where it is none.

    Args:
        script: the program.
        setting: the network.
        smooth: whether a complex step is a slope.
        weights: random, in the shape of the last quantity.
    """

    script: programs.Script
    setting: Setting
    smooth: bool
    weights: Array

    def run(self, xp: Any, nudges: Mapping[str, Array]) -> dict[str, Array]:
        """Return every quantity, with some of them nudged where they arise."""
        import numpy as np

        with np.errstate(all="ignore"):  # what has no value becomes nan, which agrees with nothing
            return programs.Run(xp, self.setting.values, self.setting.functions, nudges).run(self.script)

    def at(self, xp: Any, name: str, nudge: Array) -> Array:
        """Return the number, with one quantity nudged."""
        last = self.run(xp, {name: nudge})[self.script.last]
        return (xp.sin(last) * self.weights + last * last / 3).sum() if self.weights.shape else last

    def slope(self, name: str, direction: Array) -> float:
        """Return how fast the number grows as a quantity moves along a direction."""
        import numpy as np

        if self.smooth:
            return float(self.at(np, name, direction * (STEP * 1j)).imag / STEP)
        return float((self.at(np, name, direction * NUDGE) - self.at(np, name, direction * -NUDGE)) / (2 * NUDGE))

    def gradient(self, name: str, shape: tuple[int, ...]) -> Array:
        """Return the slopes along all axes."""
        import numpy as np

        found = np.zeros(shape)
        for position in np.ndindex(*shape):
            axis = np.zeros(shape)
            axis[position] = 1.0
            found[position] = self.slope(name, axis)
        return found

    @property
    def method(self) -> str:
        """Say how slopes are measured."""
        return "complex step" if self.smooth else "central differences"


def quantity(name: str, known: Iterable[str]) -> str:
    """Return the quantity that a name means: itself, the batch of a sample `X_i`, or one written without its joint.

    >>> quantity("X_i", ["X"]), quantity("z_2", ["z1", "z2"]), quantity("∂L/∂z_2", ["z2"])
    ('X', 'z2', 'z2')
    """
    bare = name.rpartition("∂")[2]
    joined = {re.sub(r"[_{}\\]", "", each): each for each in known}
    for spelt in (bare, bare.rpartition("_")[0]):
        if re.sub(r"[_{}\\]", "", spelt) in joined:
            return joined[re.sub(r"[_{}\\]", "", spelt)]
    raise Fault("", "by", name, "must be an input or a quantity of the program", "write W1")


@lru_cache(maxsize=256)
def open_functions(setting: Setting) -> dict[str, Callable[..., Array]]:
    """Return the open functions with their derivatives by argument and by hidden parameter, as functions of arrays."""
    found: dict[str, Callable[..., Array]] = {}
    for name, function in setting.functions.items():
        found[name] = _remembered(partial(_value, function, setting, 0.0))
        found[name + "'"] = _remembered(partial(_value, function, setting, STEP * 1j))
        found["∇" + name] = _remembered(partial(_jacobian, function, setting, None))
        if name in setting.hidden:
            by = setting.hidden[name]
            found[f"∇_{{{by}}} {name}"] = _remembered(partial(_jacobian, function, setting, by))
    return found


def _remembered(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """Return a function that computes each of its values once: one argument is asked for by every answer."""
    import numpy as np

    @lru_cache(maxsize=REMEMBERED)
    def known(raw: bytes, shape: tuple[int, ...]) -> Array:
        return function(np.frombuffer(raw).reshape(shape))

    def apply(z: Array) -> Array:
        array = np.asarray(z, float)
        return known(array.tobytes(), array.shape)

    return apply


def _value(function: Callable[..., Array], setting: Setting, step: complex, z: Array) -> Array:
    """Return a function's value, or with a step its slope, element by element."""
    import numpy as np

    found = np.asarray(function(np, setting.values, z + step))
    return found.imag / STEP if step else found


def _jacobian(function: Callable[..., Array], setting: Setting, parameter: str | None, z: Array) -> Array:
    """Return the derivative by the argument or by a hidden parameter, rows for the variable: r × k."""
    import numpy as np

    start = np.asarray(z if parameter is None else setting.values[parameter])
    rows: list[Array] = []
    for position in np.ndindex(*start.shape):
        moved = start.astype(complex)
        moved[position] += STEP * 1j
        values = setting.values if parameter is None else {**setting.values, parameter: moved}
        rows.append(np.imag(function(np, values, moved if parameter is None else z)) / STEP)
    return np.asarray(rows).reshape(*start.shape, *np.shape(rows[0]))
