"""How layers are put together: in a row, repeated, named."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from gradus.errors import Fault
from gradus.networks.checks import whole
from gradus.networks.layer import Layer
from gradus.networks.plan import Plan


class Composite(ABC):
    """Something made of layers, which lowers itself to steps of a plan."""

    word: ClassVar[str]

    @abstractmethod
    def lower(self, plan: Plan, source: int, place: str) -> int:
        """Add the steps to the plan, reading from the step `source`; return the step that holds the output."""


Item: TypeAlias = Layer | Composite


def lower_items(items: Iterable[Item], plan: Plan, source: int, prefix: str) -> int:
    """Add a row of layers to a plan, the places numbered from 1 after the prefix."""
    for position, item in enumerate(items, start=1):
        place = f"{prefix}{position}"
        source = item.lower(plan, source, place) if isinstance(item, Composite) else plan.add(place, item, (source,))
    return source


def checked_items(where: str, items: object) -> tuple[Item, ...]:
    """Return the layers as a tuple; one layer by itself stands for a row of one."""
    row = (items,) if isinstance(items, Layer | Composite) else items
    if not isinstance(row, tuple | list):
        raise Fault(where, "layers", items, "must be a tuple of layers", "write (Conv(…), Pool(…))")
    for item in row:
        if not isinstance(item, Layer | Composite):
            raise Fault(where, "layers", item, "is no layer", "write for example Conv(kernel=3, filters=64)")
    return tuple(row)


@dataclass(frozen=True)
class Repeat(Composite):
    """The same layers several times one after another, each time with parameters of its own.

    Args:
        layers: the layers to repeat.
        times: how often.
    """

    layers: tuple[Item, ...]
    times: int
    word: ClassVar[str] = "repeat"

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", checked_items(self.word, self.layers))
        whole(self.word, "times", self.times)

    def lower(self, plan: Plan, source: int, place: str) -> int:
        """Add the steps of each turn; places read `6.2.1.conv`: item 6, turn 2, layer 1."""
        for turn in range(1, self.times + 1):
            source = lower_items(self.layers, plan, source, f"{place}.{turn}.")
        return source
