"""What a field of a layer may hold; each check raises a `Fault` that says how to mend it."""

from __future__ import annotations

from collections.abc import Iterable

from gradus.errors import Fault, suggest
from gradus.networks.tree import Quantity

Shape = tuple[Quantity, ...]
"""Sizes without the batch: H × W × C for an image, T × d for a sequence, d for a vector."""


def whole(where: str, field: str, value: Quantity, least: int = 1) -> None:
    """Check one whole number; symbols pass, their value being open.

    >>> whole("conv", "stride", 2)
    >>> whole("conv", "stride", 0)
    Traceback (most recent call last):
    gradus.errors.Fault: conv: stride = 0 must be at least 1; write a larger number
    """
    if type(value) is int:
        if value < least:
            raise Fault(where, field, value, f"must be at least {least}", "write a larger number")
    elif not is_symbolic(value):
        raise Fault(where, field, value, "must be a whole number", f"write {least} or more, without quotes or a point")


def wholes(where: str, field: str, value: Quantity, least: int = 1) -> None:
    """Check a whole number, or a tuple of one for each axis."""
    if not isinstance(value, tuple):
        whole(where, field, value, least)
        return
    if not 1 <= len(value) <= 3:
        raise Fault(where, field, value, "must have one number for each of 1 to 3 axes", "write one number, or (3, 3)")
    for part in value:
        whole(where, field, part, least)


def truth(where: str, field: str, value: object) -> None:
    """Check a yes or no."""
    if not isinstance(value, bool):
        raise Fault(where, field, value, "must be True or False", "write one of the two")


def among(where: str, field: str, value: object, known: Iterable[str]) -> None:
    """Check a name against the known ones."""
    names = tuple(known)
    if value not in names:
        raise Fault(where, field, value, f"must be one of {', '.join(names)}", suggest(str(value), names))


def is_symbolic(value: object) -> bool:
    """Return whether a value is a closed form in symbols rather than a number."""
    return hasattr(value, "piece")


def is_numeric(shape: Shape) -> bool:
    """Return whether all sizes are whole numbers.

    >>> is_numeric((128, 128, 3))
    True
    """
    return {int}.issuperset(map(type, shape))


def spread(where: str, field: str, value: Quantity, rank: int) -> tuple[Quantity, ...]:
    """Return one value for each of `rank` axes.

    >>> spread("conv", "kernel", 3, 2)
    (3, 3)
    """
    if not isinstance(value, tuple):
        return (value,) * rank
    if len(value) != rank:
        rule = f"has {len(value)} sizes, but the input has {rank} spatial {'axis' if rank == 1 else 'axes'}"
        raise Fault(where, field, value, rule, "write one number for all axes, or one for each")
    return value


def checked_shape(shape: object, where: str = "input") -> Shape:
    """Return an input shape after checking each of its sizes; a name stands for a symbol.

    >>> checked_shape((128, 128, 3))
    (128, 128, 3)
    """
    if not isinstance(shape, tuple | list) or not shape:
        raise Fault(where, "shape", shape, "must be a tuple of sizes", "write for example (128, 128, 3)")
    if is_numeric(tuple(shape)) and min(shape) > 0:
        return tuple(shape)
    if any(isinstance(size, str) for size in shape):
        from gradus.networks.symbols import symbol

        shape = tuple(symbol(size) if isinstance(size, str) else size for size in shape)
    for size in shape:
        if type(size) is not int or size < 1:
            whole(where, "shape", size)
    return tuple(shape)


def spatial(where: str, shape: Shape) -> int:
    """Return the number of spatial axes of an image, a volume or a signal: all but the last axis, which is depth."""
    rank = len(shape) - 1
    if not 1 <= rank <= 3:
        rule = "must have 1 to 3 spatial axes and then the depth"
        raise Fault(where, "input", shape, rule, "give an image as height × width × depth, or put this before flatten")
    return rank


def dotted(shape: Shape) -> str:
    """Write a shape as the field does: `126 × 126 × 64`."""
    if is_numeric(shape):
        return " × ".join(map(str, shape))
    from gradus.networks.formula import piece
    from gradus.networks.printing import PRODUCT, TEXT

    return " × ".join(piece(size, TEXT).inside(PRODUCT) for size in shape)
