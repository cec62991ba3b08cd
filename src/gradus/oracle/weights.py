"""Weights of a convolution in groups: deal the channels to the groups, then add up filter by filter, plane by plane."""

from __future__ import annotations

from itertools import product


def count_weights(kernel: int, depth: int, filters: int, bias: bool, groups: int = 1) -> int:
    """Count a weight for each row and column of each plane that a filter looks at, and its bias.

    Args:
        kernel: rows and columns of the kernel.
        depth: channels of the input, dealt to the groups in equal runs; so are the filters.
        filters: channels of the output.
        bias: whether each filter has one.
        groups: how many; a filter sees only the channels of its own.

    >>> count_weights(3, depth=4, filters=8, bias=True, groups=2)
    152
    """
    plane = sum(1 for _ in product(range(kernel), repeat=2))
    seen = [0] * groups  # weights of one filter of each group
    run = len(range(0, depth, groups))
    for channel in range(depth):
        seen[channel // run] += plane
    crew = len(range(0, filters, groups))
    counted = 0
    for place in range(filters):
        counted += seen[place // crew]
        if bias:
            counted += 1
    return counted
