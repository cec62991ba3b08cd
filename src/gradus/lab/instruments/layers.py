"""Every layer of many networks on one batch: activations, gradients, weights, and how they compare."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gradus.lab.data import Dataset
from gradus.lab.instruments.evaluating import over_runs
from gradus.lab.models import Model
from gradus.lab.training.losses import losses
from gradus.lab.training.watching import watch

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Layers:
    """Quantities of layers; every array has the axes of the runs, then one value for each layer of its places.

    Args:
        places: of all layers, in the order of computation.
        weighted: of the layers that have weights.
        activation: root mean square of each layer's outputs (places).
        dead: share of units that are 0 on every example (places).
        flow: norm of dL/dh, the gradient for each layer's outputs, L being the mean loss (places).
        gradient: root mean square of dL/dW (weighted).
        weight: root mean square of W (weighted).
        loss: the mean loss; axes of runs only.
    """

    places: tuple[str, ...]
    weighted: tuple[str, ...]
    activation: NDArray[Any]
    dead: NDArray[Any]
    flow: NDArray[Any]
    gradient: NDArray[Any]
    weight: NDArray[Any]
    loss: NDArray[Any]

    @property
    def ratio(self) -> NDArray[Any]:
        """Gradient over weight, for each layer with weights."""
        import numpy as np

        return np.asarray(self.gradient / self.weight)


def layers(
    model: Model, parameters: Any, state: Any, data: Dataset, loss: str = "cross_entropy", *, train: bool = True
) -> Layers:
    """Measure all layers on all examples of a data set as one batch; dropout is off.

    Args:
        model: the network.
        parameters: axes of runs first, or of one network.
        state: likewise.
        data: a batch.
        loss: as in `Settings`.
        train: whether batch norm uses the statistics of the batch.
    """
    from gradus.lab.training.watching import columns

    name = f"layers {loss} {train}"
    function = partial(_layers, model, loss, train)
    found = over_runs(function, name, model, parameters, state, data.inputs, data.targets)
    return Layers(model.places, columns("weight", model), **found)


def _layers(
    model: Model, loss: str, train: bool, parameters: Any, state: Any, inputs: Any, targets: Any
) -> dict[str, Any]:
    import jax
    import jax.numpy as jnp

    shapes = jax.eval_shape(lambda p, s, x: model.trace(p, s, x, train=train)[0], parameters, state, inputs)
    added = {place: jnp.zeros(shape.shape, shape.dtype) for place, shape in shapes.items()}

    def objective(parameters: Any, added: Any) -> tuple[Any, Any]:
        values, _ = model.trace(parameters, state, inputs, train=train, added=added)
        return losses(loss, model.result(values, inputs), targets).mean(), values

    both = jax.value_and_grad(objective, argnums=(0, 1), has_aux=True)
    (value, values), (gradients, flows) = both(parameters, added)
    names = ("gradient", "weight", "activation", "dead")
    found = watch(names, model, gradients, parameters, gradients, values)
    flow = jnp.stack([jnp.sqrt((flows[place] ** 2).sum()) for place in model.places])
    return {**found, "flow": flow, "loss": value}
