"""Linear models: scikit-learn's coordinate descent, and our proximal training of the same problem beside it.

Both minimise 1/(2n)·Σ(y − Xw − b)² + l1·Σ|w| + l2·Σw²/2; scikit-learn writes l1 + l2 as alpha and l1/(l1 + l2) as
l1_ratio. The intercept b is free of penalties.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradus.errors import Fault
from gradus.lab.data import Dataset
from gradus.lab.sparse.path import path
from gradus.lab.training import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Linear:
    """A linear model.

    Args:
        weights: one for each feature, float64.
        intercept: added to every prediction.
    """

    weights: NDArray[Any]
    intercept: float


def elastic_net(data: Dataset, l1: float, l2: float = 0.0) -> Linear:
    """Return scikit-learn's solution, by its Lasso or ElasticNet, to a duality gap of 1e-14 of the squared targets.

    Raises:
        Fault: classes, several targets, or no penalty l1.
    """
    import numpy as np
    from sklearn.linear_model import ElasticNet, Lasso

    inputs, targets = _checked(data)
    if not l1 > 0:
        raise Fault("elastic_net", "l1", l1, "must be above 0", "use least squares or ridge regression without it")
    exact = {"tol": 1e-14, "max_iter": 1_000_000}
    learner = ElasticNet(alpha=l1 + l2, l1_ratio=l1 / (l1 + l2), **exact) if l2 else Lasso(alpha=l1, **exact)
    learner.fit(inputs, targets)
    return Linear(np.asarray(learner.coef_), float(learner.intercept_))


def trained(data: Dataset, l1: float, l2: float = 0.0, *, steps: int = 5000) -> Linear:
    """Return what proximal training makes of `dense 1` on all examples at once, in float64.

    Steps are those of heavy-ball momentum with rate and momentum that are best for a quadratic of these curvatures
    (Polyak 1964), so that thousands of steps reach what rounding allows unless features are nearly dependent.

    Args:
        data: a regression with one target.
        l1: strength.
        l2: strength.
        steps: of training.
    """
    import numpy as np

    inputs, _ = _checked(data)
    extended = np.concatenate([inputs, np.ones((len(inputs), 1))], axis=1)
    values = np.linalg.eigvalsh(extended.T @ extended / len(inputs) + l2 * np.eye(extended.shape[1]))
    high, low = float(values[-1]), max(float(values[0]), 1e-6 * float(values[-1]))
    momentum = ((high**0.5 - low**0.5) / (high**0.5 + low**0.5)) ** 2
    way = Settings(
        optimiser="momentum", loss="squared", batch=None, epochs=steps, measure_every=steps, scheme="zero",
        rate=(1 - momentum) / high, momentum=momentum, l1_method="proximal", l2=l2,
    )  # fmt: skip
    parameters, _ = path("dense 1", data, way, [l1], double=True).network(l1)
    return Linear(parameters["1.dense"]["weight"][:, 0], float(parameters["1.dense"]["bias"][0]))


def _checked(data: Dataset) -> tuple[NDArray[Any], NDArray[Any]]:
    import numpy as np

    if data.classes or data.targets.shape[1:] != (1,) or len(data.shape) != 1:
        rule = "must be a regression with vectors as inputs and one target"
        raise Fault("linear", "data", data.name or data.targets.shape, rule, "choose one target")
    return data.inputs.astype(np.float64), data.targets[:, 0].astype(np.float64)
