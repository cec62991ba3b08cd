"""Who sits the exam at this moment, how far they are, and when they were last heard of."""

from __future__ import annotations

from collections import Counter
from typing import Any

from starlette.responses import HTMLResponse, Response

from gradus import store
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import render, show

WORDS = {
    "no_paper": "no paper yet",
    "waiting": "waits for the opening",
    "ready": "has not begun",
    "sitting": "sits the exam",
    "over": "time is over",
    "submitted": "handed in",
    "missed": "did not come",
}


def page(visit: Visit) -> Response:
    """Show everyone; a script brings the table up to date every few seconds."""
    return show(visit, "staff/progress.html", **_values(visit))


def rows(visit: Visit) -> Response:
    """Return the table alone, for the script."""
    return HTMLResponse(render("staff/progress_rows.html", **_values(visit)))


def _values(visit: Visit) -> dict[str, Any]:
    room = visit.room
    progress = store.progress(room.ledger, room.name)
    parts = sum(map(store.count_parts, room.exam.questions))
    counts = Counter(one.standing.state for one in progress)
    return {"progress": progress, "counts": counts, "parts": parts, "words": WORDS, "now": room.ledger.now()}


PAGES = (
    Page("/staff/progress", page, STAFF),
    Page("/staff/progress/rows", rows, STAFF, spoken=True),
)
