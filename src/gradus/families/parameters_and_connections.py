"""Parameters against connections, layer by layer as in LeNet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.oracle import scalars, sliding, windows
from gradus.oracle.arrays import Store
from gradus.parameters import Between, Sizes, among, between

IMAGES = [Shape(side, side, depth) for side in range(10, 50, 2) for depth in range(1, 17)]
HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class ParametersAndConnections(Family):
    """Parameters and connections of a convolution, or of LeNet's subsampling."""

    parts: ClassVar[tuple[str, ...]] = ("parameters", "connections")

    layer: Literal["convolution", "subsampling"] = among("convolution", "convolution", "subsampling")
    image: Shape = among(*IMAGES, allowed=Sizes(3, 256))
    window: int = among(2, 3, 4, 5, allowed=Between(1, 31))
    filters: int = between(4, 64, allowed=Between(1, 1024))

    def check(self) -> Iterator[Fault]:
        """Demand that the window fits."""
        if self.window > min(self.image.sizes[:2]):
            rule = f"must fit on the image, {min(self.image.sizes[:2])} pixels"
            yield Fault("ParametersAndConnections", "window", self.window, rule, "choose a smaller window")

    def prompt(self) -> str:
        """Ask for both counts."""
        window = f"${self.window} \\times {self.window}$"
        told = {
            "convolution": f"a convolution with ${self.filters}$ filters of size {window}, stride $1$, no padding, and "
            "one bias per filter. Every filter reads all channels",
            "subsampling": f"a subsampling layer as in the first LeNet: each channel is cut into windows of {window} "
            f"that do not overlap (stride ${self.window}$; a rest at the border is dropped); a unit adds up the "
            "pixels of its window, multiplies the sum by a trained coefficient and adds a trained bias; coefficient "
            "and bias are the same for all units of a channel",
        }
        return (
            f"Maps of shape ${self.image.latex()}$ (height × width × channels) go into {told[self.layer]}.\n\n"
            "Give the number of trainable **parameters**, and the number of **connections**: one for each pixel of "
            "each channel that a unit of the output reads, and one more for each unit's bias."
        )

    def key(self) -> Mapping[str, Answer]:
        """Multiply what one position needs by the positions."""
        height, width, depth = self.image.sizes
        stride = 1 if self.layer == "convolution" else self.window
        rows = rules.conv_size(height, self.window, stride)
        columns = rules.conv_size(width, self.window, stride)
        if self.layer == "convolution":
            parameters = links = rules.conv_parameters(self.window, depth, self.filters)
        else:
            parameters = rules.PRODUCT(2, depth)
            links = rules.conv_parameters(self.window, 1, depth)
        connections = rules.PRODUCT(links, rows, columns)
        return {"parameters": Count(parameters, "parameters"), "connections": Count(connections, "connections")}

    def witness(self) -> Mapping[str, Answer]:
        """Name the arrays; ask every pixel how many windows read it, and every unit for its bias."""
        height, width, depth = self.image.sizes
        store, stride, makers, readers = Store(), self.window, depth, 1
        if self.layer == "convolution":
            stride, makers, readers = 1, self.filters, depth
            store.keep("weights", self.filters, self.window, self.window, depth)
            store.keep("biases", self.filters)
        else:
            store.keep("coefficients", depth)
            store.keep("biases", depth)
        from_one = sliding.count_links(height, width, self.window, stride)
        places = [windows.count_placements(side, self.window, stride) for side in (height, width)]
        connections = scalars.count_cells(places[0], places[1], makers)
        for _ in range(makers):
            for _ in range(readers):
                connections += from_one
        return {"parameters": Count(store.entries, "parameters"), "connections": Count(connections, "connections")}

    def _places(self) -> int:
        stride = 1 if self.layer == "convolution" else self.window
        height, width = ((side - self.window) // stride + 1 for side in self.image.sizes[:2])
        return height * width

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Repeat a convolution's parameters at every position."""
        parameters = given.get("parameters")
        if part == "connections" and self.layer == "convolution" and isinstance(parameters, Count):
            return Count(parameters.value * self._places(), "connections")
        return None

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        height, width, depth = self.image.sizes
        area, filters, places = self.window**2, self.filters, self._places()
        both = "Parameters are shared by all positions; connections are counted at each."
        if self.layer == "subsampling":
            told = "All pixels of a window share one coefficient."
            yield _count("parameters", "pixels_weighted", (area + 1) * depth, told)
            yield _count("parameters", "no_parameters", 0, "This layer trains a coefficient and a bias a channel.")
            told = "Each channel has a coefficient and a bias of its own."
            yield _count("parameters", "one_pair_for_layer", 2, told)
            yield _count("connections", "parameters_repeated", 2 * depth * places, "A unit reads all of its window.")
            yield _count("connections", "bias_forgotten", area * depth * places, "The bias is a connection too.", HALF)
            return
        own = (area * depth + 1) * filters
        yield _count("parameters", "connections_given", own * places, both)
        yield _count("parameters", "bias_forgotten", area * depth * filters, "Every filter has a bias as well.", HALF)
        told = "A filter reaches through all channels of its input: multiply by the depth."
        yield _count("parameters", "depth_forgotten", (area + 1) * filters, told)
        yield _count("connections", "parameters_given", own, both)
        told = "Each unit's bias is a connection too."
        yield _count("connections", "bias_forgotten", area * depth * filters * places, told, HALF)
        told = "The bias counts at every unit of the output, not once for each filter."
        yield _count("connections", "bias_counted_once", (area * depth * places + 1) * filters, told, HALF)
        told = "Units stand at the positions of the output, of which there are fewer than pixels of the input."
        yield _count("connections", "input_positions", own * height * width, told)
        told = "A unit reads its window only, not the whole image."
        yield _count("connections", "all_to_all", (height * width * depth + 1) * places * filters, told)

    def working(self) -> str:
        """Write out positions, parameters and connections."""
        _, _, depth = self.image.sizes
        parameters, connections = self.key().values()
        stride = 1 if self.layer == "convolution" else self.window
        sizes = [f"⌊({side} − {self.window})/{stride}⌋ + 1" for side in self.image.sizes[:2]]
        area = f"{self.window}·{self.window}"
        if self.layer == "convolution":
            once, each = f"({area}·{depth} + 1)·{self.filters}", f"({area}·{depth} + 1)·{self.filters}"
        else:
            once, each = f"2·{depth}", f"({area} + 1)·{depth}"
        return (
            f"positions: ({sizes[0]})·({sizes[1]}) = {self._places()}\nparameters: {once} = {parameters}\n"
            f"connections: {each}·{self._places()} = {connections}"
        )


def _count(part: str, name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, Count(value, part), feedback, credit)
