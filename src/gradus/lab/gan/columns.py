"""What a column holds: numbers, dates, categories or one value; read from its cells and spelled as they were."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any

from gradus.lab.gan.modes import Modes

FORMATS = (
    "%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M",
)  # fmt: skip
EPOCH = datetime(1970, 1, 1)  # a table's dates have no zone
NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*|(?=\.\d))(?:\.\d+)?(?:[eE][+-]?\d+)?")
WHOLE = re.compile(r"[+-]?\d+")


@dataclass(frozen=True)
class Numeric:
    """Numbers, or dates as seconds since 1970.

    Args:
        name: of the column.
        low: smallest value seen; none smaller is made.
        high: largest.
        decimals: digits after the point; 0 for whole numbers, −1 where they float: then twelve digits are kept.
        padded: whether every cell has that many.
        modes: of its values.
        missing: how a missing value is spelled; `None` where none was.
        format: of dates; empty for numbers.
    """

    name: str
    low: float
    high: float
    decimals: int
    padded: bool
    modes: Modes
    missing: str | None = None
    format: str = ""

    @property
    def step(self) -> float:
        """The distance of neighbouring values."""
        if self.format:
            return 1.0 if "%S" in self.format else 60.0 if "%M" in self.format else 86400.0
        return 10.0**-self.decimals if self.decimals >= 0 else 1e-12 * max(abs(self.low), abs(self.high))

    def read(self, cell: str) -> float:
        """Return the value of a cell that is not missing."""
        return seconds_of(cell, self.format) if self.format else float(cell)

    def typed(self, cell: str) -> Any:
        """Return a cell as a date, a date with its time, a whole number or a float."""
        if self.format:
            return _moment(self.format, cell)
        return int(cell) if self.decimals == 0 else float(cell)

    def spell(self, value: float) -> str:
        """Return a value as a cell: within the bounds, rounded, in the column's format."""
        value = min(max(value, self.low), self.high)
        if self.format:
            return (EPOCH + timedelta(seconds=round(value / self.step) * self.step)).strftime(self.format)
        if self.decimals < 0:
            return f"{value:.12g}"
        text = f"{value:.{self.decimals}f}"
        if not self.padded and "." in text:
            text = text.rstrip("0").rstrip(".")
        return text.removeprefix("-") if not float(text) else text


@dataclass(frozen=True)
class Category:
    """One of several texts; a column of one text is one too, and takes no room.

    Args:
        name: of the column.
        values: in the order of their counts.
        counts: rows with each; that of missing values last, if there is one.
        missing: how a missing value is spelled; `None` where none was.
    """

    name: str
    values: tuple[str, ...]
    counts: tuple[int, ...]
    missing: str | None = None

    def typed(self, cell: str) -> Any:
        """Return a cell as what all cells of the column are: whole numbers, floats, dates, truths, else texts.

        >>> [Category("", values, (1, 1)).typed(values[0]) for values in [("0", "1"), ("0", "0.5"), ("no", "1")]]
        [0, 0.0, 'no']
        """
        return _reading(self.values)(cell)


@cache
def _reading(values: tuple[str, ...]) -> Callable[[str], Any]:
    if all(NUMBER.fullmatch(value) for value in values):
        return int if all(WHOLE.fullmatch(value) for value in values) else float
    if set(values) <= {"true", "false"} or set(values) <= {"True", "False"}:
        return lambda cell: cell in ("true", "True")
    form = date_format(list(values))
    return partial(_moment, form) if form else str


def _moment(form: str, cell: str) -> date:
    """Return a date, or with its time if the format has one."""
    moment = datetime.strptime(cell, form)  # a table's dates have no zone
    return moment if "%H" in form else moment.date()


Column = Numeric | Category


def date_format(cells: list[str]) -> str:
    """Return the format that reads all cells and spells them as they are; empty if none does.

    >>> date_format(["24.12.2020", "01.02.2021"]), date_format(["2020", "2021"])
    ('%d.%m.%Y', '')
    """
    for form in FORMATS:
        try:
            if all((EPOCH + timedelta(seconds=seconds_of(cell, form))).strftime(form) == cell for cell in cells):
                return form
        except (ValueError, OverflowError):
            continue
    return ""


def seconds_of(cell: str, form: str) -> float:
    """Return the seconds from 1970 to a date of this format; `ValueError` for a cell of another."""
    return (datetime.strptime(cell, form) - EPOCH).total_seconds()  # neither have these
