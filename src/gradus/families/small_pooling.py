"""Values of a small pooling by hand: its output's shape, one entry, and the sum of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Real, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.oracle import pixels, windows
from gradus.parameters import Between, Matrices, Matrix, among, drawn

Summary = Callable[[list[int]], Fraction]
SIDES = (4, 4, 5, 5, 6)
ENTRIES = (-5, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class SmallPooling(Family):
    """Shape, one entry and the sum of the output of a small max or average pooling, by hand."""

    parts: ClassVar[tuple[str, ...]] = ("shape", "entry", "total")

    image: Matrix = drawn(Matrices(SIDES, ENTRIES))
    kind: Literal["max", "average"] = among("max", "average")
    window: int = among(2, 3, allowed=Between(1, 12))
    stride: int = among(1, 2, 3, allowed=Between(1, 12))
    row: int = among(1, 2, allowed=Between(1, 12))
    column: int = among(1, 2, allowed=Between(1, 12))

    def check(self) -> Iterator[Fault]:
        """Demand that the window fits and that the entry asked for is there."""
        if self.window > min(len(self.image), len(self.image[0])):
            rule = f"must fit on the image of {len(self.image)} × {len(self.image[0])}"
            yield Fault("SmallPooling", "window", self.window, rule, "use a smaller window")
            return
        for name, size in zip(("row", "column"), self._sizes(), strict=True):
            if getattr(self, name) > size:
                rule = f"must be one of the output's {size}"
                yield Fault("SmallPooling", name, getattr(self, name), rule, "ask for an earlier one")

    def is_sensible(self) -> bool:
        """Draw windows that leave no pixel between them, and outputs that can be added up by hand."""
        rows, columns = self._sizes()
        return self.stride <= self.window and 2 <= rows * columns <= 9

    def _sizes(self) -> tuple[int, int]:
        rows: int = rules.pool_size(len(self.image), self.window, self.stride)
        columns: int = rules.pool_size(len(self.image[0]), self.window, self.stride)
        return rows, columns

    def prompt(self) -> str:
        """Show the image."""
        exact = " Give means as exact fractions or decimals." if self.kind == "average" else ""
        return (
            f"An image of {len(self.image)} × {len(self.image[0])} pixels in one channel\n\n{_block(self.image)}\n\n"
            f"goes through {self.kind} pooling over windows of ${self.window} \\times {self.window}$ pixels with "
            f"stride ${self.stride}$ and no padding. Sizes round down.\n\n"
            f"Give the **shape** of the output (height × width), its **entry** in row ${self.row}$ and column "
            f"${self.column}$ (counted from $1$), and the **total**, the sum of all its entries.{exact}"
        )

    def key(self) -> Mapping[str, Answer]:
        """Look into one window; for the sum, into all, row of windows by row of windows."""
        top, left = (self.row - 1) * self.stride, (self.column - 1) * self.stride
        entry = _mean(self._window(top, left)) if self.kind == "average" else _largest(self._window(top, left))
        total = sum(self._outputs(_mean if self.kind == "average" else _largest))
        return {"shape": Shape(*self._sizes()), "entry": Real(entry), "total": Real(Fraction(total))}

    def _window(self, top: int, left: int) -> list[int]:
        return [pixel for row in self.image[top : top + self.window] for pixel in row[left : left + self.window]]

    def _outputs(self, summary: Summary) -> list[Fraction]:
        """Return all entries, row by row."""
        rows, columns = self._sizes()
        places = [(i * self.stride, j * self.stride) for i in range(rows) for j in range(columns)]
        return [summary(self._window(top, left)) for top, left in places]

    def witness(self) -> Mapping[str, Answer]:
        """Let every pixel bring itself to the windows that hold it."""
        rows = windows.count_placements(len(self.image), self.window, self.stride)
        columns = windows.count_placements(len(self.image[0]), self.window, self.stride)
        made = pixels.pool(self.image, self.window, self.stride, self.kind == "average")
        entry, total = made[self.row - 1, self.column - 1], Fraction(sum(made.values()))
        return {"shape": Shape(rows, columns), "entry": Real(entry), "total": Real(total)}

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        rows, columns = self._sizes()
        yield Mistake(
            "shape",
            "missing_plus_one",
            Shape(rows - 1, columns - 1),
            "The window's first placement counts too: add 1 after dividing by the stride.",
        )
        up = [-((self.window - len(side)) // self.stride) + 1 for side in (self.image, self.image[0])]
        yield Mistake("shape", "ceil_for_floor", Shape(*up), "A window that does not fit is dropped: round down.")

        own, other = (_mean, _largest) if self.kind == "average" else (_largest, _mean)
        name, is_kind = ("max_for_average", "mean") if self.kind == "average" else ("average_for_max", "largest value")
        feedback = f"Each output is the {is_kind} of its window here."
        top, left = (self.row - 1) * self.stride, (self.column - 1) * self.stride
        right = own(self._window(top, left))
        yield _real("entry", name, other(self._window(top, left)), feedback)
        yield _real("total", name, Fraction(sum(self._outputs(other))), feedback)
        if self.kind == "average":
            feedback = "That is the sum of the window: divide by the number of its pixels."
            yield _real("entry", "not_divided", right * self.window**2, feedback, HALF)
            yield _real("entry", "rounded_down", Fraction(right // 1), "Means are exact here: round nothing.", HALF)
        else:
            feedback = "The largest value is asked for, not the one furthest from zero."
            furthest = Fraction(max(self._window(top, left), key=abs))
            yield _real("entry", "largest_in_size", furthest, feedback)
        feedback = "The row counts downwards, the column to the right."
        yield from self._entry_at(left, top, own, "row_and_column_swapped", feedback, HALF)
        if self.stride > 1:
            feedback = "The window moves by the stride."
            yield from self._entry_at(self.row - 1, self.column - 1, own, "stride_ignored", feedback)
        if self.stride != self.window:
            feedback = "The window moves by its stride, which differs from its size here."
            top_left = (self.row - 1) * self.window, (self.column - 1) * self.window
            yield from self._entry_at(*top_left, own, "stride_of_the_window", feedback)
        feedback = "Rows and columns are counted from 1 here."
        yield from self._entry_at(top + self.stride, left + self.stride, own, "counted_from_zero", feedback, HALF)
        pixels_added = Fraction(sum(map(sum, self.image)))
        yield _real("total", "image_added", pixels_added, "Add the entries of the output, not those of the image.")
        yield _real("total", "entry_only", right, "That is one entry; all are to be added.")

    def _entry_at(
        self, top: int, left: int, own: Summary, name: str, feedback: str, credit: Fraction = Fraction(0)
    ) -> Iterator[Mistake]:
        """Yield a mistaken entry, if there is a whole window there."""
        window = self._window(top, left)
        if len(window) == self.window**2:
            yield _real("entry", name, own(window), feedback, credit)

    def working(self) -> str:
        """Write out the window, and the whole output."""
        rows, columns = self._sizes()
        own = _mean if self.kind == "average" else _largest
        seen = self._window((self.row - 1) * self.stride, (self.column - 1) * self.stride)
        shown = [str(Real(value)) for value in self._outputs(own)]
        wide = max(map(len, shown))
        output = ["  ".join(text.rjust(wide) for text in shown[i * columns : (i + 1) * columns]) for i in range(rows)]
        held = ", ".join(map(str, seen))
        return "\n".join(
            (
                f"shape: {rows} × {columns}",
                f"entry in row {self.row}, column {self.column}: {self.kind} of {held} = {Real(own(seen))}",
                "output:",
                *output,
                f"total: {Real(Fraction(sum(self._outputs(own))))}",
            )
        )


def _mean(window: list[int]) -> Fraction:
    return Fraction(sum(window), len(window))


def _largest(window: list[int]) -> Fraction:
    return Fraction(max(window))


def _block(image: Matrix) -> str:
    wide = max(len(str(entry)) for row in image for entry in row)
    rows = "\n".join("  ".join(str(entry).rjust(wide) for entry in row) for row in image)
    return f"```text\n{rows}\n```"


def _real(part: str, name: str, value: Fraction, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, Real(value), feedback, credit)
