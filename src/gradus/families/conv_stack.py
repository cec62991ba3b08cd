"""Output shape and parameter count of several equal modules: convolution, pooling, activation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import Activation, Conv, Network, Pool, Repeat, rules
from gradus.oracle import scalars, windows
from gradus.parameters import Between, Sizes, among, between

IMAGES = [Shape(side, side, depth) for side in range(32, 258, 2) for depth in (1, 3, 4, 8)]
Step = Callable[[int], int]


@final
@dataclass(frozen=True, kw_only=True)
class ConvStack(Family):
    """Output shape and parameter count of equal modules in a row: convolution, pooling, activation."""

    parts: ClassVar[tuple[str, ...]] = ("shape", "parameters")

    image: Shape = among(*IMAGES, allowed=Sizes(3, 4096))
    modules: int = among(2, 3, 4, allowed=Between(1, 12))
    kernel: int = among(2, 3, 5, allowed=Between(1, 31))
    stride: int = among(1, 2, allowed=Between(1, 64))
    padding: int = among(0, 1, 2, allowed=Between(0, 64))
    filters: int = between(8, 64, step=2, allowed=Between(1, 4096))
    pool: int = among(2, 3, allowed=Between(1, 16))
    pool_stride: int = among(2, allowed=Between(1, 16))
    bias: bool = True
    activation: Literal["relu", "tanh", "sigmoid"] = "relu"

    def check(self) -> Iterator[Fault]:
        """Demand that every window of every module fits."""
        size = min(self.image.sizes[:2])
        for module in range(1, self.modules + 1):
            if self.kernel > size + 2 * self.padding:
                rule = f"must fit in module {module}, where {size} + 2·{self.padding} pixels are left"
                yield Fault("ConvStack", "kernel", self.kernel, rule, "choose a larger image or fewer modules")
                return
            size = rules.conv_size(size, self.kernel, self.stride, self.padding)
            if self.pool > size:
                rule = f"must fit in module {module}, where {size} pixels are left"
                yield Fault("ConvStack", "pool", self.pool, rule, "choose a larger image or fewer modules")
                return
            size = rules.pool_size(size, self.pool, self.pool_stride)

    def is_sensible(self) -> bool:
        """Draw no padding so wide that a window would see nothing else."""
        return self.padding < self.kernel

    def prompt(self) -> str:
        """Ask for the whole stack's output and parameters."""
        biases = "one bias per filter" if self.bias else "no biases"
        return (
            f"An image of shape ${self.image.latex()}$ (height × width × channels) goes through ${self.modules}$ "
            f"modules in a row. Each module is a convolution with ${self.filters}$ filters of size "
            f"${self.kernel} \\times {self.kernel}$, stride ${self.stride}$, zero padding ${self.padding}$ on every "
            f"side and {biases}, then max pooling over ${self.pool} \\times {self.pool}$ with stride "
            f"${self.pool_stride}$, then {self.activation}. Sizes round down.\n\n"
            "Give the **shape** after the last module (height × width × channels) and the number of trainable "
            "**parameters** of all modules together."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms, module by module."""
        height, width, depth = self.image.sizes
        parameters = 0
        for _ in range(self.modules):
            parameters += rules.conv_parameters(self.kernel, depth, self.filters, self.bias)
            height, width, depth = self._after(height), self._after(width), self.filters
        return {"shape": Shape(height, width, self.filters), "parameters": Count(parameters, "parameters")}

    def _after(self, size: int) -> int:
        placed = rules.conv_size(size, self.kernel, self.stride, self.padding)
        after: int = rules.pool_size(placed, self.pool, self.pool_stride)
        return after

    def witness(self) -> Mapping[str, Answer]:
        """Slide both windows through every module, name the scalars of every filter."""
        height, width, depth = self.image.sizes
        named = 0
        for _ in range(self.modules):
            named += scalars.count_conv(self.kernel, depth, self.filters, self.bias)
            sides = []
            for side in (height, width):
                placed = windows.count_placements(side, self.kernel, self.stride, self.padding)
                sides.append(windows.count_placements(placed, self.pool, self.pool_stride))
            (height, width), depth = sides, self.filters
        return {"shape": Shape(height, width, self.filters), "parameters": Count(named, "parameters")}

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        kernel, stride, padding, pool = self.kernel, self.stride, self.padding, self.pool_stride
        reach = 2 * padding - kernel

        def conv(size: int) -> int:
            return (size + reach) // stride + 1

        def shrink(size: int) -> int:
            return (size - self.pool) // pool + 1

        yield self._walk(
            "padding_counted_once",
            lambda size: shrink((size + padding - kernel) // stride + 1),
            "The padding is added on both sides of an axis, so it counts twice.",
        )
        yield self._walk(
            "missing_plus_one",
            lambda size: shrink((size + reach) // stride),
            "The window's first placement counts too: add 1 after dividing by the stride.",
        )
        yield self._walk(
            "ceil_for_floor",
            lambda size: -((self.pool + (-(size + reach) // stride) - 1) // pool) + 1,
            "A window that does not fit is dropped: round down, not up.",
        )
        yield self._walk("pooling_forgotten", conv, "Pooling shrinks height and width in every module.")
        yield self._walk("convolution_forgotten", shrink, "The convolution changes height and width as well.")
        one = Shape(*[self._after(size) for size in self.image.sizes[:2]], self.filters)
        yield Mistake("shape", "one_module_only", one, f"That is after one module; there are {self.modules}.")
        yield from self._parameter_mistakes()

    def _walk(self, name: str, step: Step, feedback: str) -> Mistake:
        """Return the shape that a wrong step leads to after all modules."""
        sizes = list(self.image.sizes[:2])
        for _ in range(self.modules):
            sizes = [step(size) for size in sizes]
        return Mistake("shape", name, Shape(*sizes, self.filters), feedback)

    def _parameter_mistakes(self) -> Iterator[Mistake]:
        area, filters, extra = self.kernel**2, self.filters, 1 if self.bias else 0
        first = (area * self.image.sizes[2] + extra) * filters
        later = (area * filters + extra) * filters
        own = first + (self.modules - 1) * later
        half = Fraction(1, 2)
        if self.bias:
            yield _count("bias_forgotten", own - self.modules * filters, "Every filter has a bias as well.", half)
        else:
            yield _count("bias_added", own + self.modules * filters, "These layers have no biases.", half)
        yield _count(
            "pooling_given_parameters",
            own + self.modules * self.pool**2 * filters,
            "Pooling takes a maximum: there is nothing to train in it.",
        )
        yield _count(
            "depth_not_updated",
            self.modules * first,
            f"From the second module on, a filter sees the {filters} channels that the module before it made.",
        )
        yield _count("one_module_only", first, f"That is the first module; there are {self.modules}.")
        yield _count(
            "depth_forgotten",
            self.modules * (area + extra) * filters,
            "A filter reaches through all channels of its input: multiply by the depth.",
        )

    def working(self) -> str:
        """Write out every module."""
        module = (
            Conv(self.kernel, self.filters, self.stride, self.padding, self.bias),
            Pool("max", self.pool, self.pool_stride),
            Activation(self.activation),
        )
        return Network(Repeat(module, self.modules)).describe(self.image.sizes).working("output", "parameters")


def _count(name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake("parameters", name, Count(value, "parameters"), feedback, credit)
