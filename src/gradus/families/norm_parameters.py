"""Parameters and buffers of a small convolutional network with normalisation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Count
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import Activation, Conv, Dense, GlobalPool, Network, Norm, Repeat, rules
from gradus.oracle.arrays import Store
from gradus.parameters import Between, among, between

HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class NormParameters(Family):
    """Parameters and buffers of a small convolutional network with batch, layer or group norm."""

    parts: ClassVar[tuple[str, ...]] = ("parameters", "buffers")

    depth: int = between(1, 16, allowed=Between(1, 1024))
    kernel: int = among(1, 3, 5, 7, allowed=Between(1, 11))
    filters: int = between(8, 128, step=4, allowed=Between(1, 1024))
    norm: Literal["batch", "layer", "group"] = among("batch", "batch", "layer", "group")
    groups: int = among(2, 4, allowed=Between(1, 1024))
    blocks: int = among(1, 2, 3, allowed=Between(1, 12))
    classes: int = between(2, 20, allowed=Between(1, 10_000))
    bias: bool = True

    def check(self) -> Iterator[Fault]:
        """Demand that the groups of a group norm divide the channels."""
        if self.norm == "group" and self.filters % self.groups:
            rule = f"must divide the {self.filters} channels"
            yield Fault("NormParameters", "groups", self.groups, rule, "choose a divisor of the filters")

    def prompt(self) -> str:
        """Ask for both counts."""
        norms = {
            "batch": "batch norm (which keeps a running mean and a running variance of each channel)",
            "layer": "layer norm over the channels of each pixel",
            "group": f"group norm with ${self.groups}$ groups of channels",
        }
        biases = "one bias per filter" if self.bias else "no biases"
        count = "one block" if self.blocks == 1 else f"${self.blocks}$ blocks in a row"
        return (
            f"An image with ${self.depth}$ channels goes through {count}. A block is a convolution with "
            f"${self.filters}$ filters of size ${self.kernel} \\times {self.kernel}$ and {biases}, then "
            f"{norms[self.norm]} with a learned scale γ and shift β for each channel, then ReLU. "
            f"Global average pooling and a dense layer with ${self.classes}$ outputs and their biases follow.\n\n"
            "Give the number of trainable **parameters** and the number of **buffers**: scalars of running statistics "
            "that are stored with the network but not trained. A counter of batches is not counted."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        norm = Norm(self.norm, self.groups if self.norm == "group" else 1)
        each = norm.parameters((self.filters,)).value
        parameters, depth = rules.dense_parameters(self.filters, self.classes), self.depth
        for _ in range(self.blocks):
            parameters += rules.conv_parameters(self.kernel, depth, self.filters, self.bias) + each
            depth = self.filters
        buffers = self.blocks * norm.buffers((self.filters,)).value
        return {"parameters": Count(parameters, "parameters"), "buffers": Count(buffers, "buffers")}

    def witness(self) -> Mapping[str, Answer]:
        """Name every array that is stored, and add up their entries."""
        trained, kept = Store(), Store()
        depth, filters = self.depth, self.filters
        for block in range(self.blocks):
            trained.keep(f"{block} kernel", filters, self.kernel, self.kernel, depth)
            if self.bias:
                trained.keep(f"{block} bias", filters)
            trained.keep(f"{block} scale", filters)
            trained.keep(f"{block} shift", filters)
            if self.norm == "batch":
                kept.keep(f"{block} mean", filters)
                kept.keep(f"{block} variance", filters)
            depth = filters
        trained.keep("matrix", filters, self.classes)
        trained.keep("outputs", self.classes)
        return {"parameters": Count(trained.entries, "parameters"), "buffers": Count(kept.entries, "buffers")}

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        blocks, filters, area = self.blocks, self.filters, self.kernel**2
        convs = area * filters * (self.depth + (blocks - 1) * filters) + (blocks * filters if self.bias else 0)
        head = filters * self.classes + self.classes
        own = convs + 2 * blocks * filters + head
        if self.norm == "batch":
            yield _count(
                "buffers_counted", own + 2 * blocks * filters, "Running statistics are stored, not trained.", HALF
            )
        yield _count("norm_forgotten", own - 2 * blocks * filters, "The norm has a scale and a shift to learn.", HALF)
        yield _count("scale_only", own - blocks * filters, "There is a shift beside each scale.", HALF)
        one = "Each channel has a scale and a shift of its own."
        yield _count("one_pair_for_layer", convs + 2 * blocks + head, one)
        if self.norm == "group":
            yield _count("one_pair_for_group", convs + 2 * blocks * self.groups + head, one)
        if self.bias:
            yield _count(
                "bias_forgotten", own - blocks * filters - self.classes, "Filters and outputs have biases.", HALF
            )
        else:
            yield _count("bias_added", own + blocks * filters, "These convolutions have no biases.", HALF)
        if blocks > 1:
            wrong = own - (blocks - 1) * area * filters * (filters - self.depth)
            feedback = "From the second block on, a filter sees the channels that the block before it made."
            yield _count("depth_not_updated", wrong, feedback)
        yield _count("head_forgotten", own - head, "The dense layer at the end counts too.")
        yield from self._buffer_mistakes()

    def _buffer_mistakes(self) -> Iterator[Mistake]:
        channels = self.blocks * self.filters
        if self.norm != "batch":
            feedback = "This norm computes its statistics afresh for each image: nothing is stored."
            yield Mistake("buffers", "statistics_stored", Count(2 * channels, "buffers"), feedback)
            return
        told = {
            "one_statistic": (channels, "Mean and variance are two numbers for each channel."),
            "no_buffers": (0, "Batch norm keeps running statistics for use after training."),
            "one_pair_for_layer": (2 * self.blocks, "Each channel has a mean and a variance of its own."),
            "one_block_only": (2 * self.filters, "That is one block; each has a norm of its own."),
        }
        for name, (value, feedback) in told.items():
            yield Mistake("buffers", name, Count(value, "buffers"), feedback)

    def working(self) -> str:
        """Write out every layer."""
        norm = Norm(self.norm, self.groups if self.norm == "group" else 1)
        block = (Conv(self.kernel, self.filters, padding="same", bias=self.bias), norm, Activation("relu"))
        net = Network(Repeat(block, self.blocks), GlobalPool("average"), Dense(self.classes))
        table = net.describe((8, 8, self.depth))
        lines = [f"{row.place}: {row.parameters_working.text}" for row in table.rows if row.parameters]
        lines.append(f"parameters: {table.parameters_working.text}")
        each = [f"{row.place}: {row.buffers_working.text}" for row in table.rows if row.buffers]
        return "\n".join([*lines, *each, f"buffers: {table.buffers}"])


def _count(name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake("parameters", name, Count(value, "parameters"), feedback, credit)
