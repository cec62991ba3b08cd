"""Receptive fields by following dependencies backwards, pixel by pixel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Step = tuple[int, int, int]
"""Kernel, stride and dilation of one layer."""


def seen_by(unit: int, steps: Sequence[Step]) -> set[int]:
    """Return the input pixels along one axis that reach one unit of the last layer; unpadded, far from any border.

    >>> sorted(seen_by(0, [(3, 2, 1), (2, 1, 2)]))
    [0, 1, 2, 4, 5, 6]
    """
    pixels = {unit}
    for kernel, stride, dilation in reversed(steps):
        pixels = {pixel * stride + tap * dilation for pixel in pixels for tap in range(kernel)}
    return pixels


def extent(pixels: Iterable[int]) -> int:
    """Return how many pixels there are from the first to the last, gaps included.

    >>> extent({0, 1, 2, 4, 5, 6})
    7
    """
    found = list(pixels)
    return max(found) - min(found) + 1
