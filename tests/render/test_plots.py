"""Plots: nothing that matters is cut off, and nobody at all makes no noise."""

from __future__ import annotations

import re
import warnings
from fractions import Fraction

from gradus.grading import Verdict
from gradus.render.plots import plot_statistics
from gradus.report.marks import ItemMarks, Marks
from gradus.report.statistics import Statistics


def _gather(rows: list[list[int]]) -> Statistics:
    gathered = Statistics()
    for row in rows:
        items = [
            ItemMarks(f"1.{i}", {"a": Verdict("a", "right", Fraction(share), "")}, {"a": Fraction(1)})
            for i, share in enumerate(row)
        ]
        gathered.add(Marks("someone", tuple(items)))
    return gathered


def test_an_item_that_misleads_the_strong_stands_left_of_zero() -> None:
    plot = plot_statistics(_gather([[1, 0, 0], [0, 1, 1], [1, 0, 0], [0, 1, 1]]))["items"]
    numbers = [float(text.replace("−", "-")) for text in re.findall(r">([−-]?\d+\.\d+)</text>", plot)]
    assert min(numbers) <= -0.75


def test_discrimination_is_named_when_only_a_later_item_has_one() -> None:
    assert "discrimination</text>" in plot_statistics(_gather([[1, 0, 0], [1, 1, 1], [1, 0, 1]]))["items"]


def test_nobody_at_all_is_plotted_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert set(plot_statistics(Statistics())) == {"totals", "items"}
