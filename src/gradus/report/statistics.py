"""What an exam's marks say about its items, gathered in one pass and in memory that does not grow with candidates."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradus.report.marks import Marks

BINS = 20
ROUNDING = 1e-9  # deviations this small beside their mean are those of floating point


@dataclass(slots=True)
class Moments:
    """Means and sums of squared deviations; x is an item's points, y the rest of the paper's.

    They are brought up to date with each candidate (Welford 1962): sums of squares would lose the deviations of a
    million candidates in their own rounding, and give items that all answer alike a discrimination.
    """

    n: int = 0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    yy: float = 0.0
    xy: float = 0.0

    def add(self, x: float, y: float) -> None:
        """Take one candidate in."""
        self.n += 1
        across, along = x - self.x, y - self.y
        self.x += across / self.n
        self.y += along / self.n
        self.xx += across * (x - self.x)
        self.yy += along * (y - self.y)
        self.xy += across * (y - self.y)

    def mean(self) -> float:
        """Mean of x."""
        return self.x if self.n else math.nan

    def variance(self) -> float:
        """Population variance of x."""
        return self.xx / self.n if self.n else math.nan

    def correlation(self) -> float | None:
        """Pearson's correlation of x and y, or None where one of them does not vary beyond rounding."""
        if self.xx <= self.n * (ROUNDING * self.x) ** 2 or self.yy <= self.n * (ROUNDING * self.y) ** 2:
            return None
        return max(-1.0, min(1.0, self.xy / math.sqrt(self.xx * self.yy)))


@dataclass(slots=True)
class ItemStatistics:
    """One item over all candidates.

    Difficulty is the mean share of its points that was earned (1 = everyone had it right); discrimination is the
    correlation of the item's points with those of the rest of the paper (Crocker and Algina 1986, section 14).
    """

    item: str
    worth: float
    moments: Moments = field(default_factory=Moments)
    statuses: Counter[str] = field(default_factory=Counter)
    mistakes: Counter[tuple[str, str]] = field(default_factory=Counter)
    feedback: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def difficulty(self) -> float:
        """Mean share of the points earned."""
        return self.moments.mean() / self.worth if self.worth else math.nan

    @property
    def discrimination(self) -> float | None:
        """Correlation with the rest of the paper; None where all candidates did the same."""
        return self.moments.correlation()


@dataclass(slots=True)
class Statistics:
    """All items, and the totals."""

    items: dict[str, ItemStatistics] = field(default_factory=dict)
    totals: Moments = field(default_factory=Moments)
    bins: list[int] = field(default_factory=lambda: [0] * BINS)
    worth: float = 0.0

    def add(self, marks: Marks) -> None:
        """Take one candidate's marks in."""
        total = float(marks.total)
        worth = float(sum(sum(item.worth.values()) for item in marks.items))
        self.worth = max(self.worth, worth)
        self.totals.add(total, 0.0)
        if worth:
            self.bins[min(BINS - 1, int(BINS * total / worth))] += 1
        for item in marks.items:
            own = self.items.get(item.item)
            if own is None:
                own = self.items[item.item] = ItemStatistics(item.item, float(sum(item.worth.values())))
            points = float(item.points)
            own.moments.add(points, total - points)
            for part, verdict in item.verdicts.items():
                own.statuses[verdict.status] += 1
                if verdict.mistake:
                    own.mistakes[part, verdict.mistake] += 1
                    own.feedback.setdefault((part, verdict.mistake), verdict.feedback)

    def alpha(self) -> float | None:
        """Cronbach's alpha (Cronbach 1951, eq. 2), or None where the totals do not vary."""
        count, spread = len(self.items), self.totals.variance()
        if count < 2 or not spread > 1e-12:
            return None
        return count / (count - 1) * (1 - sum(item.moments.variance() for item in self.items.values()) / spread)

    def most_frequent(self, most: int = 12) -> list[tuple[str, str, str, int, str]]:
        """Return item, part, mistake, how often, and its feedback, the most frequent first."""
        rows = [
            (own.item, part, name, count, own.feedback[part, name])
            for own in self.items.values()
            for (part, name), count in own.mistakes.items()
        ]
        return sorted(rows, key=lambda row: (-row[3], row[0], row[1], row[2]))[:most]

    def to_json(self) -> dict[str, Any]:
        """Return the statistics as JSON data."""
        return {
            "candidates": self.totals.n,
            "points": self.worth,
            "mean": _number(self.totals.mean()),
            "deviation": _number(math.sqrt(self.totals.variance())) if self.totals.n else None,
            "alpha": self.alpha(),
            "items": [_item_json(item) for item in self.items.values()],
            "mistakes": [
                {"item": item, "part": part, "mistake": name, "count": count, "feedback": feedback}
                for item, part, name, count, feedback in self.most_frequent(most=1000)
            ],
        }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _item_json(item: ItemStatistics) -> Mapping[str, Any]:
    return {
        "item": item.item,
        "points": item.worth,
        "difficulty": _number(item.difficulty),
        "discrimination": item.discrimination,
        "statuses": dict(item.statuses),
    }
