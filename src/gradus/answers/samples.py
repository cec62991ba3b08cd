"""Values measured at points: what a witness of an expression has to show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, final

from gradus.answers import numeral
from gradus.answers.answer import Answer
from gradus.answers.truth import Truth
from gradus.errors import Unreadable

_REMEDY = "write one number a point, such as 1.25, -0.5"
SHOWN = 1e-5  # what is printed is rounded, so what is read back is compared no closer


@final
@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """One point and what was measured there.

    Args:
        sizes: named sizes.
        values: inputs by name, numbers or arrays.
        functions: what unknown functions were, by name.
        result: the elements of the value, row by row; with a direction, the one slope along it.
        shape: the sizes of the value; free indices first.
        direction: along which the slope was measured, in the shape of the value.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, Any]
    functions: Mapping[str, Any]
    result: tuple[float, ...]
    shape: tuple[int, ...] = ()
    direction: Any = None

    def length(self) -> float:
        """Return the number or the slope itself, or the norm of an array: one number to show."""
        return self.result[0] if len(self.result) == 1 else math.hypot(*self.result)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Samples(Answer):
    """Values at several points, measured within a relative tolerance. Never a candidate's answer.

    Args:
        points: where and what was measured.
        tolerance: relative.
        floor: what the tolerance is relative to where the value is smaller, such as 0.
        lengths: of samples that were read back: one number a point, as printed, and no more.

    >>> str(Samples((Point({}, {"x": 2.0}, {}, (4.0,)), Point({}, {"x": 3.0}, {}, (9.0,)))))
    '4, 9'
    """

    kind: ClassVar[str] = "samples"
    points: tuple[Point, ...]
    tolerance: float = 1e-7
    floor: float = 1e-9
    lengths: tuple[float, ...] = ()

    def read(self, text: str) -> Samples:
        """Read the numbers that are printed; they stand for the same points."""
        written = numeral.plain(text)
        try:
            lengths = tuple(float(word) for word in written.split(","))
        except ValueError:
            raise Unreadable(written, 0, "numbers are expected here", _REMEDY) from None
        return Samples((), self.tolerance, self.floor, lengths)

    def shown(self) -> tuple[float, ...]:
        """Return one number a point: the value, or its norm."""
        return self.lengths or tuple(point.length() for point in self.points)

    def agrees(self, other: Answer) -> Truth:
        """Compare what is shown of the two; an expression compares itself with the values."""
        if not isinstance(other, Samples):
            return other.agrees(self)  # a formula values itself at the points
        mine, theirs = self.shown(), other.shown()
        near = all(math.isclose(a, b, rel_tol=SHOWN, abs_tol=SHOWN) for a, b in zip(mine, theirs, strict=False))
        return Truth.of(len(mine) == len(theirs) and near)

    def __str__(self) -> str:
        return ", ".join(f"{length:.6g}" for length in self.shown())

    def latex(self) -> str:
        """Print the numbers."""
        return str(self)
