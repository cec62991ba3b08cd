"""How many runs a program holds, and how carefully it is compiled."""

from __future__ import annotations

import math

from gradus.lab.data import Split
from gradus.lab.training import sampling
from gradus.lab.training.measuring import BLOCK
from gradus.lab.training.program import Spec

CACHE = 1 << 20
"""Bytes of a core's second-level cache, in which the runs of one program should find room (measured: bench/lab.py)."""

MEMORY = 1 << 28
"""Bytes that one job may hold."""

FEWEST, MOST = 4, 512

LONG = 50_000
"""Steps of all runs together from which a program is worth compiling with care."""

JOBS = 4
"""At least so many jobs are made of all runs, if there are as many: processors share them."""


def width(spec: Spec, data: Split, runs: int, *, shared: bool) -> int:
    """Return how many runs one program should hold: in the cache if they fit there, in the memory in any case.

    Args:
        spec: the program.
        data: a data set of the size that all have.
        runs: how many there are in all.
        shared: whether one data set is for all runs.

    The machine does not matter: a program of another width rounds differently, and the same seeds are to give the same
    numbers everywhere.
    """
    table, size = spec.model.table, len(data.train)
    batch = spec.kinds.batch or size
    values = sum(math.prod(row.output) for row in table.rows) + math.prod(spec.model.shape)
    wide = sum(row.multiply_adds // max(1, row.output[-1]) for row in table.rows if row.layer.word == "conv")
    busy = 4 * (3 * table.parameters + 2 * (values + wide) * batch)
    kept = 4 * (6 * table.parameters + 2 * (values + wide) * max(batch, min(BLOCK, size)))
    kept += 4 * spec.kinds.epochs * size
    kept += 0 if shared else sum(part.inputs.nbytes for part in data.sets)
    if spec.kinds.keep_path:
        kept += 4 * table.parameters * spec.kinds.epochs // spec.kinds.measure_every
    most = int(max(1, min(max(FEWEST, CACHE // busy), MEMORY // kept, MOST)))
    rounds = math.ceil(runs / (most * JOBS))
    return math.ceil(runs / (rounds * JOBS))


def is_long(spec: Spec, data: Split, runs: int) -> bool:
    """Return whether a training is worth a program that takes longer to compile: many steps of networks on vectors."""
    steps = runs * spec.kinds.epochs * sampling.steps(spec.kinds, len(data.train))
    return steps >= LONG and all(len(row.output) == 1 for row in spec.model.table.rows)
