"""Windows that slide along axes: shared by convolution, pooling and the receptive field."""

from __future__ import annotations

from gradus.errors import Fault
from gradus.networks import rules
from gradus.networks.checks import Shape, spatial, spread, whole
from gradus.networks.formula import Working
from gradus.networks.tree import Quantity

Padding = Quantity
"""A number for each side of every axis; a tuple with a number, or a (before, after) pair, per axis; `same`; `valid`."""

SAME, VALID = "same", "valid"


def check_padding(where: str, padding: Padding, field: str = "padding") -> None:
    """Check a padding without knowing the input."""
    if padding in (SAME, VALID):
        return
    if isinstance(padding, str):
        raise Fault(where, field, padding, "must be a number, a pair, same or valid", "write for example 1 or 'same'")
    for axis in padding if isinstance(padding, tuple) else (padding,):
        pair = axis if isinstance(axis, tuple) else (axis,)
        if len(pair) > 2 or not pair:
            remedy = "write for example ((0, 1), (0, 1))"
            raise Fault(where, field, padding, "must be (before, after) on each axis", remedy)
        for side in pair:
            whole(where, field, side, 0)


def sides(padding: Padding, rank: int, where: str) -> tuple[tuple[Quantity, Quantity | None], ...]:
    """Return (before, after) for each axis; after is `None` where both sides are one number.

    >>> sides(((0, 1), 2), 2, "conv")
    ((0, 1), (2, None))
    """
    if padding == VALID:
        padding = 0
    parts = spread(where, "padding", padding, rank)
    return tuple((part[0], part[-1]) if isinstance(part, tuple) else (part, None) for part in parts)


def window_workings(
    where: str,
    shape: Shape,
    kernel: Quantity,
    stride: Quantity,
    padding: Padding,
    dilation: Quantity,
    ceil: bool = False,
) -> tuple[Working, ...]:
    """Return the working of the output size along each spatial axis of an input."""
    rank = spatial(where, shape)
    if type(kernel) is int and type(stride) is int and type(padding) is int and type(dilation) is int:
        gap = None if dilation == 1 else dilation  # the same on every axis: by far the most frequent case
        mode = rules.rounding(kernel, stride, padding, ceil)
        alike = (kernel, stride, padding, None, gap, mode)
        return tuple([Working(rules.WINDOW_COUNT, (size, *alike)) for size in shape[:-1]])
    steps = spread(where, "stride", stride, rank)
    taps, gaps = spread(where, "kernel", kernel, rank), spread(where, "dilation", dilation, rank)
    if padding == SAME:
        return tuple([Working(rules.SAME_COUNT, pair) for pair in zip(shape, steps, strict=False)])
    found = []
    for i, (before, after) in enumerate(sides(padding, rank, where)):
        gap = None if type(gaps[i]) is int and gaps[i] == 1 else gaps[i]
        mode = rules.rounding(taps[i], steps[i], before, ceil)
        found.append(Working(rules.WINDOW_COUNT, (shape[i], taps[i], steps[i], before, after, gap, mode)))
    return tuple(found)


def window_counts(where: str, kernel: Quantity, workings: tuple[Working, ...]) -> list[Quantity]:
    """Return the sizes that the workings come to, after checking that at least one window fits on each axis."""
    found: list[Quantity] = []
    for i, working in enumerate(workings):
        if i and working.arguments == workings[i - 1].arguments:
            found.append(found[-1])
            continue
        result = working.value
        if type(result) is int and result < 1:
            rule = f"does not fit its input of size {working.arguments[0]}: the output would have size {result}"
            remedy = "use a smaller kernel or dilation, more padding, or a larger input"
            raise Fault(where, "kernel", kernel, rule, remedy)
        found.append(result)
    return found


def same_sides(size: int, span: int, stride: int) -> tuple[int, int]:
    """Return the padding before and after that `same` stands for along one axis; the odd pixel goes after.

    >>> same_sides(224, span=3, stride=2)
    (0, 1)
    """
    total = max((-(-size // stride) - 1) * stride + span - size, 0)
    return total // 2, total - total // 2
