"""What an experiment is done on: inputs and targets, and sets that are kept apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gradus.errors import Fault

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples and what is to be predicted of them.

    Args:
        inputs: examples first, float32: n × d, n × height × width × channels, or n × length × width.
        targets: n class numbers from 0 (int32), or n × k values (float32).
        classes: number of classes; 0 for values.
        weights: n weights of the examples in the loss; all 1 if not given.
        name: for reports.

    Raises:
        Fault: arrays that do not fit together, NaN among them, or no example at all.

    >>> import numpy as np
    >>> Dataset(np.zeros((3, 2)), np.array([0, 1, 1]), classes=2).inputs.dtype
    dtype('float32')
    """

    inputs: NDArray[Any]
    targets: NDArray[Any]
    classes: int = 0
    weights: NDArray[Any] | None = None
    name: str = ""

    def __post_init__(self) -> None:
        import numpy as np

        targets = np.asarray(self.targets, np.int32 if self.classes else np.float32)
        if not self.classes and targets.ndim == 1:
            targets = targets[:, None]
        object.__setattr__(self, "inputs", np.ascontiguousarray(self.inputs, np.float32))
        object.__setattr__(self, "targets", np.ascontiguousarray(targets))
        if self.weights is not None:
            object.__setattr__(self, "weights", np.ascontiguousarray(self.weights, np.float32))
        self._check()

    def _check(self) -> None:
        import numpy as np

        where = self.name or "dataset"
        for field, value in (("inputs", self.inputs), ("targets", self.targets), ("weights", self.weights)):
            if value is None:
                continue
            if len(value) != len(self.inputs) or not len(value):
                rule = f"must have one row for each example; there are {len(self.inputs)} inputs"
                raise Fault(where, field, len(value), rule, "give at least one example, and a target for each")
            if value.dtype.kind == "f" and not np.isfinite(value).all():
                raise Fault(where, field, None, "holds NaN or infinity", "fill or remove what is missing")
        if self.classes and not 0 <= self.targets.min() <= self.targets.max() < self.classes:
            rule = f"must be from 0 to {self.classes - 1}"
            raise Fault(where, "targets", int(self.targets.max()), rule, "number the classes from 0")

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one input."""
        return self.inputs.shape[1:]

    def taken(self, rows: Any) -> Dataset:
        """Return the examples at these positions, or where a mask is true."""
        weights = None if self.weights is None else self.weights[rows]
        return replace(self, inputs=self.inputs[rows], targets=self.targets[rows], weights=weights)


@dataclass(frozen=True, eq=False)
class Split:
    """Sets kept apart: one to train on, perhaps one to stop by, perhaps one to measure on.

    Args:
        train: what gradients are taken on.
        test: what is measured on in the end.
        validation: what early stopping watches.
    """

    train: Dataset
    test: Dataset | None = None
    validation: Dataset | None = None

    def __post_init__(self) -> None:
        for name, held in self.held:
            if held.shape != self.train.shape or held.targets.shape[1:] != self.train.targets.shape[1:]:
                rule = f"must have inputs of the shape of those trained on, {self.train.shape}"
                raise Fault("split", name, held.shape, rule, "prepare all sets in the same way")

    @property
    def held(self) -> tuple[tuple[str, Dataset], ...]:
        """The sets that no gradient is taken on, with their names."""
        named = (("validation", self.validation), ("test", self.test))
        return tuple((name, held) for name, held in named if held is not None)

    @property
    def sets(self) -> tuple[Dataset, ...]:
        """All sets: train, then validation and test where they are."""
        return (self.train, *(held for _, held in self.held))

    @property
    def signature(self) -> tuple[Any, ...]:
        """What data sets that are trained on at once must have in common: which sets, their sizes and shapes."""
        named = (("train", self.train), *self.held)
        return tuple((name, s.inputs.shape, s.targets.shape, s.classes, s.weights is None) for name, s in named)
