"""Image attention by NumPy, tile by tile: the scores of all pixels are never held at once.

The division of each channel by its norm is folded into the keys, so the image is not copied either. A tile is as many
pixels as let its scores stay in the processor's second-level cache; tiles are shared out to threads, each with buffers
of its own. Both sums of the softmax, over the powers and over the weighted values, are one batched matrix product.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from gradus.lab.blas import one_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

TILE = 552_960  # bytes of scores held at once by each thread: what fits in a second-level cache beside the rest
STEP = 16  # pixels by which tiles grow
BLOCK = 2048  # pixels whose squares are added up before float64 takes over
SAFE = {4: 80.0, 8: 600.0}  # largest score whose power, and sums of such, stay finite, by bytes of a number


@final
@dataclass(frozen=True, slots=True)
class Plan:
    """Arrays as the tiles use them.

    Attributes:
        pixels: pixels × channels.
        keys: (outputs·k·k) × channels, each channel divided by its norm, all by the divisor.
        sums: outputs × 2 × k·k: the values, and ones.
        inverse: 1 / norm of each channel, 0 where a channel is zero.
        safe: no score is so large that the maximum must be taken off first.
    """

    pixels: NDArray[Any]
    keys: NDArray[Any]
    sums: NDArray[Any]
    inverse: NDArray[Any]
    safe: bool

    def tiles(self) -> list[slice]:
        """Return the tiles, each a range of pixels."""
        size = max(STEP, TILE // self.keys.itemsize // len(self.keys) // STEP * STEP)
        if size % 128 == 0:  # rows a power of two apart push each other out of the first-level cache
            size += STEP
        return [slice(start, min(start + size, len(self.pixels))) for start in range(0, len(self.pixels), size)]


def attend(image: NDArray[Any], keys: NDArray[Any], values: NDArray[Any], divisor: float = 1.0) -> NDArray[Any]:
    """Return height × width × outputs (batches first, if the image has them), of the image's type.

    Args:
        image: height × width × channels, or batch × height × width × channels; float32 or float64.
        keys: outputs × k × k × channels.
        values: outputs × k × k.
        divisor: scores are divided by it before the softmax.

    >>> import numpy as np
    >>> float(attend(np.ones((2, 2, 1)), np.zeros((1, 3, 3, 1)), np.ones((1, 3, 3)))[0, 0, 0])
    1.0
    """
    import numpy as np

    if image.ndim == 4:
        result = np.empty((*image.shape[:3], len(values)), image.dtype)
        for one, into in zip(image, result, strict=True):
            _attend(one, keys, values, divisor, into.reshape(-1, len(values)))
        return result
    result = np.empty((*image.shape[:2], len(values)), image.dtype)
    _attend(image, keys, values, divisor, result.reshape(-1, len(values)))
    return result


def _attend(image: NDArray[Any], keys: NDArray[Any], values: NDArray[Any], divisor: float, into: NDArray[Any]) -> None:
    import numpy as np

    plan = make_plan(image, keys, values, divisor)
    outputs = len(values)

    def work(tiles: list[slice]) -> None:
        size = 0
        for tile in tiles:
            if tile.stop - tile.start != size:  # the first one and the last
                size = tile.stop - tile.start
                scores, sums = np.empty((len(plan.keys), size), into.dtype), np.empty((outputs, 2, size), into.dtype)
            powers = fill_powers(plan, tile, scores)
            np.matmul(plan.sums, powers, out=sums)
            np.divide(sums[:, 0], sums[:, 1], out=sums[:, 0])
            into[tile] = sums[:, 0].T  # turning one array costs less than dividing two that are turned

    share_out(work, plan.tiles())


def make_plan(image: NDArray[Any], keys: NDArray[Any], values: NDArray[Any], divisor: float) -> Plan:
    """Arrange the arrays for the tiles."""
    import numpy as np

    pixels = np.ascontiguousarray(image).reshape(-1, image.shape[2])
    norms = np.sqrt(_squares(pixels))
    inverse = np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)
    rows = keys.reshape(-1, keys.shape[-1])
    scaled = np.ascontiguousarray(rows * (inverse / divisor), image.dtype)
    # a pixel is nowhere larger than its channel's norm, so no score exceeds the keys' sum
    largest = float(np.abs(rows).sum(axis=1).max()) / divisor
    if largest >= SAFE[image.dtype.itemsize]:  # a closer look at the image costs more
        tallest = np.maximum(pixels.max(axis=0), -pixels.min(axis=0))
        largest = float((np.abs(scaled) @ tallest).max())
    flat = values.reshape(len(values), -1)
    sums = np.stack([flat, np.ones_like(flat)], axis=1).astype(image.dtype)
    return Plan(pixels, scaled, sums, inverse, largest < SAFE[image.dtype.itemsize])


def _squares(pixels: NDArray[Any]) -> NDArray[Any]:
    """Return each channel's sum of squares: blocks in the image's type, their sums in float64."""
    import numpy as np

    total = np.zeros(pixels.shape[1], np.float64)
    for start in range(0, len(pixels), BLOCK):
        block = pixels[start : start + BLOCK]
        total += np.einsum("pc,pc->c", block, block)
    return total


def fill_powers(plan: Plan, tile: slice, scores: NDArray[Any]) -> NDArray[Any]:
    """Write a tile's exponentials over its scores; return them as outputs × k·k × pixels."""
    import numpy as np

    np.matmul(plan.keys, plan.pixels[tile].T, out=scores)
    powers = scores.reshape(len(plan.sums), -1, scores.shape[1])
    if not plan.safe:
        powers -= powers.max(axis=1, keepdims=True)
    np.exp(powers, out=powers)
    return powers


def share_out(work: Callable[[list[slice]], None], tiles: list[slice]) -> None:
    """Do the tiles on all processors, where there are enough of them."""
    workers = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 16)
    with one_thread():
        if workers == 1 or len(tiles) < 4 * workers:
            work(tiles)
            return
        with ThreadPoolExecutor(workers) as pool:
            for done in [pool.submit(work, tiles[first::workers]) for first in range(workers)]:
                done.result()
