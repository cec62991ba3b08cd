"""The gradient of image attention by NumPy, tile by tile: powers are computed anew, not kept from the forward pass."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from gradus.lab.attention import Plan, fill_powers, make_plan, share_out

if TYPE_CHECKING:
    from numpy.typing import NDArray


def gradient(
    image: NDArray[Any], keys: NDArray[Any], values: NDArray[Any], upstream: NDArray[Any], divisor: float = 1.0
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return the gradients for image, keys and values of `sum(upstream * attend(image, keys, values))`.

    Shapes are those of the arguments; batches first, if the image has them. A channel that is zero everywhere, where
    the norm has no gradient, gets zero.
    """
    import numpy as np

    if image.ndim == 3:
        return _gradient(image, keys, values, upstream, divisor)
    by_image = np.empty_like(image)
    by_keys, by_values = np.zeros_like(keys), np.zeros_like(values)
    for number, one in enumerate(image):
        by_image[number], more_keys, more_values = _gradient(one, keys, values, upstream[number], divisor)
        by_keys += more_keys
        by_values += more_values
    return by_image, by_keys, by_values


def _gradient(
    image: NDArray[Any], keys: NDArray[Any], values: NDArray[Any], upstream: NDArray[Any], divisor: float
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    import numpy as np

    plan = make_plan(image, keys, values, divisor)
    flow = np.ascontiguousarray(upstream, image.dtype).reshape(-1, len(values))
    by_pixels = np.empty_like(plan.pixels)
    by_scaled = np.zeros(plan.keys.shape, np.float64)
    by_values = np.zeros((len(values), plan.sums.shape[2]), np.float64)
    adding = threading.Lock()

    def work(tiles: list[slice]) -> None:
        for tile in tiles:
            scores, weighed = _backward(plan, tile, flow[tile])
            np.matmul(scores.T, plan.keys, out=by_pixels[tile])
            more = scores @ plan.pixels[tile]
            with adding:
                by_scaled.__iadd__(more)
                by_values.__iadd__(weighed)

    share_out(work, plan.tiles())
    # scaled = keys · inverse / divisor, inverse = 1 / norm, norm = root of the sum of squares
    by_inverse = (by_scaled * keys.reshape(plan.keys.shape)).sum(axis=0) / divisor
    by_pixels -= plan.pixels * (by_inverse * plan.inverse**3).astype(image.dtype)
    by_keys = (by_scaled * (plan.inverse / divisor)).reshape(keys.shape).astype(keys.dtype)
    return by_pixels.reshape(image.shape), by_keys, by_values.reshape(values.shape).astype(values.dtype)


def _backward(plan: Plan, tile: slice, flow: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return a tile's gradients for its scores, (outputs·k·k) × pixels, and for the values, outputs × k·k."""
    import numpy as np

    powers = fill_powers(plan, tile, np.empty((len(plan.keys), tile.stop - tile.start), plan.keys.dtype))
    sums = np.matmul(plan.sums, powers)
    weights = np.divide(powers, sums[:, 1:2], out=powers)
    result = sums[:, 0] / sums[:, 1]
    upstream = flow.T
    by_values = np.einsum("oap,op->oa", weights, upstream)
    weights *= (plan.sums[:, 0, :, None] - result[:, None]) * upstream[:, None]
    return weights.reshape(plan.keys.shape[0], -1), by_values
