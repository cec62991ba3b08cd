"""Normalisation and dropout."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import ClassVar

from gradus.errors import Fault
from gradus.networks import rules
from gradus.networks.checks import Shape, among, truth, whole
from gradus.networks.compiled import Pattern
from gradus.networks.formula import NOTHING, Working
from gradus.networks.layer import Layer
from gradus.networks.tree import Quantity

NORMS = ("batch", "layer", "group", "instance", "rms", "response")
BY_KIND = {choice: Pattern() for choice in itertools.product(NORMS, (False, True), (False, True))}


@dataclass(frozen=True)
class Norm(Layer):
    """Normalisation, followed by a learned scale γ and shift β for each channel.

    Args:
        kind: `batch`, `layer` (over the last axis), `group`, `instance`, `rms` (a scale only), or `response` (AlexNet's
            local response normalisation, which learns nothing).
        groups: number of groups of channels, for `group` only.
        scale: whether γ is learned.
        shift: whether β is learned.

    Batch norm counts γ and β as parameters, running mean and variance as buffers (Ioffe and Szegedy 2015, section 3.1):

    >>> norm = Norm("batch")
    >>> print(norm.parameters((112, 112, 64)), "and", norm.buffers((112, 112, 64)))
    2·64 = 128 and 2·64 = 128
    """

    kind: str = "batch"
    groups: Quantity = 1
    scale: bool = True
    shift: bool = True
    word: ClassVar[str] = "norm"

    def __post_init__(self) -> None:
        among(self.word, "kind", self.kind, NORMS)
        whole(self.word, "groups", self.groups)
        truth(self.word, "scale", self.scale)
        truth(self.word, "shift", self.shift)
        if self.kind != "group":  # whose groups may be refused
            self.__dict__["pattern"] = BY_KIND[self.kind, self.scale, self.shift]

    def output(self, shape: Shape) -> Shape:
        """Return the shape unchanged, after checking that the groups divide the channels."""
        depth = shape[-1]
        if self.kind == "group" and type(depth) is int and type(self.groups) is int and depth % self.groups:
            rule = f"must divide the depth of the input, which is {depth}"
            raise Fault(self.word, "groups", self.groups, rule, "choose a divisor of the depth")
        return shape

    def parameters(self, shape: Shape) -> Working:
        """Return γ and β for each channel."""
        learned = self.scale + (self.shift and self.kind != "rms")
        if self.kind == "response" or not learned:
            return NOTHING
        return Working(rules.PRODUCT, (learned, shape[-1]) if learned > 1 else shape[-1:])

    def buffers(self, shape: Shape) -> Working:
        """Return the running mean and variance of batch norm."""
        return Working(rules.PRODUCT, (2, shape[-1])) if self.kind == "batch" else NOTHING


@dataclass(frozen=True)
class Dropout(Layer):
    """Dropout with *drop* probability; it has no parameters and changes no shape.

    >>> Dropout(0.5).parameters((4096,)).text
    '0'
    """

    probability: float = 0.5
    word: ClassVar[str] = "dropout"
    pattern = Pattern()

    def __post_init__(self) -> None:
        probability = self.probability
        if isinstance(probability, bool) or not isinstance(probability, int | float) or not 0 <= probability <= 1:
            raise Fault(self.word, "probability", probability, "must be from 0 to 1", "write for example 0.5")

    def output(self, shape: Shape) -> Shape:
        """Return the shape unchanged."""
        return shape
