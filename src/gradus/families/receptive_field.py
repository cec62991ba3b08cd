"""Receptive field of a stack of convolutions and poolings: its size, and its jump from one unit to the next."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Count
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks.reach import Reach
from gradus.networks.receptive_field import Field
from gradus.oracle import dependence
from gradus.parameters import Domain, drawn

LARGEST = 8192
WINDOWS = [("convolution", k, s, d) for k, s, d in ((3, 1, 1), (3, 1, 1), (3, 2, 1), (5, 1, 1), (5, 2, 1), (3, 1, 2))]
WINDOWS += [("convolution", *rest) for rest in ((1, 1, 1), (7, 1, 1), (7, 2, 1), (3, 1, 4), (2, 1, 1), (4, 2, 1))]
WINDOWS += [("pooling", *rest) for rest in ((2, 2, 1), (2, 2, 1), (3, 2, 1), (3, 3, 1), (2, 1, 1))]


@final
@dataclass(frozen=True, slots=True)
class Window:
    """One layer: what slides, how wide it is, how far it steps, and how far apart its weights are."""

    kind: Literal["convolution", "pooling"]
    kernel: int
    stride: int = 1
    dilation: int = 1


CHOICES = tuple(Window(kind, *rest) for kind, *rest in WINDOWS)  # type: ignore[arg-type]


@final
@dataclass(frozen=True, slots=True)
class Stacks(Domain):
    """Stacks of a few layers."""

    most: int = 64

    def allows(self, value: object) -> bool:
        """Return whether there are not too many layers, with sizes that exist."""
        return (
            isinstance(value, tuple)
            and 1 <= len(value) <= self.most
            and all(1 <= w.kernel <= 31 and 1 <= w.stride <= 16 and 1 <= w.dilation <= 1024 for w in value)
        )

    def draw(self, source: random.Random) -> tuple[Window, ...]:
        """Return four to six layers."""
        return tuple(source.choices(CHOICES, k=4 + int(source.random() * 3)))

    def values(self) -> Iterator[object]:
        """Yield a fixed sample: there are too many to list."""
        source = random.Random("stacks")
        return (self.draw(source) for _ in range(24))

    def __str__(self) -> str:
        return f"1 to {self.most} layers with kernels of 1 to 31, strides of 1 to 16, dilations of 1 to 1024"


@final
@dataclass(frozen=True, kw_only=True)
class ReceptiveField(Family):
    """Size of the receptive field of a stack of convolutions and poolings, and its jump from unit to unit."""

    parts: ClassVar[tuple[str, ...]] = ("size", "jump")

    layers: tuple[Window, ...] = drawn(Stacks())

    def check(self) -> Iterator[Fault]:
        """Demand a field that can be followed pixel by pixel."""
        size = self._size([(w.dilation * (w.kernel - 1), w.stride) for w in self.layers])
        if size > LARGEST:
            rule = f"see {size} pixels, and at most {LARGEST} can be followed"
            yield Fault("ReceptiveField", "layers", None, rule, "leave out the last layers")

    def is_sensible(self) -> bool:
        """Draw stacks in which a stride matters to a later layer, and whose field is not too large for a head."""
        strides = [place for place, w in enumerate(self.layers) if w.stride > 1]
        return bool(strides) and any(w.kernel > 1 for w in self.layers[strides[0] + 1 :])

    def prompt(self) -> str:
        """List the layers."""
        rows = []
        for place, w in enumerate(self.layers, start=1):
            dilation = f", dilation ${w.dilation}$" if w.dilation > 1 else ""
            size = f"${w.kernel} \\times {w.kernel}$, stride ${w.stride}${dilation}"
            rows.append(f"{place}. {w.kind} {size}")
        apart = any(w.dilation > 1 for w in self.layers)
        dilated = " With dilation $d$, neighbouring weights of a kernel are $d$ pixels apart." if apart else ""
        return (
            "An image goes through these layers, one after another:\n\n" + "\n".join(rows) + f"\n\n{dilated.strip()}"
            f"{' ' if apart else ''}Take one unit of the last layer, far from the border. Give the **size** of its "
            "receptive field (the side, in pixels, of the smallest square of the input that holds all pixels it can "
            "depend on), and the **jump** (how many pixels of the input this square moves from one unit to the next)."
        )

    def key(self) -> Mapping[str, Answer]:
        """Widen the field layer by layer."""
        field = Field()
        for w in self.layers:
            field = field.through(Reach(((0, w.dilation * (w.kernel - 1)),), w.stride))
        return {"size": Count(field.size, "pixels"), "jump": Count(field.advance, "pixels")}

    def witness(self) -> Mapping[str, Answer]:
        """Follow two neighbouring units backwards to the pixels that they depend on."""
        steps = [(w.kernel, w.stride, w.dilation) for w in self.layers]
        one, next_one = dependence.seen_by(0, steps), dependence.seen_by(1, steps)
        return {"size": Count(dependence.extent(one), "pixels"), "jump": Count(min(next_one) - min(one), "pixels")}

    @staticmethod
    def _size(reaches: list[tuple[int, int]], first: int = 1) -> int:
        """Add up what each layer adds to the field, given by how much wider than a pixel it is, and its stride."""
        size, jump = first, 1
        for more, stride in reaches:
            size, jump = size + more * jump, jump * stride
        return size

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        layers = self.layers
        reaches = [(w.dilation * (w.kernel - 1), w.stride) for w in layers]
        size, total = self._size(reaches), sum(more for more, _ in reaches)
        yield _size(
            "stride_ignored",
            1 + total,
            "After a stride, neighbouring units lie further apart in the input: multiply by the strides before.",
        )
        yield _size("kernels_added", total + len(layers), "A layer adds one pixel less than its kernel is wide.")
        own = 1 + sum(more * prod(w.stride for w in layers[:place]) for place, (more, _) in enumerate(reaches, start=1))
        yield _size("own_stride_counted", own, "A layer's own stride moves its window, but does not widen it.")
        feedback = "Pooling is a window that slides, too: it widens the field, and its stride counts."
        convolutions = [reach for w, reach in zip(layers, reaches, strict=True) if w.kind == "convolution"]
        yield _size("pooling_ignored", self._size(convolutions), feedback)
        plain = [(w.kernel - 1, w.stride) for w in layers]
        yield _size("dilation_ignored", self._size(plain), "A dilated kernel spans more pixels than it has weights.")
        yield _size("missing_first_pixel", size - 1, "The unit itself begins as one pixel.", Fraction(1, 2))
        yield _size("last_layer_only", layers[-1].kernel, "Follow the window back through all layers to the input.")
        strides = [w.stride for w in layers]
        yield _jump("strides_added", sum(strides), "Strides multiply: each is counted in steps of the one before.")
        yield _jump("last_stride_only", strides[-1], "That is the step within the last layer's own input.")
        yield _jump("pooling_ignored", prod(s for _, s in convolutions), feedback)
        yield _jump("size_given", size, "The jump is the product of the strides, not the size of the field.")

    def working(self) -> str:
        """Write out size and jump after each layer."""
        lines, size, jump = ["input: size 1, jump 1"], 1, 1
        for place, w in enumerate(self.layers, start=1):
            span = w.dilation * (w.kernel - 1) + 1
            spans = f" (spans {w.dilation}·({w.kernel} − 1) + 1 = {span})" if w.dilation > 1 else ""
            grown, further = size + (span - 1) * jump, jump * w.stride
            change = f"size {size} + ({span} − 1)·{jump} = {grown}, jump {jump}·{w.stride} = {further}"
            lines.append(f"{place}. {w.kind}{spans}: {change}")
            size, jump = grown, further
        return "\n".join(lines)


def _size(name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake("size", name, Count(value, "pixels"), feedback, credit)


def _jump(name: str, value: int, feedback: str) -> Mistake:
    return Mistake("jump", name, Count(value, "pixels"), feedback)
