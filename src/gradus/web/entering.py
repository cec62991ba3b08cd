"""How people come in: by personal link, by code, by staff link; and how they leave."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.web import sessions
from gradus.web.access import CANDIDATES, EVERYONE, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused

if TYPE_CHECKING:
    from gradus.web.room import Room

HOME = {"candidate": "/exam", "staff": "/staff"}
LONGEST_CODE = 40
LONGEST_NAME = 80


def start_page(visit: Visit) -> Response:
    """Show where to enter; who is in already goes on."""
    home = HOME.get(visit.visitor.role)
    return RedirectResponse(home, 303) if home else show(visit, "start.html", wrong="", code="")


def enter_by_code(visit: Visit) -> Response:
    """Let a candidate in by code."""
    code = visit.text("code", LONGEST_CODE)
    _demand_tries(visit)
    found = store.find_by_link(visit.room.ledger, visit.room.code_hash(code))
    if found is None or found.exam != visit.room.name:
        _count_failure(visit)
        wrong = "No candidate of this exam has this code. Check each letter; there is no O and no 0, no I, L and no 1."
        return show(visit, "start.html", 422, wrong=wrong, code=code)
    return _let_in(visit, "candidate", found.candidate)


def personal_link(visit: Visit) -> Response:
    """Show whose link it is; a second step lets them in, so that no program that follows links does."""
    candidate, until = _candidate_of(visit)
    return show(visit, "enter.html", candidate=candidate, until=until, action=visit.request.url.path)


def enter_by_link(visit: Visit) -> Response:
    """Let a candidate in by their link."""
    return _let_in(visit, "candidate", _candidate_of(visit)[0].candidate)


def _candidate_of(visit: Visit) -> tuple[store.Candidate, datetime]:
    room = visit.room
    data, until = _read_link(visit, "entry", "It may have expired or been replaced. Ask the staff for a new one.")
    try:
        return store.find_candidate(room.ledger, room.name, str(data["candidate"])), until
    except store.Unavailable:
        raise
    except store.Refused:
        raise Refused(404, "Not on the roster", "This link was made for someone who is not on the roster.") from None


def staff_link(visit: Visit) -> Response:
    """Ask for the name under which a member of staff acts."""
    until = _demand_staff_link(visit)
    return show(visit, "enter_staff.html", action=visit.request.url.path, until=until, wrong="")


def enter_staff(visit: Visit) -> Response:
    """Let a member of staff in under a name, which the audit trail keeps."""
    until = _demand_staff_link(visit)
    name = " ".join(visit.text("name", LONGEST_NAME).split())
    if not name or not name.isprintable():
        wrong = "Write your name: what you decide is kept with it."
        return show(visit, "enter_staff.html", 422, action=visit.request.url.path, until=until, wrong=wrong)
    return _let_in(visit, "staff", name)


def _demand_staff_link(visit: Visit) -> datetime:
    text = "It may have expired or been replaced. `gradus serve … --staff-link` prints a new one."
    return _read_link(visit, "staff", text)[1]


def _read_link(visit: Visit, purpose: str, remedy: str) -> tuple[dict[str, Any], datetime]:
    """Return what a link says and until when; failures alone are counted, so that nobody keeps others out."""
    found = visit.room.read_link(purpose, visit.path("word"))
    if found is None:
        _demand_tries(visit)
        _count_failure(visit)
        raise Refused(404, "This link is not valid", remedy)
    return found[0], datetime.fromtimestamp(found[1], UTC)


def _let_in(visit: Visit, role: str, name: str) -> Response:
    """Begin a new session, whoever was in before at this browser."""
    room: Room = visit.room
    store.note(room.ledger, f"entered as {role}", name, exam=room.name)
    visitor = sessions.begin(role, name)
    return sessions.send(room, visitor, visit.request, RedirectResponse(HOME[role], 303))


def leave(visit: Visit) -> Response:
    """End the session, wherever its cookie is."""
    return sessions.end(visit.room, visit.visitor, visit.request, RedirectResponse("/", 303))


def leave_others(visit: Visit) -> Response:
    """End every other session of a candidate; this one goes on."""
    room, visitor = visit.room, visit.visitor
    room.revoke("candidate", visitor.name, "sessions", visitor.name)
    return sessions.send(room, visitor, visit.request, RedirectResponse("/exam?others=ended", 303))


def _address(visit: Visit) -> str:
    client = visit.request.client
    return client.host if client else "unknown"


def _demand_tries(visit: Visit) -> None:
    # failures alone are counted: three hundred candidates of one lecture hall share one address
    if not visit.room.entries.take(_address(visit), visit.room.clock(), amount=0):
        raise Refused(429, "Too many tries", "Wait a minute, then try again.")


def _count_failure(visit: Visit) -> None:
    visit.room.entries.take(_address(visit), visit.room.clock())


PAGES = (
    Page("/", start_page, EVERYONE),
    Page("/enter", enter_by_code, EVERYONE, ("POST",)),
    Page("/enter/{word}", personal_link, EVERYONE),
    Page("/enter/{word}", enter_by_link, EVERYONE, ("POST",)),
    Page("/staff/enter/{word}", staff_link, EVERYONE),
    Page("/staff/enter/{word}", enter_staff, EVERYONE, ("POST",)),
    Page("/leave", leave, EVERYONE - CANDIDATES, ("POST",)),
    Page("/exam/leave", leave, CANDIDATES, ("POST",)),
    Page("/exam/leave-others", leave_others, CANDIDATES, ("POST",)),
)
