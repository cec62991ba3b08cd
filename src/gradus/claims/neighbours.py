"""Nearest neighbours of images that are flipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, final

from gradus.answers import Truth
from gradus.claim import Claim, Effort, Evidence, Route, assume

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

POWERS = {"L1": 1, "L2": 2}


@final
@dataclass(frozen=True, kw_only=True)
class FlippedNeighbours(Claim):
    """k nearest neighbours when images are mirrored: a flip permutes pixels, and a sum over pixels has no order.

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 13.3.
    """

    subject: ClassVar[str] = "nearest neighbours"
    distance: str = assume("L1", "L2", "L1 with a weight per pixel")
    flipped: str = assume("training and test", "test only", "each image at random")
    k: int = assume(1, 3, 7)

    def statement(self) -> str:
        """Return the statement."""
        return (
            f"A {self.k}-nearest-neighbour classifier with {self.distance} distance keeps its accuracy when every "
            "training and test image is flipped horizontally."
        )

    def decide(self, effort: Effort) -> Evidence:
        """Compare tables of distances in whole numbers, then predictions where distances differ."""
        import numpy as np
        from sklearn.datasets import load_digits

        images, labels = load_digits().images.astype(np.int64), load_digits().target
        source = np.random.default_rng(effort.seed("neighbours", "digits"))
        order, tested = source.permutation(len(images)), effort.choose(250, 400, 900)
        test, train = order[:tested], order[tested:][: effort.choose(500, 800, 897)]
        before = self._table(images[test], images[train])
        after = self._table(self._flip(images[test], source, False), self._flip(images[train], source, True))
        if (before == after).all():
            finding = f"all {before.size} distances are the same whole numbers: a flip only permutes the terms of a sum"
            return Evidence(Truth.TRUE, Route.PROOF, finding, networks=tested, populations=1)
        old, new = (_vote(table, labels[train], self.k) for table in (before, after))
        changed, right = int((old != new).sum()), [float((p == labels[test]).mean()) for p in (old, new)]
        finding = f"{changed} of {tested} predictions change, accuracy {right[0]:.3f} becomes {right[1]:.3f}"
        route = Route.COUNTEREXAMPLE if changed else Route.EXPERIMENT
        return Evidence(Truth.of(not changed), route, finding, networks=tested, populations=1)

    def witness(self, effort: Effort) -> Evidence:
        """Let scikit-learn classify random binary images, whose class is the place of a bright stripe."""
        import numpy as np
        from sklearn.neighbors import KNeighborsClassifier

        source = np.random.default_rng(effort.seed("neighbours", "stripes"))
        count = effort.choose(500, 900, 3000)
        labels = source.integers(0, 6, size=count)
        images = (source.random((count, 6, 6)) < 0.35).astype(np.int64)
        images[np.arange(count), :, labels] |= source.random((count, 6)) < 0.45
        half, weights = count // 2, np.tile(_pixel_weights(6), (6, 1)).ravel() if "weight" in self.distance else 1
        power = POWERS.get(self.distance, 1)

        def predicted(test: Array, train: Array) -> Array:
            model = KNeighborsClassifier(self.k, p=power, algorithm="brute")
            model.fit(train.reshape(half, -1) * weights, labels[:half])
            result: Array = model.predict(test.reshape(count - half, -1) * weights)
            return result

        old = predicted(images[half:], images[:half])
        new = predicted(self._flip(images[half:], source, False), self._flip(images[:half], source, True))
        changed = int((old != new).sum())
        finding = f"scikit-learn on striped images: {changed} of {count - half} predictions change"
        route = Route.COUNTEREXAMPLE if changed else Route.EXPERIMENT
        return Evidence(Truth.of(not changed), route, finding, networks=count - half, populations=1)

    def _flip(self, images: Array, source: np.random.Generator, training: bool) -> Array:
        import numpy as np

        if self.flipped == "test only" and training:
            return images
        if self.flipped == "each image at random":
            return np.where(source.random(len(images))[:, None, None] < 0.5, images[:, :, ::-1], images)
        return images[:, :, ::-1]

    def _table(self, test: Array, train: Array) -> Array:
        """Return distances, squared for L2, test × training images, in whole numbers."""
        import numpy as np

        weights = _pixel_weights(test.shape[2]) if "weight" in self.distance else np.ones(test.shape[2], dtype=np.int64)
        power = POWERS.get(self.distance, 1)
        rows = [(np.abs(train - image) ** power * weights).sum(axis=(1, 2)) for image in test]
        return np.stack(rows)


def _pixel_weights(width: int) -> Array:
    """Return whole-number weights that grow from left to right."""
    import numpy as np

    return np.arange(1, width + 1, dtype=np.int64) ** 2


def _vote(table: Array, labels: Array, k: int) -> Array:
    """Return the most frequent label among the k nearest; the first in order settles ties."""
    import numpy as np

    nearest = labels[np.argsort(table, axis=1, kind="stable")[:, :k]]
    counts = (nearest[:, :, None] == np.arange(10)).sum(axis=1)
    voted: Array = counts.argmax(axis=1)
    return voted
