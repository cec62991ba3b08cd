"""Layers on vectors: dense, flatten, and the activations between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gradus.networks import rules
from gradus.networks.checks import Shape, among, truth, whole
from gradus.networks.compiled import Pattern
from gradus.networks.formula import CONSTANT, NOTHING, Working, Workings
from gradus.networks.layer import Layer
from gradus.networks.reach import Reach
from gradus.networks.tree import Quantity, product

ACTIVATIONS = (
    "relu", "relu6", "leaky_relu", "prelu", "elu", "selu", "gelu", "silu", "mish", "tanh", "sigmoid", "softmax",
    "log_softmax", "softplus", "softsign", "hardswish", "hardsigmoid", "hardtanh", "identity",
)  # fmt: skip

BIASED, UNBIASED = Pattern(units=1), Pattern(units=1)
BY_FUNCTION = {function: Pattern() for function in ACTIVATIONS}


@dataclass(frozen=True)
class Dense(Layer):
    """A fully connected layer on the last axis; axes before it are kept, as for the tokens of a sequence.

    Args:
        units: outputs.
        bias: whether each output has a bias.
        tied: name of an embedding or dense layer whose weight matrix is used instead of one of its own.

    >>> Dense(units=10).parameters((4096,)).text
    '(4096 + 1)·10 = 40970'
    """

    units: Quantity
    bias: bool = True
    tied: str | None = None
    word: ClassVar[str] = "dense"

    def __post_init__(self) -> None:
        whole(self.word, "units", self.units)
        truth(self.word, "bias", self.bias)
        if self.tied is None and type(self.units) is int:
            self.__dict__["pattern"] = BIASED if self.bias else UNBIASED

    def output(self, shape: Shape) -> Shape:
        """Return the shape with its last size replaced by the number of units."""
        return (*shape[:-1], self.units)

    def parameters(self, shape: Shape) -> Working:
        """Return `(inputs + 1)·units`; the biases alone where the matrix belongs to another layer."""
        if self.tied is not None:
            return Working(CONSTANT, (self.units,)) if self.bias else NOTHING
        return Working(rules.DENSE_PARAMETERS, (shape[-1], self.units, self.bias))

    def multiply_adds(self, shape: Shape, output: Shape) -> Working:
        """Return one multiply-add for each input and unit, at each position."""
        return Working(rules.PRODUCT, (*shape, self.units))

    def additions(self, shape: Shape, output: Shape) -> Working:
        """Return one addition for each value of the output, if there is a bias."""
        return Working(rules.PRODUCT, output) if self.bias else NOTHING


@dataclass(frozen=True)
class Flatten(Layer):
    """All values of one example in one vector.

    >>> Flatten().sizes((14, 14, 64)).text
    '14·14·64 = 12544'
    """

    word: ClassVar[str] = "flatten"
    pattern = Pattern()

    def output(self, shape: Shape) -> Shape:
        """Return one size: the product of all."""
        return (product(shape),)

    def sizes(self, shape: Shape) -> Workings:
        """Return the product written out."""
        return Workings((Working(rules.PRODUCT, shape),))

    def reach(self, shape: Shape) -> tuple[Reach, ...] | None:
        """Return nothing: every value of the output may depend on the whole input."""
        return None


@dataclass(frozen=True)
class Activation(Layer):
    """A function of each value by itself; `prelu` learns one slope for each channel.

    >>> Activation("relu").output((126, 126, 64))
    (126, 126, 64)
    """

    function: str = "relu"
    word: ClassVar[str] = "activation"

    def __post_init__(self) -> None:
        among(self.word, "function", self.function, ACTIVATIONS)
        self.__dict__["pattern"] = BY_FUNCTION[self.function]

    def output(self, shape: Shape) -> Shape:
        """Return the shape unchanged."""
        return shape

    def parameters(self, shape: Shape) -> Working:
        """Return one slope a channel for `prelu`, nothing otherwise."""
        return Working(rules.PRODUCT, (shape[-1],)) if self.function == "prelu" else super().parameters(shape)
