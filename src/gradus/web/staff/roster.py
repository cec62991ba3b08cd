"""Who sits the exam: the roster, its import, links and codes, accommodation."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.errors import Fault, Faults
from gradus.export.results import safe
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused
from gradus.web.room import Room
from gradus.web.staff.dashboard import address

LARGEST = 1_000_000


def page(visit: Visit) -> Response:
    """Show everyone, with their codes."""
    return _show(visit)


def _show(visit: Visit, status: int = 200, wrong: str = "", text: str = "") -> Response:
    room = visit.room
    rows = [(one, room.code(one.candidate)) for one in store.candidates_of(room.ledger, room.name)]
    return show(visit, "staff/roster.html", status, rows=rows, wrong=wrong, text=text, added=visit.query("added"))


def add(visit: Visit) -> Response:
    """Take in a CSV file, or lines that were typed; nothing is taken in where one line is faulty."""
    text = visit.text("text", LARGEST)
    upload = visit.form.get("file")
    if isinstance(upload, UploadFile) and upload.filename:
        text = upload.file.read(LARGEST + 1).decode("utf-8-sig", "replace").replace("\x00", "")
        if len(text) > LARGEST:
            raise Refused(413, "Too large", "A roster has at most a million characters.")
    try:
        rows = store.read_roster(text)
        added = enrol(visit.room, rows, visit.visitor.name)
    except store.Unavailable:
        raise
    except (Fault, Faults) as fault:
        return _show(visit, 422, wrong=str(fault), text=text if len(text) < 20_000 else "")
    return RedirectResponse(f"/staff/roster?added={added.new}", 303)


def enrol(room: Room, rows: tuple[store.RosterRow, ...], by: str) -> store.Added:
    """Put candidates on the roster and let their codes in."""
    added = store.add_candidates(room.ledger, room.name, rows, by)
    wanted = {row.candidate for row in rows}
    for one in store.candidates_of(room.ledger, room.name):
        if (
            one.candidate in wanted
            and store.find_by_link(room.ledger, room.code_hash(room.code(one.candidate))) is None
        ):
            store.issue_link(room.ledger, one.id, room.code_hash(room.code(one.candidate)), "code", by=by)
    return added


def download(visit: Visit) -> Response:
    """Send the roster with links and codes, to be mailed to everyone."""
    room = visit.room
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["candidate", "name", "factor", "code", "link"])
    for one in store.candidates_of(room.ledger, room.name):
        link = address(visit, room.link(one.candidate))
        writer.writerow([safe(one.candidate), safe(one.name), float(one.factor), room.code(one.candidate), link])
    store.note(room.ledger, "links and codes downloaded", visit.visitor.name, exam=room.name)
    headers = {"Content-Disposition": 'attachment; filename="links.csv"'}
    return Response(file.getvalue(), media_type="text/csv", headers=headers)


def set_factor(visit: Visit) -> Response:
    """Give one candidate more time."""
    room = visit.room
    try:
        factor = Fraction(visit.text("factor", 20))
    except (ValueError, ZeroDivisionError):
        raise Refused(422, "Not a number", "Go back and write a factor such as 1.25.") from None
    found = store.find_candidate(room.ledger, room.name, visit.text("candidate", 200))
    reason = visit.text("reason", 500).strip() or "set by staff"
    store.set_factor(room.ledger, found.id, factor, reason, visit.visitor.name)
    return RedirectResponse("/staff/roster", 303)


PAGES = (
    Page("/staff/roster", page, STAFF),
    Page("/staff/roster", add, STAFF, ("POST",)),
    Page("/staff/roster.csv", download, STAFF),
    Page("/staff/factor", set_factor, STAFF, ("POST",)),
)
