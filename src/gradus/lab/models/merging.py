"""Where branches meet."""

from __future__ import annotations

from typing import Any

from gradus.networks.merging import Concatenation, Elementwise

Merging = Elementwise | Concatenation


def merged(layer: Merging, read: list[Any]) -> Any:
    """Return the sum, product or concatenation of several outputs, batches first."""
    import jax.numpy as jnp

    if isinstance(layer, Concatenation):
        return jnp.concatenate(read, axis=layer.axis if layer.axis < 0 else layer.axis + 1)
    result = read[0]
    for other in read[1:]:
        result = result + other if layer.word == "add" else _product(result, other)
    return result


def _product(one: Any, other: Any) -> Any:
    """Return the product, a vector of channels being stretched over an image's places."""
    for _ in range(one.ndim - other.ndim):
        other = other[:, None]
    for _ in range(other.ndim - one.ndim):
        one = one[:, None]
    return one * other
