"""Which examples each step sees: drawn by NumPy from the seed of the run, before the program starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradus.errors import Fault
from gradus.lab.data import Dataset
from gradus.lab.data.changes import generator
from gradus.lab.training.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray


def steps(settings: Settings, size: int) -> int:
    """Return the steps of one epoch over so many examples."""
    batch = settings.batch or size
    if batch > size:
        rule = f"must be at most the {size} examples of the training set"
        raise Fault("settings", "batch", batch, rule, "use a smaller batch, or None for all examples")
    return size // batch


def order(settings: Settings, data: Dataset, seed: int) -> NDArray[Any]:
    """Return positions of examples, measurements × epochs between them × steps × batch, int32.

    Epochs are permutations, of which the last incomplete batch is left out; equal seeds give equal orders.
    """
    import numpy as np

    size = len(data)
    count, batch = steps(settings, size), settings.batch or size
    random = generator(seed, 30)
    if settings.sampling == "shuffled":
        rows = np.empty((settings.epochs, count * batch), np.int32)
        for epoch in range(settings.epochs):
            rows[epoch] = random.permutation(size)[: count * batch]
    elif settings.sampling == "replaced":
        rows = random.integers(size, size=(settings.epochs, count * batch), dtype=np.int32)
    else:
        rows = random.choice(size, (settings.epochs, count * batch), p=_evenly(data)).astype(np.int32)
    return rows.reshape(settings.epochs // settings.measure_every, settings.measure_every, count, batch)


def _evenly(data: Dataset) -> NDArray[Any]:
    """Return probabilities of the examples that make all classes equally likely."""
    import numpy as np

    if not data.classes:
        raise Fault("settings", "sampling", "balanced", "needs classes", "use shuffled for values")
    counts = np.bincount(data.targets, minlength=data.classes)
    chances = 1 / counts[data.targets]
    return np.asarray(chances / chances.sum())
