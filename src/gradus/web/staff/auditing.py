"""The audit in the room: keys against witnesses, and accepting by name what is not countersigned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.audit import audit
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused
from gradus.web.room import Room
from gradus.web.staff import jobs


def page(visit: Visit) -> Response:
    """Show what the last audit found."""
    room = visit.room
    version = store.current_exam(room.ledger, room.name)
    found = store.latest_audit(room.ledger, room.name)
    report: dict[str, Any] = found.report if found else {}
    accepted = {one.item: one for one in store.acceptances(room.ledger, room.name)}
    unsigned = sorted({part["item"] for part in report.get("parts", []) if not part["countersigned"]})
    return show(
        visit,
        "staff/audit.html",
        audit=found,
        report=report,
        unsigned=unsigned,
        accepted=accepted,
        outdated=found is not None and found.version != version.version,
        jobs=dict(room.jobs),
        busy=jobs.running(room),
    )


def run(visit: Visit) -> Response:
    """Audit the exam as it is now."""
    start_audit(visit.room, visit.visitor.name)
    return RedirectResponse("/staff/audit", 303)


def start_audit(room: Room, by: str) -> None:
    """Audit in the background and keep the report."""

    def work() -> Iterator[str]:
        version = store.current_exam(room.ledger, room.name)
        exam = version.read()
        done: list[str] = []
        yield f"{len(exam.questions)} questions"
        found = audit(exam, progress=lambda item: _tell(room, done, item, len(exam.questions)))
        complete = all(part.countersigned for part in found.parts)
        store.record_audit(room.ledger, version.id, complete, found.to_json(), by)
        yield f"{len(found.parts)} answers, {sum(part.countersigned for part in found.parts)} countersigned"

    jobs.start(room, "audit", work)


def _tell(room: Room, done: list[str], item: str, whole: int) -> None:
    done.append(item)
    room.jobs["audit"] = f"{jobs.RUNNING}: {len(done)} of {whole} questions"


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
