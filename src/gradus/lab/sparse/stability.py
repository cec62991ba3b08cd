"""Stability selection: which features the lasso chooses on resampled data, and how sure that is.

Source: Meinshausen and Bühlmann (2010), section 2: subsamples of half the examples. How alike the selections are is
measured as by Nogueira, Sechidis and Brown (2018), equation 4: 1 for always the same, 0 for chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradus.errors import Fault
from gradus.lab.data import Dataset
from gradus.lab.data.changes import generator
from gradus.lab.statistics import Interval, mean

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Stability:
    """Selections on resampled data.

    Args:
        chosen: resamples × features: whether the feature's weight is not 0.
        weights: resamples × features.
    """

    chosen: NDArray[Any]
    weights: NDArray[Any]

    @property
    def frequencies(self) -> tuple[Interval, ...]:
        """How often each feature is chosen, with bootstrap intervals over the resamples."""
        return tuple(mean(column, method="bootstrap") for column in self.chosen.T)

    @property
    def likeness(self) -> float:
        """How alike the selections are: 1 always the same, about 0 chance; NaN where all or nothing is chosen."""
        import numpy as np

        count = len(self.chosen)
        share = self.chosen.mean()
        if share in (0, 1):
            return float("nan")
        variance = self.chosen.mean(axis=0) * (1 - self.chosen.mean(axis=0)) * count / (count - 1)
        return float(1 - np.mean(variance) / (share * (1 - share)))

    def swaps(self, one: int, other: int) -> float:
        """Return the share of resamples that choose exactly one of two features: each stands in for the other."""
        return float((self.chosen[:, one] != self.chosen[:, other]).mean())


def stability(data: Dataset, l1: float, l2: float = 0.0, *, resamples: int = 100, share: float = 0.5,
              seed: int = 0) -> Stability:  # fmt: skip
    """Fit the lasso, or elastic net, of scikit-learn to many subsamples drawn without replacement.

    Args:
        data: a regression with one target.
        l1: strength.
        l2: strength; above 0, correlated features are rather chosen together (Zou and Hastie 2005).
        resamples: how many, at least 2.
        share: of the examples in each.
        seed: of the subsamples.

    >>> from gradus.lab.data import correlated_features
    >>> data = correlated_features(60, correlation=0.99, relevant=2, irrelevant=2, seed=0)
    >>> stability(data, 0.8, resamples=20).chosen.shape
    (20, 4)
    """
    import numpy as np

    from gradus.lab.sparse.linear import elastic_net

    if resamples < 2:
        raise Fault("stability", "resamples", resamples, "must be at least 2", "write for example 100")
    size = round(share * len(data))
    if not 2 <= size <= len(data):
        rule = f"must leave 2 to {len(data)} examples"
        raise Fault("stability", "share", share, rule, "write 0.5")
    rows = [generator(seed, 60, number).permutation(len(data))[:size] for number in range(resamples)]
    weights = np.stack([elastic_net(data.taken(row), l1, l2).weights for row in rows])
    return Stability(weights != 0, weights)
