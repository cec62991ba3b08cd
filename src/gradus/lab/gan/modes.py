"""Mode-specific normalisation: a value as one of several bells, and where in it.

Source: Xu et al., Modeling tabular data using conditional GAN (2019), section 4.2. Unlike there, the scale of a mode is
the largest distance of its members and not 4σ, so that no value of the table is clipped: the encoding is reversible.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 10
"""Modes that a column may have."""

LEAST_WEIGHT = 0.005
"""A mode of fewer than this share of the values is given to the others."""

ROWS = 5000
"""Values that the mixture is fitted to; more add time and no modes."""


@dataclass(frozen=True)
class Modes:
    """The bells of a column.

    Args:
        centres: μ of each.
        spreads: σ of each.
        weights: share of each.
        scales: largest distance of a member from its centre; never 0.
    """

    centres: tuple[float, ...]
    spreads: tuple[float, ...]
    weights: tuple[float, ...]
    scales: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.centres)

    def choose(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the likeliest mode of each value."""
        return _likeliest(values, self.centres, self.spreads, self.weights)

    def place(self, values: NDArray[Any], chosen: NDArray[Any]) -> NDArray[Any]:
        """Return where each value lies in its mode, −1 to 1 for the values that the modes were fitted to.

        >>> import numpy as np
        >>> Modes((10.0,), (1.0,), (1.0,), (4.0,)).place(np.array([12.0]), np.array([0]))
        array([0.5])
        """
        import numpy as np

        return np.asarray((values - np.array(self.centres)[chosen]) / np.array(self.scales)[chosen])

    def value(self, places: NDArray[Any], chosen: NDArray[Any]) -> NDArray[Any]:
        """Return the values at these places: the inverse of `place`."""
        import numpy as np

        return np.asarray(places * np.array(self.scales)[chosen] + np.array(self.centres)[chosen])


def fit_modes(values: NDArray[Any], least: float, seed: int = 0) -> Modes:
    """Return the modes of finite values, by scikit-learn's variational mixture.

    Args:
        values: at least one, float64.
        least: the smallest scale: a step of the last digit.
        seed: of the mixture's start.
    """
    import numpy as np
    from sklearn.mixture import BayesianGaussianMixture

    different = len(np.unique(values[:ROWS]))
    random = np.random.default_rng(seed)
    used = values if len(values) <= ROWS else random.choice(values, ROWS, replace=False)
    centre, spread = float(used.mean()), float(used.std())
    if not spread or not np.isfinite(spread):
        return _scaled(values, [centre], [least], [1.0], least)
    mixture = BayesianGaussianMixture(
        n_components=max(1, min(MOST, different)), weight_concentration_prior=0.001, random_state=seed
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a hundred iterations were not enough: any mixture is reversible
        mixture.fit(((used - centre) / spread)[:, None])
    kept = mixture.weights_ > LEAST_WEIGHT
    centres = mixture.means_[kept, 0] * spread + centre
    spreads = np.maximum(np.sqrt(mixture.covariances_[kept, 0, 0]) * spread, 1e-9 * spread)
    return _scaled(values, centres, spreads, mixture.weights_[kept], least)


def _likeliest(values: Any, centres: Any, spreads: Any, weights: Any) -> NDArray[Any]:
    import numpy as np

    mean, deviation = np.asarray(centres), np.asarray(spreads)
    logarithms = np.log(weights) - np.log(deviation) - 0.5 * ((values[:, None] - mean) / deviation) ** 2
    return np.asarray(logarithms.argmax(axis=1))


def _scaled(values: Any, centres: Any, spreads: Any, weights: Any, least: float) -> Modes:
    import numpy as np

    chosen = _likeliest(values, centres, spreads, weights)
    inhabited = np.flatnonzero(np.bincount(chosen, minlength=len(centres)))
    centres, spreads, weights = (np.asarray(each, float)[inhabited] for each in (centres, spreads, weights))
    chosen = _likeliest(values, centres, spreads, weights)
    distance = np.abs(values - centres[chosen])
    scales = [max(least, float(distance[chosen == mode].max(initial=0))) for mode in range(len(centres))]
    return Modes(*(tuple(float(x) for x in each) for each in (centres, spreads, weights, scales)))
