"""Minima found by looking: ever finer grids, for a convex function of one number."""

from __future__ import annotations

from collections.abc import Mapping

from gradus.oracle.programs import Run, read


def minimum(text: str, by: str, values: Mapping[str, float], low: float = -64.0, high: float = 64.0) -> float:
    """Return where a convex function of one number is least, to about 1e-8.

    Args:
        text: the function in Python's notation: `1/2*H*(w - c)**2 + alpha*abs(w)`.
        by: its variable.
        values: the other quantities.
        low: where to look, from here
        high: to here.

    >>> abs(minimum("1/2*H*(w - c)**2 + a*abs(w)", "w", {"H": 2.0, "c": 3.0, "a": 1.0}) - 2.5) < 1e-7
    True
    """
    import numpy as np

    script = read(f"J = {text}")
    for _ in range(12):
        grid = np.linspace(low, high, 65)
        heights = [float(Run(np, {**values, by: np.float64(w)}, {}, {}).run(script)["J"]) for w in grid]
        best = int(np.argmin(heights))
        low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, 64)])
        if high - low < 1e-9:
            break
    return (low + high) / 2
