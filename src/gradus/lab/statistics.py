"""Differences between paired runs, with intervals, judged against the smallest effect that counts.

>>> import numpy as np
>>> compared = paired(np.array([0.95, 0.96, 0.94, 0.95]), np.array([0.90, 0.92, 0.89, 0.91]), least=0.02)
>>> compared.verdict
'above'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradus.errors import Fault
from gradus.lab.data.changes import generator

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAWS = 10_000


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval, and what it says about the smallest effect that counts.

    Args:
        estimate: the mean, or share.
        low: lower end of the interval.
        high: upper end.
        count: independent values that it rests on.
        missing: values left out because their runs diverged; never silently.
        least: the smallest effect that counts, at least 0.
        level: of confidence.
    """

    estimate: float
    low: float
    high: float
    count: int
    missing: int = 0
    least: float = 0.0
    level: float = 0.95

    @property
    def verdict(self) -> str:
        """Where the interval lies: `above` least, `below` −least, `negligible` between both, else `undecided`."""
        if self.missing or not self.count:
            return "undecided"
        if self.low > self.least:
            return "above"
        if self.high < -self.least:
            return "below"
        return "negligible" if self.least and -self.least <= self.low <= self.high <= self.least else "undecided"

    def __str__(self) -> str:
        gone = f", {self.missing} missing" if self.missing else ""
        return f"{self.estimate:.4g} [{self.low:.4g}, {self.high:.4g}], n = {self.count}{gone}"


def mean(values: Any, *, least: float = 0.0, level: float = 0.95, method: str = "t", seed: int = 0) -> Interval:
    """Return the mean of independent values with its interval.

    Args:
        values: any shape; NaN counts as missing, and then nothing is decided.
        least: the smallest effect that counts.
        level: of confidence.
        method: `t` (Student) or `bootstrap` (percentiles of means of resamples, 10 000 of them).
        seed: of the bootstrap.

    >>> print(mean([1.0, 2.0, 3.0]))
    2 [-0.4841, 4.484], n = 3
    """
    import numpy as np

    given = np.asarray(values, np.float64).ravel()
    kept = given[np.isfinite(given)]
    missing = len(given) - len(kept)
    if len(kept) < 2:
        estimate = float(kept.mean()) if len(kept) else np.nan
        return Interval(estimate, -np.inf, np.inf, len(kept), missing, least, level)
    low, high = _ends(kept, level, method, seed)
    return Interval(float(kept.mean()), low, high, len(kept), missing, least, level)


def _ends(kept: NDArray[Any], level: float, method: str, seed: int) -> tuple[float, float]:
    import numpy as np
    from scipy import stats

    centre = float(kept.mean())
    if method == "t":
        half = float(stats.t.ppf((1 + level) / 2, len(kept) - 1) * kept.std(ddof=1) / np.sqrt(len(kept)))
        return centre - half, centre + half
    if method != "bootstrap":
        raise Fault("statistics", "method", method, "must be t or bootstrap", "write t")
    drawn = generator(seed, 50).integers(len(kept), size=(DRAWS, len(kept)))
    low, high = np.quantile(kept[drawn].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def paired(
    one: Any, other: Any, *, least: float = 0.0, level: float = 0.95, method: str = "t", seed: int = 0,
    clusters: bool = False,
) -> Interval:  # fmt: skip
    """Return the mean of `one − other`, pair by pair, with its interval.

    Args:
        one: any shape; with `clusters`, populations (data sets) × seeds.
        other: the same shape.
        least: the smallest effect that counts.
        level: of confidence.
        method: `t` or `bootstrap`.
        seed: of the bootstrap.
        clusters: populations are what is independent: the interval is over the means of the rows.
    """
    import numpy as np

    first, second = np.asarray(one, np.float64), np.asarray(other, np.float64)
    if first.shape != second.shape:
        rule = f"must have the shape of the other, {second.shape}"
        raise Fault("statistics", "pairs", first.shape, rule, "pair runs of the same seeds and data")
    difference = first - second
    if clusters and difference.ndim > 1:
        difference = difference.reshape(len(difference), -1).mean(axis=1)
    return mean(difference, least=least, level=level, method=method, seed=seed)


def share(hits: Any, *, least: float = 0.0, level: float = 0.95) -> Interval:
    """Return the share of truths with its Wilson interval (Wilson 1927).

    >>> print(share([True] * 16))
    1 [0.8064, 1], n = 16
    """
    import numpy as np
    from scipy import stats

    given = np.asarray(hits).ravel()
    n = len(given)
    if not n:
        return Interval(np.nan, 0.0, 1.0, 0, 0, least, level)
    z, p = float(stats.norm.ppf((1 + level) / 2)), float(given.mean())
    centre, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)
    # without a hit, or a miss, the end is exact, whatever rounding makes of it
    return Interval(p, float(low) if p > 0 else 0.0, float(high) if p < 1 else 1.0, n, 0, least, level)


def variance_parts(predictions: Any) -> NDArray[Any]:
    """Return what each training set contributes to the variance of predictions over training sets.

    The variance is that of an output over the sets, unbiased, summed over classes and averaged over examples. Examples
    share their training sets, so an interval over examples would be too narrow; the jackknife's pseudo-values (Efron
    and Tibshirani, An Introduction to the Bootstrap, section 11.5) vary with the sets, and their mean is the variance.

    Args:
        predictions: training sets × examples × classes; at least three sets.

    >>> import numpy as np
    >>> values = np.array([1.0, 2.0, 6.0, 3.0])
    >>> parts = variance_parts(values[:, None, None])
    >>> bool(np.isclose(parts.mean(), values.var(ddof=1)))
    True
    """
    import numpy as np

    given = np.asarray(predictions, np.float64)

    def variance(rows: NDArray[Any]) -> float:
        return float(rows.var(axis=0, ddof=1).sum(axis=-1).mean())

    n, whole = len(given), variance(given)
    return np.array([n * whole - (n - 1) * variance(np.delete(given, place, axis=0)) for place in range(n)])
