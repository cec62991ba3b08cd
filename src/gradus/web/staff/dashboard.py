"""The staff's first page: what is done, what is next."""

from __future__ import annotations

from collections import Counter

from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import show
from gradus.web.staff import jobs


def dashboard(visit: Visit) -> Response:
    """Show the state of everything."""
    room = visit.room
    progress = store.progress(room.ledger, room.name)
    queue = store.queue(room.ledger, room.name)
    audit = store.latest_audit(room.ledger, room.name)
    parts = audit.report["parts"] if audit else []
    return show(
        visit,
        "staff/dashboard.html",
        audit=audit,
        by_hand=sum(bool(part.get("by_hand") and part["worth"]) for part in parts),
        accepted={one.item for one in store.acceptances(room.ledger, room.name) if one.holds},
        version=store.current_exam(room.ledger, room.name),
        states=Counter(one.standing.state for one in progress),
        count=len(progress),
        outdated=store.count_outdated(room.ledger, room.name),
        schedule=store.schedule_of(room.ledger, room.name),
        now=room.ledger.now(),
        waiting=sum(part.waiting for part in queue),
        marked=sum(part.done for part in queue),
        regrades=store.regrades(room.ledger, room.name),
        released=store.released(room.ledger, room.name),
        open_requests=sum(one.answer is None for one in store.requests(room.ledger, room.name)),
        jobs=dict(room.jobs),
        busy=jobs.running(room),
    )


def trail(visit: Visit) -> Response:
    """Show who did what, newest first."""
    room = visit.room
    return show(visit, "staff/trail.html", events=store.events(room.ledger, room.name, most=500))


def reread(visit: Visit) -> Response:
    """Read the exam file again; papers that are drawn stay as they are."""
    room = visit.room
    text = room.read_file()
    store.add_exam(room.ledger, text, str(room.file), by=visit.visitor.name)
    return RedirectResponse("/staff", 303)


PAGES = (
    Page("/staff", dashboard, STAFF),
    Page("/staff/trail", trail, STAFF),
    Page("/staff/reread", reread, STAFF, ("POST",), heavy=True),
)
