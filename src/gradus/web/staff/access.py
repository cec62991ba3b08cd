"""Who comes in as staff: links for colleagues, how long they hold, and ending all of them where one is lost."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.web import sessions
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused
from gradus.web.room import STAFF_LINKS_LAST

MOST = 30


def page(visit: Visit) -> Response:
    """Show until when the own session holds, who came in lately, and what can be ended."""
    return _show(visit)


def _show(visit: Visit, link: str = "", until: datetime | None = None) -> Response:
    room = visit.room
    entered = [one for one in store.events(room.ledger, room.name, most=1000) if one.kind == "entered as staff"]
    ends = datetime.fromtimestamp(visit.visitor.expires, UTC)
    return show(
        visit,
        "staff/access.html",
        link=link,
        until=until,
        entered=entered[:MOST],
        ends=ends,
        ended=visit.query("ended"),
    )


def new_link(visit: Visit) -> Response:
    """Show a staff link for a colleague, once."""
    room = visit.room
    store.note(room.ledger, "staff link made", visit.visitor.name, exam=room.name)
    until = datetime.fromtimestamp(room.clock() + STAFF_LINKS_LAST, UTC)
    return _show(visit, link=visit.address(room.staff_link()), until=until)


def end_others(visit: Visit) -> Response:
    """End every staff link and every staff session but this one."""
    if visit.text("sure") != "yes":
        raise Refused(422, "Are you sure?", "Go back and tick that all other staff have to enter anew.")
    room = visit.room
    room.revoke("staff", "", "links", visit.visitor.name)
    response = RedirectResponse("/staff/access?ended=1", 303)
    return sessions.send(room, visit.visitor, visit.request, response)


PAGES = (
    Page("/staff/access", page, STAFF),
    Page("/staff/link", new_link, STAFF, ("POST",)),
    Page("/staff/access/end", end_others, STAFF, ("POST",)),
)
