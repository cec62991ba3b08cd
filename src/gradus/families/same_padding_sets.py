"""Which of several settings of a convolution keep height and width."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Choice, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.oracle import taps
from gradus.parameters import Domain, Sizes, among, drawn

LABELS = "abcdefgh"
IMAGES = [Shape(height, width) for height in range(20, 65, 2) for width in range(20, 65, 2)]


@final
@dataclass(frozen=True, slots=True)
class Setting:
    """One convolution's kernel, stride, padding and dilation, and the label that the question gives it."""

    label: str
    kernel: int
    stride: int
    padding: int
    dilation: int = 1


@final
@dataclass(frozen=True, slots=True)
class Settings(Domain):
    """Lists of a few settings with labels of their own."""

    most: int = 12

    def allows(self, value: object) -> bool:
        """Return whether there are two or more, told apart by labels, with sizes that exist."""
        return (
            isinstance(value, tuple)
            and 2 <= len(value) <= self.most
            and len({setting.label for setting in value}) == len(value)
            and all(setting.label.isalnum() for setting in value)
            and all(1 <= s.kernel <= 31 and 1 <= s.stride <= 64 for s in value)
            and all(0 <= s.padding <= 256 and 1 <= s.dilation <= 64 for s in value)
        )

    def draw(self, source: random.Random) -> tuple[Setting, ...]:
        """Return five; about half of them fit, and the others are near misses."""
        return tuple(_draw_setting(label, source) for label in LABELS[:5])

    def values(self) -> Iterator[object]:
        """Yield a fixed sample: there are too many to list."""
        source = random.Random("settings")
        return (self.draw(source) for _ in range(24))

    def __str__(self) -> str:
        return f"2 to {self.most} settings with different labels, kernels of 1 to 31, strides of 1 to 64"


