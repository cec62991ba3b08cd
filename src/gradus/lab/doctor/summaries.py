"""What a log keeps of whole arrays: of the inputs of a set, and of the scores that two classes are told apart by."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, final

from gradus.errors import Fault
from gradus.lab.doctor.arrays import array_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_FEATURES = 4096
"""Of more, evenly chosen ones are kept: a log is read by people, too."""
MOST_THRESHOLDS = 200
ROWS = 4096
"""Examples that are looked at at once, so that no second copy of a large array is made."""


@final
@dataclass(frozen=True, kw_only=True)
class Inputs:
    """The inputs of one set as the network gets them, by feature (of images: by channel).

    Args:
        count: examples.
        mean: over the examples (of images: and places).
        deviation: standard deviation, with n below.
        low: smallest value.
        high: largest value.
        own: root mean square of the examples' own means over all their numbers: 0 where each is normalised by itself.
    """

    count: int
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    own: float = math.nan

    @classmethod
    def of(cls, values: Any, *, axis: int = -1, mean: Any = 0.0, deviation: Any = 1.0) -> Self:
        """Return the summary of an array, examples first.

        Args:
            values: any array that NumPy reads.
            axis: of features or channels: −1, or 1 for channels first.
            mean: that is taken off before the network, if the array is from before that; one, or one for each feature.
            deviation: that is divided by then.

        Raises:
            Fault: an array without examples or features, or an axis that it has not.

        >>> Inputs.of([[1.0, 5.0], [3.0, 5.0]], mean=[2.0, 5.0]).mean
        (0.0, 0.0)
        """
        import numpy as np

        array = array_of(values)
        if array.ndim < 2 or not array.size or array.dtype.kind not in "fiub" or not -array.ndim <= axis < array.ndim:
            rule = "must be an array of numbers, examples first, with an axis of features"
            raise Fault("inputs", "values", array.shape, rule, "give examples × features, or axis=1 for channels first")
        size = array.shape[axis]
        chosen = np.unique(np.linspace(0, size - 1, min(size, MOST_FEATURES)).round().astype(int))
        taken, scale = (np.broadcast_to(np.asarray(array_of(one), np.float64), (size,)) for one in (mean, deviation))
        sums, count, own = np.zeros((2, size)), 0, 0.0
        low, high = np.full(size, np.inf), np.full(size, -np.inf)
        base = None
        for block in _blocks(array, axis):
            rows = (block - taken) / scale  # examples × places × features
            base = rows.mean(axis=(0, 1)) if base is None else base  # sums of squares far from 0 lose digits
            sums += (rows - base).sum(axis=(0, 1)), ((rows - base) ** 2).sum(axis=(0, 1))
            count += rows.shape[0] * rows.shape[1]
            own += float((rows.mean(axis=(1, 2)) ** 2).sum())
            low, high = np.minimum(low, rows.min(axis=(0, 1))), np.maximum(high, rows.max(axis=(0, 1)))
        middle = sums[0] / count
        found = (middle + base, np.sqrt(np.maximum(sums[1] / count - middle**2, 0)), low, high)
        means, deviations, lows, highs = (tuple(column[chosen].tolist()) for column in found)
        return cls(count=len(array), mean=means, deviation=deviations, low=lows, high=highs,
                   own=math.sqrt(own / len(array)))  # fmt: skip


def _blocks(array: NDArray[Any], axis: int) -> Iterator[NDArray[Any]]:
    import numpy as np

    for first in range(0, len(array), ROWS):
        moved = np.moveaxis(np.asarray(array[first : first + ROWS], np.float64), axis, -1)
        yield moved.reshape(len(moved), -1, moved.shape[-1])


@final
@dataclass(frozen=True, kw_only=True)
class Scores:
    """How many of each of two classes score at least so much, on what is held out.

    Args:
        threshold: in use: scores from there on are called positive.
        positives: examples of the positive class.
        negatives: examples of the other.
        thresholds: ascending, `threshold` among them.
        caught: positives from each threshold on.
        alarms: negatives from each threshold on.
    """

    threshold: float
    positives: int
    negatives: int
    thresholds: tuple[float, ...]
    caught: tuple[int, ...]
    alarms: tuple[int, ...]

    @classmethod
    def of(cls, scores: Any, labels: Any, threshold: float = 0.5) -> Self:
        """Return the summary of scores.

        Args:
            scores: one for each example, of any scale; those that are not finite are left out.
            labels: 1 for the positive class, else 0.
            threshold: in use.

        Raises:
            Fault: scores and labels that do not fit each other, or a class without examples.

        >>> found = Scores.of([0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1])
        >>> found.recall(0.5), found.balanced(0.5), found.best("balanced")
        (0.0, 0.5, 0.25)
        """
        import numpy as np

        values, truths = np.asarray(array_of(scores), np.float64).ravel(), array_of(labels).ravel()
        if values.shape != truths.shape or not np.isin(truths, (0, 1)).all():
            rule = f"must be one for each of the {values.size} scores, 0 or 1"
            raise Fault("scores", "labels", truths.shape, rule, "give the scores of one class against all others")
        known = np.isfinite(values)
        values, truths = values[known], truths[known].astype(bool)
        if not 0 < truths.sum() < truths.size:
            rule = "must hold both classes, with finite scores"
            raise Fault("scores", "labels", int(truths.sum()), rule, "hold out examples of both")
        levels = np.unique(values)
        between = (levels[1:] + levels[:-1]) / 2
        chosen = np.linspace(0, len(between) - 1, min(len(between), MOST_THRESHOLDS)).round().astype(int)
        thresholds = np.unique([*between[chosen], float(threshold)])
        counts = [np.searchsorted(np.sort(values[rows]), thresholds, side="left") for rows in (truths, ~truths)]
        positives, negatives = int(truths.sum()), int((~truths).sum())
        return cls(threshold=float(threshold), positives=positives, negatives=negatives,
                   thresholds=tuple(thresholds.tolist()), caught=tuple((positives - counts[0]).tolist()),
                   alarms=tuple((negatives - counts[1]).tolist()))  # fmt: skip

    def recall(self, threshold: float) -> float:
        """Return the share of positives that are caught."""
        return self.caught[self.thresholds.index(threshold)] / self.positives

    def balanced(self, threshold: float) -> float:
        """Return the mean of the recalls of both classes."""
        return (self.recall(threshold) + 1 - self.alarms[self.thresholds.index(threshold)] / self.negatives) / 2

    def f1(self, threshold: float) -> float:
        """Return 2·caught/(caught + alarms + positives): the harmonic mean of precision and recall."""
        place = self.thresholds.index(threshold)
        return 2 * self.caught[place] / (self.caught[place] + self.alarms[place] + self.positives)

    def best(self, quantity: str) -> float:
        """Return the threshold at which `balanced` or `f1` is largest."""
        return max(self.thresholds, key=getattr(self, quantity))
