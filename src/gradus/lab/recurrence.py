"""Recurrent ReLU networks whose gradients explode, trained by back-propagation through time written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


@final
@dataclass(frozen=True, slots=True)
class Followed:
    """Per network: whether training failed (a loss of no number or above the first), and the first gradient's norm."""

    failed: Array
    first_norm: Array


def follow(
    source: np.random.Generator, networks: int, clip: float | None, overflow: bool = False, *, gain: float = 1.9
) -> Followed:
    """Train h ← relu(Wh + x) to tell the sum of its inputs from its last state, 30 steps of descent at rate 0.05.

    `overflow` lets one entry of every gradient overflow before it is clipped, as float16 may.
    """
    import numpy as np

    width, length, batch = 16, 24, 8
    weights = source.normal(size=(networks, width, width)) * gain / width**0.5
    reader = np.full((networks, width), 1 / width)
    inputs = source.uniform(0, 0.1, size=(networks, length, batch, width))
    target = inputs.sum(axis=(1, 3))
    losses, first = [], np.zeros(networks)
    for step in range(30):
        loss, gradients = _gradients(weights, reader, inputs, target)
        if overflow:
            gradients[0][:, 0, 0] = np.inf
        norms = np.sqrt((gradients[0] ** 2).sum(axis=(1, 2)) + (gradients[1] ** 2).sum(axis=1))
        first = norms if step == 0 else first
        scale = np.minimum(1, clip / norms) if clip else np.ones(networks)
        weights = weights - 0.05 * scale[:, None, None] * gradients[0]
        reader = reader - 0.05 * scale[:, None] * gradients[1]
        losses.append(loss)
    failed = ~np.isfinite(losses[-1]) | (losses[-1] > losses[0])
    return Followed(failed, first)


def _gradients(weights: Array, reader: Array, inputs: Array, target: Array) -> tuple[Array, tuple[Array, Array]]:
    """Return mean squared errors and their gradients by weights and reader."""
    import numpy as np

    states = [np.zeros_like(inputs[:, 0])]
    for x in inputs.transpose(1, 0, 2, 3):
        states.append(np.maximum(states[-1] @ weights + x, 0))
    error = (states[-1] * reader[:, None]).sum(axis=2) - target
    of_reader = 2 * (states[-1] * error[:, :, None]).mean(axis=1)
    back = 2 * error[:, :, None] * reader[:, None] / error.shape[1]
    of_weights = np.zeros_like(weights)
    for before, after in zip(reversed(states[:-1]), reversed(states[1:]), strict=True):
        back = back * (after > 0)
        of_weights += before.transpose(0, 2, 1) @ back
        back = back @ weights.transpose(0, 2, 1)
    return (error**2).mean(axis=1), (of_weights, of_reader)
