"""Augmentation by flips, inside the compiled program."""

from __future__ import annotations

from typing import Any

from gradus.lab.data.changes import AXES
from gradus.lab.noise import folded, uniform

BRANCH = 1_000_003
"""Keeps the random numbers of flips apart from those of layers."""


def flip(images: Any, axes: tuple[str, ...], key: Any) -> Any:
    """Return batch × height × width × channels, each image flipped along each axis with probability one half."""
    import jax.numpy as jnp

    for axis in axes:
        chosen = uniform(folded(key, BRANCH + AXES[axis]), (images.shape[0],)) < 0.5
        images = jnp.where(chosen[:, None, None, None], jnp.flip(images, AXES[axis]), images)
    return images
