"""The results of jobs, brought together in arrays with the axes of all runs."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from gradus.lab.data import Split
from gradus.lab.models import Model
from gradus.lab.training import watching
from gradus.lab.training.planning import Cell
from gradus.lab.training.runs import Runs
from gradus.lab.training.settings import Settings


def collected(
    model: Model,
    splits: list[Split],
    ways: tuple[Settings, ...],
    seeds: tuple[int, ...],
    cells: list[list[Cell]],
    results: list[Any],
    begun: float,
) -> Runs:
    """Return the results of the jobs in one set of arrays."""
    import numpy as np

    gathered = _Gathering((len(ways), len(splits), len(seeds)))
    for part, result in zip(cells, results, strict=True):
        gathered.put(part, result)
    found = gathered.arrays
    finite = found["finite"] & np.isfinite(found["history"]["train_loss"]).all(axis=-1)
    stops = np.array([way.stopping is not None for way in ways])[:, None, None]
    count = ways[0].epochs // ways[0].measure_every
    names = tuple(one.train.name or f"data {i}" for i, one in enumerate(splits, start=1))
    watched = found["watched"]
    return Runs(
        model=model, settings=ways, names=names, seeds=seeds, parameters=found["parameters"], state=found["state"],
        losses=found["losses"], history=found["history"], watched=watched,
        columns={name: watching.columns(name, model) for name in watched}, diverged=~finite,
        best=np.where(stops, found["best"], count - 1), stopped=np.where(stops, found["stopped"], count),
        path=found["path"], seconds=time.monotonic() - begun,
    )  # fmt: skip


class _Gathering:
    """Arrays with the axes of all runs, filled from jobs; where jobs differ in steps, NaN stands after the last."""

    def __init__(self, axes: tuple[int, int, int]) -> None:
        self.axes = axes
        self.arrays: Any = {}

    def put(self, cells: list[Cell], result: Any) -> None:
        self.arrays = self._merged(self.arrays, result, tuple(_index(cells)))

    def _merged(self, into: Any, new: Any, where: Any) -> Any:
        import numpy as np

        if isinstance(new, dict):
            into = into if isinstance(into, dict) else {}
            return into | {name: self._merged(into.get(name), value, where) for name, value in new.items()}
        if isinstance(new, tuple):
            into = into if isinstance(into, tuple) and into else (None,) * len(new)
            return tuple(self._merged(old, value, where) for old, value in zip(into, new, strict=True))
        shape = (*self.axes, *new.shape[1:])
        if into is None:
            into = np.full(shape, np.nan if new.dtype.kind == "f" else 0, new.dtype)
        elif into.shape[3:] != new.shape[1:]:
            longest = tuple(map(max, into.shape[3:], new.shape[1:]))
            wider = np.full((*self.axes, *longest), np.nan, new.dtype)
            wider[tuple(map(slice, into.shape))] = into
            into = wider
        into[(*where, *map(slice, new.shape[1:]))] = new
        return into


def _index(cells: list[Cell]) -> Iterable[Any]:
    """Return the cells as one list of positions for each axis."""
    return (list(axis) for axis in zip(*cells, strict=True))
