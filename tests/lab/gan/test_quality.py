"""Good records score well and bad ones badly, on every measure."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import normalized_mutual_info_score

from gradus.errors import Fault
from gradus.lab.gan.associations import associations, correlation_ratio, cramer
from gradus.lab.gan.encoding import fit_encoder
from gradus.lab.gan.marginals import kolmogorov_smirnov, total_variation
from gradus.lab.gan.quality import Quality, assess
from gradus.lab.gan.tables import Table
from tests.lab.gan.conftest import customers


@pytest.fixture(scope="module")
def fresh(records: Table) -> Quality:
    """Assess records of the same kind, drawn anew: the best that a generator can reach."""
    return assess(records, customers(200, seed=1))


@pytest.fixture(scope="module")
def shuffled(records: Table) -> Quality:
    """Assess records of the same margins that do not hang together."""
    random = np.random.default_rng(0)
    columns = tuple(tuple(cells[i] for i in random.permutation(len(cells))) for cells in records.columns)
    return assess(records, replace(records, columns=columns))


def test_fresh_records_are_good(fresh: Quality) -> None:
    assert fresh.rows == (200, 200)
    assert max(fresh.distances.values()) < 0.15
    assert fresh.target == "owner"
    assert fresh.trained_on_made > 0.95
    assert abs(fresh.detection - 0.5) < 0.12
    assert fresh.neighbours["copies"] == 0
    assert fresh.scores["privacy"] > 0.9


def test_shuffled_records_keep_their_margins_and_nothing_else(fresh: Quality, shuffled: Quality) -> None:
    assert shuffled.scores["marginals"] > 0.999
    assert shuffled.scores["correlations"] < fresh.scores["correlations"]
    assert shuffled.trained_on_made < 0.8 < shuffled.trained_on_real
    assert shuffled.detection > 0.65


def test_copies_are_found(records: Table) -> None:
    copied = assess(records, records)
    assert copied.neighbours["copies"] == 1
    assert copied.neighbours["made_to_real"] == 0
    assert copied.scores["privacy"] == 0
    assert copied.scores["marginals"] == 1


def test_unseen_records_judge_so_that_remembering_earns_nothing(records: Table) -> None:
    unseen = customers(200, seed=7)
    remembered, fresh = (assess(records, made, unseen=unseen) for made in (records, customers(200, seed=1)))
    assert remembered.rows == (200, 200, 200)
    assert remembered.distances == assess(unseen, records).distances
    assert remembered.correlations == assess(unseen, records).correlations
    assert remembered.scores["marginals"] < 1
    assert remembered.scores["privacy"] == 0
    assert remembered.trained_on_made == remembered.trained_on_real  # both are trained on the same records
    assert fresh.scores["privacy"] > 0.8
    assert fresh.neighbours["too_near"] < 0.15 < remembered.neighbours["too_near"]


def test_a_number_can_be_the_target(records: Table) -> None:
    found = assess(records, customers(200, seed=2), target="income")
    assert found.trained_on_real > 0.8
    assert found.trained_on_made > 0.8


def test_everything_fits_into_json(fresh: Quality) -> None:
    plain = json.loads(json.dumps(fresh.plain(), allow_nan=False))
    assert set(plain["scores"]) == {"marginals", "correlations", "utility", "detection", "privacy"}
    assert len(plain["correlations"]) == 21


def test_distances_are_those_of_scipy() -> None:
    random = np.random.default_rng(0)
    one, other = random.normal(size=40), random.integers(-1, 3, 55).astype(float)
    assert kolmogorov_smirnov(one, other) == pytest.approx(stats.ks_2samp(one, other).statistic)
    assert total_variation(("a", "b", "NA", ""), ("a", "c", "?", "a")) == 0.5


def test_associations_are_those_of_scipy(records: Table) -> None:
    random = np.random.default_rng(0)
    one, other, value = random.integers(0, 3, 90), random.integers(0, 4, 90), random.normal(size=90)
    table = np.histogram2d(one, other, bins=(3, 4))[0].astype(int)
    assert cramer(one, other) == pytest.approx(stats.contingency.association(table, correction=False))
    groups = [value[one == g] for g in range(3)]
    f = stats.f_oneway(*groups).statistic
    assert correlation_ratio(one, value) == pytest.approx((2 * f / (2 * f + 87)) ** 0.5)
    found = associations(fit_encoder(records), records)
    income, owner = (records.column(name) for name in ("income", "owner"))
    debt = [(float(a), float(b)) for a, b in zip(income, records.column("debt"), strict=True) if b != "NA"]
    assert found["income", "debt"] == pytest.approx(stats.pearsonr(*zip(*debt, strict=True)).statistic)
    assert found["income", "owner"] > 0.9
    assert found["age", "country"] == 0
    assert normalized_mutual_info_score(records.column("job"), owner) < 0.05
    assert found["job", "owner"] < 0.3


def test_tables_of_other_columns_are_refused(records: Table) -> None:
    made = replace(records, place="made.csv")
    with pytest.raises(Fault, match=r"customers\.csv: column = 'age' is not in made.csv; compare tables with the same"):
        assess(records, made.without(("age",)))
    with pytest.raises(Fault, match=r"made\.csv: column = 'age' is not in customers.csv"):
        assess(records.without(("age",)), made)
    with pytest.raises(Fault, match=r"customers\.csv: column = 'age' is not in made.csv"):
        assess(records, records, unseen=made.without(("age",)))
    with pytest.raises(Fault, match=r"report: target = 'ownr' is no column; did you mean 'owner'\?"):
        assess(records, made, target="ownr")


def test_made_cells_that_cannot_be_read_are_named(records: Table) -> None:
    made = Table(records.names, (("old",) * 200, *records.columns[1:]), "made.csv")
    with pytest.raises(Fault, match=r"made\.csv, row 2: age = 'old' is no number, as in the real table; mend the cell"):
        assess(records, made)
