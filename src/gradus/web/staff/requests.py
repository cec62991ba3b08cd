"""Requests of candidates to look at a mark again, and what staff answer."""

from __future__ import annotations

from typing import Literal

from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused

DECISIONS: dict[str, Literal["accepted", "declined"]] = {"accepted": "accepted", "declined": "declined"}


def page(visit: Visit) -> Response:
    """Show requests, those without an answer first, each with the answer and the mark it is about."""
    room = visit.room
    rows = []
    for request in store.requests(room.ledger, room.name):
        history = store.history(room.ledger, request.candidate_id, request.item, request.part)
        rows.append((request, store.candidate(room.ledger, request.candidate_id), history[-1] if history else None))
    rows.sort(key=lambda row: row[0].answer is not None)
    return show(visit, "staff/requests.html", rows=rows)


def answer(visit: Visit) -> Response:
    """Answer one; a mark is changed in the marking queue or by a regrade, each with its own trail."""
    number, decision = visit.path("number"), visit.text("decision", 20)
    text = visit.text("text", 2_000).strip()
    known = {str(one.id): one for one in store.requests(visit.room.ledger, visit.room.name)}
    if number not in known:
        raise Refused(404, "Not here", "There is no such request.")
    if decision not in DECISIONS or not text:
        raise Refused(422, "Something is missing", "Go back, choose accepted or declined, and say why.")
    store.answer_request(visit.room.ledger, known[number].id, DECISIONS[decision], text, visit.visitor.name)
    return RedirectResponse("/staff/requests", 303)


PAGES = (
    Page("/staff/requests", page, STAFF),
    Page("/staff/requests/{number}", answer, STAFF, ("POST",)),
)
