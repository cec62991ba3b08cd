"""What scikit-learn's learners make of made records: do they stand in for real ones, and are they told apart?

Learners see numbers standardised, gaps filled by the mean beside a flag, categories as flags.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradus.errors import Fault, suggest
from gradus.lab.data.changes import generator
from gradus.lab.gan.columns import Category, Column, Numeric
from gradus.lab.gan.encoding import Encoder
from gradus.lab.gan.marginals import values_of
from gradus.lab.gan.tables import MISSING, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROWS = 2000
"""Records of each table that learners and neighbours see, drawn evenly; more adds time and little else."""

TREES = 60


def features(columns: tuple[Column, ...], table: Table, real: Table) -> NDArray[Any]:
    """Return records × features; means and deviations are of the real table."""
    import numpy as np

    found: list[Any] = []
    for column in columns:
        if isinstance(column, Category):
            cells = ["" if cell in MISSING else cell for cell in table.column(column.name)]
            wanted = (*column.values, "") if column.missing is not None else column.values
            found.extend(np.array([cell == value for cell in cells], float) for value in wanted)
            continue
        values, known = values_of(column, table), values_of(column, real)
        spread = float(np.nanstd(known)) or 1.0
        found.append(np.nan_to_num((values - float(np.nanmean(known))) / spread))
        if column.missing is not None:
            found.append(np.isnan(values).astype(float))
    return np.stack(found, axis=1)


def thinned(table: Table, seed: int, count: int = ROWS) -> Table:
    """Return at most so many rows, in an order drawn by the seed."""
    return table.rows(generator(seed, 80).permutation(len(table))[:count])


def detection(encoder: Encoder, real: Table, made: Table, seed: int = 0) -> float:
    """Return the AUC at which a forest tells real from made records, cross-validated: 0.5 is guessing."""
    import numpy as np
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    count = min(len(real), len(made), ROWS)
    one, other = thinned(real, seed, count), thinned(made, seed + 1, count)
    if count < 6:
        return float("nan")
    inputs = np.concatenate([features(encoder.columns, each, real) for each in (one, other)])
    truth = np.repeat([0, 1], count)
    learner = RandomForestClassifier(TREES, min_samples_leaf=3, random_state=seed)
    folds = StratifiedKFold(3, shuffle=True, random_state=seed)
    chances = cross_val_predict(learner, inputs, truth, cv=folds, method="predict_proba")
    return float(roc_auc_score(truth, chances[:, 1]))


def default_target(encoder: Encoder) -> str:
    """Return the column to predict if none is named: the last category that varies, else the last number."""
    varying = [c.name for c in encoder.columns if isinstance(c, Category) and len(c.values) > 1]
    return varying[-1] if varying else [c.name for c in encoder.columns if isinstance(c, Numeric)][-1]


def utility(
    encoder: Encoder, real: Table, made: Table, target: str, seed: int = 0, unseen: Table | None = None
) -> tuple[float, float]:
    """Return how well a forest predicts a column of unseen real records, trained on made and on real ones.

    Accuracy for a category, R² for a number. Without unseen records half of the real ones train and the other half
    tests both.

    Raises:
        Fault: a target that is no column, or that is the only one.
    """
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    if target not in encoder.names:
        raise Fault("report", "target", target, "is no column", suggest(target, encoder.names))
    column = encoder.columns[encoder.names.index(target)]
    others = tuple(each for each in encoder.columns if each.name != target)
    if not others:
        raise Fault("report", "target", target, "is the only column", "give a table with more columns")
    if unseen is None:
        whole = _labelled(column, thinned(real, seed, 2 * ROWS))
        half = len(whole) // 2
        test, fair = whole.rows(range(half)), whole.rows(range(half, len(whole)))
    else:
        test, fair = (_labelled(column, thinned(table, seed)) for table in (unseen, real))
    found = []
    for train in (thinned(_labelled(column, made), seed, len(fair)), fair):
        if not len(train) or not len(test):
            found.append(float("nan"))
            continue
        kind = RandomForestRegressor if isinstance(column, Numeric) else RandomForestClassifier
        learner = kind(TREES, min_samples_leaf=2, random_state=seed)
        learner.fit(features(others, train, real), _targets(column, train))
        found.append(float(learner.score(features(others, test, real), _targets(column, test))))
    return found[0], found[1]


def _labelled(column: Column, table: Table) -> Table:
    """Return the rows in which the target is known."""
    return table.rows([row for row, cell in enumerate(table.column(column.name)) if cell not in MISSING])


def _targets(column: Column, table: Table) -> Any:
    import numpy as np

    return values_of(column, table) if isinstance(column, Numeric) else np.array(table.column(column.name))


def neighbours(
    encoder: Encoder, real: Table, made: Table, seed: int = 0, unseen: Table | None = None
) -> dict[str, float]:
    """Return how near made records come to real ones, for privacy.

    Returns:
        `copies`, the share of made records that equal a real one in every cell; `made_to_real` and `real_to_real`, the
        median distance of a record to the nearest real one other than itself, the latter of unseen records where there
        are any; `too_near`, the share of made records nearer to a real one than all but a twentieth of those are: 0.05
        is what fresh records would have.
    """
    import numpy as np
    from sklearn.neighbors import NearestNeighbors

    known = set(zip(*(real.column(name) for name in encoder.names), strict=True))
    records = list(zip(*(made.column(name) for name in encoder.names), strict=True))
    one, other = thinned(real, seed), thinned(made, seed)
    at_real, at_made = features(encoder.columns, one, real), features(encoder.columns, other, real)
    search = NearestNeighbors(n_neighbors=1).fit(at_real)
    fresh = None if unseen is None else features(encoder.columns, thinned(unseen, seed), real)
    among_real = search.kneighbors(fresh)[0][:, 0]
    near = search.kneighbors(at_made)[0][:, 0]
    return {
        "copies": sum(record in known for record in records) / len(records),
        "made_to_real": float(np.median(near)),
        "real_to_real": float(np.median(among_real)),
        "too_near": float((near < np.quantile(among_real, 0.05)).mean()),
    }
