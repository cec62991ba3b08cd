"""The least cost through the steps of a search, and one way to have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradus.networks.search import Step

NEVER = 2**61  # twice that is still a 64-bit whole number


def cheapest(steps: list[Step], free: Any, priced: Any) -> tuple[int, list[dict[str, int]]] | None:
    """Return the least cost to a wanted end, and the values of the symbols in each stage; `None` if none is reached."""
    import numpy as np

    levels = [np.zeros((1, 1), np.int64)]
    for step in steps:
        levels.append(_after(step, levels[-1]))
    wanted = np.where(free[:, None] & priced[None, :], levels[-1], NEVER)
    at = np.unravel_index(np.argmin(wanted), wanted.shape)
    cost = int(wanted[at])
    if cost >= NEVER:
        return None
    place = (int(at[0]), int(at[1]))
    choices: list[dict[str, int]] = []
    for step, level, after in zip(reversed(steps), reversed(levels[:-1]), reversed(levels[1:]), strict=True):
        place, values = _back(step, level, place, int(after[place]))
        choices.append(values)
    return cost, choices[::-1]


def _after(step: Step, level: Any) -> Any:
    """Return the least cost of each state after a step, from those before it."""
    import numpy as np

    result = np.full((len(step.free.ends), len(step.priced.ends)), NEVER, np.int64)
    for number in range(step.shared):
        prices = step.prices(number)
        moved = np.full((len(level), prices.shape[1]), NEVER, np.int64)
        for b in np.flatnonzero((prices < NEVER).any(axis=1)):
            np.minimum(moved, level[:, b, None] + prices[b][None, :], out=moved)
        for a, reach in enumerate(step.ways(number) > 0):
            result[reach] = np.minimum(result[reach], moved[a][None, :])
    return np.minimum(result, NEVER)


def _back(step: Step, level: Any, place: tuple[int, int], cost: int) -> tuple[tuple[int, int], dict[str, int]]:
    """Return a state before the step, and an option, that lead to a place at its least cost."""
    import numpy as np

    for number in range(step.shared):
        ways, prices = step.ways(number)[:, place[0]] > 0, step.prices(number)[:, place[1]]
        fits = ways[:, None] & (level + prices[None, :] == cost) & (prices < NEVER)[None, :]
        if fits.any():
            a, b = (int(i) for i in np.argwhere(fits)[0])
            free, priced = step.free, step.priced
            one = np.flatnonzero((free.shared == number) & free.fits[a] & (free.target[a] == place[0]))[0]
            cheap = (priced.price[b] == prices[b]) & (priced.target[b] == place[1])
            other = np.flatnonzero((priced.shared == number) & priced.fits[b] & cheap)[0]
            values = {name: int(column[one]) for name, column in free.options.items()}
            return (a, b), values | {name: int(column[other]) for name, column in priced.options.items()}
    raise AssertionError("every finite cost has a way back")
