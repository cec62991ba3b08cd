"""Where branches meet: sums, products and concatenations of several tensors."""

from __future__ import annotations

from dataclasses import dataclass

from gradus.errors import Fault
from gradus.networks import rules
from gradus.networks.checks import Shape, dotted
from gradus.networks.formula import Working, Workings
from gradus.networks.layer import UNCHANGED, Merge
from gradus.networks.tree import Quantity, total


@dataclass(frozen=True)
class Elementwise(Merge):
    """A sum or product of tensors of one shape; in a product, sizes of 1 and missing axes are stretched.

    >>> Elementwise("add").merged(((56, 56, 64), (56, 56, 64)))
    (56, 56, 64)
    >>> Elementwise("multiply").merged(((56, 56, 64), (64,)))
    (56, 56, 64)
    """

    word: str  # type: ignore[misc]  # "add" or "multiply": one class, two words

    def merged(self, shapes: tuple[Shape, ...]) -> Shape:
        """Return the common shape."""
        result = shapes[0]
        for shape in shapes[1:]:
            if shape == result:
                continue
            if self.word == "add":
                _refuse("add", shapes, "must have one shape to be added", "add a 1x1 conv, or a stride, to a branch")
            result = self._stretched(result, shape, shapes)
        return result

    def _stretched(self, one: Shape, other: Shape, shapes: tuple[Shape, ...]) -> Shape:
        rank = max(len(one), len(other))
        one, other = ((1,) * (rank - len(shape)) + shape for shape in (one, other))
        for a, b in zip(one, other, strict=True):
            if a not in (1, b) and b != 1:
                _refuse(self.word, shapes, "must agree wherever neither is 1", "give both branches the same depth")
        return tuple(b if a == 1 else a for a, b in zip(one, other, strict=True))


@dataclass(frozen=True)
class Concatenation(Merge):
    """Tensors one after another along one axis, the depth unless another is named.

    >>> Concatenation(-1).merged(((28, 28, 64), (28, 28, 128)))
    (28, 28, 192)
    """

    axis: int = -1
    word = "concat"

    def merged(self, shapes: tuple[Shape, ...]) -> Shape:
        """Return the shape with the sizes along the axis added."""
        first = shapes[0]
        if not -len(first) <= self.axis < len(first):
            raise Fault(self.word, "axis", self.axis, f"is no axis of {dotted(first)}", "write -1 for the depth")
        axis = self.axis % len(first)
        for shape in shapes[1:]:
            if len(shape) != len(first) or any(
                a != b for i, (a, b) in enumerate(zip(shape, first, strict=True)) if i != axis
            ):
                rule = "must agree in all sizes but the one that is joined"
                _refuse(self.word, shapes, rule, "give all branches the same stride and padding")
        return (*first[:axis], total(tuple(shape[axis] for shape in shapes)), *first[axis + 1 :])

    def sizes(self, shapes: tuple[Shape, ...]) -> Workings:
        """Return the sum along the axis."""
        if len(shapes) < 2:
            return UNCHANGED
        sizes: tuple[Quantity, ...] = tuple(shape[self.axis] for shape in shapes)
        return Workings((Working(rules.SUM, sizes),))


def _refuse(where: str, shapes: tuple[Shape, ...], rule: str, remedy: str) -> None:
    raise Fault(where, "shapes", " and ".join(map(dotted, shapes)), rule, remedy)
