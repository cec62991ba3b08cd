"""Exact search over a space of networks made of stages, each stage drawn from many modules.

The space is a product, but what matters between stages is only the shape and the count so far. So the modules of a
stage are tried at once, on arrays, from each *distinct* state that the stages before can produce, and equal results
are merged with their number. Nothing is sampled and nothing is left out: eight thousand million networks of three
stages are counted or minimised in about a tenth of a second. The method is dynamic programming (Bellman 1957).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

from gradus.errors import Fault
from gradus.networks.checks import Shape, checked_shape
from gradus.networks.network import Network
from gradus.networks.reading import read_text
from gradus.networks.stages import Form, Part, evaluated, form_of, free_axes, symbols_of
from gradus.networks.substitution import substituted

COSTS = ("parameters", "multiply_adds")
NEVER = 2**61
"""The cost of what cannot be reached."""

Wanted = tuple[int | None, ...] | None
"""The wanted output shape; `None` in it, or for the whole, means any."""


@dataclass(frozen=True)
class Stage:
    """A module with symbols, and the values that each of them may take.

    >>> Stage("conv kxkxn s=s p=p > relu", k=(1, 3), n=range(8, 65, 8), s=(1, 2), p=(0, 1)).size
    64
    """

    module: Network
    ranges: Mapping[str, tuple[int, ...]]

    def __init__(self, module: Network | str, **ranges: Iterable[int]) -> None:
        object.__setattr__(self, "module", read_text(module) if isinstance(module, str) else module)
        object.__setattr__(self, "ranges", {name: tuple(sorted(set(values))) for name, values in ranges.items()})
        for name, values in self.ranges.items():
            if not values or values[0] < 0:
                raise Fault("stage", name, values, "must have values of 0 or more", f"give {name} at least one")

    @property
    def size(self) -> int:
        """How many modules there are."""
        return prod(len(values) for values in self.ranges.values())


@dataclass(frozen=True, slots=True)
class Best:
    """The cheapest network: what it costs, and one that costs so little."""

    cost: int
    network: Network


@dataclass(frozen=True, slots=True)
class Step:
    """One stage evaluated: its free part, its priced part, and the number of combinations of shared symbols."""

    stage: Stage
    free: Part
    priced: Part
    shared: int

    def ways(self, number: int) -> Any:
        """Return, for one combination of shared symbols, how many options lead from each free state to each."""
        import numpy as np

        mine = self.free.shared == number
        found = np.zeros((len(self.free.target), len(self.free.ends)), np.int64)
        fits = self.free.fits[:, mine]
        np.add.at(found, (np.nonzero(fits)[0], self.free.target[:, mine][fits]), 1)
        return found

    def prices(self, number: int) -> Any:
        """Return, for one combination of shared symbols, the least price from each priced state to each."""
        import numpy as np

        mine = self.priced.shared == number
        found = np.full((len(self.priced.target), len(self.priced.ends)), NEVER, np.int64)
        fits = self.priced.fits[:, mine]
        at = (np.nonzero(fits)[0], self.priced.target[:, mine][fits])
        np.minimum.at(found, at, self.priced.price[:, mine][fits])
        return found


@dataclass(frozen=True)
class Space:
    """All networks that take one module of each stage, on one input shape.

    Args:
        stages: in the order of computation.
        shape: the input.
        cost: what is added up: `parameters` or `multiply_adds`.
    """

    stages: tuple[Stage, ...]
    shape: Shape
    cost: str = "parameters"

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", checked_shape(self.shape))
        if self.cost not in COSTS:
            raise Fault("space", "cost", self.cost, f"must be one of {', '.join(COSTS)}", "write parameters")
        if not self.stages:
            raise Fault("space", "stages", None, "are missing", "give at least one Stage")
        if self.size > NEVER:
            raise Fault("space", "stages", None, f"make {self.size} networks, more than 2⁶¹", "narrow the ranges")

    @property
    def size(self) -> int:
        """How many networks there are, those included whose layers do not fit."""
        return prod(stage.size for stage in self.stages)

    @cached_property
    def _forms(self) -> tuple[list[Form], tuple[int, ...]]:
        """The closed forms of each stage, and the axes that are free in all of them."""
        forms, rank = [], len(self.shape)
        free: set[int] | None = None
        for stage in self.stages:
            form = form_of(stage.module, rank, self.cost)
            unknown = symbols_of([*form.output, form.cost, *form.positive]) - set(stage.ranges)
            for name in sorted(name for name in unknown if not name.startswith("in")):
                raise Fault("stage", name, None, "has no range", f"give the values that {name} may take")
            axes = set(free_axes(form, rank))
            free = axes if free is None else free & axes if len(form.output) == rank else set()
            rank = len(form.output)
            forms.append(form)
        agreed = tuple(sorted(free or ()))
        constant = all(set(free_axes(form, len(form.output))) >= set(agreed) for form in forms)
        return forms, agreed if constant else ()

    @cached_property
    def _steps(self) -> list[Step]:
        import numpy as np

        forms, free = self._forms
        axes = range(len(self.shape))
        states = {True: np.array([[self.shape[i] for i in axes if i in free]], np.int64)}
        states[False] = np.array([[self.shape[i] for i in axes if i not in free]], np.int64)
        rank, steps = len(self.shape), []
        for stage, form in zip(self.stages, forms, strict=True):
            step = _step(stage, form, rank, free, states)
            states = {True: step.free.ends, False: step.priced.ends}
            rank = len(form.output)
            steps.append(step)
        return steps

    def _matching(self, output: Wanted) -> tuple[Any, Any]:
        """Return which final free states, and which final priced ones, agree with the wanted output."""
        import numpy as np

        forms, free = self._forms
        last, rank = self._steps[-1], len(forms[-1].output)
        if output is not None and len(output) != rank:
            rule = f"has {len(output)} sizes, but these networks end with {rank}"
            raise Fault("space", "output", output, rule, "give one size, or None, for each axis")
        found = []
        for axes, part in (
            ([i for i in range(rank) if i in free], last.free),
            ([i for i in range(rank) if i not in free], last.priced),
        ):
            agree = np.ones(len(part.ends), bool)
            for column, axis in enumerate(axes):
                if output is not None and output[axis] is not None:
                    agree &= part.ends[:, column] == output[axis]
            found.append(agree)
        return found[0], found[1]

    def minimise(self, output: Wanted = None) -> Best:
        """Return the least cost of a network with the wanted output, and a network that has it.

        Raises:
            Fault: no network of the space has this output.

        >>> from gradus.networks.text import write_text
        >>> both = Stage("conv kxkxn", k=(1, 3, 5), n=(4, 8))
        >>> best = Space((both, both), (9, 9, 1)).minimise(output=(5, 5, 8))
        >>> best.cost, write_text(best.network)
        (144, 'conv 5x5x4 s1 p0 > conv 1x1x8 s1 p0')
        """
        from gradus.networks.cheapest import cheapest

        found = cheapest(self._steps, *self._matching(output))
        if found is None:
            raise Fault("space", "output", output, "is reached by no network of the space", "widen the ranges")
        cost, choices = found
        modules = [substituted(stage.module, values) for stage, values in zip(self.stages, choices, strict=True)]
        return Best(cost, Network(*(layer for module in modules for layer in module.layers)))

    def count(self, output: Wanted = None, most: int | None = None, least: int = 0) -> int:
        """Return how many networks fit, have the wanted output, and cost from `least` to `most`.

        >>> both = Stage("conv kxkxn", k=(1, 3, 5), n=(4, 8))
        >>> Space((both, both), (9, 9, 1)).count(output=(5, 5, None), most=1000)
        11
        """
        from gradus.networks.counting import counted

        return counted(self._steps, *self._matching(output), least, most)


def _step(stage: Stage, form: Form, rank: int, free: tuple[int, ...], states: dict[bool, Any]) -> Step:
    inside = {side: tuple(i for i in range(rank) if (i in free) is side) for side in (True, False)}
    outside = {side: tuple(i for i in range(len(form.output)) if (i in free) is side) for side in (True, False)}
    held = {side: {f"in{i + 1}" for i in inside[side]} for side in (True, False)}
    sizes = [q for q in form.positive if symbols_of([q]) & held[True]]
    of_free = symbols_of([*(form.output[i] for i in outside[True]), *sizes]) - held[True]
    others = [q for q in form.positive if not symbols_of([q]) & held[True]]
    of_priced = symbols_of([*(form.output[i] for i in outside[False]), form.cost, *others]) - held[False]
    of_priced |= set(stage.ranges) - of_free  # what nothing depends on still makes different networks
    shared = tuple(name for name in stage.ranges if name in of_free and name in of_priced)
    parts = []
    for side, names in ((True, of_free), (False, of_priced)):
        ordered = tuple(name for name in stage.ranges if name in names)
        more = (stage.ranges, states[side], outside[side], not side)
        parts.append(evaluated(form, inside[side], ordered, shared, *more))
    return Step(stage, parts[0], parts[1], prod(len(stage.ranges[name]) for name in shared))
