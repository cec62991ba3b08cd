"""Regrading after a change of exam, family or rubric: first as a plan that changes nothing, then exactly that plan."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused
from gradus.web.staff import jobs


def page(visit: Visit) -> Response:
    """Show earlier regradings and a form for a new plan."""
    room = visit.room
    return show(
        visit,
        "staff/regrades.html",
        regrades=tuple(reversed(store.regrades(room.ledger, room.name))),
        versions=store.exam_versions(room.ledger, room.name),
        jobs=dict(room.jobs),
        busy=jobs.running(room),
    )


def plan(visit: Visit) -> Response:
    """Find out who would gain and who would lose, and why; nothing changes yet."""
    reason = visit.text("reason", 500).strip()
    if not reason:
        raise Refused(422, "A reason is needed", "Go back and write what was changed, for the audit trail.")
    room, by, never_lower = visit.room, visit.visitor.name, visit.text("never-lower") == "yes"

    def work() -> Iterator[str]:
        yield "grading everything again beside what stands"
        found = store.plan_regrade(room.ledger, room.name, never_lower=never_lower, reason=reason, by=by)
        yield f"plan {found.id}: {len(found.changes)} changes"

    jobs.start(room, "regrading", work)
    return RedirectResponse("/staff/regrades", 303)


def one(visit: Visit) -> Response:
    """Show one plan: everyone who gains or loses, and every change behind it."""
    return show(visit, "staff/regrade.html", regrade=_regrade(visit))


def apply(visit: Visit) -> Response:
    """Do exactly what the plan says, or nothing where it is out of date."""
    regrade = _regrade(visit)
    store.apply_regrade(visit.room.ledger, regrade.id, visit.visitor.name)
    return RedirectResponse(f"/staff/regrades/{regrade.id}", 303)


def _regrade(visit: Visit) -> store.Regrade:
    number = visit.path("number")
    for found in store.regrades(visit.room.ledger, visit.room.name):
        if str(found.id) == number:
            return found
    raise Refused(404, "Not here", "There is no such regrading.")


PAGES = (
    Page("/staff/regrades", page, STAFF),
    Page("/staff/regrades", plan, STAFF, ("POST",)),
    Page("/staff/regrades/{number}", one, STAFF),
    Page("/staff/regrades/{number}", apply, STAFF, ("POST",), heavy=True),
)
