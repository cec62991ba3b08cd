"""Rows of layers side by side, all reading the same tensor, whose outputs meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gradus.errors import Fault
from gradus.networks.composition import Composite, Item, checked_items, lower_items
from gradus.networks.layer import Merge
from gradus.networks.merging import Concatenation, Elementwise
from gradus.networks.plan import Plan

Branch = tuple[Item, ...]


class Branching(Composite):
    """Branches side by side (abstract); an empty branch is the input itself."""

    branches: tuple[Branch, ...]

    def _keep(self, branches: tuple[object, ...]) -> None:
        if not branches:
            raise Fault(self.word, "branches", None, "are missing", "give at least one, () for the input itself")
        object.__setattr__(self, "branches", tuple(checked_items(self.word, branch) for branch in branches))

    def merge(self) -> Merge:
        """Return the layer in which the branches meet."""
        return Elementwise(self.word)

    def lower(self, plan: Plan, source: int, place: str) -> int:
        """Add the branches' steps and the merge; places read `4.1.2.conv`: item 4, branch 1, layer 2."""
        ends = [lower_items(branch, plan, source, f"{place}.{i}.") for i, branch in enumerate(self.branches, start=1)]
        return plan.add(place, self.merge(), tuple(ends))


@dataclass(frozen=True, init=False)
class Add(Branching):
    """The sum of branches: with an empty branch, the skip of a residual block (He et al. 2015, equation 1).

    >>> from gradus.networks import Conv, Network
    >>> Network(Add(Conv(3, 64, padding=1), ())).describe((56, 56, 64)).output
    (56, 56, 64)
    """

    branches: tuple[Branch, ...]
    word: ClassVar[str] = "add"

    def __init__(self, *branches: Item | Branch) -> None:
        self._keep(branches)


@dataclass(frozen=True, init=False)
class Multiply(Branching):
    """The product of branches: with an empty branch, a gate (Hu et al. 2017, squeeze and excitation).

    >>> from gradus.networks import GlobalPool, Network
    >>> Network(Multiply((), GlobalPool())).describe((56, 56, 64)).output
    (56, 56, 64)
    """

    branches: tuple[Branch, ...]
    word: ClassVar[str] = "multiply"

    def __init__(self, *branches: Item | Branch) -> None:
        self._keep(branches)


@dataclass(frozen=True, init=False)
class Concat(Branching):
    """Branches joined along the depth, or along another axis (DenseNet, Inception, U-Net).

    >>> from gradus.networks import Conv, Network
    >>> Network(Concat(Conv(1, 64), Conv(3, 128, padding=1))).describe((28, 28, 192)).output
    (28, 28, 192)
    """

    branches: tuple[Branch, ...]
    axis: int = -1
    word: ClassVar[str] = "concat"

    def __init__(self, *branches: Item | Branch, axis: int = -1) -> None:
        if type(axis) is not int:
            raise Fault(self.word, "axis", axis, "must be a whole number", "write -1 for the depth")
        self._keep(branches)
        object.__setattr__(self, "axis", axis)

    def merge(self) -> Merge:
        """Return the concatenation along the axis."""
        return Concatenation(self.axis)
