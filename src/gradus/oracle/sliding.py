"""A convolution at work: its multiplications, and its links, by sliding windows over the input."""

from __future__ import annotations


def covers(size: int, window: int, stride: int = 1, padding: int = 0) -> list[int]:
    """Slide a window along one axis and tell for each pixel how many placements look at it.

    >>> covers(5, window=3)
    [1, 2, 3, 2, 1]
    """
    counts = [0] * size
    start = -padding
    while start + window <= size + padding:
        for pixel in range(max(start, 0), min(start + window, size)):
            counts[pixel] += 1
        start += stride
    return counts


def count_links(height: int, width: int, window: int, stride: int = 1) -> int:
    """Count, pixel by pixel of one channel, the windows that look at it: the links from one map to another.

    >>> count_links(32, 32, window=5)
    19600
    """
    columns = covers(width, window, stride)
    links = 0
    for above in covers(height, window, stride):
        for beside in columns:
            links += above * beside
    return links


def count_multiplications(taps: int, depth: int, places: tuple[int, int], filters: int) -> int:
    """Walk over a convolution: the taps of one window, the windows of one row, the rows, the filters.

    Args:
        taps: entries of the kernel in one channel.
        depth: channels that one filter reads.
        places: windows down and across.
        filters: how many filters do the same.

    >>> count_multiplications(9, 3, (224, 224), 64)
    86704128
    """
    work = 0
    for _ in range(taps):
        work += depth
    for repeats in (places[1], places[0], filters):
        done = 0
        for _ in range(repeats):
            done += work
        work = done
    return work
