"""A layer used several times: its parameters count once, its multiplications each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Count
from gradus.family import Family, Mistake
from gradus.networks import Activation, Dense, Dropout, Named, Network, Reuse, rules
from gradus.oracle.arrays import Store
from gradus.oracle.matrices import count_products, multiply
from gradus.parameters import Between, among, between

HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class SharedWeights(Family):
    """Parameters and multiply-adds of a network that applies one layer several times, with dropout."""

    parts: ClassVar[tuple[str, ...]] = ("parameters", "multiplications")

    inputs: int = between(10, 800, allowed=Between(1, 100_000))
    width: int = between(8, 128, step=4, allowed=Between(1, 4096))
    uses: int = between(2, 8, allowed=Between(1, 100))
    classes: int = between(2, 20, allowed=Between(1, 10_000))
    dropout: Literal["0.1", "0.2", "0.3", "0.5"] = among("0.1", "0.2", "0.3", "0.5")
    bias: bool = True

    def prompt(self) -> str:
        """Ask for both counts."""
        biases = "Every dense layer has biases." if self.bias else "No dense layer has biases."
        times = f"${self.uses}$ times in a row, with the same weights each time" if self.uses > 1 else "once"
        return (
            f"A vector of ${self.inputs}$ numbers goes through a dense layer with ${self.width}$ outputs and ReLU. "
            f"Then one dense layer from ${self.width}$ to ${self.width}$ numbers is applied {times}; each time ReLU "
            f"and dropout with drop probability ${self.dropout}$ follow. Last comes a dense layer with "
            f"${self.classes}$ outputs. {biases}\n\n"
            "Give the number of trainable **parameters** of the network, and the number of **multiplications** in one "
            "forward pass of one example: one for each multiply-add (MAC) of a dense layer; biases, ReLU and dropout "
            "are not counted."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        into = rules.dense_parameters(self.inputs, self.width, self.bias)
        middle = rules.dense_parameters(self.width, self.width, self.bias)
        out = rules.dense_parameters(self.width, self.classes, self.bias)
        taken = rules.SUM(
            rules.PRODUCT(self.inputs, self.width),
            rules.PRODUCT(self.uses, self.width, self.width),
            rules.PRODUCT(self.width, self.classes),
        )
        return {
            "parameters": Count(into + middle + out, "parameters"),
            "multiplications": Count(taken, "multiply-adds"),
        }

    def witness(self) -> Mapping[str, Answer]:
        """Run the network on shapes: each step multiplies by a matrix of the store, which knows it by name."""
        store, state, taken = Store(), (1, self.inputs), 0
        steps = [("first", self.width), *[("shared", self.width)] * self.uses, ("last", self.classes)]
        for name, units in steps:
            matrix = (state[1], units)
            store.keep(name, *matrix)
            if self.bias:
                store.keep(f"{name} bias", units)
            taken += count_products(state, matrix)
            state = multiply(state, matrix)
        return {"parameters": Count(store.entries, "parameters"), "multiplications": Count(taken, "multiply-adds")}

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        width, uses, extra = self.width, self.uses, 1 if self.bias else 0
        ends = (self.inputs + extra) * width + (width + extra) * self.classes
        middle = (width + extra) * width
        told = "The weights are shared: they count once, however often they are used."
        yield _count("counted_at_every_use", ends + uses * middle, told)
        told = "The matrix is the same each time, and so are its biases."
        yield _count("biases_at_every_use", ends + middle + extra * (uses - 1) * width, told, HALF)
        yield _count("shared_layer_forgotten", ends, "The shared layer counts once, not never.")
        told = "Dropout has nothing to train."
        yield _count("dropout_given_parameters", ends + middle + width, told)
        yield _count("dropout_at_every_use", ends + middle + uses * width, told)
        biases = width + width + self.classes
        if self.bias:
            yield _count("bias_forgotten", ends + middle - biases, "The biases count too.", HALF)
        else:
            yield _count("bias_added", ends + middle + biases, "These layers have no biases.", HALF)
        taken = self.inputs * width + uses * width * width + width * self.classes

        def work(name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
            return Mistake("multiplications", name, Count(value, "multiply-adds"), feedback, credit)

        told = "Sharing saves parameters, not work: the layer multiplies at every use."
        yield work("shared_layer_once", taken - (uses - 1) * width * width, told)
        yield work("flops_given", 2 * taken, "That is FLOPs: each multiply-add counts once here.", HALF)
        told = "Adding a bias multiplies nothing."
        yield work("biases_counted", taken + (uses + 1) * width + self.classes, told, HALF)

    def working(self) -> str:
        """Write out every layer, then both sums."""
        middle = Named("shared", (Dense(self.width, self.bias), Activation("relu"), Dropout(float(self.dropout))))
        again = [Reuse("shared")] * (self.uses - 1)
        net = Network(Dense(self.width, self.bias), Activation("relu"), middle, *again, Dense(self.classes, self.bias))
        return net.describe((self.inputs,)).working()


def _count(name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake("parameters", name, Count(value, "parameters"), feedback, credit)
