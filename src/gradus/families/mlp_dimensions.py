"""Shapes of everything that meets in one layer of an MLP, forwards and backwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Shape
from gradus.family import Family, Mistake
from gradus.networks import Dense
from gradus.oracle.matrices import multiply, solve_right, transpose
from gradus.parameters import Between, among, between

HALF = Fraction(1, 2)
SIZES = Between(1, 100_000)


@final
@dataclass(frozen=True, kw_only=True)
class MlpDimensions(Family):
    """Shapes of weights, bias, pre-activation and gradients in one layer of an MLP with a batch."""

    parts: ClassVar[tuple[str, ...]] = ("weights", "bias", "preactivation", "gradient", "backward")

    layout: Literal["rows", "columns"] = among("rows", "columns")
    batch: int = between(2, 64, allowed=SIZES)
    inputs: int = between(2, 800, allowed=SIZES)
    first_hidden: int = between(2, 256, allowed=SIZES)
    second_hidden: int = between(2, 256, allowed=SIZES)
    outputs: int = between(2, 20, allowed=SIZES)
    layer: int = among(1, 2, 3)

    def is_sensible(self) -> bool:
        """Draw sizes that can be told apart."""
        return len({self.batch, self.inputs, self.first_hidden, self.second_hidden, self.outputs, 1}) == 6

    def prompt(self) -> str:
        """Ask for the shapes of one layer."""
        line = "row" if self.layout == "rows" else "column"
        made = "A W + b" if self.layout == "rows" else "W A + b"
        return (
            f"An MLP takes ${self.inputs}$ numbers through hidden layers of ${self.first_hidden}$ and "
            f"${self.second_hidden}$ units to ${self.outputs}$ outputs. A batch of ${self.batch}$ examples is a matrix "
            f"with one example in each {line}. A layer computes the pre-activation $Z = {made}$ from its input $A$, "
            f"where $b$, a matrix of one {line}, is added to every {line} of the product; an activation function "
            "follows, entry by entry. "
            "The loss $L$ is one number for the whole batch, and a gradient has the shape of what it is taken with "
            "respect to.\n\n"
            f"For layer ${self.layer}$ of the three layers with weights, give the shapes (rows × columns) of: its "
            "**weights** $W$; its **bias** $b$; its **preactivation** $Z$ for the batch; the **gradient** of "
            "$L$ with respect to $W$; and what goes **backward** to the layer's input, the gradient of $L$ with "
            "respect to $A$."
        )

    def _ends(self) -> tuple[int, int]:
        sizes = (self.inputs, self.first_hidden, self.second_hidden, self.outputs)
        return sizes[self.layer - 1], sizes[self.layer]

    def _shape(self, rows: int, columns: int) -> Shape:
        """Return the shape in the question's layout of what is rows × columns with examples in rows."""
        return Shape(rows, columns) if self.layout == "rows" else Shape(columns, rows)

    def key(self) -> Mapping[str, Answer]:
        """Read the shapes off the layer's ends."""
        below, above = self._ends()
        made = Dense(above).output((self.batch, below))
        weights = self._shape(below, above)
        return {
            "weights": weights,
            "bias": self._shape(1, above),
            "preactivation": self._shape(*made),
            "gradient": weights,
            "backward": self._shape(self.batch, below),
        }

    def witness(self) -> Mapping[str, Answer]:
        """Find the matrices for which the products are possible, then multiply them backwards."""
        units = (self.inputs, self.first_hidden, self.second_hidden, self.outputs)
        sizes = {1, self.batch, *units}
        below, above = list(pairwise(units))[self.layer - 1]
        into, made = (self.batch, below), (self.batch, above)
        (weights,) = solve_right(into, made, sizes)
        (bias,) = solve_right((self.batch, 1), made, sizes)  # a column of ones adds the bias to every row
        error = multiply(into, weights)
        gradient = multiply(transpose(into), error)
        backward = multiply(error, transpose(weights))
        found = [weights, bias, error, gradient, backward]
        if self.layout == "columns":  # everything is transposed, and so are the products
            found = [transpose(matrix) for matrix in found]
        return {part: Shape(*matrix) for part, matrix in zip(self.parts, found, strict=True)}

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        (below, above), batch, shape = self._ends(), self.batch, self._shape
        sizes = (self.inputs, self.first_hidden, self.second_hidden, self.outputs)
        told = "The sizes are right, but the product with the batch is possible only the other way round."
        yield _shape("weights", "transposed", shape(above, below), told, HALF)
        told = "The weights are the same for every example: the batch is not among their sizes."
        yield _shape("weights", "batch_included", shape(batch, above), told)
        told = "That is another layer's matrix: a layer leads from the units before it to its own."
        for number, (lower, upper) in enumerate(pairwise(sizes), start=1):
            if number != self.layer:
                yield _shape("weights", "another_layer", shape(lower, upper), told)
        told = "The bias stands apart from the weights here."
        yield _shape("weights", "bias_included", shape(below + 1, above), told, HALF)
        told = "The bias is the same for every example."
        yield _shape("bias", "batch_included", shape(batch, above), told)
        told = "There is one bias for each unit of the layer, not for each of its inputs."
        yield _shape("bias", "one_for_each_input", shape(1, below), told)
        yield _shape("bias", "transposed", shape(above, 1), "The bias lies the other way in this layout.", HALF)
        told = "The size is right, but the bias is a matrix of one row or column here: it has two sizes."
        yield _shape("bias", "one_axis_only", Shape(above), told, HALF)
        yield _shape("bias", "one_for_all", Shape(1, 1), "Every unit has a bias of its own.")
        told = "The sizes are right, but the examples lie the other way in this layout."
        yield _shape("preactivation", "transposed", shape(above, batch), told, HALF)
        yield _shape("preactivation", "one_example", shape(1, above), "There is one for each example of the batch.")
        told = "That is the layer's input: its output has as many numbers as the layer has units."
        yield _shape("preactivation", "input_given", shape(batch, below), told)
        told = "A gradient has the shape of its variable, so it lies as the weights do."
        yield _shape("gradient", "transposed", shape(above, below), told, HALF)
        told = "The gradient with respect to the weights adds up over the batch and has the weights' shape."
        yield _shape("gradient", "of_the_preactivation", shape(batch, above), told)
        yield _shape("gradient", "one_for_each_example", Shape(batch, *shape(below, above)), told)
        told = "That is the gradient at the layer's output; the question asks for the one at its input."
        yield _shape("backward", "of_the_preactivation", shape(batch, above), told)
        told = "A gradient has the shape of its variable, so it lies as the input does."
        yield _shape("backward", "transposed", shape(below, batch), told, HALF)
        told = "Every example of the batch has a gradient of its own at the input."
        yield _shape("backward", "added_over_the_batch", shape(1, below), told)

    def working(self) -> str:
        """Write the products with the shapes beneath."""
        below, above = self._ends()
        weights, bias, made, gradient, backward = self.key().values()
        into = self._shape(self.batch, below)
        forward = f"({into})·({weights})" if self.layout == "rows" else f"({weights})·({into})"
        lines = (
            f"layer {self.layer} leads from {below} to {above} units",
            f"preactivation: {forward} + {bias} for each of {self.batch} = {made}",
            f"gradient: as the weights, {gradient}",
            f"backward: as the input, {backward}",
        )
        return "\n".join(lines)


def _shape(part: str, name: str, shape: Shape, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, shape, feedback, credit)
