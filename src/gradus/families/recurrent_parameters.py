"""Parameters of an RNN, LSTM or GRU, with one or two biases a gate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Count
from gradus.family import Family, Mistake
from gradus.networks import Recurrent, rules
from gradus.oracle.arrays import Store
from gradus.parameters import Between, among, between

GATES = {"rnn": ("state",), "gru": ("reset", "update", "new"), "lstm": ("input", "forget", "cell", "output")}
TOLD = {
    "rnn": "a plain RNN (one tanh, no gates)",
    "gru": "a GRU (reset gate, update gate and candidate state)",
    "lstm": "an LSTM without peepholes (input, forget and output gates and the candidate cell)",
}


@final
@dataclass(frozen=True, kw_only=True)
class RecurrentParameters(Family):
    """Parameters of an RNN, LSTM or GRU: stacked, bidirectional, with one or two biases a gate."""

    parts: ClassVar[tuple[str, ...]] = ("parameters",)

    kind: Literal["rnn", "lstm", "gru"] = among("rnn", "lstm", "gru")
    inputs: int = between(8, 256, allowed=Between(1, 4096))
    units: int = between(8, 256, allowed=Between(1, 2048))
    layers: int = among(1, 1, 2, 3, allowed=Between(1, 8))
    bidirectional: bool = among(False, True)
    biases: int = among(1, 2, allowed=Between(0, 2))

    def prompt(self) -> str:
        """Ask for the count, with the convention of biases named."""
        stacked = f"${self.layers}$ stacked layers of" if self.layers > 1 else "A single layer of"
        ways = "one layer reads" if self.layers == 1 else "each layer reads"
        both = (
            f" It is bidirectional: {ways} the sequence in both directions with separate weights, and the two states "
            "of a step are concatenated."
            if self.bidirectional
            else ""
        )
        whose = "The state" if self.kind == "rnn" else "Each gate, and the candidate,"
        told = {
            0: "with no biases",
            1: "plus *one* bias vector (the textbook's convention)",
            2: "plus *two* bias vectors, one beside each matrix (PyTorch's convention)",
        }
        sums = f"{whose} is a function of one matrix times the input plus one matrix times the last state, "
        return (
            f"{stacked} {TOLD[self.kind]}, with ${self.units}$ units in each layer and direction, for a sequence of "
            f"vectors of ${self.inputs}$ numbers.{both} {sums}{told[self.biases]}.\n\n"
            "Give the number of trainable **parameters**."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed form."""
        directions = 2 if self.bidirectional else None
        gates = None if self.kind == "rnn" else len(GATES[self.kind])
        upper = None if self.layers == 1 else self.layers - 1
        biases = self.biases or None
        found = rules.RECURRENT_PARAMETERS(self.inputs, self.units, directions, gates, upper, biases)
        return {"parameters": Count(found, "parameters")}

    def witness(self) -> Mapping[str, Answer]:
        """Name every array of every gate, direction and layer, and add up their entries."""
        store, below = Store(), self.inputs
        directions = ("forwards", "backwards") if self.bidirectional else ("forwards",)
        for layer in range(self.layers):
            for direction in directions:
                for gate in GATES[self.kind]:
                    name = f"{layer} {direction} {gate}"
                    store.keep(f"{name} from below", self.units, below)
                    store.keep(f"{name} from before", self.units, self.units)
                    for bias in range(self.biases):
                        store.keep(f"{name} bias {bias}", self.units)
            below = sum(self.units for _ in directions)
        return {"parameters": Count(store.entries, "parameters")}

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        gates, half = len(GATES[self.kind]), Fraction(1, 2)
        ways = 2 if self.bidirectional else 1

        def count(gates: int, ways: int, biases: int, below: int, state: int = 1, layers: int = self.layers) -> int:
            first = ways * gates * (self.inputs + state * self.units + biases) * self.units
            return first + (layers - 1) * ways * gates * (below + state * self.units + biases) * self.units

        below = ways * self.units
        if self.biases != 1:
            told = "This layer has no biases." if not self.biases else "Two bias vectors were asked for."
            yield _count("one_bias", count(gates, ways, 1, below), told, half)
        if self.biases != 2:
            told = "No biases were asked for." if not self.biases else "One bias vector was asked for, not two."
            yield _count("two_biases", count(gates, ways, 2, below), told, half)
        if self.biases:
            yield _count("bias_forgotten", count(gates, ways, 0, below), "The biases count too.", half)
        if gates > 1:
            told = f"Each of the {gates} gates (the candidate among them) has weights of its own."
            yield _count("gates_forgotten", count(1, ways, self.biases, below), told)
            told = "An LSTM has four sets of weights, a GRU three: the candidate counts as one."
            yield _count("gates_of_another", count(7 - gates, ways, self.biases, below), told)
        told = "The last state goes into every gate by a matrix of its own: units times units."
        yield _count("state_forgotten", count(gates, ways, self.biases, below, state=0), told)
        if self.bidirectional:
            told = "The backward direction has weights of its own."
            yield _count("one_direction", count(gates, 1, self.biases, self.units), told)
        if self.layers > 1:
            told = "From the second layer on, the input is the state of the layer below."
            yield _count("layers_alike", count(gates, ways, self.biases, self.inputs), told)
            yield _count("one_layer_only", count(gates, ways, self.biases, below, layers=1), "That is one layer.")
        if self.bidirectional and self.layers > 1:
            told = "The layer below hands up both directions: its state is twice as wide."
            yield _count("width_not_doubled", count(gates, ways, self.biases, self.units), told)

    def working(self) -> str:
        """Write the closed form with its numbers."""
        layer = Recurrent(self.kind, self.units, self.layers, self.bidirectional, biases=self.biases)
        return f"parameters: {layer.parameters((1, self.inputs)).text}"


def _count(name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake("parameters", name, Count(value, "parameters"), feedback, credit)
