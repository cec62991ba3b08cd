"""Data sets made of others: split, centred, flipped, resampled. None changes its argument; randomness is seeded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradus.errors import Fault
from gradus.lab.data.dataset import Dataset, Split

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

AXES = {"horizontal": 2, "vertical": 1}
"""Which axis of n × height × width × channels a flip reverses."""


def generator(seed: int, *purpose: int) -> np.random.Generator:
    """Return a generator of random numbers that depends on a seed and a purpose, and on nothing else."""
    import numpy as np

    return np.random.Generator(np.random.Philox(np.random.SeedSequence((seed, *purpose))))


def split(data: Dataset, train: float, validation: float = 0, *, seed: int, stratify: bool = True) -> Split:
    """Return train, validation and test sets; what the first two leave is for testing.

    Args:
        data: what to split.
        train: share (below 1) or number of examples to train on.
        validation: share or number of examples to stop by.
        seed: the same seed gives the same split.
        stratify: keep the shares of the classes the same in all sets, up to one example.

    >>> from gradus.lab.data import wine
    >>> [len(part) for part in split(wine(), 100, 38, seed=0).sets]
    [100, 38, 40]
    """
    n = len(data)
    first, second = (round(share * n) if isinstance(share, float) else share for share in (train, validation))
    if not (first > 0 and second >= 0 and first + second <= n):
        rule = f"must leave the {n} examples to share out, with at least one to train on"
        raise Fault("split", "train", train, rule, "use smaller shares")
    order = _order(data, seed, stratify)
    parts = order[:first], order[first : first + second], order[first + second :]
    chosen = [data.taken(part) if len(part) else None for part in parts]
    assert chosen[0] is not None
    return Split(chosen[0], chosen[2], chosen[1])


def _order(data: Dataset, seed: int, stratify: bool) -> Any:
    """Return all examples in random order; stratified, every stretch of it holds the classes in their shares."""
    import numpy as np

    order = generator(seed, 1).permutation(len(data))
    if not (stratify and data.classes):
        return order
    place = np.empty(len(data))
    for label in range(data.classes):
        members = order[data.targets[order] == label]
        place[members] = (np.arange(len(members)) + 0.5) / max(1, len(members))
    return order[np.argsort(place[order], kind="stable")]


def drawn(data: Dataset, count: int, *, seed: int, replace: bool = True) -> Dataset:
    """Return examples drawn at random, with replacement as in the bootstrap, or without."""
    if count < 1 or (not replace and count > len(data)):
        rule = f"must be from 1 to the {len(data)} examples that there are"
        raise Fault("drawn", "count", count, rule, "draw fewer, or with replacement")
    random = generator(seed, 2)
    return data.taken(random.choice(len(data), count, replace=replace))


def resampled(data: Dataset, counts: Sequence[int], *, seed: int) -> Dataset:
    """Return so many examples of each class: down-sampled without, up-sampled with replacement; in random order."""
    import numpy as np

    if len(counts) != data.classes or min(counts) < 0 or not sum(counts):
        rule = f"must name a number for each of the {data.classes} classes"
        raise Fault("resampled", "counts", tuple(counts), rule, "write for example (100, 100)")
    random, rows = generator(seed, 3), []
    for label, count in enumerate(counts):
        members = np.flatnonzero(data.targets == label)
        if count and not len(members):
            raise Fault("resampled", "counts", count, f"asks for class {label}, which has no example", "write 0 there")
        rows.append(random.choice(members, count, replace=count > len(members)) if count else members[:0])
    return data.taken(random.permutation(np.concatenate(rows)))


def mislabelled(data: Dataset, share: float, *, seed: int) -> Dataset:
    """Return the data with this share of the labels replaced by classes drawn evenly, the true one among them."""
    random = generator(seed, 4)
    targets = data.targets.copy()
    rows = random.permutation(len(data))[: round(share * len(data))]
    targets[rows] = random.integers(data.classes, size=len(rows))
    return replace(data, targets=targets)


def centre(*sets: Dataset, by: Dataset | None = None) -> tuple[Dataset, ...]:
    """Return the sets less the mean of each channel (the last axis) of the first set, or of `by`."""
    mean = _over_examples((by or sets[0]).inputs).mean(axis=0)
    return tuple(replace(data, inputs=data.inputs - mean) for data in sets)


def standardise(*sets: Dataset, by: Dataset | None = None) -> tuple[Dataset, ...]:
    """Return the sets less the mean, over the deviation, of each channel of the first set, or of `by`."""
    rows = _over_examples((by or sets[0]).inputs)
    deviation = rows.std(axis=0)
    deviation[deviation == 0] = 1  # a constant channel stays 0
    return tuple(replace(data, inputs=(data.inputs - rows.mean(axis=0)) / deviation) for data in sets)


def _over_examples(inputs: Any) -> Any:
    import numpy as np

    return inputs.reshape(-1, inputs.shape[-1]).astype(np.float64)


def flipped(data: Dataset, axis: str, *, seed: int | None = None) -> Dataset:
    """Return images reversed along `horizontal` or `vertical`; with a seed, each with probability one half."""
    import numpy as np

    if axis not in AXES or data.inputs.ndim != 4:
        rule = "must be horizontal or vertical, of images height × width × channels"
        raise Fault("flipped", "axis", axis, rule, "write horizontal")
    mirror = np.flip(data.inputs, AXES[axis])
    if seed is not None:
        chosen = generator(seed, 5, AXES[axis]).random(len(data)) < 0.5
        mirror = np.where(chosen[:, None, None, None], mirror, data.inputs)
    return replace(data, inputs=mirror)


def flattened(data: Dataset) -> Dataset:
    """Return the inputs as vectors."""
    return replace(data, inputs=data.inputs.reshape(len(data), -1))
