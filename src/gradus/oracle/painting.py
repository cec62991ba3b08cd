"""Transposed convolution along one axis: each input pixel paints a kernel onto a canvas."""

from __future__ import annotations


def paint(size: int, kernel: int, stride: int, padding: int = 0, extra: int = 0) -> int:
    """Paint every pixel, trim the canvas on both sides, extend it at the end; return its pixels.

    Args:
        size: pixels of the input along the axis.
        kernel: pixels that each of them paints.
        stride: pixels of the canvas from where one begins to paint to where the next does.
        padding: pixels trimmed from each side.
        extra: pixels added at the end.

    >>> paint(28, kernel=2, stride=2), paint(7, kernel=3, stride=2, padding=1, extra=1)
    (56, 14)
    """
    canvas, start = 0, 0
    for _ in range(size):
        while canvas < start + kernel:
            canvas += 1
        start += stride
    for _ in range(padding):
        canvas -= 2
    for _ in range(extra):
        canvas += 1
    return canvas
