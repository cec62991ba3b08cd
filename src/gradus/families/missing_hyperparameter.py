"""One number of a convolution is missing: find it from what the layer makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault, Underdetermined
from gradus.family import Family, Mistake
from gradus.networks import Conv, Network, rules
from gradus.oracle import scalars, windows
from gradus.parameters import Between, Sizes, among, between

IMAGES = [Shape(side, side, depth) for side in range(16, 130, 2) for depth in (1, 3, 8, 16)]
# how far a missing number is looked for; the prompt says so
MOST = {"kernel": 31, "stride": 32, "padding": 32, "filters": 4096, "depth": 4096}
LEAST = {"kernel": 1, "stride": 1, "padding": 0, "filters": 1, "depth": 1}


@final
@dataclass(frozen=True, kw_only=True)
class MissingHyperparameter(Family):
    """Find the kernel, stride or padding from two shapes, or filters or depth from a parameter count."""

    parts: ClassVar[tuple[str, ...]] = ("value",)

    image: Shape = among(*IMAGES, allowed=Sizes(3, 4096))
    kernel: int = among(1, 2, 3, 4, 5, 7, allowed=Between(1, 31))
    stride: int = among(1, 2, 3, 4, allowed=Between(1, 32))
    padding: int = among(0, 1, 2, 3, allowed=Between(0, 32))
    filters: int = between(4, 128, step=2, allowed=Between(1, 4096))
    missing: Literal["kernel", "stride", "padding", "filters", "depth"] = among(*MOST)
    bias: bool = True

    def check(self) -> Iterator[Fault]:
        """Demand that the kernel fits on the padded image."""
        if self.kernel > min(self.image.sizes[:2]) + 2 * self.padding:
            rule = f"must fit on the image with its padding, {min(self.image.sizes[:2])} + 2·{self.padding} pixels"
            yield Fault("MissingHyperparameter", "kernel", self.kernel, rule, "choose a smaller kernel")

    def is_sensible(self) -> bool:
        """Draw only questions with one answer."""
        return self.padding < self.kernel and len(self._solve()) == 1

    def prompt(self) -> str:
        """State what is known, and not what is missing."""
        height, width, depth = self.image.sizes
        known = {
            "kernel": f"kernel ${self.kernel} \\times {self.kernel}$",
            "stride": f"stride ${self.stride}$",
            "padding": f"zero padding ${self.padding}$ on every side",
        }
        span = f"a whole number from ${LEAST[self.missing]}$ to ${MOST[self.missing]}$"
        if self.missing in known:
            told = ", ".join(text for name, text in known.items() if name != self.missing)
            rows, columns = self._output()
            return (
                f"A convolution with {told} turns height × width of ${height} \\times {width}$ into "
                f"${rows} \\times {columns}$. Sizes round down. Which **value** has its {self.missing}, {span}?"
            )
        biases = "one bias per filter" if self.bias else "no biases"
        parameters = rules.conv_parameters(self.kernel, depth, self.filters, self.bias)
        given = f"${self.filters}$ filters" if self.missing == "depth" else f"an input of ${depth}$ channels"
        asked = "channels its input has" if self.missing == "depth" else "filters it has"
        return (
            f"A convolution with {known['kernel']}, {given} and {biases} has ${parameters}$ trainable parameters. "
            f"Which **value** is the number of {asked}, {span}?"
        )

    def _output(self) -> tuple[int, int]:
        height, width, _ = self.image.sizes
        return (
            rules.conv_size(height, self.kernel, self.stride, self.padding),
            rules.conv_size(width, self.kernel, self.stride, self.padding),
        )

    def key(self) -> Mapping[str, Answer]:
        """Solve the closed form for what is missing."""
        solutions = self._solve()
        if len(solutions) != 1:
            raise Underdetermined("value", map(str, solutions), "fix another number, or ask for all of them")
        return {"value": Count(solutions[0])}

    def _solve(self) -> range:
        """Return every solution in range; the floor makes it an interval."""
        if self.missing in {"filters", "depth"}:
            return self._solve_parameters()
        low, high = LEAST[self.missing], MOST[self.missing]
        for size, output in zip(self.image.sizes, self._output(), strict=False):
            # (output − 1)·stride ≤ size + 2·padding − kernel < output·stride
            steps, room = output - 1, size + 2 * self.padding - self.kernel
            if self.missing == "kernel":
                low = max(low, size + 2 * self.padding - output * self.stride + 1)
                high = min(high, size + 2 * self.padding - steps * self.stride)
            elif self.missing == "padding":
                low = max(low, -((size - self.kernel - steps * self.stride) // 2))
                high = min(high, (output * self.stride + self.kernel - size - 1) // 2)
            else:
                low = max(low, room // output + 1)
                high = min(high, room // steps) if steps else high
        return range(low, high + 1)

    def _solve_parameters(self) -> range:
        area, extra = self.kernel**2, 1 if self.bias else 0
        parameters = rules.conv_parameters(self.kernel, self.image.sizes[2], self.filters, self.bias)
        if self.missing == "filters":
            found = Fraction(parameters, area * self.image.sizes[2] + extra)
        else:
            found = (Fraction(parameters, self.filters) - extra) / area
        assert found.denominator == 1
        return range(int(found), int(found) + 1)

    def witness(self) -> Mapping[str, Answer]:
        """Try every value in range: slide the window, or name scalars until they are as many as stated."""
        tried = self._try_counts() if self.missing in {"filters", "depth"} else self._try_windows()
        found = list(tried)
        if len(found) != 1:
            raise Underdetermined("value", map(str, found), "several values pass the trial")
        return {"value": Count(found[0])}

    def _try_windows(self) -> Iterator[int]:
        height, width, _ = self.image.sizes
        made = {"kernel": self.kernel, "stride": self.stride, "padding": self.padding}
        rows = windows.count_placements(height, self.kernel, self.stride, self.padding)
        columns = windows.count_placements(width, self.kernel, self.stride, self.padding)
        for value in range(LEAST[self.missing], MOST[self.missing] + 1):
            kernel, stride, padding = (made | {self.missing: value}).values()
            if windows.places_exactly(rows, height, kernel, stride, padding) and (
                height == width or windows.places_exactly(columns, width, kernel, stride, padding)
            ):
                yield value

    def _try_counts(self) -> Iterator[int]:
        depth = self.image.sizes[2]
        stated = scalars.count_conv(self.kernel, depth, self.filters, self.bias)
        named, each = 0, scalars.count_filter(self.kernel, depth, self.bias)
        if self.missing == "depth":
            named, each = (
                (self.filters if self.bias else 0),
                scalars.count_conv(self.kernel, 1, self.filters, bias=False),
            )
        for value in range(1, MOST[self.missing] + 1):
            named += each
            if named == stated:
                yield value

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        rows, stride, size = self._output()[0], self.stride, self.image.sizes[0]
        room = size + 2 * self.padding
        if self.missing == "kernel":
            yield _value("padding_counted_once", size + self.padding - (rows - 1) * stride, "The padding counts twice.")
            yield _value(
                "missing_plus_one", room - rows * stride, "The first placement needs no step: there is one step fewer."
            )
        elif self.missing == "padding":
            yield _value(
                "both_sides_together", 2 * self.padding, "That is both sides together; the padding is that of one side."
            )
            need = rows * stride + self.kernel - size
            yield _value("missing_plus_one", need // 2, "The first placement needs no step: there is one step fewer.")
        elif self.missing == "stride":
            yield _value(
                "missing_plus_one", (room - self.kernel) // rows, "Divide by the steps, one fewer than placements."
            )
            yield _value("sizes_divided", size // rows, "Kernel and padding count too: this divides the sizes alone.")
        else:
            yield from self._count_mistakes()

    def _count_mistakes(self) -> Iterator[Mistake]:
        area, depth = self.kernel**2, self.image.sizes[2]
        parameters = rules.conv_parameters(self.kernel, depth, self.filters, self.bias)
        other = depth if self.missing == "filters" else self.filters
        yield _value("bias_forgotten", parameters // (area * other), "The biases are among the parameters.")
        yield _value("kernel_not_squared", parameters // (self.kernel * other), "The kernel has two sides: square it.")
        yield _value("kernel_forgotten", parameters // other, "Each filter has a weight for every pixel of its kernel.")

    def working(self) -> str:
        """Show that the value fits."""
        height, width, depth = self.image.sizes
        layer = Conv(self.kernel, self.filters, self.stride, self.padding, self.bias)
        value = {"depth": depth}.get(self.missing) or getattr(self, self.missing, None)
        table = Network(layer).describe((height, width, depth))
        named = "parameters" if self.missing in {"filters", "depth"} else "output"
        return f"With {self.missing} {value}:\n{table.working(named)}"


def _value(name: str, value: int, feedback: str) -> Mistake:
    return Mistake("value", name, Count(value), feedback)
