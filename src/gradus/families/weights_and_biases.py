"""A small convolutional network: its weights and its biases, in separate columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import Activation, Conv, Dense, Flatten, Network, Pool, rules
from gradus.oracle import windows
from gradus.oracle.arrays import Store
from gradus.parameters import Between, Sizes, among, between

IMAGES = [Shape(side, side, depth) for side in range(16, 66, 2) for depth in (1, 3)]


@final
@dataclass(frozen=True, kw_only=True)
class WeightsAndBiases(Family):
    """Weights and biases, counted apart, of two convolutions with pooling and two dense layers."""

    parts: ClassVar[tuple[str, ...]] = ("weights", "biases")

    image: Shape = among(*IMAGES, allowed=Sizes(3, 512))
    kernel: int = among(3, 5, allowed=Between(1, 15))
    filters: int = between(4, 16, allowed=Between(1, 512))
    more_filters: int = between(8, 32, step=2, allowed=Between(1, 512))
    units: int = between(16, 128, step=4, allowed=Between(1, 8192))
    classes: int = between(2, 20, allowed=Between(1, 10_000))

    def check(self) -> Iterator[Fault]:
        """Demand that every window fits."""
        size = min(self.image.sizes[:2])
        for layer in (1, 2):
            if size - self.kernel + 1 < 2:
                rule = f"must leave two pixels to pool after convolution {layer}, where {size} pixels come in"
                yield Fault("WeightsAndBiases", "kernel", self.kernel, rule, "choose a larger image")
                return
            size = (size - self.kernel + 1) // 2

    def prompt(self) -> str:
        """Ask for both columns."""
        kernel = f"${self.kernel} \\times {self.kernel}$"
        return (
            f"An image of shape ${self.image.latex()}$ (height × width × channels) goes through: a convolution with "
            f"${self.filters}$ filters of size {kernel}; max pooling $2 \\times 2$ with stride $2$; a convolution with "
            f"${self.more_filters}$ filters of size {kernel}; max pooling $2 \\times 2$ with stride $2$; flattening; a "
            f"dense layer with ${self.units}$ outputs; dropout; a dense layer with ${self.classes}$ outputs. The "
            "convolutions have stride $1$ and no padding, sizes round down, and every filter and every output of a "
            "dense layer has a bias.\n\n"
            "Give the number of trainable **weights** without the biases, and the number of **biases**."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        height, width, depth = self.image.sizes
        weights = 0
        for filters in (self.filters, self.more_filters):
            weights += rules.conv_parameters(self.kernel, depth, filters, bias=False)
            height = rules.pool_size(rules.conv_size(height, self.kernel), 2)
            width = rules.pool_size(rules.conv_size(width, self.kernel), 2)
            depth = filters
        weights += rules.dense_parameters(height * width * depth, self.units, bias=False)
        weights += rules.dense_parameters(self.units, self.classes, bias=False)
        biases = rules.SUM(self.filters, self.more_filters, self.units, self.classes)
        return {"weights": Count(weights, "weights"), "biases": Count(biases, "biases")}

    def witness(self) -> Mapping[str, Answer]:
        """Slide the windows, name every array in the column where it belongs."""
        *sides, depth = self.image.sizes
        weights, biases = Store(), Store()
        for name, filters in (("first", self.filters), ("second", self.more_filters)):
            weights.keep(name, filters, self.kernel, self.kernel, depth)
            biases.keep(name, filters)
            places = [windows.count_placements(side, self.kernel) for side in sides]
            sides = [windows.count_placements(side, 2, 2) for side in places]
            depth = filters
        weights.keep("third", sides[0], sides[1], depth, self.units)
        biases.keep("third", self.units)
        weights.keep("fourth", self.units, self.classes)
        biases.keep("fourth", self.classes)
        return {"weights": Count(weights.entries, "weights"), "biases": Count(biases.entries, "biases")}

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        area, depth = self.kernel**2, self.image.sizes[2]
        convs = area * (depth * self.filters + self.filters * self.more_filters)
        last, biases = self.units * self.classes, self.filters + self.more_filters + self.units + self.classes
        height, width = (((side - self.kernel + 1) // 2 - self.kernel + 1) // 2 for side in self.image.sizes[:2])
        cells = height * width * self.more_filters

        def weights(name: str, convs: int, cells: int, feedback: str, more: int = 0) -> Mistake:
            return Mistake("weights", name, Count(convs + cells * self.units + last + more, "weights"), feedback)

        told = "The biases belong into the other column."
        yield Mistake(
            "weights", "biases_included", Count(convs + cells * self.units + last + biases), told, Fraction(1, 2)
        )
        told = "All numbers of the flattened maps go into the dense layer, not one for each channel."
        yield weights("flatten_forgotten", convs, self.more_filters, told)
        told = "Both poolings halve height and width before the dense layer."
        unpooled = (self.image.sizes[0] - 2 * self.kernel + 2) * (self.image.sizes[1] - 2 * self.kernel + 2)
        yield weights("pooling_forgotten", convs, unpooled * self.more_filters, told)
        told = "Without padding each convolution shrinks its input as well."
        halved = (self.image.sizes[0] // 4) * (self.image.sizes[1] // 4)
        yield weights("convolution_keeps_size", convs, halved * self.more_filters, told)
        told = "A filter reaches through all channels of its input: multiply by the depth."
        yield weights("depth_forgotten", area * (self.filters + self.more_filters), cells, told)
        told = "The second convolution reads the maps that the first one made, not the image."
        yield weights("depth_not_updated", area * depth * (self.filters + self.more_filters), cells, told)
        told = "Pooling takes a maximum: there is nothing to train in it."
        pools = 4 * (self.filters + self.more_filters)
        yield weights("pooling_given_weights", convs, cells, told, pools)
        counts = {
            "one_for_each_layer": (4, "Each filter and each output of a dense layer has its own bias."),
            "filters_forgotten": (self.units + self.classes, "The filters have biases as well."),
            "dense_forgotten": (self.filters + self.more_filters, "The dense layers have biases as well."),
            "last_layer_forgotten": (biases - self.classes, "The last layer's outputs have biases as well."),
        }
        for name, (value, feedback) in counts.items():
            yield Mistake("biases", name, Count(value, "biases"), feedback)

    def working(self) -> str:
        """Write out every layer, then both columns."""
        convs = (Conv(self.kernel, self.filters, bias=False), Conv(self.kernel, self.more_filters, bias=False))
        dense = (Dense(self.units, bias=False), Activation("relu"), Dense(self.classes, bias=False))
        net = Network(convs[0], Pool("max", 2), convs[1], Pool("max", 2), Flatten(), *dense)
        table = net.describe(self.image.sizes)
        lines = [line for row in table.rows for line in row.lines() if "multiply" not in line]
        terms = " + ".join(map(str, (self.filters, self.more_filters, self.units, self.classes)))
        biases = self.key()["biases"]
        return "\n".join([*lines, f"weights: {table.parameters_working.text}", f"biases: {terms} = {biases}"])
