"""Intervals and verdicts, by SciPy and by simulation."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from gradus.errors import Fault
from gradus.lab import statistics
from gradus.lab.statistics import Interval

VALUES = np.random.default_rng(0).normal(0.1, 0.05, 20)


def test_the_t_interval_is_that_of_scipy() -> None:
    found = statistics.mean(VALUES)
    wanted = stats.t.interval(0.95, 19, VALUES.mean(), stats.sem(VALUES))
    assert (found.low, found.high) == pytest.approx(wanted)


def test_the_paired_interval_is_that_of_the_differences() -> None:
    other = np.random.default_rng(1).normal(0, 0.05, 20)
    wanted = stats.ttest_rel(VALUES, other).confidence_interval(0.95)
    found = statistics.paired(VALUES, other)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))


def test_the_bootstrap_is_near_the_t_interval_and_seeded() -> None:
    one, same = (statistics.mean(VALUES, method="bootstrap", seed=3) for _ in range(2))
    wide = statistics.mean(VALUES)
    assert one == same
    assert one.low == pytest.approx(wide.low, abs=0.006)


def test_the_share_has_wilsons_interval() -> None:
    found = statistics.share([True] * 7 + [False] * 3)
    wanted = stats.binomtest(7, 10).proportion_ci(0.95, "wilson")
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))


def test_intervals_cover_the_truth_in_about_95_of_100_samples() -> None:
    random = np.random.default_rng(5)
    found = [statistics.mean(random.standard_normal(10)) for _ in range(400)]
    assert 0.92 < np.mean([one.low <= 0 <= one.high for one in found]) < 0.98


def test_populations_are_what_is_independent_where_told() -> None:
    one = np.repeat([[1.0], [2.0], [3.0]], 50, axis=1)
    apart = statistics.paired(one, np.zeros_like(one), clusters=True)
    assert apart.count == 3
    assert apart.high - apart.low > statistics.paired(one, np.zeros_like(one)).high - 2


@pytest.mark.parametrize(
    ("low", "high", "least", "verdict"),
    [(0.02, 0.05, 0.01, "above"), (0.005, 0.05, 0.01, "undecided"), (-0.05, -0.02, 0.01, "below"),
     (-0.005, 0.009, 0.01, "negligible"),
     (-0.02, 0.02, 0.01, "undecided"), (0.001, 0.002, 0, "above"), (0, 0, 0, "undecided")],
)  # fmt: skip
def test_a_verdict_says_where_the_whole_interval_lies(low: Any, high: Any, least: Any, verdict: Any) -> None:
    assert Interval((low + high) / 2, low, high, 20, least=least).verdict == verdict


def test_a_missing_value_leaves_the_verdict_open() -> None:
    found = statistics.mean([0.5, 0.6, 0.55, np.nan], least=0.1)
    assert (found.missing, found.verdict) == (1, "undecided")
    assert str(found).endswith("n = 3, 1 missing")


def test_one_value_decides_nothing() -> None:
    assert statistics.mean([5.0]).verdict == "undecided"
    assert statistics.share([]).verdict == "undecided"


def test_what_cannot_be_paired_is_refused() -> None:
    with pytest.raises(Fault, match=r"statistics: pairs = \(3,\) must have the shape of the other, \(2,\)"):
        statistics.paired([1, 2, 3], [1, 2])
    with pytest.raises(Fault, match="statistics: method = 'z' must be t or bootstrap; write t"):
        statistics.mean([1, 2], method="z")
