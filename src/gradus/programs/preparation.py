"""What a task is marked by: its inputs and what is expected of them, computed once, outside of the sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, final

from gradus.programs.task import Bug, Case, Task, load

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = tuple[NDArray[Any], ...]


@final
@dataclass(frozen=True, eq=False)
class Prepared:
    """Inputs and what is expected, computed once for a task, outside of the sandbox."""

    inputs: tuple[tuple[Case, Arrays, NDArray[Any]], ...]
    wrong: tuple[tuple[Bug, tuple[NDArray[Any], ...]], ...]
    altered: tuple[Arrays, ...]
    growing: tuple[Arrays, ...]
    names: tuple[str, ...]
    measured: tuple[tuple[Arrays, NDArray[Any]], ...]  # for what it costs


@lru_cache(maxsize=64)
def prepare(task: Task) -> Prepared:
    """Draw the inputs of a task and run the reference on them."""
    import numpy as np

    reference = load(task.source, task.function)
    inputs = []
    for case in sorted(task.cases, key=lambda case: bool(case.edge)):
        arguments = task.arguments(case)
        inputs.append((case, arguments, np.asarray(reference(*(a.copy() for a in arguments)))))
    drawn = [arguments for case, arguments, _ in inputs if not case.edge]
    wrong = []
    for bug in task.bugs:
        function = load(bug.seed(task.source), task.function)
        with np.errstate(all="ignore"):
            wrong.append((bug, tuple(np.asarray(function(*(a.copy() for a in each))) for each in drawn)))
    altered = tuple(law.alter(tuple(a.copy() for a in drawn[0])) for law in task.properties)
    growing = tuple(task.draw(np.random.default_rng(1), sizes) for sizes in task.growing or ())
    names = reference.__code__.co_varnames[: reference.__code__.co_argcount]
    measured: tuple[tuple[Arrays, NDArray[Any]], ...] = ()
    if task.budget is not None:
        quick = load(task.budget.source, task.function)
        drawn = [task.draw(np.random.default_rng(9 + at), task.budget.sizes) for at in range(task.budget.calls)]
        measured = tuple((arguments, np.asarray(quick(*(a.copy() for a in arguments)))) for arguments in drawn)
    return Prepared(tuple(inputs), tuple(wrong), altered, growing, names, measured)
