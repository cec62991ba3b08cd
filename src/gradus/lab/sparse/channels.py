"""Which channels go together: those that some layers put out, that others pass on one by one, and that others read.

A sum makes the channels of its branches one: a residual block's end and its skip can only lose the same channels, in
all layers that write into them and all that read them (Liu et al. 2021, Group Fisher Pruning, section 3.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradus.lab.models import Model
from gradus.networks import (
    Activation,
    Conv,
    Crop,
    Dense,
    Dropout,
    Flatten,
    GlobalPool,
    Norm,
    Pad,
    Pool,
    Select,
    Upsample,
)
from gradus.networks.branching import Branching
from gradus.networks.composition import Composite, Item, Named, Repeat
from gradus.networks.convolution import DEPTHWISE
from gradus.networks.merging import Elementwise
from gradus.networks.plan import INPUT, Step

MIXING = ("softmax", "log_softmax")


@dataclass(frozen=True)
class Reader:
    """A layer that sums over channels.

    Args:
        place: of the layer.
        reads: place of the layer whose output it reads.
        bias: whether it has biases.
    """

    place: str
    reads: str
    bias: bool


@dataclass(frozen=True)
class Channels:
    """Channels that can be taken out.

    Args:
        units: how many there are.
        writers: places of the layers whose units they are.
        readers: the layers that sum over them.
        between: places of layers in between, which treat each channel by itself.
    """

    units: int
    writers: tuple[str, ...]
    readers: tuple[Reader, ...]
    between: tuple[str, ...]


def channels_of(model: Model) -> list[Channels]:
    """Return all groups of channels that can lose some, in the order of their first writers.

    Left as they are: the input's and the output's, those that a layer mixes otherwise (layer norm, attention, recurrent
    layers, grouped convolutions, concatenations), and those of layers whose parameters are used twice.
    """
    steps = model.network.plan.steps
    group = _Groups(len(steps))
    group.keep(model.network.result if model.network.result != INPUT else len(steps))
    group.keep(len(steps))  # stands for the input
    shared = _used_twice(steps) | _named_in_turns(model.network.layers, steps)
    for number, step in enumerate(steps):
        sources = [len(steps) if source == INPUT else source for source in step.sources]
        if step.place in shared:
            group.keep(number, *sources)
        elif _sums(step.layer):
            group.writers[number], group.readers[number] = True, True
        elif passes(step.layer) or (isinstance(step.layer, Elementwise) and _alike(model, number)):
            group.join(number, *sources)
        else:
            group.keep(number, *sources)
    return [_channels(model, steps, group, root) for root in group.roots()]


class _Groups:
    """Steps whose channels are the same, found by joining (union-find)."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count + 1))
        self._kept: set[int] = set()
        self.writers: dict[int, bool] = {}
        self.readers: dict[int, bool] = {}

    def root(self, number: int) -> int:
        while self._parent[number] != number:
            number = self._parent[number]
        return number

    def join(self, *numbers: int) -> None:
        first = self.root(numbers[0])
        for number in numbers[1:]:
            self._parent[self.root(number)] = first

    def keep(self, *numbers: int) -> None:
        self._kept.update(numbers)

    def roots(self) -> list[int]:
        """Return the groups that have writers and are not kept."""
        kept = {self.root(number) for number in self._kept}
        return [root for root in dict.fromkeys(map(self.root, self.writers)) if root not in kept]


def _channels(model: Model, steps: list[Step], group: _Groups, root: int) -> Channels:
    members = [number for number in range(len(steps)) if group.root(number) == root]
    writers = tuple(steps[number].place for number in members if number in group.writers)
    between = tuple(steps[number].place for number in members if number not in group.writers)
    readers = []
    for number in group.readers:
        source = steps[number].sources[0]
        if source != INPUT and group.root(source) == root:
            layer: Any = steps[number].layer
            readers.append(Reader(steps[number].place, steps[source].place, layer.bias))
    units = next(int(row.output[-1]) for row in model.table.rows if row.place == writers[0])
    return Channels(units, writers, tuple(readers), between)


def _sums(layer: Any) -> bool:
    """Return whether a layer sums over all channels into units of its own."""
    return isinstance(layer, Dense) or (isinstance(layer, Conv) and layer.groups == 1)


def passes(layer: Any) -> bool:
    """Return whether a layer treats each channel by itself, so that it can do with fewer."""
    if isinstance(layer, Activation):
        return bool(layer.function not in MIXING)
    if isinstance(layer, Norm):
        return layer.kind in ("batch", "instance")
    if isinstance(layer, Pad):
        return bool(layer.depth == 0)
    if isinstance(layer, Conv):
        return layer.groups == DEPTHWISE and layer.filters is None
    return isinstance(layer, Dropout | Pool | GlobalPool | Flatten | Crop | Upsample | Select)


def _alike(model: Model, number: int) -> bool:
    """Return whether all that meets at a step has as many channels as its output: none is stretched."""
    row = model.table.rows[number]
    return all(shape[-1] == row.output[-1] for shape in row.inputs)


def _used_twice(steps: list[Step]) -> set[str]:
    found = {step.owner for step in steps if step.owner} | {step.place for step in steps if step.owner}
    for step in steps:
        if step.tied is not None:
            found |= {step.place, steps[step.tied].place}
    return found


def _named_in_turns(items: tuple[Item, ...], steps: list[Step]) -> set[str]:
    """Return the places under names that stand in repeated turns: a name may be used again by the same layers only."""
    names = {name for item in items for name in _names(item, repeated=False)}
    return {step.place for step in steps if names & set(step.place.split("."))}


def _names(item: Item, *, repeated: bool) -> set[str]:
    inside: list[Item] = []
    if isinstance(item, Branching):
        inside = [one for branch in item.branches for one in branch]
    elif isinstance(item, Composite):
        inside = list(getattr(item, "layers", ()))
    again = repeated or (isinstance(item, Repeat) and item.times > 1)
    found = {item.name} if isinstance(item, Named) and repeated else set()
    return found.union(*(_names(one, repeated=again) for one in inside))
