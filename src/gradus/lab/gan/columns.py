"""What a column holds: numbers, dates, categories or one value; read from its cells and spelled as they were."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from typing import Any

from gradus.errors import Fault
from gradus.lab.gan.modes import Modes, fit_modes
from gradus.lab.gan.tables import MISSING, Table

FORMATS = (
    "%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M",
)  # fmt: skip
EPOCH = datetime(1970, 1, 1)  # a table's dates have no zone
NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*|(?=\.\d))(?:\.\d+)?(?:[eE][+-]?\d+)?")
WHOLE = re.compile(r"[+-]?\d+")
INFINITE = re.compile(r"[+-]?(?:inf|infinity)", re.IGNORECASE)
MOST_CATEGORIES = 500
FEW = 20
"""Different values up to which numbers beside words are categories, as in 0, 1, 2, 3+."""

EXACT = 1e13
"""Steps of the last digit up to which encoding and decoding surely give back each of them."""

RARE = 5
"""Rows below which a category may point to a person."""


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
        return _seconds(cell, self.format) if self.format else float(cell)

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


def describe_column(table: Table, name: str, category: bool = False) -> Column:
    """Return what a column holds.

    Args:
        table: the records.
        name: of the column.
        category: take its cells as texts, whatever they look like.

    Raises:
        Fault: numbers mixed with words, infinite numbers, or texts that are all different.
    """
    cells = table.column(name)
    present = [cell for cell in cells if cell not in MISSING]
    absent = Counter(cell for cell in cells if cell in MISSING)
    missing = absent.most_common(1)[0][0] if absent else None
    if present and not category:
        _refuse_infinite(table, name, cells)
        numbers = sum(NUMBER.fullmatch(cell) is not None for cell in present)
        different = len(set(present))
        if different > 2 and (found := date_format(present)):
            return _dates(name, present, found, missing)
        if different > 2 and numbers == len(present):
            return _numbers(name, present, missing)
        if different > FEW and 2 * numbers >= len(present):
            row = next(i for i, cell in enumerate(cells) if cell not in MISSING and not NUMBER.fullmatch(cell))
            rule = f"is no number, unlike {numbers} of the {len(present)} cells of its column"
            remedy = f"mend it, or take {name} as a category"
            raise Fault(f"{table.place}, row {row + table.first_row}", name, cells[row], rule, remedy)
    return _category(table, name, present, sum(absent.values()), missing)


def _refuse_infinite(table: Table, name: str, cells: tuple[str, ...]) -> None:
    for row, cell in enumerate(cells):
        if INFINITE.fullmatch(cell) or (NUMBER.fullmatch(cell) and math.isinf(float(cell))):
            where = f"{table.place}, row {row + table.first_row}"
            raise Fault(where, name, cell, "is not finite", "write a number, or leave the cell empty")


def date_format(cells: list[str]) -> str:
    """Return the format that reads all cells and spells them as they are; empty if none does.

    >>> date_format(["24.12.2020", "01.02.2021"]), date_format(["2020", "2021"])
    ('%d.%m.%Y', '')
    """
    for form in FORMATS:
        try:
            if all((EPOCH + timedelta(seconds=_seconds(cell, form))).strftime(form) == cell for cell in cells):
                return form
        except (ValueError, OverflowError):
            continue
    return ""


def _seconds(cell: str, form: str) -> float:
    return (datetime.strptime(cell, form) - EPOCH).total_seconds()  # neither have these


def _dates(name: str, present: list[str], form: str, missing: str | None) -> Numeric:
    import numpy as np

    values = np.array([_seconds(cell, form) for cell in present])
    bare = Numeric(name, float(values.min()), float(values.max()), 0, False, Modes((), (), (), ()), missing, form)
    return _with_modes(bare, values)


def _numbers(name: str, present: list[str], missing: str | None) -> Numeric:
    import numpy as np

    values = np.array([float(cell) for cell in present])
    digits = [max(0, -int(Decimal(cell).as_tuple().exponent)) for cell in present]
    scientific = any("e" in cell.lower() for cell in present)
    # whole numbers stay whole, however large
    floating = scientific or (max(digits) > 0 and float(np.abs(values).max()) * 10.0 ** max(digits) > EXACT)
    decimals = -1 if floating else max(digits)
    padded = min(digits) == max(digits)
    modes = Modes((), (), (), ())
    return _with_modes(
        Numeric(name, float(values.min()), float(values.max()), decimals, padded, modes, missing), values
    )


def _with_modes(bare: Numeric, values: Any) -> Numeric:
    modes = fit_modes(values, least=bare.step)
    return Numeric(bare.name, bare.low, bare.high, bare.decimals, bare.padded, modes, bare.missing, bare.format)


def _category(table: Table, name: str, present: list[str], absent: int, missing: str | None) -> Category:
    counted = Counter(present).most_common()
    if len(counted) > MOST_CATEGORIES or (len(counted) > FEW and len(counted) > len(present) / 2):
        rule = f"holds {len(counted)} different texts in {len(present)} rows: a name or a number of its own"
        raise Fault(table.place, name, None, rule, "leave the column out: it names people, and nothing can be learned")
    counts = tuple(count for _, count in counted) + ((absent,) if absent else ())
    return Category(name, tuple(value for value, _ in counted), counts, missing)


def remarks(column: Column) -> list[str]:
    """Return what a user should know of a column that can be used, but not quite as expected."""
    if isinstance(column, Numeric):
        return []
    if not column.values:
        return [f"{column.name}: all values are missing; so they will be in every sample"]
    if len(column.counts) == 1:
        return [f"{column.name}: is constant; so it will be in every sample"]
    rare = [value for value, count in zip(column.values, column.counts, strict=False) if count < RARE]
    if not rare:
        return []
    shown = ", ".join(repr(value[:20]) for value in rare[:3]) + (", …" if len(rare) > 3 else "")
    some = f"{len(rare)} of {len(column.values)} categories occur in fewer than {RARE} rows ({shown})"
    return [f"{column.name}: {some}; they may point to a person: merge them, or leave the column out"]
