"""When the exam is open, and for how long each candidate may sit it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused
from gradus.web.staff.papers import start_drawing

LONGEST = 14 * 24 * 60


def page(visit: Visit) -> Response:
    """Show the times and forms to change them."""
    room = visit.room
    schedule = store.schedule_of(room.ledger, room.name)
    return show(visit, "staff/schedule.html", schedule=schedule, now=room.ledger.now())


def set_times(visit: Visit) -> Response:
    """Set opening, closing and each candidate's time."""
    room = visit.room
    opens = _moment(visit.text("opens", 40), "opens")
    closes = _moment(visit.text("closes", 40), "closes") if visit.text("closes", 40).strip() else None
    if opens is None or (closes is not None and closes <= opens):
        raise Refused(422, "Not a time", "Go back: the exam opens at a time, and closes later or not at all.")
    store.set_schedule(room.ledger, room.name, store.Schedule(opens, closes, _duration(visit)), visit.visitor.name)
    return RedirectResponse("/staff/schedule", 303)


def open_now(visit: Visit) -> Response:
    """Open the exam at this moment, with no closing time."""
    room = visit.room
    schedule = store.Schedule(room.ledger.now(), None, _duration(visit))
    store.set_schedule(room.ledger, room.name, schedule, visit.visitor.name)
    start_drawing(room, visit.visitor.name)
    return RedirectResponse("/staff/progress", 303)


def stop(visit: Visit) -> Response:
    """End the exam for everyone at this moment; what is saved is handed in."""
    room = visit.room
    if visit.text("sure") != "yes":
        raise Refused(422, "Are you sure?", "Go back and tick that everyone's time ends now.")
    store.stop(room.ledger, room.name, visit.visitor.name)
    store.submit_overdue(room.ledger, room.name)
    return RedirectResponse("/staff/progress", 303)


def _duration(visit: Visit) -> timedelta:
    text = visit.text("minutes", 10).strip()
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= LONGEST:
        raise Refused(422, "Not a time", f"Go back and write the minutes: a whole number from 1 to {LONGEST}.")
    return timedelta(minutes=int(text))


def _moment(text: str, field: str) -> datetime | None:
    """Return a time that a form sends, taken as UTC."""
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    except ValueError:
        raise Refused(422, "Not a time", f"Go back: {field} is a date and time, such as 2026-02-03T14:00.") from None


PAGES = (
    Page("/staff/schedule", page, STAFF),
    Page("/staff/schedule", set_times, STAFF, ("POST",)),
    Page("/staff/open", open_now, STAFF, ("POST",)),
    Page("/staff/stop", stop, STAFF, ("POST",)),
)
