"""Small convolutions and poolings from the pixel's side: each pixel brings its share to every window that holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

Matrix = Sequence[Sequence[int]]


def windows_over(pixel: int, size: int, window: int, stride: int, padding: int) -> Iterator[tuple[int, int]]:
    """Yield the windows that hold a pixel of an axis: which window, counted from 0, and which of its places.

    >>> list(windows_over(2, size=5, window=3, stride=1, padding=0))
    [(0, 2), (1, 1), (2, 0)]
    """
    number, start = 0, -padding
    while start + window <= size + padding and start <= pixel:
        if pixel < start + window:
            yield number, pixel - start
        number, start = number + 1, start + stride


def correlate(image: Matrix, kernel: Matrix, stride: int, padding: int) -> dict[tuple[int, int], int]:
    """Return every output of a cross-correlation with zero padding, by row and column counted from 0.

    A window that holds no pixel at all gets none, and its output is 0.

    >>> correlate([[1, 2], [3, 4]], [[1, 10]], stride=1, padding=0)
    {(0, 0): 21, (1, 0): 43}
    """
    made: dict[tuple[int, int], int] = {}
    columns = [list(windows_over(x, len(image[0]), len(kernel[0]), stride, padding)) for x in range(len(image[0]))]
    for y, row in enumerate(image):
        for i, u in windows_over(y, len(image), len(kernel), stride, padding):
            weights = kernel[u]
            for x, pixel in enumerate(row):
                for j, v in columns[x]:
                    made[i, j] = made.get((i, j), 0) + pixel * weights[v]
    return made


def pool(image: Matrix, window: int, stride: int, average: bool) -> dict[tuple[int, int], Fraction]:
    """Return every output of max or average pooling without padding, by row and column counted from 0.

    >>> pool([[1, 2], [3, 4]], window=2, stride=2, average=True)
    {(0, 0): Fraction(5, 2)}
    """
    brought: dict[tuple[int, int], list[int]] = {}
    columns = [list(windows_over(x, len(image[0]), window, stride, 0)) for x in range(len(image[0]))]
    for y, row in enumerate(image):
        for i, _ in windows_over(y, len(image), window, stride, 0):
            for x, pixel in enumerate(row):
                for j, _ in columns[x]:
                    brought.setdefault((i, j), []).append(pixel)
    if average:
        return {place: Fraction(sum(pixels), len(pixels)) for place, pixels in brought.items()}
    return {place: Fraction(max(pixels)) for place, pixels in brought.items()}
