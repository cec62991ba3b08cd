"""How people come in: by personal link, by code, by staff link; and how they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    candidate = _candidate_of(visit)
    return show(visit, "enter.html", candidate=candidate, action=visit.request.url.path)


def enter_by_link(visit: Visit) -> Response:
    """Let a candidate in by their link."""
    return _let_in(visit, "candidate", _candidate_of(visit).candidate)


def _candidate_of(visit: Visit) -> store.Candidate:
    room = visit.room
    _demand_tries(visit)
    data = room.signer.read("entry", visit.path("word"), room.clock())
    if data is None or data.get("exam") != room.name:
        _count_failure(visit)
        raise Refused(
            404, "This link is not valid", "It may have expired or been cut off. Ask the staff for a new one."
        )
    try:
        return store.find_candidate(room.ledger, room.name, str(data["candidate"]))
    except store.Refused:
        raise Refused(404, "Not on the roster", "This link was made for someone who is not on the roster.") from None


def staff_link(visit: Visit) -> Response:
    """Ask for the name under which a member of staff acts."""
    _demand_staff_link(visit)
    return show(visit, "enter_staff.html", action=visit.request.url.path, wrong="")


def enter_staff(visit: Visit) -> Response:
    """Let a member of staff in under a name, which the audit trail keeps."""
    _demand_staff_link(visit)
    name = " ".join(visit.text("name", LONGEST_NAME).split())
    if not name or not name.isprintable():
        wrong = "Write your name: what you decide is kept with it."
        return show(visit, "enter_staff.html", 422, action=visit.request.url.path, wrong=wrong)
    return _let_in(visit, "staff", name)


def _demand_staff_link(visit: Visit) -> None:
    room = visit.room
    _demand_tries(visit)
    data = room.signer.read("staff", visit.path("word"), room.clock())
    if data is None or data.get("exam") != room.name:
        _count_failure(visit)
        text = "It may have expired. `gradus serve … --staff-link` prints a new one."
        raise Refused(404, "This link is not valid", text)


def _let_in(visit: Visit, role: str, name: str) -> Response:
    """Begin a new session, whoever was in before at this browser."""
    room: Room = visit.room
    store.note(room.ledger, f"entered as {role}", name, exam=room.name)
    visitor = sessions.begin(role, name)
    return sessions.send(room, visitor, RedirectResponse(HOME[role], 303))


def leave(visit: Visit) -> Response:
    """End the session."""
    return sessions.end(visit.room, RedirectResponse("/", 303))


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
)
