"""Many ways to train on one order of examples, as one program.

Their first layers are one matrix product, and orders, masks and inputs are there once.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from gradus.lab import compiling
from gradus.lab.data import Split
from gradus.lab.data.changes import generator
from gradus.lab.executing import carry_out
from gradus.lab.models import Model
from gradus.lab.sparse.neighbours import START, Round
from gradus.lab.training import Runs, Settings, sampling
from gradus.lab.training.collecting import collected
from gradus.lab.training.jobs import arrays_of, identity
from gradus.lab.training.planning import Cell, numbers_of, spec_of
from gradus.lab.training.program import run

PARTS = 2
"""Programs that the strengths of a round are shared out to, whatever the machine, so that rounding is the same."""


def together(
    model: Model, data: Split, ways: list[Settings], seed: int, start: Any, *, double: bool, apart: bool = False
) -> Runs:
    """Train several ways on one order of examples; they may differ in numbers only.

    Args:
        model: the network.
        data: with or without held-out sets.
        ways: of one kind.
        seed: of the orders and masks.
        start: parameters and state, for all.
        double: whether to compute in float64.
        apart: whether `start` has one network for each way along a first axis.
    """
    begun = time.monotonic()
    batch = _Batch(model, data, ways, seed, double)
    return batch.collected(batch.pieces(list(range(len(ways))), start, apart=apart), begun)


def by_neighbours(
    model: Model, data: Split, ways: list[Settings], seed: int, start: Any, order: list[Round], *, double: bool
) -> Runs:
    """Train several ways as `together` does, in rounds: each begins where another one of an earlier round ended.

    Where that one went to infinity, `start` stands in for it.
    """
    import jax
    import numpy as np

    begun = time.monotonic()
    batch, found = _Batch(model, data, ways, seed, double), []
    ends: dict[int, Any] = {START: start}
    for pairs in order:
        begins = jax.tree.map(lambda *arrays: np.stack(arrays), *[ends.get(source, start) for _, source in pairs])
        made = batch.pieces([row for row, _ in pairs], begins, apart=True)
        found += made
        for cells, result in made:
            for number, (row, *_) in enumerate(cells):
                end = jax.tree.map(lambda array, n=number: array[n], (result["parameters"], result["state"]))
                if all(np.isfinite(array).all() for array in jax.tree.leaves(end)):
                    ends[row] = end
    return batch.collected(found, begun)


@dataclass(frozen=True)
class _Batch:
    """What all pieces of a path have in common."""

    model: Model
    data: Split
    ways: list[Settings]
    seed: int
    double: bool

    def pieces(self, rows: list[int], start: Any, *, apart: bool) -> list[tuple[list[Cell], Any]]:
        """Train the ways of these numbers; return which ones each program trained, and what it gave."""
        import jax
        import numpy as np

        precision = "float64" if self.double else "float32"
        spec = spec_of(self.model, self.ways, self.data.train.classes)
        key = generator(self.seed, 40).integers(2**32, dtype=np.uint32)
        given = (key, sampling.order(self.ways[0], self.data.train, self.seed), start, _sets(self.data))
        key, order, start, sets = jax.tree.map(lambda array: _cast(array, precision), given)
        width = -(-len(rows) // PARTS)
        function = jax.vmap(partial(run, spec), in_axes=(0, None, None, *(0 if apart else None,) * 2, None))

        def work(first: int) -> Any:
            places = np.minimum(np.arange(first, first + width), len(rows) - 1)
            begins = jax.tree.map(lambda array: array[places], start) if apart else start
            with _doubles() if self.double else nullcontext():
                numbers = numbers_of([self.ways[rows[place]] for place in places], precision)
                arguments = (numbers, key, order, *begins, sets)
                name = f"path {self.double} {apart} {identity(spec)}"
                program = compiling.compiled(function, arguments, name, quickly=False)
                return jax.tree.map(lambda array: np.asarray(array)[: len(rows) - first], program(*arguments))

        firsts = range(0, len(rows), width)
        cells = [[(row, 0, 0) for row in rows[first : first + width]] for first in firsts]
        return list(zip(cells, carry_out(work, list(firsts)), strict=True))

    def collected(self, pieces: list[tuple[list[Cell], Any]], begun: float) -> Runs:
        cells, results = [cells for cells, _ in pieces], [result for _, result in pieces]
        return collected(self.model, [self.data], tuple(self.ways), (self.seed,), cells, results, begun)


def _sets(data: Split) -> dict[str, Any]:
    return {name: arrays_of(part) for name, part in (("train", data.train), *data.held)}


def _cast(array: Any, precision: str) -> Any:
    import numpy as np

    array = np.asarray(array)
    return array.astype(precision) if array.dtype.kind == "f" else array


def _doubles() -> Any:
    """Return the context in which JAX keeps float64."""
    import jax

    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)
    return import_module("jax.experimental").enable_x64()  # before JAX 0.8
