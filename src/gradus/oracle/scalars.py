"""Parameters by naming every scalar that training may change, one at a time."""

from __future__ import annotations

from itertools import product


def count_filter(kernel: int, depth: int, bias: bool) -> int:
    """Name the scalars of one filter: a weight for each row, column and channel it looks at, and its bias.

    >>> count_filter(3, 3, bias=True)
    28
    """
    named = sum(1 for _ in product(range(kernel), range(kernel), range(depth)))
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
    """Walk over every position of an activation and add up its channels.

    >>> count_cells(2, 2, 32)
    128
    """
    cells = 0
    for _ in product(range(height), range(width)):
        cells += channels
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
