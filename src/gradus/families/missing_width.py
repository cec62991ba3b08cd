"""Which hidden width gives an MLP this parameter count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isqrt
from typing import ClassVar, final

from gradus.answers import Answer, Count
from gradus.family import Family, Mistake
from gradus.networks import Activation, Dense, Network, Repeat, rules
from gradus.oracle.arrays import Store
from gradus.oracle.growing import grow_hidden
from gradus.parameters import Between, among, between


@final
@dataclass(frozen=True, kw_only=True)
class MissingWidth(Family):
    """Which width of its equal hidden layers gives an MLP the stated number of parameters."""

    parts: ClassVar[tuple[str, ...]] = ("width",)

    inputs: int = between(4, 1000, allowed=Between(1, 1_000_000))
    units: int = between(8, 300, allowed=Between(1, 20_000))
    layers: int = among(1, 2, 3, allowed=Between(1, 50))
    outputs: int = between(2, 50, allowed=Between(1, 100_000))
    bias: bool = True

    def prompt(self) -> str:
        """State the count, and not the width."""
        hidden = "one hidden layer" if self.layers == 1 else f"${self.layers}$ hidden layers of equal width"
        biases = "every unit and every output has a bias" if self.bias else "there are no biases"
        parameters = _count(self.inputs, self.units, self.layers, self.outputs, self.bias)
        return (
            f"An MLP with ${self.inputs}$ inputs, {hidden} and ${self.outputs}$ outputs is fully connected from layer "
            f"to layer; {biases}. It has ${parameters}$ trainable parameters. How many units, its **width**, has "
            f"{'the hidden layer' if self.layers == 1 else 'each hidden layer'}?"
        )

    def key(self) -> Mapping[str, Answer]:
        """Solve the linear or quadratic equation."""
        parameters = _count(self.inputs, self.units, self.layers, self.outputs, self.bias)
        return {"width": Count(self._solve(parameters), "units")}

    def _solve(self, parameters: int) -> int:
        """Return the largest width with at most so many parameters, or 0: (layers − 1)·w² + slope·w + fixed."""
        extra = 1 if self.bias else 0
        square, slope = self.layers - 1, self.inputs + self.outputs + self.layers * extra
        rest = parameters - extra * self.outputs
        if rest < 0:
            return 0
        if not square:
            return rest // slope
        return (isqrt(slope * slope + 4 * square * rest) - slope) // (2 * square)

    def witness(self) -> Mapping[str, Answer]:
        """Name the network's arrays; then grow a network unit by unit until it has as many entries."""
        store, below = Store(), self.inputs
        for layer, above in enumerate((*[self.units] * self.layers, self.outputs)):
            store.keep(f"{layer} weights", below, above)
            if self.bias:
                store.keep(f"{layer} biases", above)
            below = above
        units = 0
        for held in grow_hidden(self.inputs, self.layers, self.outputs, self.bias):
            units += 1
            if held >= store.entries:
                break
        assert held == store.entries
        return {"width": Count(units, "units")}

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        inputs, outputs, layers = self.inputs, self.outputs, self.layers
        parameters, extra = _count(inputs, self.units, layers, outputs, self.bias), 1 if self.bias else 0
        told = "The outputs have weights from every hidden unit too."
        yield _width("output_layer_forgotten", parameters // (inputs + extra), told)
        if self.bias:
            told = "The biases are among the parameters."
            slope = inputs + outputs
            root = isqrt(slope * slope + 4 * (layers - 1) * parameters) - slope
            forgotten = parameters // slope if layers == 1 else root // (2 * (layers - 1))
            for rounded in (forgotten, forgotten + 1):  # the equation without biases has no whole solution
                yield _width("biases_forgotten", rounded, told)
        if layers > 1:
            told = "Between two hidden layers there are width times width weights, so the equation is quadratic."
            slope = inputs + outputs + layers * extra
            yield _width("hidden_weights_forgotten", (parameters - extra * outputs) // slope, told)
            told = "The parameters do not spread evenly over the layers: add them up and solve for the width."
            yield _width("spread_evenly", parameters // layers // (inputs + extra), told)

    def working(self) -> str:
        """Write the equation, and show that the width fits."""
        layers, extra = self.layers, 1 if self.bias else 0
        net = Network(
            Repeat((Dense(self.units, self.bias), Activation("relu")), layers), Dense(self.outputs, self.bias)
        )
        table = net.describe((self.inputs,))
        terms = [f"{layers - 1}·w²"] if layers > 1 else []
        terms.append(f"({self.inputs} + {self.outputs}{f' + {layers}' if extra else ''})·w")
        terms += [str(self.outputs)] if extra else []
        lines = [f"{row.place}: {row.parameters_working.text}" for row in table.rows if row.parameters]
        return "\n".join(
            [f"{' + '.join(terms)} = {table.parameters}, so w = {self.units}:", *lines, table.parameters_working.text]
        )


def _count(inputs: int, units: int, layers: int, outputs: int, bias: bool) -> int:
    between = (layers - 1) * rules.dense_parameters(units, units, bias)
    found: int = rules.dense_parameters(inputs, units, bias) + between + rules.dense_parameters(units, outputs, bias)
    return found


def _width(name: str, value: int, feedback: str) -> Mistake:
    return Mistake("width", name, Count(value, "units"), feedback)
