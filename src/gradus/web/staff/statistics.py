"""What the marks say about the exam: items, variants, mistakes, time; with plots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from gradus import store
from gradus.render.plots import plot_statistics, plot_variants
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused

MOST_VARIANTS = 60  # of one item that are listed
MOST_PLOTTED = 20
FEWEST = 5  # candidates from whom a correlation says anything
INK = (
    "<style>svg { color: #1b1f24; background: none; } "
    "@media (prefers-color-scheme: dark) { svg { color: #e6e9ee; } }</style>"
)


def page(visit: Visit) -> Response:
    """Show difficulty, discrimination, alpha, the most frequent mistakes and time, of items and of their variants."""
    room = visit.room
    statistics = store.statistics(room.ledger, room.name)
    return show(
        visit,
        "staff/statistics.html",
        statistics=statistics,
        plots=[name for name in ("totals", "items", "mistakes") if name != "mistakes" or statistics.most_frequent()],
        variants=_variants(visit) if statistics.totals.n else {},
        most=MOST_VARIANTS,
        fewest=FEWEST,
        minutes={name: one.median / 60 for name, one in store.item_times(room.ledger, room.name).items()},
    )


def _variants(visit: Visit) -> dict[str, list[tuple[str, store.VariantStatistics]]]:
    """Return for each item that is drawn what is drawn in each variant, and what came of it; the hardest first."""
    found = {}
    for item, variants in store.variant_statistics(visit.room.ledger, visit.room.name).items():
        if len(variants) > 1:
            hardest = sorted(variants, key=lambda one: (one.statistics.difficulty, -one.candidates))
            found[item] = [(_drawn(one.fields), one) for one in hardest]
    return found


def _drawn(fields: Mapping[str, Any]) -> str:
    """Return what is drawn in a variant, in few words."""
    return ", ".join(f"{name.replace('_', ' ')} {_short(value)}" for name, value in fields.items())


def _short(value: object) -> str:
    text = " × ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def plot(visit: Visit) -> Response:
    """Send one plot, as an image that knows light and dark by itself."""
    room = visit.room
    statistics = store.statistics(room.ledger, room.name)
    plots = plot_statistics(statistics) if statistics.totals.n else {}
    name = visit.path("name")
    if name not in plots:
        raise Refused(404, "Not here", "There is no such plot.")
    return _send(plots[name])


def plot_item(visit: Visit) -> Response:
    """Send the plot of an item's variants: those that most candidates had, the hardest first."""
    rows = _variants(visit).get(visit.path("item"), [])
    if not rows:
        raise Refused(404, "Not here", "There is no such plot.")
    frequent = sorted(rows, key=lambda row: -row[1].candidates)[:MOST_PLOTTED]
    return _send(plot_variants([(drawn, one.statistics) for drawn, one in rows if (drawn, one) in frequent], FEWEST))


def _send(svg: str) -> Response:
    at = svg.index(">") + 1
    # an image is a document of its own: its style is inside, and this page's policy does not reach it
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return Response(svg[:at] + INK + svg[at:], media_type="image/svg+xml", headers=headers)


PAGES = (
    Page("/staff/statistics", page, STAFF, heavy=True),
    Page("/staff/plots/variants/{item}.svg", plot_item, STAFF, heavy=True),
    Page("/staff/plots/{name}.svg", plot, STAFF, heavy=True),
)
