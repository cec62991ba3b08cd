"""Data whose truth is known, because it was made up: seeded, float32."""

from __future__ import annotations

from gradus.lab.data.changes import generator
from gradus.lab.data.dataset import Dataset


def blobs(count: int, *, classes: int = 2, features: int = 2, distance: float = 4.0, shift: float = 0.0, seed: int,
          population: int = 0) -> Dataset:  # fmt: skip
    """Return round normal clouds of deviation 1.

    Args:
        count: examples.
        classes: clouds, equally likely.
        features: dimensions.
        distance: typical distance between two centres, in deviations.
        shift: how far all centres together are from the origin, along every axis.
        seed: of the examples.
        population: of the centres; the same population with other seeds gives further examples of the same clouds.

    >>> blobs(60, classes=3, seed=1).inputs.shape
    (60, 2)
    """
    centres = generator(population, 7).standard_normal((classes, features)) * distance / (2 * features) ** 0.5
    random = generator(seed, 8)
    targets = random.integers(classes, size=count)
    return Dataset(centres[targets] + shift + random.standard_normal((count, features)), targets, classes, name="blobs")


def xor(count: int, *, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Return the corners (±1, ±1) in turn, class 1 where the signs differ, with normal noise of this deviation."""
    import numpy as np

    corners = np.array([(-1, -1), (-1, 1), (1, -1), (1, 1)])
    rows = np.arange(count) % 4
    targets = np.array([0, 1, 1, 0])[rows]
    inputs = corners[rows] + noise * generator(seed, 9).standard_normal((count, 2))
    return Dataset(inputs, targets, 2, name="xor")


def correlated_features(count: int, *, correlation: float, relevant: int = 2, irrelevant: int = 0, noise: float = 1.0,
                        seed: int) -> Dataset:  # fmt: skip
    """Return a regression in which equally relevant features are correlated pairwise.

    The relevant features come first, each of variance 1 and weight 1; the target is their sum and normal noise.

    >>> data = correlated_features(5000, correlation=0.9, seed=0)
    >>> import numpy as np
    >>> round(float(np.corrcoef(data.inputs.T)[0, 1]), 1)
    0.9
    """
    import numpy as np

    random = generator(seed, 10)
    common = random.standard_normal((count, 1))
    own = random.standard_normal((count, relevant))
    features = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own
    targets = features.sum(axis=1) + noise * random.standard_normal(count)
    inputs = np.concatenate([features, random.standard_normal((count, irrelevant))], axis=1)
    return Dataset(inputs, targets, name="correlated features")


def imbalanced(count: int, *, prevalence: float, features: int = 10, distance: float = 2.0, seed: int) -> Dataset:
    """Return two round clouds of deviation 1, `distance` apart; class 1 has this prevalence.

    The posterior of class 1 is logistic: σ(distance·u + log(prevalence/(1 − prevalence))), u being the projection on
    the diagonal, along which the centres lie at ±distance/2.
    """
    import numpy as np

    random = generator(seed, 11)
    targets = (random.random(count) < prevalence).astype(np.int32)
    along = distance / features**0.5 * (targets[:, None] - 0.5)
    return Dataset(along + random.standard_normal((count, features)), targets, 2, name="imbalanced")


def noisy_regression(count: int, *, features: int = 1, noise: float = 0.3, seed: int, population: int = 0) -> Dataset:
    """Return values of a smooth random function of inputs in [−1, 1]^features, with normal noise of known deviation.

    The function, fixed by `population`, is a sum of eight sines with variance 1 together.
    """
    import numpy as np

    fixed = generator(population, 12)
    waves, phases = 3 * fixed.standard_normal((features, 8)), fixed.uniform(0, 2 * np.pi, 8)
    random = generator(seed, 13)
    inputs = random.uniform(-1, 1, (count, features))
    truth = 0.5 * np.sin(inputs @ waves + phases).sum(axis=1)
    return Dataset(inputs, truth + noise * random.standard_normal(count), name="noisy regression")
