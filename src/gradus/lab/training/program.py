"""What one compiled program does: the training of one run, which is batched over runs from outside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from gradus.lab.models import Model
from gradus.lab.noise import folded
from gradus.lab.training import stopping, watching
from gradus.lab.training.flipping import flip
from gradus.lab.training.losses import losses
from gradus.lab.training.measuring import gathered, measure
from gradus.lab.training.optimisers import factors, transformation
from gradus.lab.training.settings import Settings
from gradus.lab.training.shrinking import effective_steps, penalised, shrunk, zeros_kept


@dataclass(frozen=True)
class Spec:
    """All that a program depends on, besides the shapes of its arrays.

    Args:
        model: what is trained.
        kinds: settings whose numbers do not matter, except those named in `active`.
        active: numbers that are in use in some run.
        classes: of the data.
    """

    model: Model
    kinds: Settings
    active: tuple[str, ...]
    classes: int


class Position(NamedTuple):
    """Where a run is between two steps."""

    parameters: Any
    state: Any
    memory: Any
    step: Any
    finite: Any


class Run(NamedTuple):
    """What stays the same through a run.

    Args:
        numbers: hyper-parameters, scalars.
        key: 32 random bits.
        rule: the optimiser, of optax.
        steps: of the whole training.
    """

    numbers: dict[str, Any]
    key: Any
    rule: Any
    steps: int


def run(spec: Spec, numbers: Any, key: Any, order: Any, start: Any, state: Any, data: Any) -> dict[str, Any]:
    """Train one network.

    Args:
        spec: what is compiled.
        numbers: hyper-parameters of this run, scalars.
        key: 32 random bits of this run.
        order: positions of examples, measurements × epochs between them × steps × batch.
        start: initial parameters.
        state: initial statistics.
        data: `train`, `validation`, `test`, each with `inputs`, `targets` and perhaps `weights`.

    Returns:
        `parameters`, `state` (the best ones with early stopping), `losses` (of each step), `history`, `watched`,
        `finite` (whether all losses were), and `best`, `stopped` (numbers of measurements).
    """
    import jax.numpy as jnp
    from jax import lax

    total = order.shape[0] * order.shape[1] * order.shape[2]
    rule = optimiser(spec, numbers, total)
    position = Position(start, state, rule.init(start), jnp.int32(0), jnp.bool_(True))
    held = stopping.begin(start, state) if spec.kinds.stopping is not None else stopping.begin(None, None)
    whole = gathered(data)
    step = partial(advance, spec, Run(numbers, key, rule, total), data["train"])

    def stretch(carry: Any, epochs: Any) -> tuple[Any, Any]:
        position, held = carry
        after, found = lax.scan(step, position, epochs.reshape(-1, epochs.shape[-1]))
        if spec.kinds.stopping is not None:
            after = stopping.frozen(held, position, after)
        measured = measure(spec.model, spec.kinds.loss, after.parameters, after.state, data, whole)
        if spec.kinds.stopping is not None:
            held = stopping.watch(spec.kinds.stopping, numbers["patience"], held, measured, after)
        path = (after.parameters, after.state) if spec.kinds.keep_path else ()
        return (after, held), (found, measured, path)

    (position, held), (found, history, path) = lax.scan(stretch, (position, held), order)
    step_losses, watched = found
    chosen = held if spec.kinds.stopping is not None else position
    return {
        "parameters": chosen.parameters,
        "state": chosen.state,
        "losses": step_losses.reshape(-1),
        "watched": {name: value.reshape(-1, value.shape[-1]) for name, value in watched.items()},
        "history": history,
        "finite": position.finite,
        "best": held.best,
        "stopped": held.count,
        "path": path,
    }


def optimiser(spec: Spec, numbers: Any, steps: int) -> Any:
    """Return the optax transformation of a run of so many steps."""
    used = {name: value for name, value in numbers.items() if name in spec.active or name in ALWAYS}
    return transformation(spec.kinds.optimiser, spec.kinds.schedule, used, steps, spec.kinds.clipped)


ALWAYS = ("rate", "momentum", "decay", "beta1", "beta2", "epsilon", "clip_value", "clip_norm")


def advance(spec: Spec, fixed: Run, train: Any, position: Position, rows: Any) -> tuple[Position, Any]:
    """Take one step on the examples at these positions; return also the loss before it and what is watched."""
    import jax
    import jax.numpy as jnp
    import optax

    kinds, model, numbers = spec.kinds, spec.model, fixed.numbers
    batch = {name: array.at[rows].get(mode="promise_in_bounds") for name, array in train.items()}
    objective = partial(_objective, spec, numbers, folded(fixed.key, position.step), position.state, batch)
    (loss, (state, values)), gradients = jax.value_and_grad(objective, has_aux=True)(position.parameters)
    chosen, weights = factors_of(model, kinds.penalty_factors), factors_of(model, ())
    l1, l2, group = (numbers[name] if name in spec.active else None for name in ("l1", "l2", "group"))
    proximal = kinds.l1_method == "proximal" and (l1 is not None or group is not None)
    direct = (None, l2, None) if proximal else (l1, l2, group)
    full = penalised(gradients, position.parameters, chosen, *direct, kinds.blocks)
    updates, memory = fixed.rule.update(full, position.memory, position.parameters)
    parameters = optax.apply_updates(position.parameters, updates)
    if proximal:
        rate = numbers["rate"] * factors(kinds.schedule, fixed.steps)(position.step)
        steps = effective_steps(kinds.optimiser, numbers, memory, rate, position.step + 1)
        parameters = shrunk(parameters, chosen, steps, l1, group, kinds.blocks)
    if kinds.keep_zeros:
        parameters = zeros_kept(parameters, position.parameters, weights)
    watched = watching.watch(kinds.watch, model, gradients, parameters, updates, values)
    after = Position(parameters, state, memory, position.step + 1, position.finite & jnp.isfinite(loss))
    return after, (loss, watched)


def _objective(
    spec: Spec, numbers: dict[str, Any], key: Any, state: Any, batch: Any, parameters: Any
) -> tuple[Any, Any]:
    """Return the mean loss of a batch; beside it the new state, and the outputs of all layers if they are watched."""
    kinds, model = spec.kinds, spec.model
    inputs = flip(batch["inputs"], kinds.flips, key) if kinds.flips else batch["inputs"]
    dropout = numbers.get("dropout")
    values, state = model.trace(parameters, state, inputs, train=True, key=key, dropout=dropout, backwards=True)
    each = losses(kinds.loss, model.result(values, inputs), batch["targets"])
    if "weights" in batch:
        each = each * batch["weights"]
    return each.mean(), (state, values if kinds.watch else None)


def factors_of(model: Model, pairs: tuple[tuple[str, float], ...]) -> Any:
    """Return the tree of parameters with the factor of each array's penalties: 0 for all that are no weights."""
    known = dict(pairs)
    return {
        place: {name: known.get(place, 1.0) if slot.role == "weight" else 0.0 for name, slot in arrays.items()}
        for place, arrays in model.slots.items()
    }
