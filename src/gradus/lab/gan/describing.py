"""Which kind of column a table's cells make, and what is odd about it."""

from __future__ import annotations

import math
import re
from collections import Counter
from decimal import Decimal
from typing import Any

from gradus.errors import Fault
from gradus.lab.gan.columns import NUMBER, Category, Column, Numeric, date_format, seconds_of
from gradus.lab.gan.modes import Modes, fit_modes
from gradus.lab.gan.tables import MISSING, Table

INFINITE = re.compile(r"[+-]?(?:inf|infinity)", re.IGNORECASE)
MOST_CATEGORIES = 500
FEW = 20
"""Different values up to which numbers beside words are categories, as in 0, 1, 2, 3+."""

EXACT = 1e13
"""Steps of the last digit up to which encoding and decoding surely give back each of them."""

LARGEST = 1e100
"""Numbers beyond would make squares that are infinite."""

RARE = 5
"""Rows below which a category may point to a person."""


def describe_column(table: Table, name: str, category: bool = False) -> Column:
    """Return what a column holds.

    Args:
        table: the records.
        name: of the column.
        category: take its cells as texts, whatever they look like.

    Raises:
        Fault: numbers mixed with words, infinite or enormous numbers, or texts that are all different.
    """
    cells = table.column(name)
    present = [cell for cell in cells if cell not in MISSING]
    absent = Counter(cell for cell in cells if cell in MISSING)
    missing = absent.most_common(1)[0][0] if absent else None
    if present and not category:
        _refuse_endless(table, name, cells)
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


def _refuse_endless(table: Table, name: str, cells: tuple[str, ...]) -> None:
    """Refuse infinite numbers, and those whose squares are."""
    for row, cell in enumerate(cells):
        where = f"{table.place}, row {row + table.first_row}"
        if INFINITE.fullmatch(cell) or (NUMBER.fullmatch(cell) and math.isinf(float(cell))):
            raise Fault(where, name, cell, "is not finite", "write a number, or leave the cell empty")
        if NUMBER.fullmatch(cell) and abs(float(cell)) > LARGEST:
            raise Fault(where, name, cell, f"must lie within ±{LARGEST:g}", "mend the cell, or use another unit")


def _dates(name: str, present: list[str], form: str, missing: str | None) -> Numeric:
    import numpy as np

    values = np.array([seconds_of(cell, form) for cell in present])
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
