"""A network as a list of steps, each reading earlier steps: the one form that everything is counted on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from gradus.errors import Fault, suggest
from gradus.networks.layer import Layer, Merge

INPUT = -1
"""The source that stands for the network's input."""

MOST_STEPS = 100_000


class Step(NamedTuple):
    """One layer at its place, with the steps that it reads.

    Args:
        place: where it stands, such as `2.pool`.
        layer: the layer.
        sources: numbers of the steps whose outputs it reads; `INPUT` for the network's input.
        owner: the place of the layer whose parameters it uses, where they are not its own.
        tied: the step whose weight matrix it uses transposed, for a tied dense layer.
    """

    place: str
    layer: Layer | Merge
    sources: tuple[int, ...]
    owner: str = ""
    tied: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """The steps that a name stands for: from `start` up to `end`, the output being that of step `result`."""

    named: object
    start: int
    end: int
    result: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in an order in which each can be computed, and the named sections among them."""

    steps: list[Step] = field(default_factory=list)
    sections: dict[str, Section] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    def add(self, place: str, layer: Layer | Merge, sources: tuple[int, ...]) -> int:
        """Append a step and return its number."""
        steps = self.steps
        number = len(steps)
        if number >= MOST_STEPS:
            remedy = "repeat fewer times; a repeated layer's counts can be multiplied by hand"
            raise Fault(place, "network", None, f"has more than {MOST_STEPS} layers", remedy)
        place = f"{place}.{layer.word}"
        tied = None if layer.tied is None else self.find(layer.tied, place, "tied").end - 1
        steps.append(tuple.__new__(Step, (place, layer, sources, "", tied)))  # Step(…) itself is twice as slow
        return number

    def find(self, name: str, place: str, field: str) -> Section:
        """Return a named section that is already complete."""
        if name in self.open:
            rule = "names the sub-network that it stands in, which makes a cycle"
            raise Fault(place, field, name, rule, "read only what was computed before")
        if name not in self.sections:
            rule = "names nothing that was computed before it; reading what comes later would make a cycle"
            raise Fault(place, field, name, rule, suggest(name, self.sections))
        return self.sections[name]

    def close(self, name: str, section: Section, place: str) -> None:
        """Record a named section; a name may be used again only by the same layers repeated."""
        known = self.sections.get(name)
        if known is not None and known.named != section.named:
            raise Fault(place, "name", name, "is used twice", "give each sub-network a name of its own")
        self.sections[name] = section

    def share(self, first: int, second: int) -> None:
        """Let the steps from `second` on use the parameters of as many steps from `first` on."""
        for step in range(second, len(self.steps)):
            model = self.steps[first + step - second]
            self.steps[step] = self.steps[step]._replace(owner=model.owner or model.place)
