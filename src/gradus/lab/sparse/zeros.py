"""How many weights are exactly 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradus.lab.models import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray


def sparsity_of_layers(model: Model, parameters: Any) -> dict[str, NDArray[Any]]:
    """Return for each layer with weights the share of them that is exactly 0; axes of runs are kept.

    Args:
        model: the network.
        parameters: axes of runs first.
    """
    return {place: zeros / size for place, (zeros, size) in _counts(model, parameters).items()}


def sparsity(model: Model, parameters: Any) -> NDArray[Any]:
    """Return the share of exact zeros among all weights (no biases, no norms); axes of runs are kept.

    >>> import numpy as np
    >>> from gradus.lab.models import build
    >>> parameters = {"1.dense": {"weight": np.array([[0, 1], [0, 0]]), "bias": np.zeros(2)}}
    >>> float(sparsity(build("dense 2", (2,)), parameters))
    0.75
    """
    import numpy as np

    counts = _counts(model, parameters).values()
    return np.asarray(sum(zeros for zeros, _ in counts) / max(1, sum(size for _, size in counts)))


def _counts(model: Model, parameters: Any) -> dict[str, tuple[NDArray[Any], int]]:
    """Return for each layer its number of zero weights, with the axes of runs, and its number of weights."""
    import numpy as np

    found: dict[str, tuple[NDArray[Any], int]] = {}
    for place, arrays in model.slots.items():
        for name, slot in arrays.items():
            if slot.role != "weight":
                continue
            array = np.asarray(parameters[place][name])
            axes = tuple(range(array.ndim - len(slot.shape), array.ndim))
            zeros, size = found.get(place, (np.zeros(()), 0))
            found[place] = (zeros + (array == 0).sum(axis=axes), size + int(np.prod(slot.shape)))
    return found
