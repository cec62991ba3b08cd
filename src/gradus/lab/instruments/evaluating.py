"""Outputs, losses and accuracies of many networks on one data set."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from gradus.lab import compiling
from gradus.lab.data import Dataset
from gradus.lab.executing import carry_out
from gradus.lab.models import Model
from gradus.lab.training.losses import hits, losses
from gradus.networks.text import write_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

BYTES = 1 << 26
"""Of outputs of all layers that one program may hold."""


def over_runs(
    function: Callable[..., Any], name: str, model: Model, parameters: Any, state: Any, inputs: Any, *more: Any
) -> Any:
    """Return what a function gives for each network, as arrays with the axes of the networks first.

    Args:
        function: from parameters, state, inputs and more, of one network, to a tree of arrays; pure.
        name: that no other function has; it says all that the function depends on besides the model.
        model: the network.
        parameters: axes of runs first.
        state: likewise.
        inputs: examples, the same for all networks.
        more: further arrays for all.
    """
    import jax
    import numpy as np

    axes = _axes(model, parameters, state)
    count = math.prod(axes)
    flat = jax.tree.map(lambda array: np.asarray(array, np.float32).reshape(count, *array.shape[len(axes) :]),
                        (parameters, state))  # fmt: skip
    values = 4 * len(inputs) * (sum(math.prod(row.output) for row in model.table.rows) + math.prod(model.shape))
    size = max(1, min(count, BYTES // values, math.ceil(count / 2)))
    batched = jax.vmap(function, in_axes=(0, 0, None, *(None for _ in more)))
    identity = f"{name} {write_text(model.network)} {model.shape}"

    def work(first: int) -> Any:
        rows = np.minimum(np.arange(first, first + size), count - 1)
        arguments = (*jax.tree.map(lambda array: array[rows], flat), np.asarray(inputs), *more)
        result = compiling.compiled(batched, arguments, identity)(*arguments)
        return jax.tree.map(lambda array: np.asarray(array)[: count - first], result)

    parts = carry_out(work, list(range(0, count, size)))
    return jax.tree.map(lambda *arrays: np.concatenate(arrays).reshape(*axes, *arrays[0].shape[1:]), *parts)


def _axes(model: Model, parameters: Any, state: Any) -> tuple[int, ...]:
    """Return the axes of runs in front of the parameters."""
    for tree, slots in ((parameters, model.slots), (state, model.stored)):
        for place, arrays in slots.items():
            for name, slot in arrays.items():
                shape = tree[place][name].shape
                return tuple(shape[: len(shape) - len(slot.shape)])
    return ()


def outputs(model: Model, parameters: Any, state: Any, inputs: Any, *, train: bool = False) -> NDArray[Any]:
    """Return the outputs of each network: axes of runs, then examples × outputs.

    Args:
        model: the network.
        parameters: axes of runs first.
        state: likewise.
        inputs: examples × the input's shape, float32.
        train: whether batch norm uses the statistics of these inputs; dropout stays off.
    """
    import numpy as np

    found = over_runs(partial(_outputs, model, train), f"outputs {train}", model, parameters, state, inputs)
    return np.asarray(found)


def _outputs(model: Model, train: bool, parameters: Any, state: Any, inputs: Any) -> Any:
    return model.apply(parameters, state, inputs, train=train)[0]


def evaluate(
    model: Model, parameters: Any, state: Any, data: Dataset, loss: str = "cross_entropy"
) -> dict[str, NDArray[Any]]:
    """Return `loss`, the mean, and `accuracy` (for classes) of each network on a data set, axes of runs."""
    found = over_runs(
        partial(_evaluate, model, loss), f"evaluate {loss}", model, parameters, state, data.inputs, data.targets
    )
    return found if data.classes else {"loss": found["loss"]}


def _evaluate(model: Model, loss: str, parameters: Any, state: Any, inputs: Any, targets: Any) -> dict[str, Any]:
    outputs, _ = model.apply(parameters, state, inputs)
    found = {"loss": losses(loss, outputs, targets).mean()}
    if targets.dtype.kind in "iu":
        found["accuracy"] = hits(loss, outputs, targets).mean()
    return found
