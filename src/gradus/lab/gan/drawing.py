"""Which records each step sees: drawn by NumPy from seed and step, so that a fit resumes to the bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradus.lab.data.changes import generator
from gradus.lab.gan.players import Players
from gradus.lab.gan.settings import GanSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray


def draw(settings: GanSettings, players: Players, data: NDArray[Any], first: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return rows and conditional blocks for the steps up to the next check, steps × (critic + 1) × batch, int32 each.

    A block is drawn evenly, one of its values by the logarithm of its count, and a row with that value: so rare values
    are seen often enough (training by sampling: Xu et al. 2019, section 4.3).

    Args:
        settings: of the fit.
        players: what conditions there are.
        data: encoded records.
        first: the number of the first of these steps.
    """
    import numpy as np

    random = generator(settings.seed, 60, first)
    shape = (settings.check_every, settings.critic + 1, settings.batch)
    if not players.conditional:
        return random.integers(len(data), size=shape, dtype=np.int32), np.zeros(shape, np.int32)
    blocks = random.integers(len(players.conditional), size=shape, dtype=np.int32)
    rows = np.empty(shape, np.int32)
    for number, place in enumerate(players.conditional):
        values = data[:, players.blocks[place].chosen].argmax(axis=1)
        mine = blocks == number
        counts = np.bincount(values)
        weights = np.log1p(counts)
        value = random.choice(len(counts), int(mine.sum()), p=weights / weights.sum())
        order, starts = np.argsort(values, kind="stable"), np.concatenate([[0], np.cumsum(counts)])
        rows[mine] = order[starts[value] + (random.random(len(value)) * counts[value]).astype(int)]
    return rows, blocks
