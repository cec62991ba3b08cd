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
    found = {name: _size(leaf) for name, leaf in _leaves(tree, "")}
    short = {name: _shortened(name) for name in found}
    unique = len(set(short.values())) == len(short)
    return {short[name] if unique else name: size for name, size in found.items()}


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


def _shortened(name: str) -> str:
    for mark in (".", "/"):
        head, _, last = name.rpartition(mark)
        if head and last in SUFFIXES:
            return head
    return name
