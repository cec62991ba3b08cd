"""Marking by hand: one answer after another, without names, in an order that is random and stays the same."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from urllib.parse import quote, urlencode

from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.answers import TrueOrFalse
from gradus.web.access import STAFF, Page, Visit
from gradus.web.asking import reader_of
from gradus.web.pages import show
from gradus.web.refusals import Refused
from gradus.web.staff import jobs

LONGEST = 2_000


def queue(visit: Visit) -> Response:
    """Show what waits to be marked by a person."""
    room = visit.room
    return show(
        visit,
        "staff/queue.html",
        queue=store.queue(room.ledger, room.name),
        jobs=dict(room.jobs),
        busy=jobs.running(room),
    )


def ticket_page(visit: Visit) -> Response:
    """Show the rubric and one answer."""
    room = visit.room
    item, part = _part(visit)
    after, done = _whole(visit.query("after") or "0"), visit.query("done") == "1"
    ticket = _next(store.tickets(room.ledger, room.name, item, part, done=done), after)
    question = room.exam.question(item)
    counts = next((one for one in store.queue(room.ledger, room.name) if (one.item, one.part) == (item, part)), None)
    return show(
        visit,
        "staff/marking.html",
        item=item,
        part=part,
        question=question,
        worth=_worth(visit, item, part),
        rubric=store.rubric(room.ledger, room.name, item, part),
        ticket=ticket,
        done=done,
        after=after,
        counts=counts,
        facts=_facts(visit, item, part),
    )


def _next(tickets: tuple[store.Ticket, ...], after: int) -> store.Ticket | None:
    """Return the ticket that follows one in their order, or the first where that one has left the queue."""
    numbers = [ticket.ticket for ticket in tickets]
    place = numbers.index(after) + 1 if after in numbers else 0
    return tickets[place] if place < len(tickets) else None


def _facts(visit: Visit, item: str, part: str) -> str:
    """Return what a good answer states, as the key has it where the question is the same for everyone."""
    question = visit.room.exam.question(item)
    if question is None or question.open_fields():
        return ""
    import random

    key = reader_of(question.draw(random.Random(0)), part)
    return "" if key is None or isinstance(key, TrueOrFalse) else str(key)


def _worth(visit: Visit, item: str, part: str) -> Fraction:
    question = visit.room.exam.question(item)
    return store.worth_of(question, part) if question is not None else Fraction(0)


def mark(visit: Visit) -> Response:
    """Mark one answer: the rubric items that apply, an adjustment, a comment."""
    item, part = _part(visit)
    ticket = _whole(visit.text("ticket", 30))
    adjustment = _points(visit.text("adjustment", 20) or "0", "the adjustment")
    comment = visit.text("comment", LONGEST).strip()
    store.mark_by_hand(
        visit.room.ledger, ticket, tuple(visit.texts("codes")), adjustment, comment, marker=visit.visitor.name
    )
    return RedirectResponse(
        f"{_address(item, part)}?{urlencode({'done': visit.text('done', 1), 'after': ticket})}", 303
    )


def set_rubric(visit: Visit) -> Response:
    """Add a rubric item or change one: everyone who has it gets the change, by the next regrading."""
    room = visit.room
    item, part = _part(visit)
    code, text = visit.text("code", 40).strip(), visit.text("text", LONGEST).strip()
    if not text:
        raise Refused(422, "Nothing is written", "Go back and say what the rubric item stands for.")
    code = code or _free_code({one.code for one in store.rubric(room.ledger, room.name, item, part)})
    points = _points(visit.text("points", 20), "points")
    store.set_rubric_item(room.ledger, room.name, item, part, code, text, points, visit.visitor.name)
    return RedirectResponse(_back(visit, item, part), 303)


def withdraw(visit: Visit) -> Response:
    """Take a rubric item away from everyone."""
    room = visit.room
    item, part = _part(visit)
    store.withdraw_rubric_item(room.ledger, room.name, item, part, visit.text("code", 40), visit.visitor.name)
    return RedirectResponse(_back(visit, item, part), 303)


def _free_code(taken: set[str]) -> str:
    return next(code for number in range(1, 10_000) if (code := f"r{number}") not in taken)


def _part(visit: Visit) -> tuple[str, str]:
    item, part = visit.path("item"), visit.path("part")
    question = visit.room.exam.question(item)
    if question is None or part not in store.names_of(question):
        raise Refused(404, "Not here", "There is no such question.")
    return item, part


def _address(item: str, part: str) -> str:
    return f"/staff/marking/{quote(item)}/{quote(part)}"


def _back(visit: Visit, item: str, part: str) -> str:
    return f"{_address(item, part)}?{urlencode({'after': _whole(visit.text('after', 30) or '0')})}"


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Refused(404, "Not here", "There is no such answer.")
    return int(text)


def _points(text: str, what: str) -> Fraction:
    try:
        points = Fraction(text.strip().replace(",", "."))
    except (ValueError, ZeroDivisionError):
        raise Refused(422, "Not a number", f"Go back: {what} is a number such as 1, 0.5 or -1/2.") from None
    if abs(points) > 1_000 or points.denominator > 1_000:
        raise Refused(422, "Not a number", f"Go back: {what} is at most 1000, in thousandths.")
    return points


def grade(visit: Visit) -> Response:
    """Grade by machine everything that is handed in and not graded yet."""
    room = visit.room

    def work() -> Any:
        for done, _ in enumerate(
            store.grade_submissions(room.ledger, room.name, worker=f"{visit.visitor.name} {room.clock():.0f}"), 1
        ):
            yield f"{done} paper{'' if done == 1 else 's'} graded"

    jobs.start(room, "grading", work)
    return RedirectResponse("/staff/marking", 303)


PAGES = (
    Page("/staff/marking", queue, STAFF),
    Page("/staff/grade", grade, STAFF, ("POST",)),
    Page("/staff/marking/{item}/{part}", ticket_page, STAFF),
    Page("/staff/marking/{item}/{part}", mark, STAFF, ("POST",)),
    Page("/staff/rubric/{item}/{part}", set_rubric, STAFF, ("POST",)),
    Page("/staff/rubric/{item}/{part}/withdraw", withdraw, STAFF, ("POST",)),
)
