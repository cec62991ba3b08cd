"""Functions of one variable with many minima, one of them the lowest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradus.lab.data.changes import generator

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Wells:
    """A landscape f(x) = x²/2 + Σ a·sin(ωx + φ) on [−5, 5], as numbers of the shape `waves`.

    Args:
        heights: a.
        waves: ω.
        phases: φ.
        lowest: where the global minimum is.
        minima: where all minima are, in order.
    """

    heights: NDArray[Any]
    waves: NDArray[Any]
    phases: NDArray[Any]
    lowest: float
    minima: tuple[float, ...]

    @property
    def terms(self) -> NDArray[Any]:
        """The numbers of the sines as one array 3 × waves, data for `minimise`."""
        import numpy as np

        return np.asarray([self.heights, self.waves, self.phases], np.float32)

    def basin(self, x: Any) -> NDArray[Any]:
        """Return for each x, somewhere near a minimum, the number of that minimum."""
        import numpy as np

        distance = np.abs(np.asarray(x)[..., None] - np.asarray(self.minima))
        return np.asarray(distance.argmin(axis=-1))

    @property
    def best(self) -> int:
        """The number of the global minimum."""
        return self.minima.index(self.lowest)


def value(x: Any, terms: Any) -> Any:
    """Return f(x) for x of shape 1, by JAX or NumPy alike: the objective for `minimise`."""
    import jax.numpy as jnp

    heights, waves, phases = terms
    return x[0] ** 2 / 2 + jnp.sum(heights * jnp.sin(waves * x[0] + phases))


def multi_well(*, waves: int = 4, roughness: float = 2.0, seed: int) -> Wells:
    """Return a random landscape with at least two minima, found on a grid of step 1/1000.

    Args:
        waves: number of sines, of 1 to 5 radians a unit.
        roughness: root mean square of the heights of the sines.
        seed: the same seed gives the same landscape.

    >>> len(multi_well(seed=0).minima) >= 2
    True
    """
    import numpy as np

    random = generator(seed, 14)
    grid = np.linspace(-5, 5, 10_001)
    while True:
        heights = roughness * random.standard_normal(waves) / 2
        speeds, phases = random.uniform(1, 5, waves), random.uniform(0, 2 * np.pi, waves)
        values = grid**2 / 2 + (heights * np.sin(np.outer(grid, speeds) + phases)).sum(axis=1)
        inner = np.flatnonzero((values[1:-1] < values[:-2]) & (values[1:-1] <= values[2:])) + 1
        if len(inner) >= 2 and values.argmin() in inner:
            minima = tuple(float(x) for x in grid[inner])
            return Wells(heights, speeds, phases, float(grid[values.argmin()]), minima)
