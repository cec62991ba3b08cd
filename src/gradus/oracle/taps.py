"""Dilated kernels: lay the taps out one by one, then slide them along an axis."""

from __future__ import annotations


def lay_taps(kernel: int, dilation: int) -> list[int]:
    """Return the pixel of each tap of a kernel, the first at 0, each next one `dilation` pixels on.

    >>> lay_taps(3, dilation=4)
    [0, 4, 8]
    """
    taps = [0]
    while len(taps) < kernel:
        taps.append(taps[-1] + dilation)
    return taps


def count_pixels(kernel: int, dilation: int) -> int:
    """Walk from the first tap to the last and count the pixels, those between taps included.

    >>> count_pixels(3, dilation=2)
    5
    """
    return sum(1 for _ in range(lay_taps(kernel, dilation)[-1] + 1))


def count_dilated(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """Slide the taps along one axis and count the placements at which each tap is on the padded input.

    >>> count_dilated(28, kernel=3, stride=1, padding=0, dilation=2)
    24
    """
    last, placed, start, end = lay_taps(kernel, dilation)[-1], 0, -padding, size + padding
    while start + last < end:
        placed += 1
        start += stride
    return placed
