"""Two populations of one shape, so that experiments on both run the same compiled program."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from functools import cache

from gradus.claim import Claim, Effort, Evidence
from gradus.lab.data import Dataset, Split, blobs, digits, flattened, mislabelled

POPULATIONS = ("digits", "clouds")  # handwritten digits, and ten Gaussian clouds; vectors of 64 numbers


@cache
def population(name: str) -> Dataset:
    """Return a population: 1797 digits of 8 × 8 pixels as vectors, or 4000 points of ten clouds that overlap a little.

    >>> population("clouds").shape
    (64,)
    """
    if name == "digits":
        return flattened(digits())
    clouds = blobs(4000, classes=10, features=64, distance=5.0, seed=0, population=1)
    return replace(clouds, inputs=clouds.inputs / 2)  # lengths as those of digits


def samples(
    name: str, seed: int, sets: int, train: int = 120, validation: int = 80, test: int = 400, wrong: float = 0.0
) -> list[Split]:
    """Draw many training and validation sets of a population, and one test set that none of them meets.

    Args:
        name: of the population.
        seed: of everything that is drawn.
        sets: how many.
        train: examples for training.
        validation: examples held out to choose by; 0 for none.
        test: examples to judge by, with their right labels.
        wrong: the share of training and validation labels that are replaced by random others.

    >>> first, second = samples("digits", 0, 2, wrong=0.2)
    >>> len(first.train), first.test is second.test
    (120, True)
    """
    import numpy as np

    source, whole = np.random.default_rng(seed), population(name)
    order = source.permutation(len(whole))
    kept, rest = whole.taken(order[:test]), order[test:]
    drawn = []
    for _ in range(sets):
        rows = source.choice(rest, size=train + validation, replace=False)
        parts = [whole.taken(chosen) for chosen in (rows[:train], rows[train:]) if len(chosen)]
        if wrong:
            parts = [mislabelled(part, wrong, seed=int(source.integers(2**31))) for part in parts]
        drawn.append(Split(parts[0], kept, parts[1] if validation else None))
    return drawn


@dataclass(frozen=True, kw_only=True)
class OnBothPopulations(Claim):
    """A claim decided on handwritten digits and countersigned on Gaussian clouds."""

    def decide(self, effort: Effort) -> Evidence:
        """Train on samples of handwritten digits."""
        return self._judged("digits", effort)

    def witness(self, effort: Effort) -> Evidence:
        """Train on samples of ten Gaussian clouds."""
        return self._judged("clouds", effort)

    @abstractmethod
    def _judged(self, population: str, effort: Effort) -> Evidence:
        """Train on samples of a population and judge."""
