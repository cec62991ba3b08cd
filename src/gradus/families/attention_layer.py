"""The size of an image-attention layer: shape of its output and number of its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault, Underdetermined
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.oracle import scalars, windows
from gradus.parameters import Between, Sizes, among, between

SIDES = range(8, 132, 4)
IMAGES = [Shape(side, side, depth) for side in SIDES for depth in (1, 2, 3, 4, 8, 16)]
REMEDY = "state the channels of image and output too"


@final
@dataclass(frozen=True, kw_only=True)
class AttentionLayer(Family):
    """Output shape and parameter count of attention of an image to kernels of keys and values."""

    parts: ClassVar[tuple[str, ...]] = ("shape", "parameters")

    image: Shape = among(*IMAGES, allowed=Sizes(3, 4096))
    outputs: int = between(2, 64, allowed=Between(1, 4096))
    kernel: int = among(3, 5, 7, allowed=Between(1, 31))
    query: Literal["pixel", "neighbourhood"] = among("pixel", "neighbourhood")
    given: Literal["channels", "total"] = "channels"

    def check(self) -> Iterator[Fault]:
        """Demand that a window fits on the image."""
        if self.kernel > min(self.image.sizes[:2]):
            rule = f"must fit on the image, {min(self.image.sizes[:2])} pixels"
            yield Fault("AttentionLayer", "kernel", self.kernel, rule, "choose a smaller kernel")

    def prompt(self) -> str:
        """State the kernels, what meets them, and either the channels or only the total."""
        height, width, depth = self.image.sizes
        size = self.kernel
        meets = (
            "the query at a pixel is that pixel alone, and each of the output's keys meets it"
            if self.query == "pixel"
            else "each of the output's keys meets the pixel at its own place in the window around it"
        )
        channels = (
            f"The image has shape ${height} \\times {width} \\times {depth}$, and there are ${self.outputs}$ output "
            "channels."
            if self.given == "channels"
            else f"The image has ${height} \\times {width}$ pixels of $C$ channels, there are $O$ output channels, and "
            f"the layer has ${size * size * self.outputs * (depth + 1)}$ parameters."
        )
        return (
            "A layer of image attention has, for each output channel, a kernel of keys of shape "
            f"${size} \\times {size} \\times C$ and a kernel of values of shape ${size} \\times {size} \\times 1$, "
            "where $C$ is the number of "
            f"channels of the image; {meets}. Stride $1$, no padding, no biases. {channels}\n\n"
            "Give the **shape** of the output (height × width × channels) and the number of trainable **parameters**."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        height, width, depth = self.image.sizes
        window = 1 if self.query == "pixel" else self.kernel
        parameters = sum(rules.conv_parameters(self.kernel, d, self.outputs, bias=False) for d in (depth, 1))
        if self.given == "total":
            total = parameters // self.kernel**2
            pairs = [(total // o - 1, o) for o in range(1, total) if total % o == 0]
            _demand_one(pairs)
        rows, columns = rules.conv_size(height, window), rules.conv_size(width, window)
        return {"shape": Shape(rows, columns, self.outputs), "parameters": Count(parameters, "parameters")}

    def witness(self) -> Mapping[str, Answer]:
        """Slide the window, name the scalars; try every pair of channels."""
        height, width, depth = self.image.sizes
        window = 1 if self.query == "pixel" else self.kernel
        rows, columns = windows.count_placements(height, window), windows.count_placements(width, window)
        named = _name(self.kernel, depth, self.outputs)
        if self.given == "total":
            tried = range(1, depth * self.outputs + self.outputs)
            found = [
                (inputs, outputs)
                for outputs in tried
                for inputs in tried
                if (inputs + 1) * outputs <= len(tried) + 1 and _name(self.kernel, inputs, outputs) == named
            ]
            if len(found) > 1:
                raise Underdetermined("channels", [f"C = {i} with O = {o}" for i, o in sorted(found)], REMEDY)
        return {"shape": Shape(rows, columns, self.outputs), "parameters": Count(named, "parameters")}

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        height, width, depth = self.image.sizes
        area, lost = self.kernel**2, self.kernel - 1
        pixel = self.query == "pixel"
        told = (
            "The query is a single pixel: no window has to fit, so no rows and columns are lost."
            if pixel
            else "A window stands only where it fits on the image: without padding rows and columns are lost."
        )
        other = Shape(height - lost, width - lost, self.outputs) if pixel else Shape(height, width, self.outputs)
        yield Mistake("shape", "window_lost" if pixel else "window_ignored", other, told)
        kept = self.key()["shape"]
        assert isinstance(kept, Shape)
        rows, columns, _ = kept.sizes
        told = "There are as many channels as outputs."
        yield Mistake("shape", "depth_kept", Shape(rows, columns, depth), told, Fraction(1, 2))
        for name, value, feedback, share in (
            ("values_forgotten", area * depth * self.outputs, "The values are trained too.", Fraction(1, 2)),
            (
                "values_as_deep_as_keys",
                2 * area * depth * self.outputs,
                "A kernel of values has depth 1.",
                Fraction(1, 2),
            ),
            (
                "one_kernel_of_values",
                area * depth * self.outputs + area,
                "Every output has its own values.",
                Fraction(0),
            ),
            ("outputs_forgotten", area * (depth + 1), "That is one output of several.", Fraction(0)),
            ("biases_added", area * (depth + 1) * self.outputs + self.outputs, "There are no biases.", Fraction(1, 2)),
        ):
            yield Mistake("parameters", name, Count(value, "parameters"), feedback, share)

    def working(self) -> str:
        """Write out sizes and count."""
        height, width, depth = self.image.sizes
        answers = {part: str(answer) for part, answer in self.key().items()}
        size, o = self.kernel, self.outputs
        lost = f"{height} − {size} + 1, {width} − {size} + 1" if self.query == "neighbourhood" else f"{height}, {width}"
        count = f"{size}·{size}·{depth}·{o} + {size}·{size}·1·{o} = {answers['parameters']}"
        return f"rows and columns {lost}, so {answers['shape']}; keys and values {count}"


def _name(kernel: int, inputs: int, outputs: int) -> int:
    """Name every scalar of keys and values."""
    return scalars.count_conv(kernel, inputs, outputs, bias=False) + scalars.count_conv(kernel, 1, outputs, bias=False)


def _demand_one(pairs: list[tuple[int, int]]) -> None:
    if len(pairs) > 1:
        told = [f"C = {inputs} with O = {outputs}" for inputs, outputs in sorted(pairs)]
        raise Underdetermined("channels", told, REMEDY)
