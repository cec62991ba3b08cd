"""Regrading after a change of exam, family or rubric: first as a plan that changes nothing, then exactly that plan."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.web.access import STAFF, Page, Visit
from gradus.web.pages import show
from gradus.web.refusals import Refused
from gradus.web.staff import jobs


def page(visit: Visit) -> Response:
    """Show earlier regradings and a form for a new plan."""
    room = visit.room
    found = store.regrades(room.ledger, room.name)
    return show(
        visit,
        "staff/regrades.html",
        regrades=found,
        done={one.plan_id for one in found if one.plan_id is not None},
        rulings=store.rulings(room.ledger, room.name),
        versions=store.exam_versions(room.ledger, room.name),
        places=[(question.item, name) for question in room.exam.questions for name in store.names_of(question)],
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
        yield f"plan {found.id}: {len(found.changes)} change{'' if len(found.changes) == 1 else 's'}"

    jobs.start(room, "regrading", work)
    return RedirectResponse("/staff/regrades", 303)


def one(visit: Visit) -> Response:
    """Show one plan: everyone who gains or loses, and every change behind it."""
    regrade = _regrade(visit)
    others = store.regrades(visit.room.ledger, visit.room.name)
    done = regrade.plan_id is not None or any(one.plan_id == regrade.id for one in others)
    return show(visit, "staff/regrade.html", regrade=regrade, done=done)


def apply(visit: Visit) -> Response:
    """Do exactly what the plan says, or nothing where it is out of date."""
    regrade = _regrade(visit)
    done = store.apply_regrade(visit.room.ledger, regrade.id, visit.visitor.name)
    return RedirectResponse(f"/staff/regrades/{done.id}", 303)


def rule(visit: Visit) -> Response:
    """Rule, by name and with a reason, that an answer earns a share whatever the key says."""
    room = visit.room
    reason, credit = visit.text("reason", 500).strip(), _share(visit.text("credit", 20))
    if not reason:
        raise Refused(422, "A reason is needed", "Go back and write why this answer earns points, for the audit trail.")
    item, _, part = visit.text("where", 150).rpartition("/")
    question = room.exam.question(item)
    if question is None or part not in store.names_of(question):
        raise Refused(404, "Not here", "There is no such question.")
    answer = visit.text("answer", 10_000).strip()
    store.add_ruling(room.ledger, room.name, item, part, answer, credit, reason=reason, by=visit.visitor.name)
    return RedirectResponse("/staff/regrades", 303)


def withdraw(visit: Visit) -> Response:
    """Take a ruling back."""
    room, number = visit.room, visit.path("number")
    if number not in {str(one.id) for one in store.rulings(room.ledger, room.name)}:
        raise Refused(404, "Not here", "There is no such ruling.")
    reason = visit.text("reason", 500).strip() or "withdrawn"
    store.withdraw_ruling(room.ledger, room.name, int(number), reason=reason, by=visit.visitor.name)
    return RedirectResponse("/staff/regrades", 303)


def _share(text: str) -> Fraction:
    try:
        share = Fraction(text.strip().replace(",", "."))
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share <= 1 or share.denominator > 1_000:
        raise Refused(422, "Not a share", "Go back: the share of the points is from 0 to 1, such as 1, 1/2 or 0.75.")
    return share


def _regrade(visit: Visit) -> store.Regrade:
    number = visit.path("number")
    for found in store.regrades(visit.room.ledger, visit.room.name):
        if str(found.id) == number:
            return found
    raise Refused(404, "Not here", "There is no such regrading.")


PAGES = (
    Page("/staff/regrades", page, STAFF),
    Page("/staff/regrades", plan, STAFF, ("POST",)),
    Page("/staff/rulings", rule, STAFF, ("POST",)),
    Page("/staff/rulings/{number}/withdraw", withdraw, STAFF, ("POST",)),
    Page("/staff/regrades/{number}", one, STAFF),
    Page("/staff/regrades/{number}", apply, STAFF, ("POST",), heavy=True),
)
