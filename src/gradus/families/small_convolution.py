"""Values of a small convolution by hand: its output's shape, one entry, and the sum of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Count, Shape
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.networks import rules
from gradus.oracle import pixels, windows
from gradus.parameters import Between, Matrices, Matrix, among, drawn

HALF = Fraction(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class SmallConvolution(Family):
    """Shape, one entry and the sum of the output of a small convolution, by hand."""

    parts: ClassVar[tuple[str, ...]] = ("shape", "entry", "total")

    image: Matrix = drawn(Matrices((4, 4, 5), (-2, -1, 0, 0, 1, 1, 2, 3)))
    kernel: Matrix = drawn(Matrices((2, 2, 3), (-1, 0, 1, 1, 2), square=True))
    stride: int = among(1, 2, allowed=Between(1, 12))
    padding: int = among(0, 1, allowed=Between(0, 12))
    row: int = among(1, 2, allowed=Between(1, 36))
    column: int = among(1, 2, allowed=Between(1, 36))

    def check(self) -> Iterator[Fault]:
        """Demand that the kernel fits and that the entry asked for is there."""
        sizes = self._sizes()
        for axis, size, kernel in zip(("high", "wide"), self._sides(self.image), self._sides(self.kernel), strict=True):
            if kernel > size + 2 * self.padding:
                rule = f"is {kernel} {axis}, but the padded image only {size} + 2·{self.padding}"
                yield Fault("SmallConvolution", "kernel", None, rule, "use a smaller kernel or more padding")
                return
        for name, size in zip(("row", "column"), sizes, strict=True):
            if getattr(self, name) > size:
                rule = f"must be one of the output's {size}"
                yield Fault("SmallConvolution", name, getattr(self, name), rule, "ask for an earlier one")

    def is_sensible(self) -> bool:
        """Draw variants with some arithmetic in them, and in which it matters not to flip the kernel."""
        flipped = tuple(row[::-1] for row in self.kernel[::-1])
        rows, columns = self._sizes()
        return 2 <= rows * columns <= 16 and self._entry(self.kernel) != self._entry(flipped)

    @staticmethod
    def _sides(matrix: Matrix) -> tuple[int, int]:
        return len(matrix), len(matrix[0])

    def _sizes(self) -> tuple[int, int]:
        (height, width), (tall, wide) = self._sides(self.image), self._sides(self.kernel)
        rows: int = rules.conv_size(height, tall, self.stride, self.padding)
        columns: int = rules.conv_size(width, wide, self.stride, self.padding)
        return rows, columns

    def prompt(self) -> str:
        """Show both matrices."""
        image, kernel = (" × ".join(map(str, self._sides(matrix))) for matrix in (self.image, self.kernel))
        padding = f"zero padding ${self.padding}$ on every side" if self.padding else "padding $0$"
        return (
            f"An image of {image} pixels in one channel\n\n{_block(self.image)}\n\nis convolved with the kernel of "
            f"{kernel} weights\n\n{_block(self.kernel)}\n\nwith stride ${self.stride}$, {padding} and no bias. As "
            "everywhere in deep learning, this is cross-correlation: the kernel is laid on the image as it stands, not "
            "flipped. Sizes round down.\n\n"
            f"Give the **shape** of the output (height × width), its **entry** in row ${self.row}$ and column "
            f"${self.column}$ (counted from $1$), and the **total**, the sum of all its entries."
        )

    def key(self) -> Mapping[str, Answer]:
        """Lay the kernel on one window; for the sum, multiply each weight by all the pixels it meets."""
        return {
            "shape": Shape(*self._sizes()),
            "entry": Count(self._entry(self.kernel)),
            "total": Count(self._total(self.kernel)),
        }

    def _entry(self, kernel: Matrix, top: int | None = None, left: int | None = None) -> int:
        """Return the sum of products over the window whose first pixel is given; else over the one asked for."""
        top = (self.row - 1) * self.stride - self.padding if top is None else top
        left = (self.column - 1) * self.stride - self.padding if left is None else left
        height, width = self._sides(self.image)
        return sum(
            weight * self.image[top + u][left + v]
            for u, weights in enumerate(kernel)
            for v, weight in enumerate(weights)
            if 0 <= top + u < height and 0 <= left + v < width
        )

    def _total(self, kernel: Matrix) -> int:
        rows, columns = self._sizes()
        total = 0
        for u, weights in enumerate(kernel):
            met = [
                self.image[y] for i in range(rows) if 0 <= (y := i * self.stride + u - self.padding) < len(self.image)
            ]
            for v, weight in enumerate(weights):
                places = [j * self.stride + v - self.padding for j in range(columns)]
                total += weight * sum(row[x] for row in met for x in places if 0 <= x < len(row))
        return total

    def witness(self) -> Mapping[str, Answer]:
        """Let every pixel bring its products to the windows that hold it."""
        rows = windows.count_placements(len(self.image), len(self.kernel), self.stride, self.padding)
        columns = windows.count_placements(len(self.image[0]), len(self.kernel[0]), self.stride, self.padding)
        made = pixels.correlate(self.image, self.kernel, self.stride, self.padding)
        entry = made.get((self.row - 1, self.column - 1), 0)
        return {"shape": Shape(rows, columns), "entry": Count(entry), "total": Count(sum(made.values()))}

    def mistakes(self) -> Iterator[Mistake]:
        """Name what goes wrong in practice."""
        (height, width), (tall, wide) = self._sides(self.image), self._sides(self.kernel)
        rows, columns = self._sizes()
        feedback = "The window's first placement counts too: add 1 after dividing by the stride."
        yield Mistake("shape", "missing_plus_one", Shape(rows - 1, columns - 1), feedback)
        feedback = "The output is smaller than the image where windows would stick out."
        yield Mistake("shape", "size_kept", Shape(height, width), feedback)
        feedback = "The padding is added on both sides of an axis, so it counts twice."
        once = [(side + self.padding - k) // self.stride + 1 for side, k in ((height, tall), (width, wide))]
        yield Mistake("shape", "padding_counted_once", Shape(*once), feedback)

        flipped, turned = tuple(row[::-1] for row in self.kernel[::-1]), tuple(zip(*self.kernel, strict=True))
        feedback = "That is the convolution of mathematics, with the kernel flipped; here it is laid on as it stands."
        yield _count("entry", "kernel_flipped", self._entry(flipped), feedback, HALF)
        yield _count("total", "kernel_flipped", self._total(flipped), feedback, HALF)
        feedback = "Rows of the kernel belong on rows of the image."
        yield _count("entry", "kernel_transposed", self._entry(turned), feedback)
        top, left = (self.row - 1) * self.stride - self.padding, (self.column - 1) * self.stride - self.padding
        feedback = "The row counts downwards, the column to the right."
        yield _count("entry", "row_and_column_swapped", self._entry(self.kernel, left, top), feedback, HALF)
        if self.stride > 1:
            feedback = "The window moves by the stride."
            entry = self._entry(self.kernel, self.row - 1 - self.padding, self.column - 1 - self.padding)
            yield _count("entry", "stride_ignored", entry, feedback)
        if self.padding:
            feedback = "The first window begins on the padding, before the image."
            entry = self._entry(self.kernel, top + self.padding, left + self.padding)
            yield _count("entry", "padding_ignored", entry, feedback)
        feedback = "Rows and columns are counted from 1 here."
        entry = self._entry(self.kernel, top + self.stride, left + self.stride)
        yield _count("entry", "counted_from_zero", entry, feedback, HALF)
        everything = sum(map(sum, self.image)) * sum(map(sum, self.kernel))
        feedback = "Pixels at the border meet fewer of the weights, so the sums cannot simply be multiplied."
        yield _count("total", "sums_multiplied", everything, feedback)
        yield _count("total", "entry_only", self._entry(self.kernel), "That is one entry; all are to be added.")

    def working(self) -> str:
        """Write out the products of the entry, and the whole output."""
        rows, columns = self._sizes()
        top, left = (self.row - 1) * self.stride - self.padding, (self.column - 1) * self.stride - self.padding
        height, width = self._sides(self.image)
        products = [
            f"{_bracketed(weight)}·{_bracketed(self.image[top + u][left + v])}"
            for u, weights in enumerate(self.kernel)
            for v, weight in enumerate(weights)
            if 0 <= top + u < height and 0 <= left + v < width
        ]
        output = tuple(
            tuple(
                self._entry(self.kernel, i * self.stride - self.padding, j * self.stride - self.padding)
                for j in range(columns)
            )
            for i in range(rows)
        )
        return (
            f"shape: {rows} × {columns}\nentry in row {self.row}, column {self.column}: {' + '.join(products) or 0} = "
            f"{self._entry(self.kernel)}\noutput:\n{_rows(output)}\ntotal: {self._total(self.kernel)}"
        )


def _rows(matrix: Matrix) -> str:
    wide = max(len(str(entry)) for row in matrix for entry in row)
    return "\n".join("  ".join(str(entry).rjust(wide) for entry in row) for row in matrix)


def _block(matrix: Matrix) -> str:
    return f"```text\n{_rows(matrix)}\n```"


def _bracketed(value: int) -> str:
    return f"({value})" if value < 0 else str(value)


def _count(part: str, name: str, value: int, feedback: str, credit: Fraction = Fraction(0)) -> Mistake:
    return Mistake(part, name, Count(value), feedback, credit)
