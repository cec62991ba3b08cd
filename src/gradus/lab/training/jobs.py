"""A piece of work: runs of one program, small enough for the memory; it can travel to another process or machine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gradus.lab import compiling
from gradus.lab.data import Split
from gradus.lab.data.changes import generator
from gradus.lab.training import sampling
from gradus.lab.training.program import Spec, run
from gradus.networks.text import write_text

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Job:
    """Runs that are trained at once.

    Args:
        spec: the program.
        numbers: hyper-parameters, one for each run.
        gains: factor of the initial weights and value of the initial biases, one pair for each run.
        seeds: of each run.
        data: one data set for all, or one for each run.
        starts: initial parameters and statistics, runs first, instead of drawn ones.
        width: runs that the program is compiled for; the last one is repeated to fill it.
        careful: whether to compile with care: longer, for a program that runs faster.
    """

    spec: Spec
    numbers: dict[str, NDArray[Any]]
    gains: tuple[tuple[float, float], ...]
    seeds: tuple[int, ...]
    data: tuple[Split, ...]
    starts: Any
    width: int
    careful: bool = False


def execute(job: Job) -> Any:
    """Train the runs of a job; return what `program.run` does, runs first, as arrays of NumPy."""
    import jax
    import numpy as np

    count = len(job.seeds)
    pad = np.minimum(np.arange(job.width), count - 1)
    arguments = (
        {name: np.asarray(values)[pad] for name, values in job.numbers.items()},
        np.asarray([generator(seed, 40).integers(2**32, dtype=np.uint32) for seed in job.seeds])[pad],
        np.stack(_orders(job))[pad],
        *jax.tree.map(lambda array: array[pad], job.starts or _drawn(job)),
        _arrays(job.data[0]) if len(job.data) == 1 else stacked([_arrays(data) for data in job.data], pad),
    )
    axes = (0, 0, 0, 0, 0, None if len(job.data) == 1 else 0)
    function = jax.vmap(partial(run, job.spec), in_axes=axes)
    program = compiling.compiled(function, arguments, identity(job.spec), quickly=not job.careful)
    return jax.tree.map(lambda array: np.asarray(array)[:count], program(*arguments))


def identity(spec: Spec) -> str:
    """Return in words all that a program depends on besides its arrays and the code."""
    return f"train {write_text(spec.model.network)} {spec.model.shape} {spec.kinds} {spec.active} {spec.classes}"


def _orders(job: Job) -> list[Any]:
    """Return the order of examples of each run; runs with equal seeds and sizes share theirs."""
    known: dict[Any, Any] = {}
    found = []
    for i, seed in enumerate(job.seeds):
        train = job.data[i if len(job.data) > 1 else 0].train
        key = (seed, id(train) if job.spec.kinds.sampling == "balanced" else 0)
        if key not in known:
            known[key] = sampling.order(job.spec.kinds, train, seed)
        found.append(known[key])
    return found


def _drawn(job: Job) -> tuple[Any, Any]:
    """Return initial parameters and statistics, runs first."""
    import jax
    import numpy as np

    model = job.spec.model
    each = [
        model.initialise(seed, job.spec.kinds.scheme, gain, bias)
        for seed, (gain, bias) in zip(job.seeds, job.gains, strict=True)
    ]
    return stacked(each), jax.tree.map(lambda array: np.stack([array] * len(each)), model.state())


def stacked(trees: list[Any], rows: Any = None) -> Any:
    """Return one tree of arrays, the trees along their first axis; chosen by `rows` if given."""
    import jax
    import numpy as np

    chosen = trees if rows is None else [trees[row] for row in rows]
    return jax.tree.map(lambda *arrays: np.stack(arrays), *chosen)


def _arrays(data: Split) -> dict[str, dict[str, Any]]:
    named = (("train", data.train), *data.held)
    return {name: arrays_of(part) for name, part in named}


def arrays_of(part: Any) -> dict[str, Any]:
    """Return the arrays of one data set by name."""
    found = {"inputs": part.inputs, "targets": part.targets}
    return found if part.weights is None else {**found, "weights": part.weights}
