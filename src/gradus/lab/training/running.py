"""Training all combinations of settings, data sets and seeds."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from typing import Any

from gradus.lab.data import Dataset, Split
from gradus.lab.executing import Progress, carry_out
from gradus.lab.models import Model, build
from gradus.lab.training.checking import check
from gradus.lab.training.collecting import collected
from gradus.lab.training.jobs import execute
from gradus.lab.training.planning import plan
from gradus.lab.training.runs import Runs
from gradus.lab.training.settings import Settings
from gradus.networks import Network

Data = Split | Dataset


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

    Settings that differ in numbers only, and all data sets and seeds, are axes of one compiled program; the numbers of
    a run do not depend on what runs beside it. Equal seeds give equal initial weights (up to the gain), orders of
    examples and random masks, so that runs of one seed are pairs.

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
    check(model, splits, ways, numbered)
    planned = plan(model, splits, ways, numbered, start, chunk)
    jobs = [job for _, job in planned]
    results = carry_out(execute, jobs, executor, seconds=seconds, progress=progress)
    return collected(model, splits, ways, numbered, [cells for cells, _ in planned], results, begun)


def _several(given: Any) -> list[Any]:
    return list(given) if isinstance(given, Sequence) else [given]
