"""What an exam's rows say about its items beyond marks: how long they took, and how their variants compare."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, final

from sqlalchemy import case, func, select, type_coerce

from gradus.fields import encode
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
    at = type_coerce(saves.c.at, Number)
    earlier = func.lag(at).over(partition_by=saves.c.candidate_id, order_by=saves.c.id)
    gap = at - func.coalesce(earlier, type_coerce(starts.c.at, Number))
    gaps = (
        select(saves.c.candidate_id, saves.c.item, gap.label("gap"))
        .join(candidates, candidates.c.id == saves.c.candidate_id)
        .join(starts, starts.c.candidate_id == saves.c.candidate_id)
        .where(candidates.c.exam == exam)
        .subquery()
    )
    longest = int(IDLE * 1e6)
    counted = case((gaps.c.gap > longest, longest), else_=gaps.c.gap)
    sums = select(gaps.c.item, func.sum(counted)).group_by(gaps.c.candidate_id, gaps.c.item)
    found: dict[str, list[float]] = defaultdict(list)
    with reading(ledger) as connection:
        for item, ticks in connection.execute(sums):
            found[item].append(int(ticks) / 1e6)
    return {item: _summarise(item, seconds) for item, seconds in found.items()}


def _summarise(item: str, seconds: list[float]) -> ItemTime:
    if len(seconds) == 1:
        return ItemTime(item, 1, *(seconds * 3))
    return ItemTime(item, len(seconds), *statistics.quantiles(seconds, n=4, method="inclusive"))


@final
@dataclass(frozen=True, slots=True)
class VariantStatistics:
    """What the marks say about one variant of an item; `fields` are those in which the variants differ."""

    fields: Mapping[str, Any]
    candidates: int
    statistics: ItemStatistics


def variant_statistics(ledger: Ledger, exam: str, item: str) -> tuple[VariantStatistics, ...]:
    """Return difficulty, discrimination and mistakes of each variant of an item, the most frequent variant first.

    Candidates draw different variants: where these differ much in difficulty, the paper was a matter of luck.
    """
    drawn = _variants(ledger, exam, item)
    gathered, counted = Statistics(), dict.fromkeys(drawn.values(), 0)
    for marks in all_marks(ledger, exam):
        label = drawn.get(marks.candidate)
        if label is not None:
            counted[label] += 1
            items = (replace(one, item=label) if one.item == item else one for one in marks.items)
            gathered.add(replace(marks, items=tuple(items)))
    known = {label: _read(label) for label in counted if counted[label]}
    differing = {
        name for one in known.values() for name in one if len({to_json(o.get(name)) for o in known.values()}) > 1
    }
    found = [
        VariantStatistics(
            {name: value for name, value in known[label].items() if name in differing},
            counted[label],
            replace(gathered.items[label], item=item),
        )
        for label in known
        if label in gathered.items
    ]
    return tuple(sorted(found, key=lambda one: (-one.candidates, to_json(one.fields))))


def _variants(ledger: Ledger, exam: str, item: str) -> dict[str, str]:
    """Return for each candidate who has the item on the paper its variant, as text."""
    newest = select(func.max(papers.c.id)).join(candidates, candidates.c.id == papers.c.candidate_id)
    newest = newest.where(candidates.c.exam == exam).group_by(papers.c.candidate_id)
    found = select(papers, candidates.c.candidate).join(candidates, candidates.c.id == papers.c.candidate_id)
    drawn = {}
    with reading(ledger) as connection:
        for row in connection.execute(found.where(papers.c.id.in_(newest))):
            variant = make_paper(row).paper.variants.get(item)
            if variant is not None:
                drawn[row.candidate] = "variant " + to_json(encode(vars(variant)))  # no item's id begins so
    return drawn


def _read(label: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(label.removeprefix("variant "))
    return fields
