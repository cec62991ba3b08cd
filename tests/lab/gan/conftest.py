"""Records as customers leave them: every kind of column, with gaps."""

from __future__ import annotations

import numpy as np
import pytest

from gradus.lab.gan.tables import Table


def customers(count: int = 200, seed: int = 0) -> Table:
    """Return records of numbers, counts, dates, categories, flags, a constant and gaps, that hang together."""
    random = np.random.default_rng(seed)
    rich = random.random(count) < 0.4
    income = np.where(rich, random.normal(90_000, 9_000, count), random.normal(30_000, 4_000, count))
    age = random.integers(18, 80, count)
    days = random.integers(0, 700, count)
    dates = [str(np.datetime64("2020-01-01") + int(day)) for day in days]
    jobs = [["clerk", "engineer", "nurse"][i] for i in random.choice(3, count, p=[0.5, 0.3, 0.2])]
    gaps = random.random(count) < 0.15
    columns = {
        "age": [str(a) for a in age],
        "income": [f"{x:.2f}" for x in income],
        "debt": ["NA" if gap else f"{x / 7:.1f}" for x, gap in zip(income, gaps, strict=True)],
        "since": dates,
        "job": ["" if gap else job for job, gap in zip(jobs, random.random(count) < 0.1, strict=True)],
        "country": ["de"] * count,
        "owner": ["yes" if r else "no" for r in rich],
    }
    return Table(tuple(columns), tuple(tuple(cells) for cells in columns.values()), "customers.csv")


@pytest.fixture(scope="session")
def records() -> Table:
    return customers()
