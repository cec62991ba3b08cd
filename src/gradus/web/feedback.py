"""Marks, feedback and working, once they are released; and asking staff to look again."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.render.pages import pieces_of
from gradus.web.access import CANDIDATES, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused
from gradus.web.sitting import exam_of, me

LONGEST_REQUEST = 2_000


def results(visit: Visit) -> Response:
    """Show marks, and feedback with keys and working where that is released too."""
    candidate, released = me(visit), store.released(visit.room.ledger, visit.room.name)
    if not released.marks or store.receipt_of(visit.room.ledger, candidate.id) is None:
        return show(visit, "not_released.html", candidate=candidate)
    stored = store.paper_of(visit.room.ledger, candidate.id)
    verdicts = {one.part: one.assessed for one in store.verdicts(visit.room.ledger, candidate.id)}
    asked = {
        (one.item, one.part): one
        for one in store.requests(visit.room.ledger, visit.room.name)
        if one.candidate_id == candidate.id
    }
    exam = exam_of(visit, stored)
    return show(
        visit,
        "results.html",
        candidate=candidate,
        pieces=pieces_of(exam, stored.paper),
        verdicts=verdicts,
        requests=asked,
        feedback=released.feedback,
        marks=store.marks(visit.room.ledger, candidate.id),
        sent=visit.query("sent"),
    )


def ask_again(visit: Visit) -> Response:
    """Ask the staff to look at one mark again."""
    released = store.released(visit.room.ledger, visit.room.name)
    if not released.marks:
        raise Refused(409, "Not yet", "Marks are not released.")
    text = visit.text("text", LONGEST_REQUEST).strip()
    if not text:
        raise Refused(422, "Nothing is written", "Go back and say what should be looked at again, and why.")
    item, part = visit.text("item", 40), visit.text("part", 100)
    store.ask_regrade(visit.room.ledger, me(visit).id, item, part, text)
    return RedirectResponse(f"/results?sent={item}#q-{item}", 303)


PAGES = (
    Page("/results", results, CANDIDATES),
    Page("/results/ask", ask_again, CANDIDATES, ("POST",)),
)
