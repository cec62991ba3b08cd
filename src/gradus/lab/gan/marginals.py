"""How far the columns of made records are from those of real ones, each by itself."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from gradus.errors import Fault
from gradus.lab.gan.columns import Column, Numeric
from gradus.lab.gan.encoding import Encoder
from gradus.lab.gan.tables import MISSING, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray


def values_of(column: Numeric, table: Table) -> NDArray[Any]:
    """Return the values of a column, NaN where missing.

    Raises:
        Fault: a cell that is no such value.
    """
    import numpy as np

    found = np.full(len(table), np.nan)
    for row, cell in enumerate(table.column(column.name)):
        if cell in MISSING:
            continue
        try:
            found[row] = column.read(cell)
        except ValueError:
            rule = "is no date as in the real table" if column.format else "is no number, as in the real table"
            where = f"{table.place}, row {row + table.first_row}"
            raise Fault(where, column.name, cell, rule, "mend the cell") from None
    return found


def distance(column: Column, real: Table, made: Table) -> float:
    """Return how far a column is off, 0 to 1.

    Of numbers the Kolmogorov–Smirnov statistic, or the difference in missing values if that is more; of categories the
    total variation, missing values being one more category.
    """
    import numpy as np

    if not isinstance(column, Numeric):
        return total_variation(real.column(column.name), made.column(column.name))
    one, other = values_of(column, real), values_of(column, made)
    gaps = abs(float(np.isnan(one).mean() - np.isnan(other).mean()))
    one, other = one[~np.isnan(one)], other[~np.isnan(other)]
    return max(gaps, kolmogorov_smirnov(one, other) if len(one) and len(other) else 0.0)


def kolmogorov_smirnov(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Return the largest difference of the two cumulative distributions.

    >>> import numpy as np
    >>> kolmogorov_smirnov(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    0.5
    """
    import numpy as np

    both = np.concatenate([one, other])
    below = [np.searchsorted(np.sort(each), both, side="right") / len(each) for each in (one, other)]
    return float(np.abs(below[0] - below[1]).max())


def total_variation(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Return half the sum of the differences in shares.

    >>> total_variation(("a", "b"), ("a", "a"))
    0.5
    """
    counts = [Counter("" if cell in MISSING else cell for cell in cells) for cells in (one, other)]
    different = (abs(counts[0][key] / len(one) - counts[1][key] / len(other)) for key in counts[0] | counts[1])
    return sum(different) / 2


def marginal_quality(encoder: Encoder, real: Table, made: Table) -> float:
    """Return 1 less the mean distance of the columns."""
    distances = [distance(column, real, made) for column in encoder.columns]
    return 1 - sum(distances) / len(distances)
