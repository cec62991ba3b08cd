"""Generator and discriminator as networks of the laboratory, and what the generator's numbers mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from gradus.errors import Fault
from gradus.lab.gan.encoding import Block
from gradus.lab.gan.settings import GanSettings
from gradus.lab.models import Model, build
from gradus.lab.noise import folded, uniform
from gradus.networks import Dropout

TEMPERATURE = 0.2
"""Of the Gumbel softmax that stands for a choice in training (Jang et al. 2017), as in Xu et al. 2019, section 4.3."""

SINE = tuple((-1) ** k / math.factorial(2 * k + 1) for k in range(6))
"""Of x, x³, x⁵, … in the sine of x; as far as float32 sees up to a quarter of a turn."""


@dataclass(frozen=True)
class Players:
    """The two networks, and how a record is laid out.

    Args:
        generator: from noise and condition to the numbers of a record, before tanh and softmax.
        discriminator: from a record and its condition to a score.
        blocks: of a record.
        conditional: the blocks that a condition may name, by position.
    """

    generator: Model
    discriminator: Model
    blocks: tuple[Block, ...]
    conditional: tuple[int, ...]

    @property
    def positions(self) -> list[int]:
        """Which numbers of a record a condition is made of."""
        chosen = (self.blocks[i].chosen for i in self.conditional)
        return [position for places in chosen for position in range(places.start, places.stop)]

    @property
    def masks(self) -> Any:
        """Which of those belong to each conditional block: blocks × positions, float32; one empty row if none."""
        import numpy as np

        rows = [[float(place.first <= p < place.end) for p in self.positions] for place in self._places()]
        return np.array(rows or [[]], np.float32)

    def _places(self) -> list[Block]:
        return [self.blocks[i] for i in self.conditional]


def build_players(settings: GanSettings, blocks: tuple[Block, ...]) -> Players:
    """Return the players for records of these blocks; a condition may name any choice that is no mode.

    Raises:
        Fault: hidden layers that cannot be read, or that keep statistics, as batch norm does, or that drop.
    """
    conditional = tuple(i for i, block in enumerate(blocks) if block.choices and not block.scalar)
    width = blocks[-1].end
    named = sum(blocks[i].choices for i in conditional)
    generator = build(f"{settings.generator} > dense {width}", (settings.noise + named,))
    discriminator = build(f"{settings.discriminator} > dense 1", (width + named,))
    for field, model in (("generator", generator), ("discriminator", discriminator)):
        if any(model.stored.values()):
            raise Fault("gan", field, getattr(settings, field), "must not keep statistics", "use ln in place of bn")
        if any(isinstance(step.layer, Dropout) for step in model.network.plan.steps):
            rule = "must not drop: samples and penalty would depend on it"
            raise Fault("gan", field, getattr(settings, field), rule, "leave dropout out")
    return Players(generator, discriminator, blocks, conditional)


def normal(key: Any, shape: tuple[int, int]) -> Any:
    """Return normal numbers, by Box and Muller's transformation (1958) of the laboratory's uniform ones.

    Of their pair √(−2 log u)·(cos 2πv, sin 2πv) only one is taken, its cosine as sin π(v − ½): that has the same
    distribution. XLA takes as long for cosines on processors as for all else in a step; a series (to 10⁻⁷, what a
    float32 holds) takes a twentieth.
    """
    import jax.numpy as jnp

    first, second = uniform(folded(key, 1), shape), uniform(folded(key, 2), shape)
    angle = jnp.pi * (second - 0.5)
    square, sine = angle**2, jnp.full(shape, SINE[-1], jnp.float32)
    for factor in SINE[-2::-1]:
        sine = sine * square + factor
    return jnp.sqrt(-2 * jnp.log(1 - first)) * sine * angle


def generate(players: Players, parameters: Any, key: Any, condition: Any) -> tuple[Any, Any]:
    """Return records, batch × width, and the scores that their choices were made by.

    Args:
        players: the networks.
        parameters: of the generator.
        key: 32 random bits, for noise and choices.
        condition: batch × positions.
    """
    import jax.numpy as jnp

    named = condition.shape[1]
    drawn = normal(folded(key, 3), (condition.shape[0], players.generator.shape[0] - named))
    inputs = jnp.concatenate([drawn, condition], axis=1) if named else drawn
    scores = outputs(players.generator, parameters, inputs)
    return shaped(players.blocks, scores, folded(key, 4)), scores


def shaped(blocks: tuple[Block, ...], scores: Any, key: Any) -> Any:
    """Return the scores as records: tanh for places, a Gumbel softmax for each choice."""
    import jax
    import jax.numpy as jnp

    if not any(block.choices for block in blocks):
        return jnp.tanh(scores)
    spread = scores - jnp.log(-jnp.log(uniform(key, scores.shape) * 0.999998 + 1e-6))
    parts = []
    for block in blocks:
        if block.scalar:
            parts.append(jnp.tanh(scores[:, block.first : block.first + 1]))
        if block.choices:
            parts.append(jax.nn.softmax(spread[:, block.chosen] / TEMPERATURE))
    return jnp.concatenate(parts, axis=1)


def outputs(model: Model, parameters: Any, inputs: Any) -> Any:
    """Return the outputs of a network without statistics; to be differentiated backwards only."""
    values, _ = model.trace(parameters, {}, inputs, backwards=True)
    return model.result(values, inputs)
