"""The audit in the room: keys against witnesses, and accepting by name what is not countersigned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused
from gradus.web.room import Room
from gradus.web.staff import jobs
from gradus.web.staff.apart import audit_apart


def page(visit: Visit) -> Response:
    """Show what the last audit found."""
    room = visit.room
    version = store.current_exam(room.ledger, room.name)
    found = store.latest_audit(room.ledger, room.name)
    report: dict[str, Any] = found.report if found else {}
    words = {one.item: one for one in store.acceptances(room.ledger, room.name)}  # the last counts
    parts = report.get("parts", [])
    unsigned = dict.fromkeys(part["item"] for part in parts if not part["countersigned"] and not part.get("by_hand"))
    return show(
        visit,
        "staff/audit.html",
        audit=found,
        report=report,
        unsigned=list(unsigned),
        by_hand=[part for part in parts if part.get("by_hand") and part["worth"]],
        accepted={item: one for item, one in words.items() if one.holds},
        lapsed={item: one for item, one in words.items() if not one.holds},
        outdated=found is not None and found.version != version.version,
        jobs=dict(room.jobs),
        busy=jobs.running(room),
    )


def run(visit: Visit) -> Response:
    """Audit the exam as it is now."""
    start_audit(visit.room, visit.visitor.name)
    return RedirectResponse("/staff/audit", 303)


def start_audit(room: Room, by: str, tell: Callable[[str], object] = str) -> None:
    """Audit in the background and keep the report; `tell` hears how far it is."""

    def work() -> Iterator[str]:
        for told in _audit(room, by):
            tell(told)
            yield told

    jobs.start(room, "audit", work)


def _audit(room: Room, by: str) -> Iterator[str]:
    version = store.current_exam(room.ledger, room.name)
    for told in audit_apart(version.text, version.file):
        if isinstance(told, str):
            yield told
        else:
            store.record_audit(room.ledger, version.id, told.complete, told.report, by)
            yield told.summary


def accept(visit: Visit) -> Response:
    """Accept, by name and with a reason, that an item's keys are not countersigned."""
    reason = visit.text("reason", 500).strip()
    if not reason:
        raise Refused(422, "A reason is needed", "Go back and write why these keys may be used.")
    room = visit.room
    item = visit.text("item", 40)
    if room.exam.question(item) is None:
        raise Refused(404, "Not here", "There is no such question.")
    store.accept(room.ledger, room.name, item, reason, visit.visitor.name)
    return RedirectResponse("/staff/audit", 303)


PAGES = (
    Page("/staff/audit", page, STAFF),
    Page("/staff/audit", run, STAFF, ("POST",)),
    Page("/staff/accept", accept, STAFF, ("POST",)),
)
