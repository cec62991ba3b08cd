"""How many ways through the steps of a search cost between two bounds.

For each priced state the costs so far are kept in order, and for each of them the number of ways to each free state.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradus.networks.search import Step


def counted(steps: list[Step], free: Any, priced: Any, least: int, most: int | None) -> int:
    """Return the number of ways to wanted ends that cost from `least` to `most`."""
    import numpy as np

    ledger = {0: (np.zeros(1, np.int64), np.ones((1, 1), np.int64))}
    for step in steps[:-1]:
        ledger = _after(step, ledger)
    result, last = 0, steps[-1]
    for number in range(last.shared):
        ends = last.ways(number)[:, free].sum(axis=1)
        running = {b: (costs, np.concatenate([[0], np.cumsum(ends @ ways)])) for b, (costs, ways) in ledger.items()}
        for b, target, price, times in _transitions(last, number):
            if not priced[target] or b not in running:
                continue
            costs, sums = running[b]
            low = np.searchsorted(costs, least - price, side="left")
            high = len(costs) if most is None else np.searchsorted(costs, most - price, side="right")
            result += max(int(sums[high] - sums[low]), 0) * times
    return result


def _transitions(step: Step, number: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield each distinct (state, end, price) of the priced part, and how many options make it."""
    import numpy as np

    mine = step.priced.shared == number
    for b in range(len(step.priced.target)):
        keep = step.priced.fits[b, mine]
        pairs = np.column_stack([step.priced.target[b, mine][keep], step.priced.price[b, mine][keep]])
        distinct, times = np.unique(pairs, axis=0, return_counts=True)
        for (target, price), many in zip(distinct.tolist(), times.tolist(), strict=True):
            yield b, target, price, many


def _after(step: Step, ledger: dict[int, tuple[Any, Any]]) -> dict[int, tuple[Any, Any]]:
    import numpy as np

    found: dict[int, list[tuple[Any, Any]]] = {}
    for number in range(step.shared):
        matrix = step.ways(number).T
        moved = {b: matrix @ ways for b, (_, ways) in ledger.items()}
        for b, target, price, times in _transitions(step, number):
            if b in ledger:
                found.setdefault(target, []).append((ledger[b][0] + price, moved[b] * times))
    merged = {}
    for target, parts in found.items():
        costs = np.concatenate([costs for costs, _ in parts])
        ways = np.concatenate([ways for _, ways in parts], axis=1)
        order = np.argsort(costs, kind="stable")
        costs, ways = costs[order], ways[:, order]
        first = np.flatnonzero(np.concatenate([[True], costs[1:] != costs[:-1]]))
        merged[target] = (costs[first], np.add.reduceat(ways, first, axis=1))
    return merged
