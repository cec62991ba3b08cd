"""Parameters by naming every scalar that training may change, one at a time."""

from __future__ import annotations

from itertools import product


def count_filter(kernel: int, depth: int, bias: bool) -> int:
    """Name the scalars of one filter: a weight for each row and column, channel after channel, and its bias.

    >>> count_filter(3, 3, bias=True)
    28
    """
    window = sum(1 for _ in product(range(kernel), range(kernel)))
    named = 0
    for _ in range(depth):
        named += window
    return named + 1 if bias else named


def count_conv(kernel: int, depth: int, filters: int, bias: bool) -> int:
    """Add up the scalars of a convolution filter by filter.

    >>> count_conv(3, 3, 64, bias=True)
    1792
    """
    scalars = count_filter(kernel, depth, bias)
    named = 0
    for _ in range(filters):
        named += scalars
    return named


def count_cells(height: int, width: int, channels: int) -> int:
    """Walk along one row of an activation, adding up its channels, and then from row to row.

    >>> count_cells(2, 2, 32)
    128
    """
    row = 0
    for _ in range(width):
        row += channels
    cells = 0
    for _ in range(height):
        cells += row
    return cells


def count_dense(inputs: int, units: int, bias: bool) -> int:
    """Add up the scalars of a dense layer unit by unit: one for each input, and its bias.

    >>> count_dense(128, 10, bias=True)
    1290
    """
    named = 0
    for _ in range(units):
        named += inputs
        if bias:
            named += 1
    return named
