"""Training all combinations of settings, data sets and seeds."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradus.errors import Fault
from gradus.lab.data import Dataset, Split
from gradus.lab.executing import Progress, carry_out, cores
from gradus.lab.models import Model, build
from gradus.lab.training import watching
from gradus.lab.training.jobs import Job, execute, width
from gradus.lab.training.program import Spec
from gradus.lab.training.runs import Runs
from gradus.lab.training.settings import NUMBERS, Settings
from gradus.networks import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

Data = Split | Dataset
Cell = tuple[int, int, int]
"""Which settings, which data set, which seed."""


def train(
    network: Network | str | Model,
    data: Data | Sequence[Data],
    settings: Settings | Sequence[Settings],
    seeds: Iterable[int],
    *,
    start: Any = None,
    executor: Executor | None = None,
    seconds: float | None = None,
    progress: Progress | None = None,
    chunk: int | None = None,
) -> Runs:
    """Train every combination of settings, data sets and seeds.

    Settings that differ in numbers only, and all data sets and seeds, are axes of one compiled program; the numbers of a
    run do not depend on what runs beside it. Equal seeds give equal initial weights (up to the gain), orders of examples
    and random masks, so that runs of one seed are pairs.

    Args:
        network: a description, or its text form.
        data: one data set or several of one size and shape; each with or without held-out sets.
        settings: one way to train or several; epochs and `measure_every` must agree.
        seeds: whole numbers from 0.
        start: initial parameters instead of drawn ones, as `(parameters, state)` with the axes of the runs first.
        executor: where to work; two threads on two processors if not given.
        seconds: allowed; what has not begun by then is given up.
        progress: told how many pieces of work are done.
        chunk: runs in one program; chosen by cache and memory if not given.

    Raises:
        Fault: data or settings that do not fit each other or the network.
        OutOfTime: when the seconds were not enough.
    """
    begun = time.monotonic()
    splits = [Split(one) if isinstance(one, Dataset) else one for one in _several(data)]
    ways, numbered = tuple(_several(settings)), tuple(seeds)
    model = network if isinstance(network, Model) else build(network, splits[0].train.shape)
    _check(model, splits, ways, numbered)
    cells, jobs = [], []
    for members in _groups(ways):
        for group, job in _jobs(model, splits, ways, members, numbered, start, chunk):
            cells.append(group)
            jobs.append(job)
    results = carry_out(execute, jobs, executor, seconds=seconds, progress=progress)
    return _collected(model, splits, ways, numbered, cells, results, begun)


def _several(given: Any) -> list[Any]:
    return list(given) if isinstance(given, Sequence) else [given]


def _check(model: Model, splits: list[Split], ways: tuple[Settings, ...], seeds: tuple[int, ...]) -> None:
    for field, given in (("data", splits), ("settings", ways), ("seeds", seeds)):
        if not given:
            raise Fault("train", field, None, "must not be empty", "give at least one")
    for seed in seeds:
        if isinstance(seed, bool) or not hasattr(seed, "__index__") or seed < 0:
            raise Fault("train", "seeds", seed, "must be whole numbers from 0", "write range(8)")
    for one in splits[1:]:
        if one.signature != splits[0].signature:
            rule = f"must agree in sizes and shapes, {splits[0].signature}"
            raise Fault("train", "data", one.signature, rule, "call train once for each size")
    for way in ways:
        if (way.epochs, way.measure_every) != (ways[0].epochs, ways[0].measure_every):
            rule = "must agree in epochs and measure_every"
            raise Fault("train", "settings", way.epochs, rule, "call train once for each number of epochs")
        _check_pair(model, splits[0], way)


def _check_pair(model: Model, data: Split, way: Settings) -> None:
    if way.epochs % way.measure_every:
        rule = f"must divide the {way.epochs} epochs"
        raise Fault("settings", "measure_every", way.measure_every, rule, "choose a divisor")
    if way.stopping is not None:
        part = way.stopping.quantity.partition("_")[0]
        if part not in ("train", *(name for name, _ in data.held)):
            raise Fault("settings", "stopping", part, "is no part of the data", "split off a validation set")
    outputs = model.output[-1]
    needed = data.train.classes if way.loss == "cross_entropy" else 1 if way.loss == "logistic" else 0
    if needed and outputs != needed:
        rule = f"of the network must be {needed} for {way.loss} on these data"
        raise Fault("train", "outputs", outputs, rule, f"end with dense {needed}")
    if way.flips and len(data.train.shape) != 3:
        raise Fault("settings", "flips", way.flips, "needs images height × width × channels", "give images")


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
    import numpy as np

    kinds = _kinds(ways[members[0]])
    if any(ways[m].clipped for m in members):
        kinds = replace(kinds, clip_norm=1.0)  # present; its value is a number of each run
    active = tuple(n for n in ("l1", "l2", "weight_decay") if any(getattr(ways[m], n) for m in members))
    spec = Spec(model, kinds, active, splits[0].train.classes)
    cells = [(m, d, s) for m in members for d in range(len(splits)) for s in range(len(seeds))]
    shared = len(splits) == 1
    size = chunk or width(spec, splits[0], len(cells), shared, cores())
    for first in range(0, len(cells), size):
        part = cells[first : first + size]
        rows = [ways[m].numbers for m, _, _ in part]
        yield part, Job(
            spec,
            {n: np.asarray([row[n] for row in rows], np.int32 if n == "patience" else np.float32) for n in rows[0]},
            tuple((ways[m].gain, ways[m].bias) for m, _, _ in part),
            tuple(int(seeds[s]) for _, _, s in part),
            tuple(splits if shared else [splits[d] for _, d, _ in part]),
            None if start is None else _picked(start, part),
            size,
        )


def _picked(start: Any, part: list[Cell]) -> Any:
    """Return the initial parameters of some runs, runs first; an axis of length 1 is for all."""
    import jax
    import numpy as np

    def pick(array: Any) -> NDArray[Any]:
        rows = [tuple(i if size > 1 else 0 for i, size in zip(cell, array.shape, strict=False)) for cell in part]
        return np.stack([np.asarray(array[row], np.float32) for row in rows])

    return jax.tree.map(pick, start)


def _collected(
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
        self.arrays = self._merged(self.arrays, result, tuple(np_index(cells)))

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


def np_index(cells: list[Cell]) -> Iterable[Any]:
    """Return the cells as one list of positions for each axis."""
    return (list(axis) for axis in zip(*cells, strict=True))
