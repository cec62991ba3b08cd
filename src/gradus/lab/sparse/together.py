"""Many ways to train on one order of examples, as one program.

Their first layers are one matrix product, and orders, masks and inputs are there once.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from functools import partial
from importlib import import_module
from typing import Any

from gradus.lab import compiling
from gradus.lab.data import Split
from gradus.lab.data.changes import generator
from gradus.lab.executing import carry_out
from gradus.lab.models import Model
from gradus.lab.training import Runs, Settings, sampling
from gradus.lab.training.collecting import collected
from gradus.lab.training.jobs import arrays_of, identity
from gradus.lab.training.planning import numbers_of, spec_of
from gradus.lab.training.program import run

PARTS = 2
"""Programs that the strengths of a path are shared out to, whatever the machine, so that rounding is the same."""


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
    import jax
    import numpy as np

    begun, precision = time.monotonic(), "float64" if double else "float32"
    spec = spec_of(model, ways, data.train.classes)
    key = generator(seed, 40).integers(2**32, dtype=np.uint32)
    given = (key, sampling.order(ways[0], data.train, seed), start, _sets(data))
    key, order, start, sets = jax.tree.map(lambda array: _cast(array, precision), given)
    width = -(-len(ways) // PARTS)
    function = jax.vmap(partial(run, spec), in_axes=(0, None, None, *(0 if apart else None,) * 2, None))

    def work(first: int) -> Any:
        rows = np.minimum(np.arange(first, first + width), len(ways) - 1)
        begins = jax.tree.map(lambda array: array[rows], start) if apart else start
        with _doubles() if double else nullcontext():
            arguments = (numbers_of([ways[row] for row in rows], precision), key, order, *begins, sets)
            name = f"path {double} {apart} {identity(spec)}"
            program = compiling.compiled(function, arguments, name, quickly=False)
            return jax.tree.map(lambda array: np.asarray(array)[: len(ways) - first], program(*arguments))

    firsts = range(0, len(ways), width)
    cells = [[(number, 0, 0) for number in range(f, min(f + width, len(ways)))] for f in firsts]
    results = carry_out(work, list(firsts))
    return collected(model, [data], tuple(ways), (seed,), cells, results, begun)


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
