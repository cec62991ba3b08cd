"""Image attention by JAX: jitted, tiled, differentiable, ready for whatever device JAX finds."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

TILE = 1 << 19  # scores held at once; a device with more memory takes more
SAFE = {4: 80.0, 8: 600.0}  # largest score whose power, and sums of such, stay finite, by bytes of a number


def attend(image: Any, keys: Any, values: Any, divisor: float = 1.0) -> Any:
    """Return height × width × outputs; batches first, if the image has them. `jax.grad` goes through it.

    Args:
        image: height × width × channels, or batch × height × width × channels; float32, or float64 where enabled.
        keys: outputs × k × k × channels.
        values: outputs × k × k.
        divisor: scores are divided by it before the softmax.

    Backwards, a tile's scores are computed anew, so that the gradient holds no more of them than the result.
    """
    return _compiled()(image, keys, values, divisor)


@cache
def _compiled() -> Any:
    import jax
    from jax import numpy as jnp

    def one(image: Any, keys: Any, values: Any, divisor: Any) -> Any:
        height, width, channels = image.shape
        outputs = values.shape[0]
        squares = (image * image).sum(axis=(0, 1))
        inverse = jnp.where(squares > 0, 1 / jnp.sqrt(jnp.where(squares > 0, squares, 1)), 0).astype(image.dtype)
        scaled = keys.reshape(outputs, -1, channels) * (inverse / divisor).astype(image.dtype)
        flat = values.reshape(outputs, -1)
        size = max(1, min(height * width, TILE // max(1, flat.size)))
        count = -(-height * width // size)
        pixels = jnp.pad(image.reshape(-1, channels), ((0, count * size - height * width), (0, 0)))

        def tile(rows: Any, *, safe: bool) -> Any:
            scores = jnp.einsum("pc,oac->oap", rows, scaled, precision=jax.lax.Precision.HIGHEST)
            highest = 0 if safe else jax.lax.stop_gradient(scores.max(axis=1, keepdims=True))
            powers = jnp.exp(scores - highest)
            return ((powers * flat[:, :, None]).sum(axis=1) / powers.sum(axis=1)).T

        # a pixel is nowhere larger than its channel's norm, so no score exceeds the keys' sum
        safe = jnp.abs(keys).sum(axis=-1).max() / divisor < SAFE[image.dtype.itemsize]

        @jax.checkpoint
        def either(rows: Any) -> Any:
            return jax.lax.cond(safe, partial(tile, safe=True), partial(tile, safe=False), rows)

        result = jax.lax.map(either, pixels.reshape(count, size, channels))
        return result.reshape(-1, outputs)[: height * width].reshape(height, width, outputs)

    def whole(image: Any, keys: Any, values: Any, divisor: Any) -> Any:
        if image.ndim == 3:
            return one(image, keys, values, divisor)
        return jax.lax.map(lambda single: one(single, keys, values, divisor), image)

    return jax.jit(whole)
