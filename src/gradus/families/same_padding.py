"""Output sizes of `same` and `valid` padding, and the pixels that `same` adds on each side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.networks.windows import same_sides
from gradus.oracle import edges, taps
from gradus.parameters import Between, Sizes, among

IMAGES = [Shape(height, width) for height in range(12, 65) for width in range(12, 65)]
HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class SamePadding(Family):
    """Output sizes of `same` and `valid` padding, and the pixels that `same` adds on each of the four sides."""

    parts: ClassVar[tuple[str, ...]] = ("same", "valid", "top", "bottom", "left", "right")

    image: Shape = among(*IMAGES, allowed=Sizes(2, 4096))
    kernel: int = among(2, 3, 4, 5, 7, allowed=Between(1, 31))
    stride: int = among(1, 2, 3, 4, allowed=Between(1, 64))
    dilation: int = among(1, 2, allowed=Between(1, 32))

    def check(self) -> Iterator[Fault]:
        """Demand that the kernel fits on the image without padding."""
        span = self.dilation * (self.kernel - 1) + 1
        if span > min(self.image.sizes):
            rule = f"spans {span} pixels, but the image has only {min(self.image.sizes)} on one axis"
            yield Fault("SamePadding", "kernel", self.kernel, rule, "choose a smaller kernel or less dilation")

    def is_sensible(self) -> bool:
        """Draw variants in which `same` adds something on both axes."""
        span = self.dilation * (self.kernel - 1) + 1
        return all(sum(same_sides(side, span, self.stride)) > 0 for side in self.image.sizes)

    def prompt(self) -> str:
        """Ask for both sizes and four paddings."""
        dilation = f", dilation ${self.dilation}$ (its weights are so many pixels apart)" if self.dilation > 1 else ""
        height, width = self.image.sizes
        return (
            f"An image of height ${height}$ and width ${width}$ goes through a convolution with kernel "
            f"${self.kernel} \\times {self.kernel}$ and stride ${self.stride}${dilation}, once with padding `same` and "
            "once with padding `valid`.\n\n"
            "`valid` adds nothing and drops windows that do not fit. `same` is meant as in TensorFlow and Keras: along "
            "each axis the output is as long as the input divided by the stride, rounded up; as few zeros are added as "
            "this takes, alike on both sides, and an odd one at the bottom or on the right.\n\n"
            "Give the output size (height × width) with **same** and with **valid**, and how many rows or columns of "
            "zeros `same` adds at the **top**, at the **bottom**, on the **left** and on the **right**."
        )

    def key(self) -> Mapping[str, Answer]:
        """Use the closed forms."""
        span = self.dilation * (self.kernel - 1) + 1
        height, width = self.image.sizes
        top, bottom = same_sides(height, span, self.stride)
        left, right = same_sides(width, span, self.stride)
        valid = [rules.conv_size(side, self.kernel, self.stride, 0, self.dilation) for side in (height, width)]
        return {
            "same": Shape(rules.SAME_COUNT(height, self.stride), rules.SAME_COUNT(width, self.stride)),
            "valid": Shape(*valid),
            "top": Count(top, "rows"),
            "bottom": Count(bottom, "rows"),
            "left": Count(left, "columns"),
            "right": Count(right, "columns"),
        }

    def witness(self) -> Mapping[str, Answer]:
        """Walk by the stride, add zeros one by one until the window has a place for each step."""
        span = taps.count_pixels(self.kernel, self.dilation)
        same = [edges.count_starts(side, self.stride) for side in self.image.sizes]
        valid = [taps.count_dilated(side, self.kernel, self.stride, 0, self.dilation) for side in self.image.sizes]
        (top, bottom), (left, right) = (
            edges.pad_until(wanted, side, span, self.stride)
            for wanted, side in zip(same, self.image.sizes, strict=True)
        )
        return {
            "same": Shape(*same),
            "valid": Shape(*valid),
            "top": Count(top, "rows"),
            "bottom": Count(bottom, "rows"),
            "left": Count(left, "columns"),
            "right": Count(right, "columns"),
        }

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        sides, stride, span = self.image.sizes, self.stride, self.dilation * (self.kernel - 1) + 1
        valid = [(side - span) // stride + 1 for side in sides]
        if stride > 1:
            feedback = "The size stays the same only where the stride is 1: divide by it."
            yield Mistake("same", "size_kept", self.image, feedback)
            yield Mistake("same", "floor_for_ceil", Shape(*[side // stride for side in sides]), "Round up here.", HALF)
        yield Mistake("same", "valid_for_same", Shape(*valid), "That is the size with `valid`.")
        kept = Shape(*[-(-side // stride) for side in sides])
        yield Mistake("valid", "same_for_valid", kept, "That is the size with `same`: the kernel's size counts here.")
        feedback = "The window's first placement counts too: add 1 after dividing by the stride."
        yield Mistake("valid", "missing_plus_one", Shape(*[size - 1 for size in valid]), feedback)
        up = Shape(*[-((span - side) // stride) + 1 for side in sides])
        yield Mistake("valid", "ceil_for_floor", up, "A window that does not fit is dropped: round down.", HALF)
        for part, other, side in zip(("top", "left"), ("bottom", "right"), sides, strict=True):
            yield from self._padding_mistakes(part, other, side, span)

    def _padding_mistakes(self, first: str, second: str, side: int, span: int) -> Iterator[Mistake]:
        total = max((-(-side // self.stride) - 1) * self.stride + span - side, 0)
        unit = "rows" if first == "top" else "columns"
        less, more = total // 2, total - total // 2
        for part, swapped in ((first, more), (second, less)):
            feedback = f"An odd number of zeros is uneven: the extra one goes to the {second}."
            yield Mistake(part, "sides_swapped", Count(swapped, unit), feedback, HALF)
            feedback = f"That is both sides together; {first} and {second} share it."
            yield Mistake(part, "both_sides_together", Count(total, unit), feedback)
            if self.stride > 1:
                feedback = "That is right for stride 1; a larger stride needs fewer zeros, or even none."
                yield Mistake(part, "stride_ignored", Count((span - 1) // 2, unit), feedback)
            if self.dilation > 1:
                feedback = "The kernel spans more pixels than it has weights."
                plain = max(total - span + self.kernel, 0)
                share = plain // 2 if part == first else plain - plain // 2
                yield Mistake(part, "dilation_ignored", Count(share, unit), feedback)

    def working(self) -> str:
        """Write out each axis."""
        span, lines = self.dilation * (self.kernel - 1) + 1, []
        if self.dilation > 1:
            lines.append(f"the kernel spans {self.dilation}·({self.kernel} − 1) + 1 = {span} pixels")
        for name, ends, side in zip(("height", "width"), ("top, bottom", "left, right"), self.image.sizes, strict=True):
            same, stride = -(-side // self.stride), self.stride
            total = max((same - 1) * stride + span - side, 0)
            places = (side - span) // stride + 1
            lines.append(f"{name}: same ⌈{side}/{stride}⌉ = {same}, valid ⌊({side} − {span})/{stride}⌋ + 1 = {places}")
            zeros = f"  zeros: max(({same} − 1)·{stride} + {span} − {side}, 0) = {total}"
            lines.append(f"{zeros}; {ends}: {total // 2}, {total - total // 2}")
        return "\n".join(lines)