def _draw_setting(label: str, source: random.Random) -> Setting:
    kernel = (1, 2, 3, 3, 4, 5, 5, 7, 9, 11)[int(source.random() * 10)]
    dilation = (1, 1, 1, 2, 2, 3)[int(source.random() * 6)]
    more = dilation * (kernel - 1)
    if source.random() < 0.55:
        padding, stride = more // 2, (1, 1, 1, 1, 2)[int(source.random() * 5)]
    else:
        padding, stride = (kernel // 2, more, kernel - 1, more // 2 + 1)[int(source.random() * 4)], 1
    return Setting(label, kernel, stride, padding, dilation)


@final
@dataclass(frozen=True, kw_only=True)
class SamePaddingSets(Family):
    """Which of several settings of kernel, stride, padding and dilation keep height and width."""

    parts: ClassVar[tuple[str, ...]] = ("settings",)

    image: Shape = among(*IMAGES, allowed=Sizes(2, 4096))
    settings: tuple[Setting, ...] = drawn(Settings())

    def check(self) -> Iterator[Fault]:
        """Demand that every kernel fits on its padded image."""
        side = min(self.image.sizes)
        for s in self.settings:
            span = s.dilation * (s.kernel - 1) + 1
            if span > side + 2 * s.padding:
                rule = f"has a kernel that spans {span} pixels, but the padded image has {side} + 2·{s.padding}"
                yield Fault("SamePaddingSets", "settings", s.label, rule, "choose a smaller kernel or more padding")

    def is_sensible(self) -> bool:
        """Draw lists of different settings of which some fit and some do not."""
        fitting = sum(s.stride == 1 and 2 * s.padding == s.dilation * (s.kernel - 1) for s in self.settings)
        different = {(s.kernel, s.stride, s.padding, s.dilation) for s in self.settings}
        return 1 <= fitting < len(self.settings) == len(different)

    def prompt(self) -> str:
        """List the settings."""
        rows = "\n".join(
            f"* **{s.label}**: kernel ${s.kernel} \\times {s.kernel}$, stride ${s.stride}$, padding ${s.padding}$, "
            f"dilation ${s.dilation}$"
            for s in self.settings
        )
        height, width = self.image.sizes
        return (
            f"An image of height ${height}$ and width ${width}$ goes through one convolution. The padding is zeros on "
            "every side; dilation $d$ means that neighbouring weights of the kernel are $d$ pixels apart; sizes round "
            f"down.\n\n{rows}\n\n"
            "Which of these **settings** keep both height and width? Name all of them, or write none."
        )

    def _choice(self, fits: Callable[[Setting], bool]) -> Choice:
        chosen = frozenset(s.label for s in self.settings if fits(s))
        return Choice(chosen, tuple(s.label for s in self.settings), several=True)

    def key(self) -> Mapping[str, Answer]:
        """Compare the closed form with the input."""
        height, width = self.image.sizes

        def fits(s: Setting) -> bool:
            rows = rules.conv_size(height, s.kernel, s.stride, s.padding, s.dilation)
            columns = rules.conv_size(width, s.kernel, s.stride, s.padding, s.dilation)
            return bool(rows == height and columns == width)

        return {"settings": self._choice(fits)}

    def witness(self) -> Mapping[str, Answer]:
        """Slide every setting's window over both axes."""
        kept = set()
        for s in self.settings:
            sizes = (taps.count_dilated(side, s.kernel, s.stride, s.padding, s.dilation) for side in self.image.sizes)
            if all(made == side for made, side in zip(sizes, self.image.sizes, strict=True)):
                kept.add(s.label)
        return {"settings": Choice(frozenset(kept), tuple(s.label for s in self.settings), several=True)}

    def mistakes(self) -> Iterator[Mistake]:
        """Name rules that are wrong, after single settings that were misjudged."""
        key = self.key()["settings"]
        assert isinstance(key, Choice)
        for s in self.settings:
            made = " × ".join(str(self._size(side, s)) for side in self.image.sizes)
            if s.label in key.chosen:
                left = key.chosen - {s.label}
                if left:  # nothing for naming nothing
                    yield self._mistake("one_missed", left, f"Setting {s.label} keeps both sizes, too.", Fraction(1, 2))
            else:
                feedback = f"All but {s.label} is right: its output is {made}."
                yield self._mistake("one_too_many", key.chosen | {s.label}, feedback, Fraction(1, 2))
        wrong: list[tuple[str, Callable[[Setting], bool], str]] = [
            (
                "dilation_ignored",
                lambda s: s.stride == 1 and 2 * s.padding == s.kernel - 1,
                "A dilated kernel spans more pixels than it has weights, so it needs more padding.",
            ),
            (
                "stride_ignored",
                lambda s: 2 * s.padding == s.dilation * (s.kernel - 1),
                "With a stride of 2 or more the output is smaller, whatever the usual padding.",
            ),
            (
                "padding_counted_once",
                lambda s: s.stride == 1 and s.padding == s.dilation * (s.kernel - 1),
                "The padding is added on both sides of an axis, so it counts twice.",
            ),
            (
                "half_kernel_rounded_down",
                lambda s: s.padding == s.kernel // 2,
                "Half of the kernel is right only if it is odd, not dilated, and moves by 1.",
            ),
        ]
        for name, rule, feedback in wrong:
            yield self._mistake(name, self._choice(rule).chosen, feedback)
        others = frozenset(s.label for s in self.settings) - key.chosen
        yield self._mistake("opposite_chosen", others, "Those are exactly the settings that change a size.")

    def _mistake(self, name: str, chosen: frozenset[str], feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
        answer = Choice(chosen, tuple(s.label for s in self.settings), several=True)
        return Mistake("settings", name, answer, feedback, credit)

    @staticmethod
    def _size(side: int, s: Setting) -> int:
        return (side + 2 * s.padding - s.dilation * (s.kernel - 1) - 1) // s.stride + 1

    def working(self) -> str:
        """Write out every setting's output size."""
        lines = []
        for s in self.settings:
            span, sizes = s.dilation * (s.kernel - 1) + 1, [self._size(side, s) for side in self.image.sizes]
            forms = [
                f"⌊({side} + 2·{s.padding} − {span})/{s.stride}⌋ + 1 = {size}"
                for side, size in zip(self.image.sizes, sizes, strict=True)
            ]
            verdict = "kept" if tuple(sizes) == self.image.sizes else "not kept"
            lines.append(f"{s.label}: {forms[0]}, {forms[1]}: {verdict}")
        return "\n".join(lines)
