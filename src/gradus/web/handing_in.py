"""Handing in: a last look at what is blank or cannot be read, and the receipt."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.web.access import CANDIDATES, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused
from gradus.web.sitting import ask, me


def last_look(visit: Visit) -> Response:
    """Say what is answered, blank, and not readable, before anything is final."""
    candidate = me(visit)
    standing = store.standing(visit.room.ledger, candidate.id)
    if standing.state != "sitting":
        return RedirectResponse("/exam", 303)
    paper = store.paper_of(visit.room.ledger, candidate.id).paper
    asked = ask(paper, store.answers(visit.room.ledger, candidate.id))
    rows = [row for fields in asked.values() for row in fields]
    blank = [row for row in rows if not row.text.strip()]
    unreadable = [row for row in rows if row.reading is not None and not row.reading.readable]
    return show(visit, "hand_in.html", standing=standing, count=len(rows), blank=blank, unreadable=unreadable)


def hand_in(visit: Visit) -> Response:
    """Make it final."""
    store.submit(visit.room.ledger, me(visit).id)
    return RedirectResponse("/exam/receipt", 303)


def receipt(visit: Visit) -> Response:
    """Show the receipt, to be kept."""
    candidate = me(visit)
    found = store.receipt_of(visit.room.ledger, candidate.id)
    if found is None:
        return RedirectResponse("/exam", 303)
    released = store.released(visit.room.ledger, visit.room.name)
    return show(visit, "receipt.html", candidate=candidate, receipt=found, released=released)


def receipt_text(visit: Visit) -> Response:
    """Send the receipt as a text file."""
    candidate = me(visit)
    found = store.receipt_of(visit.room.ledger, candidate.id)
    if found is None:
        raise Refused(404, "Not here", "Nothing is handed in yet.")
    how = "at the deadline, by the server" if found.automatic else "by hand"
    text = (
        f"{visit.room.exam.title}\ncandidate  {candidate.candidate}\nhanded in  {found.at.isoformat()} ({how})\n"
        f"answers    {found.answered}\nSHA-256    {found.hash}\n"
    )
    headers = {"Content-Disposition": f'attachment; filename="receipt-{visit.room.name}.txt"'}
    return Response(text, media_type="text/plain", headers=headers)


PAGES = (
    Page("/exam/hand-in", last_look, CANDIDATES),
    Page("/exam/hand-in", hand_in, CANDIDATES, ("POST",)),
    Page("/exam/receipt", receipt, CANDIDATES),
    Page("/exam/receipt.txt", receipt_text, CANDIDATES),
)
