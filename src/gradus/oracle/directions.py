"""A gradient measured along one random direction: one run of the program with a complex step, or two with real ones.

A gradient that is wrong in any element has, but for a chance of nought, another slope along a random direction. So
one number for each network holds a key as firmly as all elements do, at the price of one run instead of one an
element; JAX, which compiles for every program anew, is asked where time does not count (`gradients.observe`).
Nothing symbolic happens here either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradus.oracle.gradients import given_gradients, start
from gradus.oracle.slopes import at_random, open_functions, quantity

Array = Any


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

    @property
    def tolerance(self) -> float:
        """Return what the method errs by, relative to the sizes that add up to the slope."""
        return 1e-9 if self.method == "complex step" else 1e-5

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
        return self.gap(gradient) < self.tolerance


def along(text: str, declared: Mapping[str, str], by: str, given: Sequence[str] = (), seed: int = 0) -> Slope:
    """Measure the slope of a program's last quantity; the arguments are those of `gradients.observe`.

    Args:
        text: the program in Python's notation; a last quantity that is no scalar is made one, smoothly.
        declared: shapes of inputs and functions, as the author wrote them.
        by: an input, a quantity, a hidden parameter, or a sample `X_i` (then all samples move).
        given: quantities whose gradient an answer may use.
        seed: of sizes, inputs, functions and the direction.

    >>> found = along("z = W @ x; L = norm(z)**2/2", {"W": "m × k", "x": "k"}, by="W")
    >>> import numpy as np
    >>> found.agrees(np.outer(found.values["z"], found.values["x"])), found.method
    (True, 'complex step')
    >>> found.agrees(2 * np.outer(found.values["z"], found.values["x"]))
    False
    """
    objective, values = start(text, declared, seed)
    name = quantity(by, values)
    direction = at_random(seed, 2, values[name].shape)
    values |= given_gradients(objective, values, given)
    slope, functions = objective.slope(name, direction), open_functions(objective.setting)
    return Slope(objective.setting.sizes, values, functions, direction, slope, objective.method)
