"""Alternating steps of the two players, many in one compiled program."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from gradus.lab.gan.players import Players, generate, outputs
from gradus.lab.gan.settings import GanSettings
from gradus.lab.noise import folded, uniform

AVERAGE = 0.99
"""Share of the averaged generator that a step leaves as it is; at the beginning, less."""


class Position(NamedTuple):
    """Where a fit is between two steps: all that it depends on, besides data, settings and what is drawn for it."""

    discriminator: Any
    generator: Any
    discriminator_memory: Any
    generator_memory: Any
    averaged: Any
    step: Any


def rules(settings: GanSettings) -> tuple[Any, Any]:
    """Return the optimisers of discriminator and generator."""
    import optax

    def rule() -> Any:
        if settings.loss == "clipping":
            return optax.rmsprop(settings.rate, decay=0.99)
        return optax.adam(settings.rate, b1=0.5, b2=0.9)

    return rule(), rule()


def begin(settings: GanSettings, players: Players) -> Position:
    """Return the position before the first step."""
    import numpy as np

    judge = players.discriminator.initialise(2 * settings.seed, "he_uniform")
    maker = players.generator.initialise(2 * settings.seed + 1, "he_uniform")
    first, second = rules(settings)
    return Position(judge, maker, first.init(judge), second.init(maker), maker, np.uint32(0))


def advance(settings: GanSettings, players: Players, data: Any, key: Any, position: Position, draws: Any) -> Any:
    """Train through as many steps as there are draws; return the new position and both losses of each step.

    Args:
        settings: of the fit.
        players: the networks.
        data: encoded records, rows × width.
        key: 32 random bits of the fit.
        position: where to begin.
        draws: rows, and conditional blocks, steps × (critic + 1) × batch, int32 each.
    """
    from jax import lax

    return lax.scan(partial(_step, settings, players, data, key), position, draws)


def _step(settings: GanSettings, players: Players, data: Any, key: Any, position: Position, draws: Any) -> Any:
    """Take `critic` steps of the discriminator and one of the generator."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    first, second = rules(settings)
    now = folded(key, position.step)
    places, masks = jnp.asarray(players.positions, jnp.int32), jnp.asarray(players.masks)

    def batch(rows: Any, blocks: Any) -> tuple[Any, Any]:
        real = data.at[rows].get(mode="promise_in_bounds")
        return real, real[:, places] * masks[blocks]

    def improve(carry: tuple[Any, Any], drawn: Any) -> tuple[tuple[Any, Any], Any]:
        (judge, memory), (rows, blocks, number) = carry, drawn
        real, condition = batch(rows, blocks)
        noise = folded(now, number)
        made, _ = generate(players, position.generator, noise, condition)
        objective = partial(discriminator_loss, settings, players, real, lax.stop_gradient(made), condition, noise)
        loss, gradients = jax.value_and_grad(objective)(judge)
        updates, memory = first.update(gradients, memory, judge)
        judge = jax.tree.map(jnp.add, judge, updates)
        if settings.loss == "clipping":
            judge = jax.tree.map(lambda value: value.clip(-settings.clip, settings.clip), judge)
        return (judge, memory), loss

    rows, blocks = draws
    begun = (position.discriminator, position.discriminator_memory)
    numbers = jnp.arange(settings.critic, dtype=jnp.uint32)
    if settings.critic == 1:
        (judge, memory), loss = improve(begun, (rows[0], blocks[0], numbers[0]))
    else:
        (judge, memory), found = lax.scan(improve, begun, (rows[:-1], blocks[:-1], numbers))
        loss = found[-1]
    _, condition = batch(rows[-1], blocks[-1])
    objective = partial(generator_loss, settings, players, judge, condition, folded(now, settings.critic))
    own, gradients = jax.value_and_grad(objective)(position.generator)
    updates, kept = second.update(gradients, position.generator_memory, position.generator)
    maker = jax.tree.map(jnp.add, position.generator, updates)
    # an average over steps wanders less than any of them (Yazıcı et al. 2019); it is what samples are made by
    done = position.step.astype(jnp.float32)
    fresh = jnp.maximum(1 - AVERAGE, 9 / (10 + done))
    averaged = jax.tree.map(lambda old, new: old + fresh * (new - old), position.averaged, maker)
    return Position(judge, maker, memory, kept, averaged, position.step + 1), jnp.stack([loss, own])


def discriminator_loss(
    settings: GanSettings, players: Players, real: Any, made: Any, condition: Any, key: Any, parameters: Any
) -> Any:
    """Return what the discriminator minimises, its objective with the sign turned; scores are logits for minimax."""
    import jax
    import jax.numpy as jnp

    score = partial(_score, players, parameters)
    both = score(jnp.concatenate([real, made]), jnp.concatenate([condition, condition]))  # one product, not two
    of_real, of_made = both[: len(real)], both[len(real) :]
    if settings.loss in ("minimax", "nonsaturating"):
        return (jax.nn.softplus(-of_real) + jax.nn.softplus(of_made)).mean()  # −log D(x) − log(1 − D(G(z)))
    loss = (of_made - of_real).mean()
    if settings.loss == "clipping":
        return loss
    between = uniform(folded(key, 9), (len(real), 1))
    inside = between * real + (1 - between) * made
    slopes = jax.grad(lambda records: score(records, condition).sum())(inside)
    lengths = jnp.sqrt((slopes**2).sum(axis=1) + 1e-12)  # the root has no slope at 0
    return loss + settings.penalty * ((lengths - 1) ** 2).mean()


def generator_loss(
    settings: GanSettings, players: Players, judge: Any, condition: Any, key: Any, parameters: Any
) -> Any:
    """Return what the generator minimises: its part of the objective, and how far its choices miss the condition."""
    import jax

    made, scores = generate(players, parameters, key, condition)
    score = _score(players, judge, made, condition)
    if settings.loss == "minimax":
        loss = -jax.nn.softplus(score).mean()  # log(1 − D(G(z)))
    elif settings.loss == "nonsaturating":
        loss = jax.nn.softplus(-score).mean()  # −log D(G(z))
    else:
        loss = -score.mean()
    return loss + _missed(players, scores, condition)


def _missed(players: Players, scores: Any, condition: Any) -> Any:
    """Return the mean cross-entropy between the condition and the choice made for it."""
    import jax
    import jax.numpy as jnp

    if not players.conditional:
        return 0.0
    logs = [jax.nn.log_softmax(scores[:, players.blocks[i].chosen]) for i in players.conditional]
    return -(jnp.concatenate(logs, axis=1) * condition).sum() / len(condition)


def _score(players: Players, parameters: Any, records: Any, condition: Any) -> Any:
    import jax.numpy as jnp

    inputs = jnp.concatenate([records, condition], axis=1) if condition.shape[1] else records
    return outputs(players.discriminator, parameters, inputs)[:, 0]
