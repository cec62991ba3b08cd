"""Who sits the exam: the roster, its import, links and codes, accommodation."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.errors import Fault, Faults
from gradus.export.results import safe
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused
from gradus.web.room import LINKS_LAST, Room

LARGEST = 1_000_000


def page(visit: Visit) -> Response:
    """Show everyone, with their codes."""
    return _show(visit)


def _show(visit: Visit, status: int = 200, wrong: str = "", text: str = "") -> Response:
    room = visit.room
    room.look()
    progress = store.progress(room.ledger, room.name)
    rows = [(one.candidate, room.code(one.candidate.candidate), one.standing.started is not None) for one in progress]
    told = {name: visit.query(name) for name in ("added", "changed", "renewed", "withdrawn")}
    return show(visit, "staff/roster.html", status, rows=rows, wrong=wrong, text=text, **told)


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
    return RedirectResponse(f"/staff/roster?added={added.new}&changed={added.changed}", 303)


def enrol(room: Room, rows: tuple[store.RosterRow, ...], by: str) -> store.Added:
    """Put candidates on the roster and let their codes in."""
    added = store.add_candidates(room.ledger, room.name, rows, by)
    room.look()  # codes hang on how often links were ended, in another process too
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
    writer.writerow(["candidate", "name", "factor", "code", "link", "link_expires"])
    room.look()
    until = datetime.fromtimestamp(room.clock() + LINKS_LAST, UTC).isoformat(timespec="minutes")
    for one in store.candidates_of(room.ledger, room.name):
        link = visit.address(room.link(one.candidate))
        row = [safe(one.candidate), safe(one.name), float(one.factor), room.code(one.candidate), link, until]
        writer.writerow(row)
    store.note(room.ledger, "links and codes downloaded", visit.visitor.name, exam=room.name)
    headers = {"Content-Disposition": 'attachment; filename="links.csv"'}
    return Response(file.getvalue(), media_type="text/csv", headers=headers)


def set_factor(visit: Visit) -> Response:
    """Give one candidate more time."""
    room = visit.room
    try:
        factor = store.read_factor(visit.text("factor", 20))
    except Fault as fault:
        raise Refused(422, "Not a factor", f"Go back: {fault}.") from None
    found = _candidate(visit)
    store.set_factor(room.ledger, found.id, factor, _reason(visit), visit.visitor.name)
    return RedirectResponse("/staff/roster", 303)


def renew(visit: Visit) -> Response:
    """Give one candidate a new code and link; the old ones end, and with them every session of theirs."""
    found = _candidate(visit)
    visit.room.renew(found, visit.visitor.name)
    return RedirectResponse(f"/staff/roster?{urlencode({'renewed': found.candidate})}", 303)


def correct(visit: Visit) -> Response:
    """Write a name otherwise, or who it is: one who was misspelt is taken off and added as they are written."""
    room, by, found = visit.room, visit.visitor.name, _candidate(visit)
    meant, name = visit.text("id", 200).strip() or found.candidate, visit.text("name", 200).strip() or found.name
    if meant != found.candidate:
        _demand_not_begun(visit, found)
        if meant.casefold() != found.candidate.casefold():
            enrol(room, (store.RosterRow(meant, name, found.factor, found.details),), by)
            _take_off(visit, found)
        else:  # only the capitals differ, and two who differ in these alone are never on one roster
            _take_off(visit, found)
            enrol(room, (store.RosterRow(meant, name, found.factor, found.details),), by)
    elif name != found.name:
        store.correct_candidate(room.ledger, found.id, name, _reason(visit), by)
    return RedirectResponse("/staff/roster?changed=1", 303)


def withdraw(visit: Visit) -> Response:
    """Take one candidate off who has not begun."""
    found = _candidate(visit)
    _demand_not_begun(visit, found)
    _take_off(visit, found)
    return RedirectResponse(f"/staff/roster?{urlencode({'withdrawn': found.candidate})}", 303)


def _take_off(visit: Visit, found: store.Candidate) -> None:
    store.withdraw_candidate(visit.room.ledger, found.id, _reason(visit), visit.visitor.name)
    visit.room.revoke("candidate", found.candidate, "links", visit.visitor.name)


def _demand_not_begun(visit: Visit, found: store.Candidate) -> None:
    if store.standing(visit.room.ledger, found.id).started is not None:
        raise Refused(409, "They have begun", f"{found.candidate} has begun the exam: their paper stays.")


def _candidate(visit: Visit) -> store.Candidate:
    return store.find_candidate(visit.room.ledger, visit.room.name, visit.text("candidate", 200))


def _reason(visit: Visit) -> str:
    return visit.text("reason", 500).strip() or "set by staff"


PAGES = (
    Page("/staff/roster", page, STAFF),
    Page("/staff/roster", add, STAFF, ("POST",)),
    Page("/staff/roster.csv", download, STAFF),
    Page("/staff/factor", set_factor, STAFF, ("POST",)),
    Page("/staff/roster/renew", renew, STAFF, ("POST",)),
    Page("/staff/roster/correct", correct, STAFF, ("POST",)),
    Page("/staff/roster/withdraw", withdraw, STAFF, ("POST",)),
)
