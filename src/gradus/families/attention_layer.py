"""The size of an image-attention layer: shape of its output and number of its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Literal, final

from gradus.answers import Answer, Count, Shape
from gradus.calculus.exact import whole
from gradus.derivations import Formula
from gradus.derivations.counts import formula_of, samples_of_counts
from gradus.errors import UNDERDETERMINED, Fault, Underdetermined
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.networks.symbols import symbol
from gradus.oracle import scalars, windows
from gradus.parameters import Between, Sizes, among, between

SIDES = range(8, 132, 4)
IMAGES = [Shape(side, side, depth) for side in SIDES for depth in (1, 2, 3, 4, 8, 16)]
REMEDY = "state the channels of image and output too"
SYMBOLS = ("C", "O")
COUNTED = ((1, 1), (1, 2), (2, 1), (3, 5), (7, 4))  # channels of image and output at which the witness counts
MOST = 1 << 20  # parameters that are tried for pairs of channels


@final
@dataclass(frozen=True, kw_only=True)
class AttentionLayer(Family):
    """Output shape and parameter count of attention of an image to kernels of keys and values."""

    parts: ClassVar[tuple[str, ...]] = ("shape", "parameters")

    image: Shape = among(*IMAGES, allowed=Sizes(3, 4096))
    outputs: int = between(2, 64, allowed=Between(1, 4096))
    kernel: int = among(3, 5, 7, allowed=Between(1, 31))
    query: Literal["pixel", "neighbourhood"] = among("pixel", "neighbourhood")
    given: Literal["channels", "total", "symbols"] = "channels"

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
        pixels = f"The image has ${height} \\times {width}$ pixels of $C$ channels"
        channels = {
            "channels": f"The image has shape ${height} \\times {width} \\times {depth}$, and there are "
            f"${self.outputs}$ output channels.",
            "total": f"{pixels}, there are $O$ output channels, and the layer has "
            f"${size * size * self.outputs * (depth + 1)}$ parameters.",
            "symbols": f"{pixels}, and there are $O$ output channels.",
        }[self.given]
        asked = (
            f"for $C = {depth}$ and $O = {self.outputs}$, and the number of trainable **parameters** as a formula in "
            "$C$ and $O$."
            if self.given == "symbols"
            else "and the number of trainable **parameters**."
        )
        return (
            "A layer of image attention has, for each output channel, a kernel of keys of shape "
            f"${size} \\times {size} \\times C$ and a kernel of values of shape ${size} \\times {size} \\times 1$, "
            "where $C$ is the number of "
            f"channels of the image; {meets}. Stride $1$, no padding, no biases. {channels}\n\n"
            f"Give the **shape** of the output (height × width × channels) {asked}"
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        height, width, _ = self.image.sizes
        window = 1 if self.query == "pixel" else self.kernel
        inputs, outputs = self._channels()
        parameters = sum(rules.conv_parameters(self.kernel, d, outputs, bias=False) for d in (inputs, 1))
        if self.given == "total":
            total = parameters // self.kernel**2
            _demand_one(_pairs(total))
        rows, columns = rules.conv_size(height, window), rules.conv_size(width, window)
        return {"shape": Shape(rows, columns, self.outputs), "parameters": self._parameters(parameters)}

    def _channels(self) -> tuple[Any, Any]:
        """Return the channels of image and output, or symbols for them."""
        if self.given == "symbols":
            return symbol(SYMBOLS[0]), symbol(SYMBOLS[1])
        return self.image.sizes[2], self.outputs

    def _parameters(self, value: Any) -> Answer:
        return formula_of(str(value), SYMBOLS) if self.given == "symbols" else Count(value, "parameters")

    def witness(self) -> Mapping[str, Answer]:
        """Slide the window, name the scalars; try every pair of channels."""
        height, width, depth = self.image.sizes
        window = 1 if self.query == "pixel" else self.kernel
        rows, columns = windows.count_placements(height, window), windows.count_placements(width, window)
        named = _name(self.kernel, depth, self.outputs)
        if self.given == "symbols":
            counts = [(dict(zip(SYMBOLS, pair, strict=True)), _name(self.kernel, *pair)) for pair in COUNTED]
            return {"shape": Shape(rows, columns, self.outputs), "parameters": samples_of_counts(counts)}
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
        half, none = Fraction(1, 2), Fraction(0)
        inputs, outputs = self._channels()
        for name, value, feedback, share in (
            ("values_forgotten", area * inputs * outputs, "The values are trained too.", half),
            ("values_as_deep_as_keys", 2 * area * inputs * outputs, "A kernel of values has depth 1.", half),
            ("one_kernel_of_values", area * inputs * outputs + area, "Every output has its own values.", none),
            ("outputs_forgotten", area * (inputs + 1), "That is one output of several.", none),
            ("biases_added", area * (inputs + 1) * outputs + outputs, "There are no biases.", half),
        ):
            yield Mistake("parameters", name, self._parameters(value), feedback, share)

    def recognise(self, part: str, answer: Answer) -> Mistake | None:
        """Explain a number given for a formula, by the pairs of channels that it fits."""
        if self.given != "symbols" or part != "parameters" or not isinstance(answer, Formula):
            return None
        area = self.kernel**2
        number = whole(answer.tree)
        if number is None:
            return None
        total, rest = divmod(number, area)
        pairs = [] if rest or total >= MOST else _pairs(int(total))
        if not pairs:
            return Mistake(part, "no_channels_fit", answer, f"No numbers of channels give {number} parameters.")
        *most, last = (f"C = {inputs} with O = {outputs}" for inputs, outputs in sorted(pairs))
        fit = f"{', '.join(most)} and {last} all fit" if most else f"only {last} fits"
        return Mistake(part, UNDERDETERMINED, answer, f"{number} parameters say nothing of other channels: {fit}.")

    def working(self) -> str:
        """Write out sizes and count."""
        height, width, _ = self.image.sizes
        answers = {part: str(answer) for part, answer in self.key().items()}
        size, (depth, o) = self.kernel, self._channels()
        lost = f"{height} − {size} + 1, {width} − {size} + 1" if self.query == "neighbourhood" else f"{height}, {width}"
        count = f"{size}·{size}·{depth}·{o} + {size}·{size}·1·{o} = {answers['parameters']}"
        return f"rows and columns {lost}, so {answers['shape']}; keys and values {count}"


def _name(kernel: int, inputs: int, outputs: int) -> int:
    """Name every scalar of keys and values."""
    return scalars.count_conv(kernel, inputs, outputs, bias=False) + scalars.count_conv(kernel, 1, outputs, bias=False)


def _pairs(total: int) -> list[tuple[int, int]]:
    """Return the channels of image and output that make a total of (C + 1)·O."""
    return [(total // outputs - 1, outputs) for outputs in range(1, total) if total % outputs == 0]


def _demand_one(pairs: list[tuple[int, int]]) -> None:
    if len(pairs) > 1:
        told = [f"C = {inputs} with O = {outputs}" for inputs, outputs in sorted(pairs)]
        raise Underdetermined("channels", told, REMEDY)
