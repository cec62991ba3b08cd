"""Statistics against NumPy on the same marks."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import numpy as np
import pytest

from gradus.grading import Verdict
from gradus.report.marks import ItemMarks, Marks
from gradus.report.statistics import Statistics


def _item(name: str, share: float | Fraction) -> ItemMarks:
    verdict = Verdict("a", "right", Fraction(share), "", mistake="m" if share < 1 else "")
    return ItemMarks(name, {"a": verdict}, {"a": Fraction(2)})


def _marks(shares: list[float]) -> Marks:
    return Marks("someone", tuple(_item(f"1.{i}", share) for i, share in enumerate(shares)))


def test_difficulty_discrimination_and_alpha_agree_with_numpy() -> None:
    source = random.Random(3)
    shares = [[source.choice([0, 0.25, 0.5, 1]) for _ in range(5)] for _ in range(200)]
    gathered = Statistics()
    for row in shares:
        gathered.add(_marks(row))
    points = 2 * np.array(shares)
    totals = points.sum(axis=1)
    for column, item in enumerate(gathered.items.values()):
        assert item.difficulty == pytest.approx(points[:, column].mean() / 2)
        rest = totals - points[:, column]
        assert item.discrimination == pytest.approx(np.corrcoef(points[:, column], rest)[0, 1])
    alpha = 5 / 4 * (1 - points.var(axis=0).sum() / totals.var())
    assert gathered.alpha() == pytest.approx(alpha)


def test_an_item_that_all_answer_alike_has_no_discrimination() -> None:
    gathered = Statistics()
    for share in (0.0, 0.5, 1.0):
        gathered.add(_marks([1.0, share]))
    assert next(iter(gathered.items.values())).discrimination is None


def test_points_that_floats_cannot_hold_make_no_discrimination() -> None:
    gathered = Statistics()
    for number in range(20_000):
        marks = Marks("someone", (_item("a", Fraction(1, 3)), _item("b", Fraction(number % 7, 7))))
        gathered.add(marks)
    first, second = gathered.items.values()
    assert first.moments.variance() == pytest.approx(0, abs=1e-20)
    assert (first.discrimination, second.discrimination) == (None, None)


def test_an_item_that_only_the_weak_get_right_discriminates_by_minus_one() -> None:
    gathered = Statistics()
    for share in (0.0, 0.1, 0.7, 1.0):
        gathered.add(_marks([1 - share, share]))
    assert [item.discrimination for item in gathered.items.values()] == pytest.approx([-1, -1])


def test_nobody_at_all_makes_no_numbers_up() -> None:
    empty = Statistics().to_json()
    assert (empty["candidates"], empty["mean"], empty["alpha"]) == (0, None, None)
    assert not math.isnan(empty["points"])


def test_the_most_frequent_mistakes_come_first() -> None:
    gathered = Statistics()
    for shares in ([1.0, 0.0], [0.0, 0.0], [1.0, 0.0]):
        gathered.add(_marks(shares))
    assert [(row[0], row[3]) for row in gathered.most_frequent()] == [("1.1", 3), ("1.0", 1)]
