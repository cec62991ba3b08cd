"""What an exam's rows say about its items beyond marks: how long they took, and how their variants compare."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, final

from sqlalchemy import case, func, select, type_coerce

from gradus.family import Family
from gradus.fields import encode
from gradus.questions import Statements
from gradus.report.statistics import ItemStatistics, Statistics
from gradus.store.columns import Number, to_json
from gradus.store.drawing import make_paper
from gradus.store.ledger import Ledger, reading
from gradus.store.tables import candidates, papers, saves, starts
from gradus.store.verdicts import all_marks

IDLE = 600.0  # seconds; who saves nothing for longer did something else


@final
@dataclass(frozen=True, slots=True)
class ItemTime:
    """How long candidates were at an item, in seconds: the middle one, and the middle of either half."""

    item: str
    candidates: int
    lower: float
    median: float
    upper: float


def item_times(ledger: Ledger, exam: str) -> dict[str, ItemTime]:
    """Return how long candidates were at each item.

    The time from one save to the next (from the start to the first) counts for the item saved at its end; of a longer
    pause, ten minutes count.
    """
    found: dict[str, list[float]] = defaultdict(list)
    for (_, item), seconds in _seconds(ledger, exam).items():
        found[item].append(seconds)
    return {item: _summarise(item, seconds) for item, seconds in found.items()}


def _seconds(ledger: Ledger, exam: str) -> dict[tuple[str, str], float]:
    """Return for each candidate and item the seconds that were spent."""
    at = type_coerce(saves.c.at, Number)
    earlier = func.lag(at).over(partition_by=saves.c.candidate_id, order_by=saves.c.id)
    gap = at - func.coalesce(earlier, type_coerce(starts.c.at, Number))
    gaps = (
        select(candidates.c.candidate, saves.c.item, gap.label("gap"))
        .join(candidates, candidates.c.id == saves.c.candidate_id)
        .join(starts, starts.c.candidate_id == saves.c.candidate_id)
        .where(candidates.c.exam == exam)
        .subquery()
    )
    longest = int(IDLE * 1e6)
    counted = case((gaps.c.gap > longest, longest), else_=gaps.c.gap)
    sums = select(gaps.c.candidate, gaps.c.item, func.sum(counted)).group_by(gaps.c.candidate, gaps.c.item)
    with reading(ledger) as connection:
        return {(candidate, item): int(ticks) / 1e6 for candidate, item, ticks in connection.execute(sums)}


def _summarise(item: str, seconds: list[float]) -> ItemTime:
    if len(seconds) == 1:
        return ItemTime(item, 1, *(seconds * 3))
    return ItemTime(item, len(seconds), *statistics.quantiles(seconds, n=4, method="inclusive"))


@final
@dataclass(frozen=True, slots=True)
class VariantStatistics:
    """What the marks say about one variant of an item; `fields` are those in which the variants differ.

    `time` is None where nobody who had it saved anything.
    """

    fields: Mapping[str, Any]
    candidates: int
    statistics: ItemStatistics
    time: ItemTime | None = None


def variant_statistics(ledger: Ledger, exam: str) -> dict[str, tuple[VariantStatistics, ...]]:
    """Return for each item difficulty, discrimination, mistakes and time of its variants, the most frequent first.

    Candidates draw different variants: where these differ much in difficulty, the paper was a matter of luck. The order
    in which statements stand makes no variant.
    """
    drawn = _variants(ledger, exam)
    seconds = _seconds(ledger, exam)
    gathered = Statistics()
    spent: dict[str, list[float]] = defaultdict(list)
    for marks in all_marks(ledger, exam):
        own = drawn.get(marks.candidate, {})
        gathered.add(replace(marks, items=tuple(replace(one, item=own[one.item]) for one in marks.items)))
        for one in marks.items:
            if (marks.candidate, one.item) in seconds:
                spent[own[one.item]].append(seconds[marks.candidate, one.item])
    found: dict[str, dict[str, ItemStatistics]] = defaultdict(dict)
    for label, statistics_of in gathered.items.items():
        found[_read(label)[0]][label] = statistics_of
    return {item: _compare(item, each, spent) for item, each in found.items()}


def _compare(
    item: str, found: Mapping[str, ItemStatistics], spent: Mapping[str, list[float]]
) -> tuple[VariantStatistics, ...]:
    """Return the variants of one item beside each other."""
    known = {label: _read(label)[1] for label in found}
    differing = {
        name for one in known.values() for name in one if len({to_json(o.get(name)) for o in known.values()}) > 1
    }
    rows = [
        VariantStatistics(
            {name: value for name, value in known[label].items() if name in differing},
            one.moments.n,
            replace(one, item=item),
            _summarise(item, spent[label]) if spent.get(label) else None,
        )
        for label, one in found.items()
    ]
    return tuple(sorted(rows, key=lambda one: (-one.candidates, to_json(one.fields))))


def _variants(ledger: Ledger, exam: str) -> dict[str, dict[str, str]]:
    """Return for each candidate and item on the paper its variant, as text."""
    newest = select(func.max(papers.c.id)).join(candidates, candidates.c.id == papers.c.candidate_id)
    newest = newest.where(candidates.c.exam == exam).group_by(papers.c.candidate_id)
    found = select(papers, candidates.c.candidate).join(candidates, candidates.c.id == papers.c.candidate_id)
    with reading(ledger) as connection:
        return {
            row.candidate: {item: _label(item, one) for item, one in make_paper(row).paper.variants.items()}
            for row in connection.execute(found.where(papers.c.id.in_(newest)))
        }


def _label(item: str, variant: Family) -> str:
    fields = encode(vars(variant))
    if isinstance(variant, Statements):
        fields = {**fields, "options": sorted(fields["options"], key=to_json)}
    return to_json([item, fields])


def _read(label: str) -> tuple[str, dict[str, Any]]:
    item, fields = json.loads(label)
    return item, fields
