"""Any function of a vector, minimised from many starting points by the optimisers of the laboratory."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gradus.lab import compiling
from gradus.lab.training.optimisers import transformation
from gradus.lab.training.settings import NUMBERS, Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

USED = (*(name for name in NUMBERS if name not in ("l1", "l2", "weight_decay")), "clip_value", "clip_norm")


@dataclass(frozen=True, eq=False)
class Descents:
    """Where descents ended; all arrays begin with settings × starts.

    Args:
        ends: the last points.
        values: of the function, at the start and after each step.
        diverged: whether a value was infinite or NaN.
    """

    ends: NDArray[Any]
    values: NDArray[Any]
    diverged: NDArray[Any]


def minimise(
    objective: Callable[[Any, Any], Any],
    starts: NDArray[Any],
    settings: Settings | Sequence[Settings],
    *,
    steps: int,
    data: NDArray[Any] | None = None,
) -> Descents:
    """Descend from every start, by every one of the settings: their optimiser, schedule, clips and numbers count.

    Args:
        objective: from a point and its data to a number, in JAX; a function of a module or a lambda without closure.
        starts: n × d.
        settings: one way or several.
        steps: of each descent.
        data: n × …, what the function of each start depends on; or nothing.

    >>> import numpy as np
    >>> found = minimise(lambda x, _: (x**2).sum(), np.ones((1, 1)), Settings(optimiser="sgd", rate=0.25), steps=2)
    >>> found.values[0, 0].tolist()
    [1.0, 0.25, 0.0625]
    """
    import numpy as np

    ways = list(settings) if isinstance(settings, Sequence) else [settings]
    points = np.asarray(starts, np.float32)
    facts = np.zeros((len(points), 0), np.float32) if data is None else np.asarray(data, np.float32)
    found = [_descend(objective, points, way, steps, facts) for way in ways]
    ends, values = (np.stack(part) for part in zip(*found, strict=True))
    return Descents(ends, values, ~np.isfinite(values).all(axis=-1))


def _descend(objective: Any, points: Any, way: Settings, steps: int, facts: Any) -> tuple[Any, Any]:
    import jax
    import numpy as np

    numbers = {name: np.float32(way.numbers[name]) for name in USED}
    fixed = (objective, way.optimiser, way.schedule, steps, way.clipped)
    function = jax.vmap(partial(_one, *fixed), in_axes=(0, None, 0))
    arguments = (points, numbers, facts)
    program = compiling.compiled(function, arguments, f"minimise {_text(objective)} {fixed[1:]}")
    return tuple(map(np.asarray, program(*arguments)))  # type: ignore[return-value]


def _text(objective: Any) -> str:
    """Return what tells one function from another: its code, its constants and its name."""
    code = objective.__code__
    digest = hashlib.sha256(code.co_code + repr((code.co_consts, code.co_names)).encode()).hexdigest()
    try:
        source = inspect.getsource(inspect.getmodule(objective) or objective)
    except (OSError, TypeError):
        source = ""
    return f"{objective.__module__}.{objective.__qualname__} {digest} {hashlib.sha256(source.encode()).hexdigest()}"


def _one(
    objective: Any, optimiser: str, schedule: Any, steps: int, clipped: bool, point: Any, numbers: Any, facts: Any
) -> tuple[Any, Any]:
    import jax
    import jax.numpy as jnp
    import optax
    from jax import lax

    rule = transformation(optimiser, schedule, numbers, steps, clipped)

    def step(carry: Any, _: Any) -> tuple[Any, Any]:
        point, memory = carry
        value, gradient = jax.value_and_grad(objective)(point, facts)
        updates, memory = rule.update(gradient, memory, point)
        return (optax.apply_updates(point, updates), memory), value

    (end, _), values = lax.scan(step, (point, rule.init(point)), None, length=steps)
    return end, jnp.concatenate([values, objective(end, facts)[None]])
