"""Optimisers, by optax, with hyper-parameters that are traced: each run of a batch has its own."""

from __future__ import annotations

from typing import Any

from gradus.lab.training.settings import Schedule


def transformation(optimiser: str, schedule: Schedule, numbers: dict[str, Any], steps: int, clipped: bool) -> Any:
    """Return the optax transformation from gradients to updates.

    Args:
        optimiser: one of `OPTIMISERS`.
        schedule: how the rate changes.
        numbers: rate, momentum, … as numbers or traced scalars.
        steps: of the whole training, for schedules that end.
        clipped: whether to clip, by value first and by norm then.
    """
    import optax

    clips = [optax.clip(numbers["clip_value"]), optax.clip_by_global_norm(numbers["clip_norm"])] if clipped else []
    decoupled = [optax.add_decayed_weights(numbers["weight_decay"])] if "weight_decay" in numbers else []
    factor = [] if schedule.kind == "constant" else [optax.scale_by_schedule(factors(schedule, steps))]
    return optax.chain(*clips, *_rule(optimiser, numbers), *decoupled, *factor, optax.scale(-numbers["rate"]))


def _rule(optimiser: str, numbers: dict[str, Any]) -> list[Any]:
    import optax

    if optimiser in ("momentum", "nesterov"):
        return [optax.trace(numbers["momentum"], nesterov=optimiser == "nesterov")]
    if optimiser == "rmsprop":
        return [optax.scale_by_rms(numbers["decay"], numbers["epsilon"], eps_in_sqrt=False)]
    if optimiser in ("adam", "adamw"):
        return [optax.scale_by_adam(numbers["beta1"], numbers["beta2"], numbers["epsilon"])]
    return []


def factors(schedule: Schedule, steps: int) -> Any:
    """Return the schedule's factor of the rate as a function of the step, from 0."""
    import optax

    if schedule.kind == "linear":
        return optax.linear_schedule(1.0, schedule.floor, max(1, steps - 1))
    if schedule.kind == "cosine":
        return optax.cosine_decay_schedule(1.0, max(1, steps - 1), schedule.floor)
    if schedule.kind in ("exponential", "steps"):
        return optax.exponential_decay(1.0, schedule.every, schedule.factor, staircase=schedule.kind == "steps")
    if schedule.kind == "warmup":
        return optax.linear_schedule(0.0, 1.0, schedule.every)
    return optax.constant_schedule(1.0)
