"""What the marks say about the exam: items, variants, mistakes, time; with plots."""

from __future__ import annotations

from starlette.responses import Response

from gradus import store
from gradus.render.plots import plot_statistics
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused
from gradus.web.staff.variants import by_variant, minutes_by_item

INK = (
    "<style>svg { color: #1b1f24; background: none; } "
    "@media (prefers-color-scheme: dark) { svg { color: #e6e9ee; } }</style>"
)


def page(visit: Visit) -> Response:
    """Show difficulty, discrimination, alpha, the most frequent mistakes, and the same variant by variant."""
    room = visit.room
    statistics = store.statistics(room.ledger, room.name)
    return show(
        visit,
        "staff/statistics.html",
        statistics=statistics,
        plots=[name for name in ("totals", "items", "mistakes") if name != "mistakes" or statistics.most_frequent()],
        variants=by_variant(room) if statistics.totals.n else {},
        minutes=minutes_by_item(room),
    )


def plot(visit: Visit) -> Response:
    """Send one plot, as an image that knows light and dark by itself."""
    room = visit.room
    statistics = store.statistics(room.ledger, room.name)
    plots = plot_statistics(statistics) if statistics.totals.n else {}
    name = visit.path("name")
    if name not in plots:
        raise Refused(404, "Not here", "There is no such plot.")
    svg = plots[name]
    at = svg.index(">") + 1
    # an image is a document of its own: its style is inside, and this page's policy does not reach it
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return Response(svg[:at] + INK + svg[at:], media_type="image/svg+xml", headers=headers)


PAGES = (
    Page("/staff/statistics", page, STAFF, heavy=True),
    Page("/staff/plots/{name}.svg", plot, STAFF, heavy=True),
)
