"""How strongly pairs of columns hang together: each kind of pair by its usual measure."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from gradus.lab.gan.columns import Column, Numeric
from gradus.lab.gan.encoding import Encoder
from gradus.lab.gan.marginals import values_of
from gradus.lab.gan.tables import MISSING, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray


def associations(encoder: Encoder, table: Table) -> dict[tuple[str, str], float]:
    """Return for each pair of columns how they hang together: −1 to 1 for two numbers, else 0 to 1.

    Two numbers: Pearson's correlation. A number and a category: the correlation ratio η. Two categories: Cramér's V.
    Rows in which either is missing are left out; a pair of which one does not vary is 0.
    """
    import numpy as np

    read = [_read(column, table) for column in encoder.columns]
    found = {}
    for (i, one), (j, other) in combinations(enumerate(encoder.columns), 2):
        both = ~(np.isnan(read[i]) | np.isnan(read[j]))
        found[one.name, other.name] = _association(one, other, read[i][both], read[j][both])
    return found


def _read(column: Column, table: Table) -> NDArray[Any]:
    """Return values, or numbers of categories; NaN where missing."""
    import numpy as np

    if isinstance(column, Numeric):
        return values_of(column, table)
    cells = table.column(column.name)
    known = {cell: number for number, cell in enumerate(sorted(set(cells) - set(MISSING)))}
    return np.array([known.get(cell, np.nan) for cell in cells])


def _association(one: Column, other: Column, first: NDArray[Any], second: NDArray[Any]) -> float:
    if len(first) < 2 or first.min() == first.max() or second.min() == second.max():
        return 0.0
    if isinstance(one, Numeric) and isinstance(other, Numeric):
        return pearson(first, second)
    if isinstance(one, Numeric):
        return correlation_ratio(second, first)
    return correlation_ratio(first, second) if isinstance(other, Numeric) else cramer(first, second)


def pearson(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Return Pearson's correlation of two columns that vary."""
    import numpy as np

    return float(np.corrcoef(first, second)[0, 1])


def correlation_ratio(groups: NDArray[Any], values: NDArray[Any]) -> float:
    """Return η: the square root of the share of the variance that lies between groups.

    >>> import numpy as np
    >>> correlation_ratio(np.array([0.0, 0.0, 1.0, 1.0]), np.array([1.0, 1.0, 3.0, 3.0]))
    1.0
    """
    import numpy as np

    _, number, counts = np.unique(groups, return_inverse=True, return_counts=True)
    means = np.bincount(number, values) / counts
    between = (counts * (means - values.mean()) ** 2).sum()
    return float(min(1.0, between / ((values - values.mean()) ** 2).sum()) ** 0.5)


def cramer(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Return V = √(χ²/(n·(k − 1))), k the smaller number of categories (Cramér 1946, section 21.9).

    >>> import numpy as np
    >>> cramer(np.array([0.0, 0.0, 1.0, 1.0]), np.array([5.0, 5.0, 7.0, 7.0]))
    1.0
    """
    import numpy as np

    _, row = np.unique(first, return_inverse=True)
    _, column = np.unique(second, return_inverse=True)
    counts = np.zeros((row.max() + 1, column.max() + 1))
    np.add.at(counts, (row, column), 1)
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / len(first)
    chi = ((counts - expected) ** 2 / expected).sum()
    return float((chi / (len(first) * (min(counts.shape) - 1))) ** 0.5)
