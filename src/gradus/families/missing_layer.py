"""Which of several layers stands between two given shapes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeVar, final

from gradus.answers import Answer, Choice, Shape
from gradus.errors import Fault, Underdetermined
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.oracle import painting, windows
from gradus.parameters import Domain, drawn

LABELS = "abcde"
T = TypeVar("T")
Kind = Literal["convolution", "transposed", "pooling"]


@final
@dataclass(frozen=True, slots=True)
class Option:
    """One layer, and the label that the question gives it; pooling keeps the channels and has no filters."""

    label: str
    kind: Kind
    kernel: int
    stride: int = 1
    padding: int = 0
    filters: int = 0


@final
@dataclass(frozen=True, slots=True)
class Gap:
    """The shapes before and after what is missing, and the layers that may stand there."""

    before: Shape
    after: Shape
    options: tuple[Option, ...]


@final
@dataclass(frozen=True, slots=True)
class Gaps(Domain):
    """Gaps with a few options to fill them."""

    most: int = 12

    def allows(self, value: object) -> bool:
        """Return whether there are two images and two or more options with labels of their own and possible sizes."""
        if not isinstance(value, Gap):
            return False
        options, sizes = value.options, [*value.before.sizes, *value.after.sizes]
        return (
            len(value.before.sizes) == len(value.after.sizes) == 3
            and all(1 <= size <= 4096 for size in sizes)
            and 2 <= len(options) <= self.most
            and len({o.label for o in options}) == len(options)
            and all(o.label.isalnum() and 1 <= o.kernel <= 64 and 1 <= o.stride <= 64 for o in options)
            and all(0 <= o.padding <= 64 and 0 <= o.filters <= 4096 for o in options)
            and all((o.filters == 0) == (o.kind == "pooling") for o in options)
        )

    def draw(self, source: random.Random) -> Gap:
        """Return a gap that one of five layers fills, the others being near misses."""
        before = Shape(*(_pick(source, range(12, 100)),) * 2, _pick(source, (3, 8, 16, 32, 64)))
        filters, more = 8 * int(1 + 16 * source.random()), 8 * int(1 + 4 * source.random())
        kernel = _pick(source, (2, 3, 3, 4, 5, 7))
        stride, padding = 1 + int(source.random() * min(kernel, 3)), int(source.random() * (kernel // 2 + 1))
        right: Kind = _pick(source, ("convolution", "convolution", "transposed", "pooling"))
        # near misses differ from the layer in one number or in kind
        makings: list[tuple[Kind, int, int, int, int]] = [
            (right, kernel, stride, padding, filters),
            (right, kernel, stride, padding - 1 if padding else 1, filters),
            (right, kernel + _pick(source, (1, 2)), stride, padding, filters),
            (right, kernel, stride + 1, padding, filters),
            ("convolution", kernel, stride, padding, filters + more),
            ("pooling" if right != "pooling" else "convolution", kernel, stride, padding, filters),
            ("transposed" if right != "transposed" else "convolution", kernel, stride, padding, filters),
        ]
        chosen = [makings[0], *source.sample(makings[1:], 4)]
        source.shuffle(chosen)
        options = tuple(
            Option(label, kind, size, step, pad, 0 if kind == "pooling" else made)
            for label, (kind, size, step, pad, made) in zip(LABELS, chosen, strict=True)
        )
        answer = options[chosen.index(makings[0])]
        return Gap(before, Shape(*_after(answer, before.sizes)), options)

    def values(self) -> Iterator[object]:
        """Yield a fixed sample: there are too many to list."""
        source = random.Random("gaps")
        return (self.draw(source) for _ in range(24))

    def __str__(self) -> str:
        return f"two shapes and 2 to {self.most} options with different labels, of which pooling has no filters"


def _pick(source: random.Random, options: Sequence[T]) -> T:
    return options[int(source.random() * len(options))]


def _after(option: Option, before: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape that an option makes, by the closed forms; nothing is at least 1 where it does not fit."""
    kernel, stride, padding = option.kernel, option.stride, option.padding
    if option.kind == "transposed":
        sides = [rules.transposed_size(side, kernel, stride, padding) for side in before[:2]]
    else:
        sides = [rules.conv_size(side, kernel, stride, padding) for side in before[:2]]
    return (*sides, option.filters or before[2])


