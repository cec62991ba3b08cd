"""Losses with many wells: a bowl with cosines on it, many losses and many runs at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

RANGE, POINTS = 5.0, 61


@final
@dataclass(frozen=True, slots=True)
class Wells:
    """Sums ½·c·|x|² + Σ aᵢ cos(kᵢ·x + φᵢ): `amplitudes` wells × terms, `waves` wells × terms × dimensions."""

    curvature: float
    amplitudes: Array
    waves: Array
    phases: Array

    @classmethod
    def draw(cls, source: np.random.Generator, wells: int, dimensions: int, terms: int = 4) -> Wells:
        """Draw losses whose cosines have 2 to 6 radians to the unit in each direction."""
        amplitudes = source.uniform(0.2, 0.4, size=(wells, terms))
        waves = source.uniform(2, 6, size=(wells, terms, dimensions)) * source.choice(
            [-1, 1], size=(wells, terms, dimensions)
        )
        return cls(0.5, amplitudes, waves, source.uniform(0, 6.28, size=(wells, terms)))

    def value(self, places: Array) -> Array:
        """Return losses, wells × runs, at places wells × runs × dimensions."""
        import numpy as np

        waves = self.amplitudes[:, None] * np.cos(self._angles(places))
        heights: Array = 0.5 * self.curvature * (places**2).sum(axis=-1) + waves.sum(axis=-1)
        return heights

    def gradient(self, places: Array) -> Array:
        """Return gradients, shaped as the places."""
        import numpy as np

        slopes = -self.amplitudes[:, None] * np.sin(self._angles(places))
        summed: Array = self.curvature * places + slopes @ self.waves
        return summed

    def _angles(self, places: Array) -> Array:
        angles: Array = places @ self.waves.transpose(0, 2, 1) + self.phases[:, None]
        return angles

    def deepest(self, places: Array) -> Array:
        """Return per loss the share of runs that ended in its deepest well, found on a grid."""
        import numpy as np

        axis = np.linspace(-RANGE, RANGE, 801 if places.shape[2] == 1 else POINTS)
        grid: Array = np.stack(np.meshgrid(*[axis] * places.shape[2]), axis=-1).reshape(1, -1, places.shape[2])
        values = self.value(np.repeat(grid, len(places), axis=0))
        least = np.minimum(values.min(axis=1), self.value(places).min(axis=1))
        share: Array = (self.value(places) < least[:, None] + 0.12).mean(axis=1)
        return share


def descend(losses: Wells, starts: Array, rate: float, momentum: float, steps: int = 120) -> Array:
    """Return where gradient descent with momentum ends; the last third of its steps is at falling rates.

    >>> import numpy as np
    >>> losses = Wells(1.0, np.zeros((1, 1)), np.zeros((1, 1, 1)), np.zeros((1, 1)))
    >>> bool(abs(descend(losses, np.ones((1, 1, 1)), 0.1, 0.0)).max() < 0.01)
    True
    """
    import numpy as np

    places, velocity = starts.copy(), np.zeros_like(starts)
    for step in range(steps):
        damped = rate if step < 2 * steps // 3 else rate * 3 * (steps - step) / steps
        velocity = momentum * velocity + losses.gradient(places)
        places = places - damped * velocity
    return places
