"""Several small convolutions against one large one with the same receptive field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.oracle import dependence, weights
from gradus.parameters import Between, among, between

HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class StackedKernels(Family):
    """Kernel of the one convolution that sees as much as several small ones, and the parameters of both."""

    parts: ClassVar[tuple[str, ...]] = ("kernel", "stacked", "single")

    layers: int = among(2, 3, 4, 5, allowed=Between(1, 16))
    small: int = among(2, 3, 5, 7, allowed=Between(1, 15))
    depth: int = between(1, 128, allowed=Between(1, 4096))
    filters: int = between(8, 256, step=4, allowed=Between(1, 4096))
    bias: bool = True

    def prompt(self) -> str:
        """Ask for kernel and both counts."""
        biases = "one bias per filter" if self.bias else "no biases"
        return (
            f"An input of ${self.depth}$ channels goes through ${self.layers}$ convolutions, one after another, each "
            f"with ${self.filters}$ filters of size ${self.small} \\times {self.small}$, stride $1$ and {biases}. They "
            f"are to be replaced by a single convolution with ${self.filters}$ filters, stride $1$ and {biases}, of "
            "which each output sees as large a square of the input as each output of the last layer does.\n\n"
            "How many pixels wide is its **kernel**? How many trainable parameters have the **stacked** convolutions "
            "together, and how many has the **single** one?"
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        kernel = self.layers * (self.small - 1) + 1
        first = rules.conv_parameters(self.small, self.depth, self.filters, self.bias)
        later = rules.conv_parameters(self.small, self.filters, self.filters, self.bias)
        single = rules.conv_parameters(kernel, self.depth, self.filters, self.bias)
        return {
            "kernel": Count(kernel, "pixels"),
            "stacked": Count(first + (self.layers - 1) * later, "parameters"),
            "single": Count(single, "parameters"),
        }

    def witness(self) -> Mapping[str, Answer]:
        """Follow one output back through all layers, count every layer's weights."""
        kernel = dependence.extent(dependence.seen_by(0, [(self.small, 1, 1)] * self.layers))
        stacked, depth = 0, self.depth
        for _ in range(self.layers):
            stacked += weights.count_weights(self.small, depth, self.filters, self.bias)
            depth = self.filters
        return {
            "kernel": Count(kernel, "pixels"),
            "stacked": Count(stacked, "parameters"),
            "single": Count(weights.count_weights(kernel, self.depth, self.filters, self.bias), "parameters"),
        }

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Take the kernel that the candidate came to, and count that one's parameters."""
        kernel = given.get("kernel")
        if part != "single" or not isinstance(kernel, Count) or kernel.value < 1:
            return None
        return Count(rules.conv_parameters(kernel.value, self.depth, self.filters, self.bias), "parameters")

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        layers, small, depth, filters = self.layers, self.small, self.depth, self.filters
        kernel, extra = layers * (small - 1) + 1, 1 if self.bias else 0
        yield _count("kernel", "kernels_added", layers * small, "Each layer after the first widens by one pixel less.")
        yield _count("kernel", "missing_first_pixel", kernel - 1, "The output itself begins as one pixel.", HALF)
        yield _count("kernel", "small_kernel", small, "That is what one of the layers sees of the layer before it.")
        yield _count("kernel", "area_given", kernel**2, "That is the area; the side is asked for.", HALF)

        first, later = (small**2 * depth + extra) * filters, (small**2 * filters + extra) * filters
        feedback = f"From the second layer on, a filter sees the {filters} channels that the layer before it made."
        yield _count("stacked", "depth_not_updated", layers * first, feedback)
        feedback = f"The first layer sees the {depth} channels of the input."
        yield _count("stacked", "first_depth_forgotten", layers * later, feedback, HALF)
        yield _count("stacked", "first_layer_only", first, f"That is the first layer of {layers}.")
        yield _count("stacked", "one_layer_missing", first + max(layers - 2, 0) * later, "One layer is missing.", HALF)
        yield _count("single", "one_small_layer", first, "The one kernel must be as large as what it replaces.")
        feedback = "A kernel of that many weights in all would not see as far: its side is what adds up."
        yield _count("single", "areas_added", (layers * small**2 * depth + extra) * filters, feedback)
        large = (kernel**2 * filters + extra) * filters
        yield _count("single", "depth_taken_from_output", large, f"It sees the {depth} channels of the input.")
        if self.bias:
            forgotten = "Every filter has a bias as well."
            weighed = first + (layers - 1) * later - layers * filters
            yield _count("stacked", "bias_forgotten", weighed, forgotten, HALF)
            yield _count("single", "bias_forgotten", kernel**2 * depth * filters, forgotten, HALF)
            feedback = "Every layer has a bias for each of its filters."
            yield _count("stacked", "biases_of_one_layer", weighed + filters, feedback, HALF)

    def working(self) -> str:
        """Write out kernel and counts."""
        layers, small, depth, filters, extra = self.layers, self.small, self.depth, self.filters, int(self.bias)
        kernel, plus = layers * (small - 1) + 1, " + 1" if self.bias else ""
        first, later = (small**2 * depth + extra) * filters, (small**2 * filters + extra) * filters
        single = (kernel**2 * depth + extra) * filters
        return (
            f"kernel: {layers}·({small} − 1) + 1 = {kernel}\n"
            f"stacked: ({small}·{small}·{depth}{plus})·{filters} + {layers - 1}·({small}·{small}·{filters}{plus})·"
            f"{filters} = {first} + {layers - 1}·{later} = {first + (layers - 1) * later}\n"
            f"single: ({kernel}·{kernel}·{depth}{plus})·{filters} = {single}"
        )


def _count(part: str, name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, Count(value, "pixels" if part == "kernel" else "parameters"), feedback, credit)
