"""Initial parameters: seeded, drawn by NumPy, so that they depend on the seed and the slot alone."""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING, Any

from gradus.errors import Fault, suggest
from gradus.lab.data.changes import generator
from gradus.lab.models.kinds import Slot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCHEMES = ("he", "he_uniform", "glorot", "glorot_uniform", "lecun", "normal", "uniform", "orthogonal", "zero")
"""Deviation √(2/fan-in) (He et al. 2015), √(2/(fan-in + fan-out)) (Glorot and Bengio 2010), √(1/fan-in) (LeCun et al.
1998), 1, uniform in ±1/√fan-in (PyTorch's dense layers), orthogonal (Saxe et al. 2013), 0."""

CONSTANTS = {"bias": 0.0, "scale": 1.0, "shift": 0.0, "slope": 0.25, "mean": 0.0, "variance": 1.0}


def start(slot: Slot, place: str, name: str, seed: int, scheme: str, gain: float, bias: float) -> NDArray[Any]:
    """Return the initial value of one array, float32.

    Args:
        slot: its shape and role.
        place: the layer's place; with the name it makes the array's own random numbers.
        name: the array's name in its layer.
        seed: of the run.
        scheme: one of `SCHEMES`, for weights.
        gain: factor of the weights.
        bias: value of the biases.
    """
    import numpy as np

    if slot.role != "weight":
        return np.full(slot.shape, bias if slot.role == "bias" else CONSTANTS[slot.role], np.float32)
    random = generator(seed, 20, zlib.crc32(f"{place}/{name}".encode()))
    return (np.float32(gain) * _weights(slot, random, scheme)).astype(np.float32)


def _weights(slot: Slot, random: np.random.Generator, scheme: str) -> NDArray[Any]:
    import numpy as np

    deviations = {
        "he": math.sqrt(2 / slot.fan_in),
        "glorot": math.sqrt(2 / (slot.fan_in + slot.fan_out)),
        "lecun": math.sqrt(1 / slot.fan_in),
        "normal": 1.0,
    }
    kind = scheme.removesuffix("_uniform")
    if scheme in deviations:
        return (deviations[scheme] * random.standard_normal(slot.shape)).astype(np.float32)
    if scheme in ("he_uniform", "glorot_uniform"):
        limit = math.sqrt(3) * deviations[kind]
        return random.uniform(-limit, limit, slot.shape).astype(np.float32)
    if scheme == "uniform":
        limit = 1 / math.sqrt(slot.fan_in)
        return random.uniform(-limit, limit, slot.shape).astype(np.float32)
    if scheme == "orthogonal":
        return _orthogonal(slot, random)
    if scheme == "zero":
        return np.zeros(slot.shape, np.float32)
    raise Fault("initialise", "scheme", scheme, f"must be one of {', '.join(SCHEMES)}", suggest(scheme, SCHEMES))


def _orthogonal(slot: Slot, random: np.random.Generator) -> NDArray[Any]:
    """Return orthonormal rows or columns, whichever are fewer, of the array seen as inputs × outputs."""
    import numpy as np

    rows, columns = math.prod(slot.shape[:-1]), slot.shape[-1]
    basis, triangle = np.linalg.qr(random.standard_normal((max(rows, columns), min(rows, columns))))
    basis = basis * np.sign(np.diag(triangle))  # else the directions would not be evenly distributed
    return (basis if rows >= columns else basis.T).reshape(slot.shape).astype(np.float32)
