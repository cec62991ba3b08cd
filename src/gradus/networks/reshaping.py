"""Layers that only move, repeat or leave out values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gradus.errors import Fault
from gradus.networks import rules
from gradus.networks.checks import Shape, dotted, spatial, spread, whole, wholes
from gradus.networks.formula import Working, Workings
from gradus.networks.layer import Layer
from gradus.networks.reach import Reach, require_numbers, spread_reach
from gradus.networks.tree import Quantity, product
from gradus.networks.windows import Padding, check_padding, sides


@dataclass(frozen=True)
class Tokens(Layer):
    """An image H × W × C read as a sequence of H·W tokens.

    >>> Tokens().output((14, 14, 768))
    (196, 768)
    """

    word: ClassVar[str] = "tokens"

    def output(self, shape: Shape) -> Shape:
        """Return the positions in one axis, then the depth."""
        spatial(self.word, shape)
        return (product(shape[:-1]), shape[-1])

    def sizes(self, shape: Shape) -> Workings:
        """Return the number of tokens written out."""
        return Workings((Working(rules.PRODUCT, shape[:-1]),))

    def reach(self, shape: Shape) -> tuple[Reach, ...] | None:
        """Return nothing: every value of the output may depend on the whole input."""
        return None


@dataclass(frozen=True)
class Select(Layer):
    """One position of the first axis, such as the class token; −1 is the last one.

    >>> Select(0).output((197, 768))
    (768,)
    """

    index: int = 0
    word: ClassVar[str] = "select"

    def __post_init__(self) -> None:
        whole(self.word, "index", self.index, -1)

    def output(self, shape: Shape) -> Shape:
        """Return the shape without its first axis."""
        if len(shape) < 2:
            raise Fault(self.word, "input", shape, "has one axis only", "select from a sequence, length × width")
        if type(shape[0]) is int and self.index >= shape[0]:
            rule = f"is beyond the length {shape[0]} of the input"
            raise Fault(self.word, "index", self.index, rule, f"write 0 to {shape[0] - 1}")
        return shape[1:]

    def reach(self, shape: Shape) -> tuple[Reach, ...] | None:
        """Return nothing: every value of the output may depend on the whole input."""
        return None


@dataclass(frozen=True)
class Reshape(Layer):
    """The same values in another shape.

    >>> Reshape((7, 7, 128)).output((6272,))
    (7, 7, 128)
    """

    sizes_wanted: tuple[Quantity, ...]
    word: ClassVar[str] = "reshape"

    def __post_init__(self) -> None:
        for size in self.sizes_wanted:
            whole(self.word, "sizes", size)

    def output(self, shape: Shape) -> Shape:
        """Return the wanted shape, after checking that it holds as many values."""
        have, want = product(shape), product(self.sizes_wanted)
        if type(have) is int and type(want) is int and have != want:
            rule = f"holds {want} values, but the input {dotted(shape)} has {have}"
            raise Fault(self.word, "sizes", dotted(self.sizes_wanted), rule, "choose sizes with the same product")
        return self.sizes_wanted

    def reach(self, shape: Shape) -> tuple[Reach, ...] | None:
        """Return nothing: every value of the output may depend on the whole input."""
        return None


@dataclass(frozen=True)
class Upsample(Layer):
    """Every pixel repeated (or interpolated) `scale` times along each axis.

    >>> Upsample(2).output((28, 28, 512))
    (56, 56, 512)
    """

    scale: Quantity = 2
    word: ClassVar[str] = "upsample"

    def __post_init__(self) -> None:
        wholes(self.word, "scale", self.scale)

    def output(self, shape: Shape) -> Shape:
        """Return each spatial size times the scale."""
        return (*(working.value for working in self.sizes(shape).parts), shape[-1])

    def sizes(self, shape: Shape) -> Workings:
        """Return the products written out."""
        scale = spread(self.word, "scale", self.scale, spatial(self.word, shape))
        return Workings(tuple(Working(rules.PRODUCT, pair) for pair in zip(shape, scale, strict=False)))

    def reach(self, shape: Shape) -> tuple[Reach, ...]:
        """Return the pixel that each output pixel repeats."""
        scale = spread(self.word, "scale", self.scale, len(shape) - 1)
        require_numbers(self.word, *scale)
        return tuple(spread_reach(times, times, 0) for times in scale)


@dataclass(frozen=True)
class Pad(Layer):
    """Zeros put around an image.

    Args:
        padding: pixels on each side; a tuple for each axis, of numbers or (before, after) pairs.
        depth: channels of zeros appended to the depth (option A of He et al. 2015, section 4.2).

    >>> Pad(1, depth=16).output((32, 32, 16))
    (34, 34, 32)
    """

    padding: Padding = 0
    depth: Quantity = 0
    word: ClassVar[str] = "pad"

    def __post_init__(self) -> None:
        if isinstance(self.padding, str):
            raise Fault(self.word, "padding", self.padding, "must be a number or pairs", "write for example 1")
        check_padding(self.word, self.padding)
        whole(self.word, "depth", self.depth, 0)

    def output(self, shape: Shape) -> Shape:
        """Return the enlarged shape."""
        return (*(working.value for working in self._axes(shape)), shape[-1] + self.depth)

    def sizes(self, shape: Shape) -> Workings:
        """Return the sums written out."""
        return Workings(self._axes(shape))

    def reach(self, shape: Shape) -> tuple[Reach, ...]:
        """Return the pixel before which the padding was put."""
        pairs = sides(self.padding, spatial(self.word, shape), self.word)
        return tuple(Reach(((-before, -before),), 1) for before, _ in pairs)

    def _axes(self, shape: Shape) -> tuple[Working, ...]:
        pairs = sides(self.padding, spatial(self.word, shape), self.word)
        return tuple(Working(rules.PADDED, (n, *pair)) for n, pair in zip(shape, pairs, strict=False))


@dataclass(frozen=True)
class Crop(Layer):
    """Pixels cut from each side of an image.

    >>> Crop(4).output((64, 64, 512))
    (56, 56, 512)
    """

    cut: Padding = 0
    word: ClassVar[str] = "crop"

    def __post_init__(self) -> None:
        if isinstance(self.cut, str):
            raise Fault(self.word, "cut", self.cut, "must be a number or pairs", "write for example 1")
        check_padding(self.word, self.cut, "cut")

    def output(self, shape: Shape) -> Shape:
        """Return the smaller shape."""
        found = tuple(working.value for working in self.sizes(shape).parts)
        for size, result in zip(shape, found, strict=False):
            if type(result) is int and result < 1:
                rule = f"leaves nothing of an axis of size {size}"
                raise Fault(self.word, "cut", self.cut, rule, "cut fewer pixels")
        return (*found, shape[-1])

    def sizes(self, shape: Shape) -> Workings:
        """Return the differences written out."""
        pairs = sides(self.cut, spatial(self.word, shape), self.word)
        return Workings(tuple(Working(rules.CROPPED, (n, *pair)) for n, pair in zip(shape, pairs, strict=False)))

    def reach(self, shape: Shape) -> tuple[Reach, ...]:
        """Return the pixel that was kept."""
        pairs = sides(self.cut, spatial(self.word, shape), self.word)
        return tuple(Reach(((before, before),), 1) for before, _ in pairs)
