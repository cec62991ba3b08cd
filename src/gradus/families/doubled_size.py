"""What becomes of a convolution's output, parameters and multiply-adds when one or two of its sizes are doubled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Real
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.oracle import edges, weights
from gradus.parameters import Between, among, between

Doubled = Literal["side", "depth", "filters", "kernel", "stride"]
NAMES: tuple[Doubled, ...] = ("side", "depth", "filters", "kernel", "stride")
TOLD = {
    "side": "the side of the image",
    "depth": "the number of input channels",
    "filters": "the number of filters",
    "kernel": "the side of the kernel",
    "stride": "the stride",
}
HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class DoubledSize(Family):
    """By which factors output, parameters and multiply-adds change when image, kernel, filters or stride double."""

    parts: ClassVar[tuple[str, ...]] = ("values", "parameters", "operations")

    side: int = between(16, 128, step=8, allowed=Between(1, 1024))
    depth: int = between(2, 64, allowed=Between(1, 4096))
    filters: int = between(4, 128, step=2, allowed=Between(1, 4096))
    kernel: int = among(1, 2, 3, 5, 7, allowed=Between(1, 31))
    stride: int = among(1, 2, 4, allowed=Between(1, 64))
    doubled: Doubled = among(*NAMES)
    also: Literal["nothing", "side", "depth", "filters", "kernel", "stride"] = among("nothing", *NAMES)
    bias: bool = False

    def check(self) -> Iterator[Fault]:
        """Demand that two different sizes are doubled, and that strides divide sides before and after."""
        if self.also == self.doubled:
            yield Fault("DoubledSize", "also", self.also, "is doubled already", "name another size, or nothing")
        twice = 2 if "stride" in (self.doubled, self.also) and "side" not in (self.doubled, self.also) else 1
        if self.side % (self.stride * twice):
            rule = f"must divide the side {self.side}, also when it is doubled"
            yield Fault("DoubledSize", "stride", self.stride, rule, "choose a side that is a multiple of it")

    def _sizes(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return all sizes before and after."""
        before: dict[str, int] = {name: getattr(self, name) for name in NAMES}
        return before, {name: size * (2 if name in (self.doubled, self.also) else 1) for name, size in before.items()}

    def prompt(self) -> str:
        """Ask for three factors."""
        biases = "one bias per filter" if self.bias else "no biases"
        doubled = TOLD[self.doubled] + (f" and {TOLD[self.also]}" if self.also != "nothing" else "")
        verb = "are each doubled" if self.also != "nothing" else "is doubled"
        return (
            f"An image of shape ${self.side} \\times {self.side} \\times {self.depth}$ (height × width × channels) "
            f"goes through a convolution with ${self.filters}$ filters of size ${self.kernel} \\times {self.kernel}$, "
            f"stride ${self.stride}$ and {biases}. There is always just as much zero padding as makes each side of the "
            f"output the side of the image divided by the stride. Now {doubled} {verb}; all else stays as it is.\n\n"
            "By which factor does each of these change: the number of **values** of the output, the number of "
            "trainable **parameters**, and the number of multiply-adds of one forward pass (**operations**; a "
            "multiply-add for every weight at every position of the output, padding included, none for biases)? Write "
            "$1$ for what stays the same, and $1/2$ for what is halved."
        )

    def key(self) -> Mapping[str, Answer]:
        """Divide the closed forms after by those before."""
        before, after = map(self._count, self._sizes())
        return {part: Real(Fraction(a, b)) for part, a, b in zip(self.parts, after, before, strict=True)}

    def _count(self, size: Mapping[str, int]) -> tuple[int, int, int]:
        """Return output values, parameters and multiply-adds of the convolution of these sizes."""
        side, kernel, depth, filters = (
            rules.SAME_COUNT(size["side"], size["stride"]),
            *(size[name] for name in ("kernel", "depth", "filters")),
        )
        parameters = rules.conv_parameters(kernel, depth, filters, self.bias)
        operations = rules.CONV_MULTIPLY_ADDS(depth, filters, None, kernel, kernel, side, side)
        return side * side * filters, parameters, operations

    def witness(self) -> Mapping[str, Answer]:
        """Walk over both outputs and count values, weights and the products at every position."""
        values, parameters, operations = [], [], []
        for factor in (1, 2):
            side, depth, filters, kernel, stride = (
                size * (factor if name in (self.doubled, self.also) else 1)
                for name, size in zip(
                    NAMES, (self.side, self.depth, self.filters, self.kernel, self.stride), strict=True
                )
            )
            products = weights.count_weights(kernel, depth, filters, bias=False)
            positions = edges.count_starts(side, stride)
            seen = done = 0
            for _ in range(0, side, stride):
                seen += positions * filters
                done += positions * products
            values.append(seen)
            parameters.append(weights.count_weights(kernel, depth, filters, self.bias))
            operations.append(done)
        counts = zip(self.parts, (values, parameters, operations), strict=True)
        return {part: Real(Fraction(after, before)) for part, (before, after) in counts}

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Multiply the factors that the candidate came to: positions of the output, and weights at each."""
        values, parameters = given.get("values"), given.get("parameters")
        if part != "operations" or not isinstance(values, Real) or not isinstance(parameters, Real) or self.bias:
            return None
        return Real(values.value * parameters.value / (2 if "filters" in (self.doubled, self.also) else 1))

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        key = {part: answer.value for part, answer in self.key().items() if isinstance(answer, Real)}
        doubled = {self.doubled, self.also}
        side, depth, filters, kernel, stride = (Fraction(2 if name in doubled else 1) for name in NAMES)
        feedback = "Height and width both change: the factor of a side counts twice."
        yield _real("values", "side_not_squared", side / stride * filters, feedback, HALF)
        feedback = "With a larger stride there are fewer placements."
        yield _real("values", "stride_enlarges", (side * stride) ** 2 * filters, feedback)
        feedback = "The output has one channel for each filter."
        yield _real("values", "filters_forgotten", (side / stride) ** 2, feedback)
        feedback = "Each filter adds up over all input channels: their number does not show in the output."
        yield _real("values", "depth_counted", key["values"] * depth, feedback)
        feedback = "With padding that makes up for it, a larger kernel leaves the output as large as it was."
        yield _real("values", "kernel_counted", key["values"] / kernel, feedback)

        feedback = "The weights are shared by all positions: the size of the image does not count."
        yield _real("parameters", "positions_counted", key["parameters"] * (side / stride) ** 2, feedback)
        feedback = "The kernel has two sides: its factor counts twice."
        yield _real("parameters", "kernel_not_squared", key["parameters"] / kernel, feedback, HALF)
        yield _real("operations", "kernel_not_squared", key["operations"] / kernel, feedback, HALF)
        feedback = "A filter reaches through all channels of its input."
        yield _real("parameters", "depth_forgotten", key["parameters"] / depth, feedback)
        yield _real("operations", "depth_forgotten", key["operations"] / depth, feedback)

        feedback = "Each weight is used at every position of the output."
        yield _real("operations", "positions_forgotten", key["operations"] / (side / stride) ** 2, feedback)
        feedback = "At each position of the output there are as many products as weights."
        yield _real("operations", "weights_forgotten", (side / stride) ** 2 * filters, feedback)
        feedback = "The filters count once, not in the output and in the weights again."
        yield _real("operations", "filters_counted_twice", key["operations"] * filters, feedback)

    def working(self) -> str:
        """Write out the counts before and after."""
        before, after = self._sizes()
        lines = []
        for part, a, b in zip(self.parts, self._written(after), self._written(before), strict=True):
            factor = Real(Fraction(a[1], b[1]))
            lines.append(f"{part}: before {b[0]} = {b[1]}, after {a[0]} = {a[1]}, factor {factor}")
        return "\n".join(lines)

    def _written(self, size: Mapping[str, int]) -> list[tuple[str, int]]:
        """Return each count with its derivation."""
        side, kernel, depth, filters = size["side"] // size["stride"], size["kernel"], size["depth"], size["filters"]
        weighed = f"({kernel}·{kernel}·{depth} + 1)·{filters}" if self.bias else f"{kernel}·{kernel}·{depth}·{filters}"
        forms = (
            f"{side}·{side}·{filters}",
            weighed,
            f"{kernel}·{kernel}·{depth}·{side}·{side}·{filters}",
        )
        return list(zip(forms, self._count(size), strict=True))


def _real(part: str, name: str, value: Fraction, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, Real(value), feedback, credit)
