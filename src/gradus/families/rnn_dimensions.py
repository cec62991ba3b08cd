"""Shapes in a recurrent layer: matrices, bias, states, and a gradient through time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Shape
from gradus.family import Family, Mistake
from gradus.networks import Recurrent
from gradus.oracle.matrices import multiply, solve_right, transpose
from gradus.parameters import Between, among, between

HALF = Fraction(1, 2)
SIZES = Between(1, 100_000)
EQUATIONS = {
    "rnn": "$a_t = W x_t + U h_{t-1} + b$, and $h_t$ is the hyperbolic tangent of $a_t$",
    "lstm": "$a_t = W x_t + U h_{t-1} + b$, where $a_t$ holds the pre-activations of input gate, forget gate, output "
    "gate and candidate, one below the other; from them and the last cell state come $c_t$ and $h_t$",
}
STACKED = {"rnn": ("state",), "lstm": ("input", "forget", "output", "candidate")}


@final
@dataclass(frozen=True, kw_only=True)
class RnnDimensions(Family):
    """Shapes of the matrices, the bias, the states and a gradient in an RNN or LSTM."""

    parts: ClassVar[tuple[str, ...]] = ("input", "recurrent", "bias", "states", "gradient")

    kind: Literal["rnn", "lstm"] = among("rnn", "lstm")
    inputs: int = between(2, 300, allowed=SIZES)
    units: int = between(2, 256, allowed=SIZES)
    batch: int = between(2, 64, allowed=SIZES)
    steps: int = between(3, 100, allowed=Between(1, 10_000))

    def is_sensible(self) -> bool:
        """Draw sizes that can be told apart."""
        return len({self.inputs, self.units, self.batch, self.steps, 4 * self.units}) == 5

    def prompt(self) -> str:
        """Ask for five shapes."""
        name = "An LSTM" if self.kind == "lstm" else "A plain RNN"
        return (
            f"{name} with ${self.units}$ units reads sequences of ${self.steps}$ vectors $x_t$ of ${self.inputs}$ "
            f"numbers. Vectors are columns, and for one sequence it computes at each step {EQUATIONS[self.kind]}. The "
            f"batch has ${self.batch}$ sequences. The loss $L$ is one number for the whole batch, and a gradient has "
            "the shape of what it is taken with respect to.\n\n"
            "Give the shapes of: the **input** matrix $W$ (rows × columns); the **recurrent** matrix $U$ (rows × "
            "columns); the **bias** $b$ (rows × 1); all **states** $h_1$, …, $h_T$ of the whole batch in one array "
            "(batch × steps × size of a state), without $h_0$; and the **gradient** of $L$ with respect to $U$."
        )

    def key(self) -> Mapping[str, Answer]:
        """Read the shapes off the layer's sizes."""
        stacked = 4 * self.units if self.kind == "lstm" else self.units
        steps, width = Recurrent(self.kind, self.units).output((self.steps, self.inputs))
        return {
            "input": Shape(stacked, self.inputs),
            "recurrent": Shape(stacked, self.units),
            "bias": Shape(stacked, 1),
            "states": Shape(self.batch, steps, width),
            "gradient": Shape(stacked, self.units),
        }

    def witness(self) -> Mapping[str, Answer]:
        """Find the matrices for which the products are possible; run through time and back."""
        state, word = (self.units, 1), (self.inputs, 1)
        made = (sum(self.units for _ in STACKED[self.kind]), 1)
        sizes = {1, self.inputs, self.units, made[0]}
        # W·x = a is the same as xᵀ·Wᵀ = aᵀ
        (into,) = solve_right(transpose(word), transpose(made), sizes)
        (back,) = solve_right(transpose(state), transpose(made), sizes)
        (bias,) = solve_right((1, 1), transpose(made), sizes)
        kept, gradients = 0, set()
        for _ in range(self.steps):
            sums = multiply(transpose(into), word), multiply(transpose(back), state)
            assert set(sums) == {made}
            kept += 1
            gradients.add(multiply(made, transpose(state)))  # one term of the sum over time
        (gradient,) = gradients
        return {
            "input": Shape(*transpose(into)),
            "recurrent": Shape(*transpose(back)),
            "bias": Shape(*transpose(bias)),
            "states": Shape(self.batch, kept, state[0]),
            "gradient": Shape(*gradient),
        }

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        units, inputs, batch, steps = self.units, self.inputs, self.batch, self.steps
        stacked = 4 * units if self.kind == "lstm" else units
        told = "The sizes are right, but the matrix stands left of a column: its columns meet the column's entries."
        yield _shape("input", "transposed", Shape(inputs, stacked), told, HALF)
        told = "The matrix that reads the input has as many columns as the input has entries."
        yield _shape("input", "recurrent_given", Shape(stacked, units), told)
        told = "The same matrix works at every step: time is not among its sizes."
        yield _shape("input", "steps_included", Shape(steps, stacked, inputs), told)
        yield _shape("recurrent", "steps_included", Shape(steps, stacked, units), told)
        told = "The matrix that reads the last state has as many columns as the state has entries."
        yield _shape("recurrent", "input_given", Shape(stacked, inputs), told)
        told = "Here the two matrices are kept apart."
        yield _shape("input", "matrices_joined", Shape(stacked, units + inputs), told, HALF)
        yield _shape("recurrent", "matrices_joined", Shape(stacked, units + inputs), told, HALF)
        yield _shape("bias", "batch_included", Shape(stacked, batch), "The bias is the same for every sequence.")
        told = "The size is right, but the bias is a column here: write rows × 1."
        yield _shape("bias", "one_axis_only", Shape(stacked), told, HALF)
        yield _shape("bias", "of_the_input", Shape(inputs, 1), "The bias is added to the products, not to the input.")
        if self.kind == "lstm":
            told = "The pre-activations of all four lie one below the other: four times the units."
            yield _shape("input", "gates_forgotten", Shape(units, inputs), told)
            yield _shape("recurrent", "gates_forgotten", Shape(units, units), told)
            yield _shape("bias", "gates_forgotten", Shape(units, 1), told)
            told = "The gates decide about a state, which has as many entries as there are units."
            yield _shape("states", "gates_included", Shape(batch, steps, 4 * units), told)
            told = "The sizes are right, but the matrix stands left of a column: its columns meet the column's entries."
            yield _shape("recurrent", "transposed", Shape(units, stacked), told, HALF)
            told = "A gradient has the shape of its variable, so it lies as the matrix does."
            yield _shape("gradient", "transposed", Shape(units, stacked), told, HALF)
        told = "The sizes are right; the batch stands first here."
        yield _shape("states", "steps_first", Shape(steps, batch, units), told, HALF)
        yield _shape("states", "last_state_only", Shape(batch, units), "That is the last state; all are asked for.")
        told = "The states have as many entries as there are units, not as the input has."
        yield _shape("states", "size_of_the_input", Shape(batch, steps, inputs), told)
        told = "The first state before the sequence was not to be counted."
        yield _shape("states", "first_included", Shape(batch, steps + 1, units), told, HALF)
        told = "The matrix is the same at every step: the gradient is the sum of the steps' terms."
        yield _shape("gradient", "one_for_each_step", Shape(steps, stacked, units), told)
        told = "The loss of the whole batch has one gradient, the sum of the sequences' terms."
        yield _shape("gradient", "one_for_each_sequence", Shape(batch, stacked, units), told)
        told = "That is the shape of the input matrix's gradient."
        yield _shape("gradient", "of_the_input_matrix", Shape(stacked, inputs), told)

    def working(self) -> str:
        """Write the products with the shapes beneath."""
        into, back, bias, states, gradient = self.key().values()
        stacked = "4·" if self.kind == "lstm" else ""
        lines = (
            f"rows of a_t: {stacked}{self.units}",
            f"input: ({into})·({self.inputs} × 1) = {bias}",
            f"recurrent: ({back})·({self.units} × 1) = {bias}",
            f"bias: {bias}",
            f"states: {states}",
            f"gradient: as the recurrent matrix, {gradient}",
        )
        return "\n".join(lines)


def _shape(part: str, name: str, shape: Shape, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, shape, feedback, credit)
