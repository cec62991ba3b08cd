"""Papers: drawn for everyone before the exam opens, and looked at as any candidate sees them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.countersigning import countersign
from gradus.render.pages import pieces_of
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused
from gradus.web.room import Room
from gradus.web.sitting import ask, exam_of
from gradus.web.staff import jobs


def draw(visit: Visit) -> Response:
    """Draw a paper for everyone who has none yet; and where asked, anew for all who have not begun."""
    if visit.text("anew") == "yes":
        start_redrawing(visit.room, visit.visitor.name)
    else:
        start_drawing(visit.room, visit.visitor.name)
    return RedirectResponse("/staff", 303)


def start_drawing(room: Room, by: str) -> None:
    """Draw papers in the background, each with its keys countersigned."""

    def work() -> Iterator[str]:
        yield from jobs.until_done(room, "audit")  # it decides what keys of statements rest on
        whole, problems = len(store.candidates_of(room.ledger, room.name)), 0
        for done, stored in enumerate(store.draw_papers(room.ledger, room.name, room.secret, by), 1):
            problems += bool(stored.problems)
            trouble = f", {problems} with keys that are not countersigned" if problems else ""
            yield f"{done} drawn now, of {whole} candidates{trouble}"

    jobs.start(room, "papers", work)


def start_redrawing(room: Room, by: str) -> None:
    """Draw anew, in the background, the papers that were drawn from an older version and that nobody has seen."""

    def work() -> Iterator[str]:
        version, done = store.current_exam(room.ledger, room.name), 0
        for one in store.progress(room.ledger, room.name):
            if one.standing.started is None and one.standing.state != "no_paper":
                if store.paper_of(room.ledger, one.candidate.id).version_id == version.id:
                    continue
                with suppress(store.Refused):  # they began at this moment, and keep what they have
                    store.redraw_paper(room.ledger, one.candidate.id, room.secret, by)
                    done += 1
                    yield f"{done} drawn anew from version {version.version}"

    jobs.start(room, "papers", work)


def reopen(visit: Visit) -> Response:
    """Let a candidate go on who handed in by mistake, or who was given more time later."""
    room = visit.room
    candidate = store.find_candidate(room.ledger, room.name, visit.path("candidate"))
    reason = visit.text("reason", 500).strip()
    if not reason:
        raise Refused(422, "A reason is needed", "Go back and write why they may go on, for the audit trail.")
    store.reopen(room.ledger, candidate.id, reason, visit.visitor.name)
    return RedirectResponse(f"/staff/preview/{quote(candidate.candidate, safe='')}", 303)


def preview(visit: Visit) -> Response:
    """Show a candidate's paper as they see it, with what they have saved; with keys where staff ask for them."""
    room = visit.room
    candidate = store.find_candidate(room.ledger, room.name, visit.path("candidate"))
    standing = store.standing(room.ledger, candidate.id)
    if standing.state == "no_paper" and jobs.running(room, "audit"):
        raise Refused(
            409, "Not yet", "The exam is being audited. The paper is drawn when that is done; look again then."
        )
    if standing.state == "no_paper":
        store.draw_paper(room.ledger, candidate.id, room.secret, by=visit.visitor.name)
        standing = store.standing(room.ledger, candidate.id)
    stored = store.paper_of(room.ledger, candidate.id)
    exam = exam_of(visit, stored)
    with_keys = visit.query("keys") == "1"
    signed = {item: countersign(variant) for item, variant in stored.paper.variants.items()} if with_keys else {}
    return show(
        visit,
        "staff/preview.html",
        candidate=candidate,
        standing=standing,
        stored=stored,
        pieces=pieces_of(exam, stored.paper),
        asked=ask(stored.paper, store.answers(room.ledger, candidate.id)),
        unaccepted=store.unaccepted(room.ledger, candidate.id),
        signed=signed,
    )


PAGES = (
    Page("/staff/papers", draw, STAFF, ("POST",)),
    Page("/staff/preview/{candidate}", preview, STAFF, heavy=True),
    Page("/staff/reopen/{candidate}", reopen, STAFF, ("POST",)),
)
