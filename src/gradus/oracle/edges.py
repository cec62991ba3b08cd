"""Padding found by trial: add pixels until the window has as many places as wanted."""

from __future__ import annotations


def count_starts(size: int, stride: int) -> int:
    """Walk over an axis by the stride, from its first pixel to its end, and count the pixels stepped on.

    >>> count_starts(7, stride=2)
    4
    """
    return sum(1 for _ in range(0, size, stride))


def pad_until(wanted: int, size: int, span: int, stride: int) -> tuple[int, int]:
    """Add one pixel at a time, first behind the axis, then before it, and so on, until the window has `wanted` places.

    Returns:
        how many pixels were added before and behind.

    >>> pad_until(112, size=224, span=7, stride=2)
    (2, 3)
    """
    before = behind = 0
    while len(range(0, before + size + behind - span + 1, stride)) < wanted:
        if behind > before:
            before += 1
        else:
            behind += 1
    return before, behind
