"""Sliding windows: output sizes by walking over the legal placements one by one."""

from __future__ import annotations


def count_placements(size: int, window: int, stride: int = 1, padding: int = 0, ceil: bool = False) -> int:
    """Slide a window along one axis and count where it may stand.

    Args:
        size: pixels of the input along the axis.
        window: pixels of the window along the axis.
        stride: pixels from one placement to the next.
        padding: pixels added on each side.
        ceil: also count a last placement that hangs over the end, if it begins on the input or the padding before it.

    >>> count_placements(128, window=3), count_placements(7, window=2, stride=2, ceil=True)
    (126, 4)
    """
    placed, start, end = 0, -padding, size + padding
    while start + window <= end:
        placed += 1
        start += stride
    # one more window may hang over, where pixels remain uncovered and it does not begin in the padding at the end
    if ceil and start - stride + window < end and start < size:
        placed += 1
    return placed


def places_exactly(wanted: int, size: int, window: int, stride: int, padding: int) -> bool:
    """Slide a window until there is one placement too many, or no room; return whether the count is as wanted.

    >>> places_exactly(126, size=128, window=3, stride=1, padding=0)
    True
    """
    placed, start, last = 0, -padding, size + padding - window
    while start <= last and placed <= wanted:
        placed += 1
        start += stride
    return placed == wanted
