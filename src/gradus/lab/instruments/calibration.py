"""Whether predicted probabilities are right: calibration, cross-entropy, confusion counts; by NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Calibration:
    """How well confidence and accuracy agree; arrays have the axes of the runs first.

    Args:
        error: expected calibration error: mean of |accuracy − confidence| over bins, weighted by their examples.
        cross_entropy: mean −log of the probability of the true class.
        brier: mean squared distance of the probabilities from the truth.
        confidence: mean confidence in each bin, NaN where it is empty.
        accuracy: in each bin, likewise.
        counts: examples in each bin.
    """

    error: NDArray[Any]
    cross_entropy: NDArray[Any]
    brier: NDArray[Any]
    confidence: NDArray[Any]
    accuracy: NDArray[Any]
    counts: NDArray[Any]


def probabilities(scores: Any) -> NDArray[Any]:
    """Return the softmax over the last axis; of a single score, the sigmoid as the second of two classes."""
    import numpy as np

    scores = np.asarray(scores, np.float64)
    if scores.shape[-1] == 1:
        scores = np.concatenate([np.zeros_like(scores), scores], axis=-1)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def calibration(scores: Any, targets: Any, bins: int = 15) -> Calibration:
    """Return the calibration of scores (before softmax), with bins of equal width (Guo et al. 2017, section 2).

    Args:
        scores: axes of runs, then examples × classes.
        targets: class of each example.
        bins: of confidence, from 0 to 1.

    >>> import numpy as np
    >>> found = calibration(np.log([[0.75, 0.25]] * 4), np.array([0, 0, 0, 1]))
    >>> round(float(found.error), 6), round(float(found.brier), 6)
    (0.0, 0.375)
    """
    import numpy as np

    chances, truth = probabilities(scores), np.asarray(targets)
    right = chances.argmax(axis=-1) == truth
    highest = chances.max(axis=-1)
    places = np.minimum((highest * bins).astype(int), bins - 1)
    member = places[..., None] == np.arange(bins)
    counts = member.sum(axis=-2)
    with np.errstate(invalid="ignore"):
        confidence = (member * highest[..., None]).sum(axis=-2) / counts
        accuracy = (member * right[..., None]).sum(axis=-2) / counts
    gaps = np.nan_to_num(np.abs(accuracy - confidence)) * counts / len(truth)
    of_truth = np.take_along_axis(chances, np.broadcast_to(truth[:, None], (*chances.shape[:-1], 1)), -1)[..., 0]
    brier = ((chances - np.eye(chances.shape[-1])[truth]) ** 2).sum(axis=-1).mean(axis=-1)
    with np.errstate(divide="ignore"):
        entropy = -np.log(of_truth).mean(axis=-1)
    return Calibration(gaps.sum(axis=-1), entropy, brier, confidence, accuracy, counts)


def confusion(scores: Any, targets: Any, threshold: float | None = None) -> NDArray[Any]:
    """Return counts, axes of runs and then true × predicted class.

    Args:
        scores: axes of runs, then examples × classes (before softmax).
        targets: class of each example.
        threshold: of two classes, the probability from which class 1 is predicted; the likelier class if not given.

    >>> confusion([[2.0, 0.0], [0.0, 2.0], [2.0, 0.0]], [0, 1, 1]).tolist()
    [[1, 0], [1, 1]]
    """
    import numpy as np

    chances, truth = probabilities(scores), np.asarray(targets)
    classes = chances.shape[-1]
    chosen = chances.argmax(axis=-1) if threshold is None else (chances[..., 1] >= threshold).astype(int)
    pairs = truth * classes + chosen
    counted = (pairs[..., None] == np.arange(classes * classes)).sum(axis=-2)
    return np.asarray(counted.reshape(*chosen.shape[:-1], classes, classes))
