"""Output shape and number of values of one pooling layer, sizes rounded down or up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import Network, Pool, rules
from gradus.oracle import scalars, windows
from gradus.parameters import Between, Sizes, among

IMAGES = [Shape(side, side, depth) for side in range(12, 130) for depth in (3, 8, 16, 32, 64, 96, 128)]
HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class PoolingShape(Family):
    """Output shape of max or average pooling, sizes rounded down or up, and how many values it holds."""

    parts: ClassVar[tuple[str, ...]] = ("shape", "values")

    image: Shape = among(*IMAGES, allowed=Sizes(3, 4096))
    window: int = among(2, 3, 4, 5, allowed=Between(1, 64))
    stride: int = among(1, 2, 3, 4, allowed=Between(1, 64))
    padding: int = among(0, 1, 2, allowed=Between(0, 32))
    rounding: Literal["floor", "ceil"] = among("floor", "ceil")
    kind: Literal["max", "average"] = among("max", "average")

    def check(self) -> Iterator[Fault]:
        """Demand that the window fits on the padded image, and is at least half on it."""
        side = min(self.image.sizes[:2])
        if self.window > side + 2 * self.padding:
            rule = f"must fit on the image with its padding, {side} + 2·{self.padding} pixels"
            yield Fault("PoolingShape", "window", self.window, rule, "choose a smaller window")
        if 2 * self.padding > self.window:
            rule = f"must be at most half of the window, which is {self.window} wide"
            yield Fault("PoolingShape", "padding", self.padding, rule, "choose less padding")

    def is_sensible(self) -> bool:
        """Draw strides that leave no pixel out."""
        return self.stride <= self.window

    def prompt(self) -> str:
        """Ask for both."""
        rounding = (
            "Sizes round **down**: a window that does not fit is dropped."
            if self.rounding == "floor"
            else "Sizes round **up**: a last window that hangs over the end is kept, unless it would begin beyond the "
            "image in the padding behind it."
        )
        return (
            f"An image of shape ${self.image.latex()}$ (height × width × channels) goes through {self.kind} pooling "
            f"over windows of ${self.window} \\times {self.window}$ pixels with stride ${self.stride}$ and padding "
            f"${self.padding}$ on every side. {rounding}\n\n"
            "Give the **shape** of the output (height × width × channels) and the number of **values** it holds."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed form."""
        height, width, depth = self.image.sizes
        up = self.rounding == "ceil"
        rows = rules.pool_size(height, self.window, self.stride, self.padding, up)
        columns = rules.pool_size(width, self.window, self.stride, self.padding, up)
        return {"shape": Shape(rows, columns, depth), "values": Count(rows * columns * depth, "values")}

    def witness(self) -> Mapping[str, Answer]:
        """Slide the window, then walk over the output row by row."""
        height, width, depth = self.image.sizes
        up = self.rounding == "ceil"
        rows = windows.count_placements(height, self.window, self.stride, self.padding, up)
        columns = windows.count_placements(width, self.window, self.stride, self.padding, up)
        a_row, walked = scalars.count_cells(1, columns, depth), 0
        for _ in range(rows):
            walked += a_row
        return {"shape": Shape(rows, columns, depth), "values": Count(walked, "values")}

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Count the values of the shape that the candidate came to."""
        shape = given.get("shape")
        if part != "values" or not isinstance(shape, Shape) or len(shape.sizes) != 3:
            return None
        height, width, depth = shape.sizes
        return Count(height * width * depth, "values")

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        down = [(side + 2 * self.padding - self.window) // self.stride for side in self.image.sizes[:2]]
        up = [-((self.window - side - 2 * self.padding) // self.stride) for side in self.image.sizes[:2]]
        once = [(side + self.padding - self.window) // self.stride for side in self.image.sizes[:2]]
        if self.rounding == "floor":
            yield self._sizes("ceil_for_floor", up, "A window that does not fit is dropped here: round down.")
        else:
            yield self._sizes("floor_for_ceil", down, "A window that hangs over the end is kept here: round up.")
            if self.padding:
                feedback = "A window must begin on the image or before it; the last one would begin behind it."
                yield self._sizes("window_in_padding_counted", up, feedback, HALF)
        if self.padding:
            feedback = "The padding is added on both sides of an axis, so it counts twice."
            yield self._sizes("padding_counted_once", once, feedback)
        steps = down if self.rounding == "floor" else up
        feedback = "The window's first placement counts too: add 1 after dividing by the stride."
        yield self._sizes("missing_plus_one", [step - 1 for step in steps], feedback)
        if self.stride != self.window:
            feedback = "The window moves by its stride, which differs from its size here."
            padded = [(side + 2 * self.padding) // self.window - 1 for side in self.image.sizes[:2]]
            yield self._sizes("stride_of_the_window", padded, feedback)
        rows, columns, depth = self._right()
        if self.stride > 1:
            feedback = "Pooling works on each channel by itself: their number stays."
            yield Mistake("shape", "depth_pooled", Shape(rows, columns, depth // self.stride), feedback, HALF)
        feedback = "Height and width are right; the number of channels is missing."
        yield Mistake("shape", "channels_missing", Shape(rows, columns), feedback, HALF)
        feedback = "Those are the positions; each holds a value for every channel."
        yield Mistake("values", "channels_forgotten", Count(rows * columns, "values"), feedback)
        height, width, _ = self.image.sizes
        feedback = "Those are the values of the input; pooling leaves fewer."
        yield Mistake("values", "input_counted", Count(height * width * depth, "values"), feedback)

    def _sizes(self, name: str, steps: list[int], feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
        return Mistake("shape", name, Shape(*[step + 1 for step in steps], self.image.sizes[2]), feedback, credit)

    def _right(self) -> tuple[int, ...]:
        shape = self.key()["shape"]
        assert isinstance(shape, Shape)
        return shape.sizes

    def working(self) -> str:
        """Write out the sizes and their product."""
        layer = Pool(self.kind, self.window, self.stride, self.padding, self.rounding == "ceil")
        rows, columns, depth = self._right()
        table = Network(layer).describe(self.image.sizes)
        return f"{table.working()}\nvalues: {rows}·{columns}·{depth} = {rows * columns * depth}"
