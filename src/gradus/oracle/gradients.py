"""Gradients measured: by differences of the running program, element by element, and by JAX.

Nothing symbolic happens here. The program runs on random networks of random sizes; a complex step, or central
differences where it is not smooth over complex numbers, and JAX's automatic differentiation must come to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import islice
from typing import Any

from gradus.errors import Fault
from gradus.oracle.networks_at_random import draw
from gradus.oracle.slopes import Objective, at_random, open_functions, quantity, script

Array = Any
ALIKE = 1e-6  # relative; what central differences stay below
MOST_TRIED = 12


@dataclass(frozen=True)
class Observation:
    """A gradient at one point.

    Args:
        sizes: named sizes.
        values: inputs and quantities of the program by name; gradients that are given under `∂L/∂name`.
        functions: what the open functions were, with `g'`, `∇D` and `∇_θ D`, as functions of arrays.
        gradient: in the shape of the variable; by JAX where it was asked, else by differences.
        methods: by what it was measured.
        gap: the largest difference between the two, relative to the largest element.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, Array]
    functions: Mapping[str, Callable[..., Array]]
    gradient: Array
    methods: tuple[str, ...]
    gap: float = 0.0


def observe(
    text: str, declared: Mapping[str, str], by: str, given: Sequence[str] = (), seed: int = 0, jax: bool = True
) -> Observation:
    """Measure the gradient of a program's last quantity by one quantity.

    Args:
        text: the program in Python's notation. If its last quantity is no scalar, a smooth function of it is
            differentiated.
        declared: shapes of inputs and functions, as the author wrote them.
        by: an input, a quantity, a hidden parameter, or a sample `X_i` (then the gradients of all samples are
            returned).
        given: quantities whose gradient an answer may use, as `z2` or `∂L/∂z2`.
        seed: of sizes, inputs and functions.
        jax: whether JAX is asked too, where it is installed; it compiles for each program anew, for a tenth of a
            second.

    Raises:
        Fault: the program cannot be read, or lacks a name.

    >>> found = observe("z = W @ x; L = norm(z)**2/2", {"W": "m × k", "x": "k"}, by="W")
    >>> import numpy as np
    >>> bool(np.allclose(found.gradient, np.outer(found.values["z"], found.values["x"])))
    True
    >>> found.methods, found.gap < 1e-9
    (('complex step', 'JAX'), True)
    """
    import numpy as np

    objective, values = start(text, declared, seed)
    name = quantity(by, values)
    gradient = objective.gradient(name, values[name].shape)
    gradients = given_gradients(objective, values, given)
    methods: tuple[str, ...] = (objective.method,)
    gap = 0.0
    if jax and find_spec("jax") is not None:
        differences, gradient = gradient, _autodiff(objective, name, values[name].shape)
        gap = float(np.abs(differences - gradient).max()) / max(float(np.abs(gradient).max()), 1e-300)
        methods = (*methods, "JAX")
    functions = open_functions(objective.setting)
    return Observation(objective.setting.sizes, {**values, **gradients}, functions, gradient, methods, gap)


def observe_steadily(
    text: str, declared: Mapping[str, str], by: str, given: Sequence[str] = (), seed: int = 0, count: int = 2
) -> list[Observation]:
    """Observe at so many points at which both ways of measuring come to the same; others are passed over.

    Where the program has no value, or its value drowns in rounding, neither way measures anything: `log(det(X.T @
    X))` has a gradient for a tall X only.

    Raises:
        Fault: there are too few such points among those tried.

    >>> found = observe_steadily("L = log(det(X.T @ X))", {"X": "n × m"}, "X")
    >>> [seen.sizes["n"] > seen.sizes["m"] for seen in found]
    [True, True]
    """
    tried = (observe(text, declared, by, given, seed + turn) for turn in range(MOST_TRIED))
    found = list(islice((seen for seen in tried if seen.gap < ALIKE), count))
    if len(found) < count:
        rule = f"has a gradient at {len(found)} of {MOST_TRIED} random networks only, by two ways of measuring"
        raise Fault("", "by", by, rule, "check where the program has a value")
    return found


def start(text: str, declared: Mapping[str, str], seed: int) -> tuple[Objective, dict[str, Array]]:
    """Draw a network, run the program on it, and return what is differentiated and every quantity."""
    import numpy as np

    (program, smooth), setting = script(text), draw(tuple(declared.items()), seed)
    values = {name: np.asarray(value) for name, value in Objective(program, setting, smooth, None).run(np, {}).items()}
    return Objective(program, setting, smooth, at_random(seed, 1, values[program.last].shape)), values


def given_gradients(objective: Objective, values: Mapping[str, Array], given: Sequence[str]) -> dict[str, Array]:
    """Return the gradients that an answer may use, whole, under the names they are given by."""
    found = {}
    for name in given:
        known = quantity(name, values)
        found[name if "/" in name else f"∂L/∂{name}"] = objective.gradient(known, values[known].shape)
    return found


def _autodiff(objective: Objective, name: str, shape: tuple[int, ...]) -> Array:
    import jax
    import numpy as np

    with jax.enable_x64(True):
        return np.asarray(jax.jit(jax.grad(partial(objective.at, jax.numpy, name)))(jax.numpy.zeros(shape)))
