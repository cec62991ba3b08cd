"""How layers are put together: in a row, repeated, named, in branches.

Item
├── Layer         what computes
└── Composite     what is made of items
    ├── Network   a row                        (network.py)
    ├── Repeat    a row several times
    ├── Named     a row with a name
    ├── From      what a name stands for, read again
    ├── Reuse     a named row again, with the same parameters
    └── Branching rows side by side            (branching.py)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from gradus.errors import Fault
from gradus.networks.checks import truth, whole
from gradus.networks.layer import Layer, Part
from gradus.networks.plan import Plan, Section


class Composite(Part, ABC):
    """Something made of layers, which lowers itself to steps of a plan."""

    word: ClassVar[str]

    @abstractmethod
    def lower(self, plan: Plan, source: int, place: str) -> int:
        """Add the steps to the plan, reading from the step `source`; return the step that holds the output."""


Item: TypeAlias = Layer | Composite


def lower_items(items: Iterable[Item], plan: Plan, source: int, prefix: str) -> int:
    """Add a row of layers to a plan, the places numbered from 1 after the prefix."""
    for position, item in enumerate(items, start=1):
        source = item.lower(plan, source, f"{prefix}{position}")
    return source


def checked_items(where: str, items: object) -> tuple[Item, ...]:
    """Return the layers as a tuple; one layer by itself stands for a row of one."""
    row = (items,) if isinstance(items, Part) else items
    if not isinstance(row, tuple | list):
        raise Fault(where, "layers", items, "must be a tuple of layers", "write (Conv(…), Pool(…))")
    for item in row:
        if not isinstance(item, Part):
            raise Fault(where, "layers", item, "is no layer", "write for example Conv(kernel=3, filters=64)")
    return tuple(row)


def checked_name(where: str, name: object) -> None:
    """Check a name: letters, digits and underscores, not beginning with a digit."""
    if not isinstance(name, str) or not name.isidentifier():
        raise Fault(where, "name", name, "must be a name of letters, digits and _", "write for example encoder")


@dataclass(frozen=True)
class Repeat(Composite):
    """The same layers several times one after another.

    Args:
        layers: the layers to repeat.
        times: how often.
        shared: whether all turns use the parameters of the first; else each has its own.

    >>> from gradus.networks import Dense, Network
    >>> Network(Repeat(Dense(64), times=4, shared=True)).describe((64,)).parameters
    4160
    """

    layers: tuple[Item, ...]
    times: int
    shared: bool = False
    word: ClassVar[str] = "repeat"

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", checked_items(self.word, self.layers))
        truth(self.word, "shared", self.shared)
        if type(self.times) is not int:
            raise Fault(self.word, "times", self.times, "must be a whole number", "write 1 or more")
        whole(self.word, "times", self.times)

    def lower(self, plan: Plan, source: int, place: str) -> int:
        """Add the steps of each turn; places read `6.2.1.conv`: item 6, turn 2, layer 1."""
        first = len(plan.steps)
        for turn in range(1, self.times + 1 if self.layers else 1):
            start = len(plan.steps)
            source = lower_items(self.layers, plan, source, f"{place}.{turn}.")
            if self.shared and turn > 1:
                plan.share(first, start)
        return source


@dataclass(frozen=True)
class Named(Composite):
    """Layers with a name: it stands in the places of its layers, and `From`, `Reuse` and ties refer to it.

    >>> from gradus.networks import Conv, Network
    >>> Network(Named("stem", Conv(7, 64))).describe((224, 224, 3)).rows[0].place
    'stem.conv'
    """

    name: str
    layers: tuple[Item, ...]
    word: ClassVar[str] = "named"

    def __post_init__(self) -> None:
        checked_name(self.word, self.name)
        object.__setattr__(self, "layers", checked_items(self.word, self.layers))

    def lower(self, plan: Plan, source: int, place: str) -> int:
        """Add the steps and record what the name stands for."""
        outside = place.rpartition(".")[0]
        path = f"{outside}.{self.name}" if outside else self.name
        start = len(plan.steps)
        plan.open.append(self.name)
        alone = self.layers[0] if len(self.layers) == 1 else None
        if isinstance(alone, Layer):
            result = plan.add(path, alone, (source,))
        else:
            result = lower_items(self.layers, plan, source, f"{path}.")
        plan.open.pop()
        plan.close(self.name, Section(self, start, len(plan.steps), result), path)
        return result


@dataclass(frozen=True)
class From(Composite):
    """The output of an earlier named layer, read again instead of the layer before."""

    name: str
    word: ClassVar[str] = "from"

    def __post_init__(self) -> None:
        checked_name(self.word, self.name)

    def lower(self, plan: Plan, source: int, place: str) -> int:
        """Add nothing; go on from the named output."""
        return plan.find(self.name, f"{place}.{self.word}", "name").result


@dataclass(frozen=True)
class Reuse(Composite):
    """An earlier named sub-network applied again, with the same parameters."""

    name: str
    word: ClassVar[str] = "reuse"

    def __post_init__(self) -> None:
        checked_name(self.word, self.name)

    def lower(self, plan: Plan, source: int, place: str) -> int:
        """Add the same steps once more, using the parameters of the first."""
        section = plan.find(self.name, f"{place}.{self.word}", "name")
        assert isinstance(section.named, Named)
        start = len(plan.steps)
        result = lower_items(section.named.layers, plan, source, f"{place}.")
        plan.share(section.start, start)
        return result