@final
@dataclass(frozen=True, kw_only=True)
class MissingLayer(Family):
    """Which of several convolutions, transposed convolutions and poolings stands between two given shapes."""

    parts: ClassVar[tuple[str, ...]] = ("layer",)

    gap: Gap = drawn(Gaps())

    def check(self) -> Iterator[Fault]:
        """Demand that some option fills the gap."""
        before, after = self.gap.before, self.gap.after
        if not any(_after(option, before.sizes) == after.sizes for option in self.gap.options):
            rule = f"has no option that makes {after} out of {before}"
            yield Fault("MissingLayer", "gap", None, rule, "add the layer that does, or mend a shape")

    def is_sensible(self) -> bool:
        """Draw gaps that one option fills, and that nothing does not fill."""
        fitting = [o for o in self.gap.options if _after(o, self.gap.before.sizes) == self.gap.after.sizes]
        return len(fitting) == 1 and self.gap.after != self.gap.before

    def prompt(self) -> str:
        """List the options."""
        rows = "\n".join(f"* **{o.label}**: {_describe(o)}" for o in self.gap.options)
        return (
            f"One layer of a network turns an input of shape ${self.gap.before.latex()}$ (height × width × channels) "
            f"into an output of shape ${self.gap.after.latex()}$. Convolutions and poolings round sizes down and "
            "surround their input by as many pixels of padding as stated on every side; transposed convolutions cut "
            f"as many from every side of their output, and have no output padding.\n\n{rows}\n\n"
            "Which of these is the missing **layer**?"
        )

    def key(self) -> Mapping[str, Answer]:
        """Compare the closed forms with the shape that is wanted."""
        before, after = self.gap.before.sizes, self.gap.after.sizes
        fitting = [o.label for o in self.gap.options if _after(o, before) == after]
        if len(fitting) != 1:
            raise Underdetermined("layer", fitting, "change one option, so that one layer fits")
        return {"layer": Choice(frozenset(fitting), tuple(o.label for o in self.gap.options))}

    def witness(self) -> Mapping[str, Answer]:
        """Try every option: slide its window or paint its output, and strike out those that miss a size."""
        left = {o.label: o for o in self.gap.options}
        for axis, (side, wanted) in enumerate(zip(self.gap.before, self.gap.after, strict=True)):
            for o in tuple(left.values()):
                if axis == 2:
                    made = o.filters if o.kind != "pooling" else side
                elif o.kind == "transposed":
                    made = painting.paint(side, o.kernel, o.stride, o.padding)
                else:
                    made = windows.count_placements(side, o.kernel, o.stride, o.padding)
                if made != wanted:
                    del left[o.label]
        if len(left) != 1:
            raise Underdetermined("layer", left, "several layers pass the trial")
        return {"layer": Choice(frozenset(left), tuple(o.label for o in self.gap.options))}

    def mistakes(self) -> Iterator[Mistake]:
        """Say of every other option what it makes, and in what that differs."""
        before, after = self.gap.before.sizes, self.gap.after.sizes
        options = tuple(o.label for o in self.gap.options)
        for o in self.gap.options:
            *sides, depth = _after(o, before)
            made = " × ".join(map(str, (*sides, depth))) if min(sides) > 0 else "nothing, since its window does not fit"
            if tuple(sides) == after[:2]:
                name, why = "channels_overlooked", "height and width are right, the channels are not"
            elif o.kind == "transposed" and sides[0] > before[0] > after[0]:
                name, why = "wrong_direction", "a transposed convolution enlarges its input"
            elif o.kind != "transposed" and after[0] > before[0]:
                name, why = "wrong_direction", "only a transposed convolution enlarges its input by a stride"
            else:
                name, why = "sizes_differ", "kernel, stride and padding must make both sizes"
            feedback = f"Layer {o.label} makes {made}: {why}."
            yield Mistake("layer", name, Choice(frozenset({o.label}), options), feedback)

    def working(self) -> str:
        """Write out what every option makes."""
        lines = []
        for o in self.gap.options:
            *sides, depth = _after(o, self.gap.before.sizes)
            forms = []
            for side, size in zip(self.gap.before, sides, strict=False):
                down = f"⌊({side} + 2·{o.padding} − {o.kernel})/{o.stride}⌋ + 1 = {size}"
                up = f"({side} − 1)·{o.stride} − 2·{o.padding} + {o.kernel} = {size}"
                forms.append(up if o.kind == "transposed" else down)
            fits = (*sides, depth) == self.gap.after.sizes
            lines.append(f"{o.label}: {', '.join(dict.fromkeys(forms))}; {depth} channels: {'fits' if fits else 'no'}")
        return "\n".join(lines)


def _describe(o: Option) -> str:
    names = {"convolution": "convolution", "transposed": "transposed convolution", "pooling": "max pooling"}
    filters = f" with ${o.filters}$ filters" if o.filters else ""
    return f"{names[o.kind]}{filters}, ${o.kernel} \\times {o.kernel}$, stride ${o.stride}$, padding ${o.padding}$"
