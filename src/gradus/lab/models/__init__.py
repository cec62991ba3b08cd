"""Networks that compute: a `gradus.networks` description as pure functions of JAX.

>>> import numpy as np
>>> model = build("conv 3x3x4 p1 > relu > maxpool 2 > flatten > dense 10", (8, 8, 1))
>>> parameters = model.initialise(seed=0)
>>> outputs, state = model.apply(parameters, model.state(), np.zeros((5, 8, 8, 1)))
>>> outputs.shape
(5, 10)
"""

from gradus.lab.models.model import Model as Model
from gradus.lab.models.model import build as build
from gradus.lab.models.model import scaled as scaled
from gradus.lab.models.starting import SCHEMES as SCHEMES

__all__ = ["SCHEMES", "Model", "build", "scaled"]
