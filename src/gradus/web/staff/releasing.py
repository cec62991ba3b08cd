"""Release: from when candidates see their marks, and feedback with keys and working."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused


def page(visit: Visit) -> Response:
    """Show what is released, and what is still to be decided."""
    room = visit.room
    progress = store.progress(room.ledger, room.name)
    return show(
        visit,
        "staff/release.html",
        released=store.released(room.ledger, room.name),
        waiting=sum(part.waiting for part in store.queue(room.ledger, room.name)),
        sitting=sum(one.standing.state in {"sitting", "over"} for one in progress),
    )


def release(visit: Visit) -> Response:
    """Release marks, feedback, or take them back."""
    room = visit.room
    marks, feedback = visit.text("marks") == "yes", visit.text("feedback") == "yes"
    sitting = any(one.standing.state in {"sitting", "over"} for one in store.progress(room.ledger, room.name))
    if feedback and sitting and visit.text("sure") != "yes":
        raise Refused(409, "Someone sits the exam", "Feedback shows keys. Wait until nobody sits the exam any more.")
    if feedback and not marks:
        raise Refused(422, "Marks first", "Go back: feedback is released together with the marks.")
    store.release(room.ledger, room.name, marks=marks, feedback=feedback, by=visit.visitor.name)
    return RedirectResponse("/staff/release", 303)


PAGES = (
    Page("/staff/release", page, STAFF),
    Page("/staff/release", release, STAFF, ("POST",)),
)
