"""All combinations of settings, data sets and seeds, shared out to jobs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradus.lab.data import Split
from gradus.lab.models import Model
from gradus.lab.training.jobs import Job
from gradus.lab.training.program import Spec
from gradus.lab.training.settings import NUMBERS, Settings
from gradus.lab.training.sizing import is_long, width

if TYPE_CHECKING:
    from numpy.typing import NDArray

Cell = tuple[int, int, int]
"""Which settings, which data set, which seed."""

TYPES = {"patience": "int32"}


def plan(
    model: Model, splits: list[Split], ways: tuple[Settings, ...], seeds: tuple[int, ...], start: Any, chunk: int | None
) -> list[tuple[list[Cell], Job]]:
    """Return jobs, each with the combinations that it trains."""
    return [pair for members in _groups(ways) for pair in _jobs(model, splits, ways, members, seeds, start, chunk)]


def _kinds(way: Settings) -> Settings:
    """Return the settings with all numbers that may differ within a program taken out."""
    usual = Settings()
    numbers = {name: getattr(usual, name) for name in (*NUMBERS, "gain", "bias", "clip_value", "clip_norm")}
    stopping = None if way.stopping is None else replace(way.stopping, patience=1)
    return replace(way, **numbers, dropout=None if way.dropout is None else 0.5, stopping=stopping)


def _groups(ways: tuple[Settings, ...]) -> list[list[int]]:
    """Return the settings, by number, that one program can train; clipping at infinity does nothing."""
    found: dict[Settings, list[int]] = {}
    for number, way in enumerate(ways):
        found.setdefault(_kinds(way), []).append(number)
    return list(found.values())


def _jobs(
    model: Model,
    splits: list[Split],
    ways: tuple[Settings, ...],
    members: list[int],
    seeds: tuple[int, ...],
    start: Any,
    chunk: int | None,
) -> Iterable[tuple[list[Cell], Job]]:
    spec = spec_of(model, [ways[m] for m in members], splits[0].train.classes)
    cells = [(m, d, s) for m in members for d in range(len(splits)) for s in range(len(seeds))]
    shared = len(splits) == 1
    size = chunk or width(spec, splits[0], len(cells), shared=shared)
    careful = is_long(spec, splits[0], len(cells))
    for first in range(0, len(cells), size):
        part = cells[first : first + size]
        numbers = numbers_of([ways[m] for m, _, _ in part])
        gains = tuple((ways[m].gain, ways[m].bias) for m, _, _ in part)
        chosen = tuple(splits if shared else [splits[d] for _, d, _ in part])
        starts = None if start is None else _picked(start, part)
        yield part, Job(spec, numbers, gains, tuple(int(seeds[s]) for *_, s in part), chosen, starts, size, careful)


def spec_of(model: Model, ways: list[Settings], classes: int) -> Spec:
    """Return the program that trains by all of these ways, which differ in numbers only."""
    kinds = _kinds(ways[0])
    if any(way.clipped for way in ways):
        kinds = replace(kinds, clip_norm=1.0)  # present; its value is a number of each run
    penalties = ("l1", "l2", "group", "weight_decay")
    return Spec(model, kinds, tuple(n for n in penalties if any(getattr(way, n) for way in ways)), classes)


def numbers_of(ways: list[Settings], precision: str = "float32") -> dict[str, NDArray[Any]]:
    """Return the hyper-parameters by name, one for each run."""
    import numpy as np

    rows = [way.numbers for way in ways]
    return {name: np.asarray([row[name] for row in rows], TYPES.get(name, precision)) for name in rows[0]}


def _picked(start: Any, part: list[Cell]) -> Any:
    """Return the initial parameters of some runs, runs first; an axis of length 1 is for all."""
    import jax
    import numpy as np

    def pick(array: Any) -> NDArray[Any]:
        rows = [tuple(i if size > 1 else 0 for i, size in zip(cell, array.shape, strict=False)) for cell in part]
        return np.stack([np.asarray(array[row], np.float32) for row in rows])

    return jax.tree.map(pick, start)
