"""Arrays of any library as the few numbers that a log keeps of them: sizes of weights, what outputs are like."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

SUFFIXES = ("weight", "kernel", "w", "W")
"""Names of weights within a layer, which is then called without them."""


def array_of(values: Any) -> NDArray[Any]:
    """Return any library's array, of whatever device, as one of NumPy."""
    import numpy as np

    return np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)


def sizes(tree: Any) -> dict[str, float]:
    """Return the root mean square of every array in nested mappings and lists, by its path; numbers as they are.

    Arrays of fewer than two axes are left out: biases and norms; so is what is `None`.

    >>> import numpy as np
    >>> sizes({"fc1": {"w": np.full((2, 2), 3.0), "b": np.zeros(2)}, "fc2.weight": 0.5})
    {'fc1': 3.0, 'fc2': 0.5}
    """
    return _shortened({name: _size(leaf) for name, leaf in _leaves(tree, "")})


class Copies:
    """Weights as they were a step before, where they lie, to tell by how much they moved."""

    def __init__(self) -> None:
        self._before: dict[str, Any] = {}

    def moved(self, tree: Any) -> dict[str, float]:
        """Return the root mean square of what was added to every array since the last call; nothing at the first.

        >>> import numpy as np
        >>> copies, weights = Copies(), {"fc": np.zeros((2, 2))}
        >>> copies.moved(weights), weights["fc"].fill(0.5), copies.moved(weights)
        ({}, None, {'fc': 0.5})
        """
        now = {name: _kept(leaf) for name, leaf in _leaves(tree, "") if getattr(leaf, "ndim", 0)}
        known = {name: leaf for name, leaf in now.items() if name in self._before}
        found = {name: _size(leaf - self._before[name]) for name, leaf in known.items()}
        self._before = now
        return _shortened(found)


def outputs_like(outputs: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return `activation`, `dead` and `spread` of layers' outputs, batches first; see `Step`.

    >>> import numpy as np
    >>> outputs_like({"relu": np.array([[0.0, 3.0], [0.0, 1.0]])})["dead"]
    {'relu': 0.5}
    """
    import numpy as np

    found: dict[str, dict[str, float]] = {"activation": {}, "dead": {}, "spread": {}}
    for place, values in outputs.items():
        array = array_of(values).astype(np.float32)
        found["activation"][place] = float(np.sqrt((array**2).mean()))
        found["dead"][place] = float((array == 0).all(axis=0).mean())
        found["spread"][place] = float(np.sqrt((array - array.mean(axis=-1, keepdims=True)).var()))
    return found


def by_time(gradient: Any, axis: int = 1) -> list[float]:
    """Return the root mean square at each time step; a list of numbers as it is.

    >>> import numpy as np
    >>> by_time(np.array([[[3.0], [0.0]], [[3.0], [0.0]]]))
    [3.0, 0.0]
    """
    import numpy as np

    array = array_of(gradient).astype(np.float64)
    if array.ndim == 1:
        return [float(value) for value in array]
    rows = np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1)
    return [float(value) for value in np.sqrt((rows**2).mean(axis=1))]


def _leaves(tree: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Return arrays and numbers with their paths, biases left out."""
    if tree is None:
        return
    items = tree.items() if isinstance(tree, Mapping) else enumerate(tree) if isinstance(tree, list | tuple) else None
    if items is not None:
        for key, value in items:
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
        return
    leaf = tree.value if hasattr(tree, "value") and not callable(tree.value) else tree  # a variable of Keras or Flax
    if getattr(leaf, "ndim", 0) != 1:
        yield path, leaf


def _size(leaf: Any) -> float:
    """Return the root mean square of an array, computed where it lies; a number as it is."""
    if not getattr(leaf, "ndim", 0):
        return float(leaf)
    if hasattr(leaf, "detach"):
        leaf = leaf.detach().float()
    elif leaf.dtype.itemsize < 4:
        leaf = leaf.astype("float32")  # squares of half precision overflow
    return math.sqrt(float((leaf * leaf).mean()))


def _kept(leaf: Any) -> Any:
    """Return an array that no step changes any more: a copy, unless it cannot be changed anyway."""
    if hasattr(leaf, "detach"):
        return leaf.detach().clone()
    return leaf.copy()


def _shortened(found: dict[str, float]) -> dict[str, float]:
    """Return the same by the names of layers, where each has one array of weights."""
    short = {name: _layer_of(name) for name in found}
    unique = len(set(short.values())) == len(short)
    return {short[name] if unique else name: size for name, size in found.items()}


def _layer_of(name: str) -> str:
    for mark in (".", "/"):
        head, _, last = name.rpartition(mark)
        if head and last in SUFFIXES:
            return head
    return name
