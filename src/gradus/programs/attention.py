"""Attention of vectors, `attention(image, k, v)`: the small task on which sandboxes are attacked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gradus.programs.task import Case, Task

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SOURCE = """\
import numpy as np


def attention(image, k, v):
    scores = image @ k.T / np.sqrt(k.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ v
"""


def draw(generator: np.random.Generator, sizes: Mapping[str, int]) -> tuple[NDArray[Any], ...]:
    """Draw pixels × features, keys × features, keys × outputs."""
    pixels, features, keys, outputs = (sizes[name] for name in ("pixels", "features", "keys", "outputs"))
    shapes = ((pixels, features), (keys, features), (keys, outputs))
    return tuple(generator.normal(size=shape) for shape in shapes)


def _sizes(pixels: int, features: int, keys: int, outputs: int) -> dict[str, int]:
    return {"pixels": pixels, "features": features, "keys": keys, "outputs": outputs}


TASK = Task(
    "attention",
    SOURCE,
    draw,
    (
        Case(_sizes(6, 4, 5, 3), 1, public=True),
        Case(_sizes(16, 3, 9, 4), 2),
        Case(_sizes(7, 2, 8, 5), 3),
        Case(_sizes(1, 1, 1, 1), 4, edge="there is one of everything"),
    ),
    growing=(_sizes(8, 3, 9, 4), _sizes(64, 3, 9, 4)),
)
