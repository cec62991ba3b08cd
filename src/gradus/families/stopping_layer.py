"""At which layer a network stops fitting its input, and what is left there."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.oracle import windows
from gradus.parameters import Domain, Sizes, among, drawn

IMAGES = [Shape(height, height + more) for height in range(16, 73) for more in (0, 0, 4, 8, 16)]
HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, slots=True)
class Window:
    """One layer: what slides, how wide it is, how far it steps, how many pixels of padding surround its input."""

    kind: Literal["convolution", "pooling"]
    kernel: int
    stride: int = 1
    padding: int = 0


CONVOLUTIONS = tuple(
    Window("convolution", *rest) for rest in ((3, 1), (3, 2), (5, 1), (5, 2), (7, 1), (5, 2, 1), (4, 2))
)
POOLINGS = tuple(Window("pooling", *rest) for rest in ((2, 2), (2, 2), (3, 2), (3, 3)))


@final
@dataclass(frozen=True, slots=True)
class Chains(Domain):
    """Chains of layers."""

    most: int = 64

    def allows(self, value: object) -> bool:
        """Return whether there are not too many layers, with sizes that exist."""
        return (
            isinstance(value, tuple)
            and 1 <= len(value) <= self.most
            and all(1 <= w.kernel <= 64 and 1 <= w.stride <= 64 and 0 <= w.padding <= 64 for w in value)
        )

    def draw(self, source: random.Random) -> tuple[Window, ...]:
        """Return convolutions, one or two of them before each pooling."""
        layers: list[Window] = []
        for _ in range(4):
            layers += source.choices(CONVOLUTIONS, k=1 + int(source.random() * 2))
            layers += source.choices(POOLINGS)
        return tuple(layers[:9])

    def values(self) -> Iterator[object]:
        """Yield a fixed sample: there are too many to list."""
        source = random.Random("chains")
        return (self.draw(source) for _ in range(24))

    def __str__(self) -> str:
        return f"1 to {self.most} layers with kernels and strides of 1 to 64, padding of 0 to 64"


@final
@dataclass(frozen=True, kw_only=True)
class StoppingLayer(Family):
    """At which of its layers, by number, a network stops fitting its input, and what size is left there."""

    parts: ClassVar[tuple[str, ...]] = ("layer", "left")

    image: Shape = among(*IMAGES, allowed=Sizes(2, 4096))
    layers: tuple[Window, ...] = drawn(Chains())

    def check(self) -> Iterator[Fault]:
        """Demand that the network stops somewhere."""
        if len(self._sizes()) > len(self.layers):
            rule = f"all fit an image of {self.image}, so the network stops nowhere"
            yield Fault("StoppingLayer", "layers", None, rule, "choose a smaller image or add layers")

    def is_sensible(self) -> bool:
        """Draw networks of which the first two layers fit."""
        return len(self._sizes()) > 2

    def prompt(self) -> str:
        """List the layers."""
        rows = []
        for place, w in enumerate(self.layers, start=1):
            padding = f", padding ${w.padding}$" if w.padding else ""
            rows.append(f"{place}. {w.kind} ${w.kernel} \\times {w.kernel}$, stride ${w.stride}${padding}")
        padded = any(w.padding for w in self.layers)
        padding = "Padding surrounds the input on every side; where none is stated, there is none" if padded else ""
        return (
            f"An image of height × width ${self.image.latex()}$ goes through these layers, one after another:\n\n"
            + "\n".join(rows)
            + f"\n\n{padding or 'No layer has padding'}. Sizes round down.\n\nThe image is too small for this network. "
            "What is the number of the first **layer** whose window does not fit its input, and which height × width "
            "is **left** there, as the input of that layer (without padding)?"
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed form layer by layer, until it gives less than one pixel."""
        sizes = self._sizes()
        return {"layer": Count(len(sizes)), "left": Shape(*sizes[-1])}

    def _sizes(self) -> list[tuple[int, ...]]:
        """Return the sizes before each layer up to the one that does not fit; or after all layers, if all fit."""
        sizes: list[tuple[int, ...]] = [self.image.sizes]
        for w in self.layers:
            after = tuple([rules.conv_size(side, w.kernel, w.stride, w.padding) for side in sizes[-1]])
            if min(after) < 1:
                break
            sizes.append(after)
        return sizes

    def witness(self) -> Mapping[str, Answer]:
        """Slide every window until one finds no place."""
        left = self.image.sizes
        for place, w in enumerate(self.layers, start=1):
            placed = [windows.count_placements(side, w.kernel, w.stride, w.padding) for side in left]
            if not all(placed):
                return {"layer": Count(place), "left": Shape(*left)}
            left = tuple(placed)
        raise AssertionError("check demands that the network stops")

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Take the layer that the candidate came to, and return what is left before it."""
        layer, sizes = given.get("layer"), self._sizes()
        if part != "left" or not isinstance(layer, Count) or not 2 <= layer.value < len(sizes):
            return None
        return Shape(*sizes[layer.value - 1])

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        sizes = self._sizes()
        stop, w = len(sizes), self.layers[len(sizes) - 1]
        yield from self._walked(
            "rounded_up",
            lambda side, w: -((w.kernel - side - 2 * w.padding) // w.stride) + 1 if _fits(w, side) else 0,
            "A window that does not fit is dropped: round down, not up.",
        )
        yield from self._walked(
            "only_strides_used", lambda side, w: side // w.stride if _fits(w, side) else 0, "The kernels shrink, too."
        )
        yield from self._walked(
            "missing_plus_one",
            lambda side, w: (side + 2 * w.padding - w.kernel) // w.stride,
            "The window's first placement counts too: add 1 after dividing by the stride.",
        )
        if any(other.padding for other in self.layers[:stop]):
            yield from self._walked(
                "padding_ignored",
                lambda side, w: (side - w.kernel) // w.stride + 1,
                "The padding gives the window room on both sides.",
            )
        yield Mistake("layer", "one_too_late", Count(stop + 1), f"Layer {stop} does not fit already.")
        yield Mistake("layer", "one_too_early", Count(stop - 1), f"Layer {stop - 1} still fits.")
        if stop > 1:
            feedback = f"That is the input of layer {stop - 1}; it goes through that layer as well."
            yield Mistake("left", "layer_before", Shape(*sizes[-2]), feedback, HALF)
        if w.padding:
            padded = Shape(*[side + 2 * w.padding for side in sizes[-1]])
            yield Mistake("left", "padding_included", padded, "The size without padding is asked for.", HALF)
        feedback = "That is the window; the input that it does not fit is asked for."
        yield Mistake("left", "window_given", Shape(w.kernel, w.kernel), feedback)

    def _walked(self, name: str, step: Callable[[int, Window], int], feedback: str) -> Iterator[Mistake]:
        """Yield where a wrong step from size to size comes to a stop, if it does."""
        sides = self.image.sizes
        for place, w in enumerate(self.layers, start=1):
            after = tuple(step(side, w) for side in sides)
            if min(after) < 1:
                yield Mistake("layer", name, Count(place), feedback)
                yield Mistake("left", name, Shape(*sides), feedback)
                return
            sides = after

    def working(self) -> str:
        """Write out the sizes up to the layer that does not fit."""
        sizes, lines = self._sizes(), []
        for place, (before, w) in enumerate(zip(sizes, self.layers, strict=False), start=1):
            forms = []
            for axis, side in enumerate(before):
                room = f"{side} + 2·{w.padding}" if w.padding else str(side)
                if place < len(sizes):
                    forms.append(f"⌊({room} − {w.kernel})/{w.stride}⌋ + 1 = {sizes[place][axis]}")
                else:
                    fits = "≥" if side + 2 * w.padding >= w.kernel else "<"
                    forms.append(f"{room} {fits} {w.kernel}")
            shown = ", ".join(dict.fromkeys(forms))
            stops = "" if place < len(sizes) else f": does not fit, {Shape(*before)} is left"
            lines.append(f"layer {place}, {w.kind}: {shown}{stops}")
        return "\n".join(lines)


def _fits(w: Window, side: int) -> bool:
    return w.kernel <= side + 2 * w.padding
