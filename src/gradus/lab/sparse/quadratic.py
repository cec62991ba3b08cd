"""Which weights vanish, predicted by the quadratic model of the loss at its minimum.

With the loss near w* taken as L(w*) + Σ Hᵢ·(wᵢ − w*ᵢ)²/2, the minimiser of loss + α·Σ|w| is
sign(w*)·max(|w*| − α/H, 0), weight by weight (Goodfellow, Bengio and Courville 2016, section 7.1.2). It is exact for
linear regression on orthogonal inputs; elsewhere it neglects how weights stand in for one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gradus.errors import Fault
from gradus.lab import compiling
from gradus.lab.data import Dataset
from gradus.lab.models import Model
from gradus.lab.training.losses import losses
from gradus.networks.text import write_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 64
"""Products with the Hessian that are computed at once."""


def shrunk_minimiser(weights: Any, curvatures: Any, strength: float) -> NDArray[Any]:
    """Return sign(w*)·max(|w*| − α/H, 0) for each weight; 0 where the curvature is not positive and α is.

    Args:
        weights: minimiser w* of the loss alone, any shape.
        curvatures: diagonal H of the Hessian there, the same shape.
        strength: α, at least 0.

    >>> shrunk_minimiser([3.0, -1.0, 0.5], [1.0, 2.0, 1.0], 1.0).tolist()
    [2.0, -0.5, 0.0]
    """
    import numpy as np

    values, diagonal = np.asarray(weights, np.float64), np.asarray(curvatures, np.float64)
    if strength < 0:
        raise Fault("quadratic", "strength", strength, "must be at least 0", "write 0 or more")
    if values.shape != diagonal.shape:
        rule = f"must have the shape of the weights, {values.shape}"
        raise Fault("quadratic", "curvatures", diagonal.shape, rule, "give one curvature for each weight")
    if not strength:
        return values
    width = np.divide(strength, diagonal, out=np.full(values.shape, np.inf), where=diagonal > 0)
    return np.where(np.abs(values) > width, values - np.sign(values) * np.minimum(width, np.abs(values)), 0.0)


def curvatures(
    model: Model, parameters: Any, state: Any, data: Dataset, loss: str = "cross_entropy", *, l2: float = 0.0
) -> Any:
    """Return the exact diagonal of the Hessian of the mean loss + l2·Σw²/2, as a tree like the parameters, float32.

    One product with the Hessian for each parameter (Pearlmutter 1994), 64 at once: meant for small networks and data.

    Args:
        model: the network.
        parameters: of one network, without axes of runs.
        state: likewise.
        data: what the loss is the mean over.
        loss: one of `LOSSES`.
        l2: strength on the weights (not biases, not norms).
    """
    import jax
    import numpy as np
    from jax.flatten_util import ravel_pytree

    point = jax.tree.map(lambda array: np.asarray(array, np.float32), parameters)
    arguments = (point, state, data.inputs, data.targets)
    identity = f"curvatures {loss} {write_text(model.network)} {model.shape}"
    program = compiling.compiled(partial(_diagonal, model, loss), arguments, identity)
    _, rebuilt = ravel_pytree(point)
    found = jax.tree.map(np.asarray, rebuilt(program(*arguments)))
    return {
        place: {name: array + l2 * (model.slots[place][name].role == "weight") for name, array in arrays.items()}
        for place, arrays in found.items()
    }


def _diagonal(model: Model, loss: str, parameters: Any, state: Any, inputs: Any, targets: Any) -> Any:
    import jax
    import jax.numpy as jnp
    from jax import lax
    from jax.flatten_util import ravel_pytree

    flat, rebuilt = ravel_pytree(parameters)

    def objective(vector: Any) -> Any:
        return losses(loss, model.apply(rebuilt(vector), state, inputs)[0], targets).mean()

    def entry(number: Any) -> Any:
        direction = jnp.zeros_like(flat).at[number].set(1, mode="drop")
        return jax.jvp(jax.grad(objective), (flat,), (direction,))[1].at[number].get(mode="clip")

    blocks = jnp.arange(flat.size + -flat.size % BLOCK).reshape(-1, BLOCK)
    return lax.map(jax.vmap(entry), blocks).reshape(-1)[: flat.size]


@dataclass(frozen=True, eq=False)
class Prediction:
    """What the quadratic model says of a strength, beside what training made of it.

    Args:
        predicted: minimisers by the closed form, all weights in a row.
        found: weights after training.
    """

    predicted: NDArray[Any]
    found: NDArray[Any]

    @property
    def shares(self) -> tuple[float, float]:
        """Shares of zeros: predicted, found."""
        return float((self.predicted == 0).mean()), float((self.found == 0).mean())

    @property
    def agreement(self) -> float:
        """Share of the weights for which both say zero, or both say not."""
        return float(((self.predicted == 0) == (self.found == 0)).mean())

    @property
    def kappa(self) -> float:
        """Agreement beyond what equal shares would have by chance (Cohen 1960); 1 is perfect, 0 is chance."""
        one, other = self.shares
        chance = one * other + (1 - one) * (1 - other)
        return 1.0 if chance == 1 else (self.agreement - chance) / (1 - chance)


def predicted(model: Model, minimum: Any, diagonal: Any, found: Any, strength: float) -> Prediction:
    """Compare the closed form with trained parameters, over all weights (not biases).

    Args:
        model: the network.
        minimum: its parameters at the minimum of the loss alone.
        diagonal: `curvatures` there.
        found: parameters trained with the strength.
        strength: α.
    """
    import numpy as np

    places = [(p, n) for p, arrays in model.slots.items() for n, slot in arrays.items() if slot.role == "weight"]
    said = [shrunk_minimiser(minimum[p][n], diagonal[p][n], strength).ravel() for p, n in places]
    return Prediction(np.concatenate(said), np.concatenate([np.asarray(found[p][n]).ravel() for p, n in places]))
