"""A network as a list of steps, each reading earlier steps: the one form that everything is counted on."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradus.errors import Fault
from gradus.networks.layer import Layer, Merge

INPUT = -1
"""The source that stands for the network's input."""

MOST_STEPS = 100_000


@dataclass(frozen=True, slots=True)
class Step:
    """One layer at its place, with the steps that it reads."""

    place: str
    layer: Layer | Merge
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in an order in which each can be computed."""

    steps: list[Step] = field(default_factory=list)

    def add(self, place: str, layer: Layer | Merge, sources: tuple[int, ...]) -> int:
        """Append a step and return its number."""
        if len(self.steps) >= MOST_STEPS:
            remedy = "repeat fewer times; a repeated layer's counts can be multiplied by hand"
            raise Fault(place, "network", None, f"has more than {MOST_STEPS} layers", remedy)
        self.steps.append(Step(f"{place}.{layer.word}", layer, sources))
        return len(self.steps) - 1
