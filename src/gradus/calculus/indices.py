"""Values along indices: elements picked, sums over an index, reductions of axes; see `evaluate.py` for the layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradus.calculus.expression import Expression

if TYPE_CHECKING:
    from gradus.calculus.evaluate import Evaluation

Array = Any


def element(e: Evaluation, tree: Expression) -> Array:
    """Move the axes that indices pick to the front, each to its own place; see the module."""
    part, array = tree.parts[0], e.of(tree.parts[0])
    rank, labels = len(part.shape), tree.label
    if len(labels) == 2 and labels[0] == labels[1]:
        array, labels, rank = e.np.diagonal(array, axis1=-2, axis2=-1), labels[:1], 1
    for index in labels:
        level = e.levels[index]
        leading = array.ndim - rank - 1
        array = e.np.moveaxis(array, array.ndim - rank, 0)
        rank -= 1
        if level >= leading:
            array = array.reshape(array.shape[0], *(1,) * (level - leading), *array.shape[1:])
        else:
            array = e.np.swapaxes(array, 0, leading - level)[0]
    return array


def index(e: Evaluation, tree: Expression) -> Array:
    """Return the values 1, 2, … of an index, along its own axis."""
    size = e.extents[tree.label]
    return (e.np.arange(size) + 1.0 + 0j).reshape(size, *(1,) * (e.levels[tree.label] + 1))


def over(e: Evaluation, tree: Expression) -> Array:
    """Reduce over an index; a body that does not depend on it is repeated."""
    what, index, size = tree.label
    count, level, outer, extents = e.sample.size(size), len(e.levels), e.levels, e.extents
    e.levels, e.extents = {**outer, index: level}, {**extents, index: count}
    array = e.of(tree.parts[0])
    e.levels, e.extents = outer, extents
    if array.ndim - len(tree.shape) - 2 != level or (
        array.shape[0] == 1 and count != 1
    ):  # the body is the same for all
        front = array[0] if array.ndim - len(tree.shape) - 2 == level else array
        return front * count if what == "sum" else front**count if what == "prod" else front
    return _collected(e, what, array, 0)


def _collected(e: Evaluation, what: str, array: Array, axis: Any) -> Array:
    """Return the sum, mean, product, maximum or minimum along an axis or several."""
    if what in ("max", "min"):
        return getattr(array.real, what)(axis) + 0j
    if what == "prod":
        return e.np.prod(array, axis)
    return getattr(array, what)(axis)


def reduce(e: Evaluation, tree: Expression) -> Array:
    """Reduce all elements, or one axis."""
    what, axis = tree.label
    rank = len(tree.parts[0].shape)
    return _collected(e, what, e.of(tree.parts[0]), tuple(range(-rank, 0)) if axis is None else axis - rank)
