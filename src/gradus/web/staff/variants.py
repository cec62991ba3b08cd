"""Statistics that need papers and saves: the same item variant by variant, and the minutes that it took."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, final

from gradus import store
from gradus.fields import encode
from gradus.store.times import save_times

if TYPE_CHECKING:
    from gradus.web.room import Room

LONGEST_PAUSE = 600.0  # seconds: who writes nothing for longer was elsewhere, in the paper or in thought
MOST_VARIANTS = 60


@final
@dataclass(frozen=True, slots=True)
class Variant:
    """One variant of an item: what is drawn in it, how many had it, and the share of points that they earned."""

    drawn: str
    count: int
    share: float


def by_variant(room: Room) -> dict[str, list[Variant]]:
    """Return for each item that is drawn its variants, the hardest first."""
    shares: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    exam = room.exam
    open_fields = {question.item: tuple(question.open_fields()) for question in exam.questions}
    for marks in store.all_marks(room.ledger, room.name):
        candidate_id = room.candidate_id(marks.candidate)
        paper = store.paper_of(room.ledger, candidate_id).paper
        for item in marks.items:
            worth = sum(item.worth.values())
            names = open_fields.get(item.item, ())
            if names and worth and item.item in paper.variants:
                fields = encode(vars(paper.variants[item.item]))
                drawn = ", ".join(f"{name} {_short(fields[name])}" for name in names if name in fields)
                shares[item.item][drawn].append(float(item.points / worth))
    found = {}
    for name, variants in shares.items():
        rows = [Variant(drawn, len(each), sum(each) / len(each)) for drawn, each in variants.items()]
        found[name] = sorted(rows, key=lambda row: (row.share, -row.count))[:MOST_VARIANTS]
    return found


def _short(value: object) -> str:
    text = " × ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def minutes_by_item(room: Room) -> dict[str, float]:
    """Return the median minutes of writing for each item: the pause before each save counts for what was saved."""
    times: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    before: dict[int, float] = {}
    for candidate_id, item, at in save_times(room.ledger, room.name):
        moment = at.timestamp()
        pause = moment - before.get(candidate_id, moment)
        before[candidate_id] = moment
        if item:
            times[item][candidate_id] += min(pause, LONGEST_PAUSE)
    return {item: median(each.values()) / 60 for item, each in times.items()}
