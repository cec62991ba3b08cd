"""Memory that a small network's activations take in a forward pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.oracle import windows
from gradus.oracle.arrays import count_entries
from gradus.oracle.storage import Memory
from gradus.parameters import Between, Sizes, among, between

IMAGES = [Shape(side, side, depth) for side in range(8, 66, 2) for depth in (1, 3)]
HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class ActivationMemory(Family):
    """Values and bytes that the activations of a small convolutional network take for a batch."""

    parts: ClassVar[tuple[str, ...]] = ("values", "bytes")

    image: Shape = among(*IMAGES, allowed=Sizes(3, 512))
    filters: int = between(4, 32, step=2, allowed=Between(1, 512))
    more_filters: int = between(8, 64, step=4, allowed=Between(1, 512))
    units: int = between(10, 100, step=10, allowed=Between(1, 10_000))
    batch: int = among(8, 16, 32, 64, 128, 256, allowed=Between(1, 4096))
    width: int = among(4, 4, 2, 8, allowed=Between(1, 8))

    def check(self) -> Iterator[Fault]:
        """Demand that both poolings find their windows."""
        if min(self.image.sizes[:2]) < 4:
            rule = "must have sides of 4 pixels or more, to be pooled twice"
            yield Fault("ActivationMemory", "image", str(self.image), rule, "choose a larger image")

    def prompt(self) -> str:
        """Ask for values and bytes."""
        size = f"{self.width} bytes" if self.width > 1 else "1 byte"
        return (
            f"An image of shape ${self.image.latex()}$ (height × width × channels) goes through: a $3 \\times 3$ "
            f"convolution with ${self.filters}$ filters; ReLU; max pooling $2 \\times 2$ with stride $2$; "
            f"a $3 \\times 3$ convolution with ${self.more_filters}$ filters; ReLU; max pooling $2 \\times 2$ with "
            f"stride $2$; flattening; a dense layer with ${self.units}$ outputs. The convolutions have stride $1$ and "
            "zero padding $1$ on every side; sizes round down. The image and the output of every convolution, pooling "
            "and dense layer stay in memory. ReLU overwrites its input and flattening makes no copy, so these two take "
            "nothing.\n\n"
            "Give the number of **values** that stay in memory for one image, and the number of **bytes** for a batch "
            f"of ${self.batch}$ images, where a value takes {size}. Parameters and gradients are not counted."
        )

    def key(self) -> Mapping[str, Answer]:
        """Multiply out the shapes and add them up."""
        values = sum(rules.PRODUCT(*shape) for shape in self._shapes())
        return {
            "values": Count(values, "values"),
            "bytes": Count(rules.PRODUCT(values, self.batch, self.width), "bytes"),
        }

    def _shapes(self) -> list[tuple[int, ...]]:
        height, width, depth = self.image.sizes
        shapes: list[tuple[int, ...]] = [(height, width, depth)]
        for filters in (self.filters, self.more_filters):
            height, width = (rules.conv_size(side, 3, 1, 1) for side in (height, width))
            shapes.append((height, width, filters))
            height, width = (rules.pool_size(side, 2) for side in (height, width))
            shapes.append((height, width, filters))
        return [*shapes, (self.units,)]

    def witness(self) -> Mapping[str, Answer]:
        """Run the network on shapes, take memory for every tensor, then run image after image."""
        *sides, depth = self.image.sizes
        one = Memory()
        one.take(count_entries((*sides, depth)))
        for filters in (self.filters, self.more_filters):
            for window, stride, padding in ((3, 1, 1), (2, 2, 0)):
                sides = [windows.count_placements(side, window, stride, padding) for side in sides]
                one.take(count_entries((*sides, filters)))
        one.take(count_entries((self.units,)))
        whole = Memory()
        for _ in range(self.batch):
            for _ in range(self.width):  # the first bytes of all values, the second bytes, …
                whole.take(one.taken)
        return {"values": Count(one.taken, "values"), "bytes": Count(whole.taken, "bytes")}

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Take the batch's bytes of the values that the candidate found."""
        values = given.get("values")
        if part == "bytes" and isinstance(values, Count):
            return Count(values.value * self.batch * self.width, "bytes")
        return None

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        image, first, pooled, second, again, last = (rules.PRODUCT(*shape) for shape in self._shapes())
        values = image + first + pooled + second + again + last
        yield _count("values", "image_forgotten", values - image, "The image stays in memory as well.", HALF)
        told = "ReLU overwrites its input: it takes no memory of its own."
        yield _count("values", "relu_counted", values + first + second, told, HALF)
        told = "Flattening makes no copy."
        yield _count("values", "flattening_counted", values + again, told, HALF)
        told = "The outputs of the poolings stay in memory as well."
        yield _count("values", "pooling_forgotten", values - pooled - again, told)
        told = "The outputs of the convolutions stay in memory as well."
        yield _count("values", "convolutions_forgotten", values - first - second, told)
        told = "Pooling with stride 2 halves height and width."
        height, width, depth = self.image.sizes
        cells = depth + 2 * self.filters + 2 * self.more_filters
        yield _count("values", "pooling_keeps_size", height * width * cells + last, told)
        yield _count("values", "output_forgotten", values - last, "The dense layer's output counts too.", HALF)
        told = "Memory is taken for what comes out of every layer, not only the last."
        yield _count("values", "last_layer_only", last, told)
        yield _count("bytes", "batch_forgotten", values * self.width, "Every image of the batch takes its own memory.")
        told = f"A value takes {self.width} bytes."
        yield _count("bytes", "width_forgotten", values * self.batch, told)
        told = "That is bits: the width of a value is given in bytes already."
        yield _count("bytes", "bits_given", 8 * values * self.batch * self.width, told)

    def working(self) -> str:
        """Write out every tensor, then both sums."""
        names = ("image", "convolution", "pooling", "convolution", "pooling", "dense")
        shapes = self._shapes()
        sizes = [rules.PRODUCT(*shape) for shape in shapes]
        rows = list(zip(names, shapes, sizes, strict=True))
        lines = [f"{name}: {rules.PRODUCT.text(*shape)} = {size}" for name, shape, size in rows[:-1]]
        values, whole = self.key().values()
        lines.append(f"dense: {self.units}")
        lines.append(f"values: {' + '.join(map(str, sizes))} = {values}")
        return "\n".join([*lines, f"bytes: {values}·{self.batch}·{self.width} = {whole}"])


def _count(part: str, name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, Count(value, part), feedback, credit)
