"""Practice: endless variants of any family, with feedback and working at once; closed while the exam is open."""

from __future__ import annotations

import random
import re
import secrets

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from gradus import catalogue, store
from gradus.family import Family
from gradus.grading import grade
from gradus.paper import seed as hash_seed
from gradus.sandbox import Unavailable
from gradus.web import asking, reading
from gradus.web.access import EVERYONE, Page, Role, Visit
from gradus.web.checking import Tried
from gradus.web.pages import show
from gradus.web.previewing import tell_checks, tell_reading
from gradus.web.refusals import Refused
from gradus.web.sitting import Asked
from gradus.web.trying import wait_for

_SEED = re.compile(r"[a-z0-9]{1,20}")


def families(visit: Visit) -> Response:
    """List the families."""
    _demand_practice(visit)
    listed = [(name, (catalogue.family(name).__doc__ or "").partition("\n")[0]) for name in catalogue.names()]
    return show(visit, "families.html", families=listed)


def another(visit: Visit) -> Response:
    """Go to a variant that nobody has seen."""
    _demand_practice(visit)
    return RedirectResponse(f"/practice/{_family(visit)}/{secrets.token_hex(4)}", 303)


def question(visit: Visit) -> Response:
    """Ask one variant; its address asks it again."""
    variant = _variant(visit)
    rows = tuple(Asked(field, "", None) for field in asking.fields_of("practice", variant))
    return _show(visit, variant, rows, {})


def answer(visit: Visit) -> Response:
    """Say what is right, what went wrong, and how it is worked out; what cannot be read is asked again."""
    variant = _variant(visit)
    rows: list[Asked] = []
    responses: dict[str, str] = {}
    for field in asking.fields_of("practice", variant):
        text = ", ".join(visit.texts(field.name))[:200_000]
        responses[field.part] = text
        rows.append(Asked(field, text, reading.read(variant, field.part, text)))
    part = visit.text("try", 200).rpartition("/")[2]
    if part in variant.parts:
        tried = wait_for(visit, variant, "practice", part, responses[part], "")
        return _show(visit, variant, tuple(rows), {}, (part, tried))
    if any(row.reading is not None and not row.reading.readable for row in rows) and not visit.text("solution"):
        return _show(visit, variant, tuple(rows), {})
    try:
        verdicts = grade(variant, responses)
    except Unavailable:
        raise Refused(503, "Not here", "This server cannot run programs, so this family cannot be practised.") from None
    return _show(visit, variant, tuple(rows), verdicts)


async def preview(visit: Visit) -> Response:
    """Read one answer: `{item, part, text}` → HTML; a program is never run for it."""
    await run_in_threadpool(_demand_practice, visit)
    return await tell_reading(visit, lambda visit, _: _variant(visit))


async def run_checks(visit: Visit) -> Response:
    """Run the public checks on a program: `{item, part, text}` → HTML."""
    await run_in_threadpool(_demand_practice, visit)
    return await tell_checks(visit, lambda visit, _: _variant(visit))


def _show(
    visit: Visit,
    variant: Family,
    rows: tuple[Asked, ...],
    verdicts: object,
    tried: tuple[str, Tried] | None = None,
) -> Response:
    return show(
        visit,
        "practice.html",
        family=_family(visit),
        seed=_seed(visit),
        variant=variant,
        rows=rows,
        verdicts=verdicts,
        tried=tried,
        keys={row.field.part: asking.reader_of(variant, row.field.part) for row in rows} if verdicts else {},
    )


def _family(visit: Visit) -> str:
    name = visit.path("family")
    if name not in catalogue.names():
        raise Refused(404, "Not here", "There is no such family.")
    return name


def _seed(visit: Visit) -> str:
    word = visit.path("seed")
    if not _SEED.fullmatch(word):
        raise Refused(404, "Not here", "There is no such question.")
    return word


def _variant(visit: Visit) -> Family:
    _demand_practice(visit)
    key = visit.request.client.host if visit.request.client else "unknown"
    if not visit.room.computations.take(f"practice {key}", visit.room.clock()):
        raise Refused(429, "Too often", "Practice goes on in a moment.")
    family = _family(visit)
    return catalogue.family(family).draw(random.Random(hash_seed("practice", _seed(visit), f"{family} 1", b"")))


def _demand_practice(visit: Visit) -> None:
    """Refuse while the exam is open: a variant of its questions comes with key and working."""
    if visit.visitor.role == Role.STAFF:
        return
    room = visit.room
    schedule = store.schedule_of(room.ledger, room.name)
    open_now = schedule is not None and schedule.opens <= room.ledger.now() and not _is_over(visit)
    if not room.practice or open_now:
        raise Refused(403, "No practice now", "Practice is closed while the exam is open, and where staff turn it off.")


def _is_over(visit: Visit) -> bool:
    """Whether nobody sits the exam any more: it was stopped, or it is closed and every paper is in."""
    room = visit.room
    schedule = store.schedule_of(room.ledger, room.name)
    if schedule is None or schedule.stopped is not None:
        return True
    if schedule.closes is None or room.ledger.now() < schedule.closes:
        return False
    return all(
        one.standing.state in {"submitted", "missed", "no_paper"} for one in store.progress(room.ledger, room.name)
    )


PAGES = (
    Page("/practice", families, EVERYONE),
    Page("/practice/{family}", another, EVERYONE),
    Page("/practice/{family}/{seed}", question, EVERYONE, heavy=True),
    Page("/practice/{family}/{seed}", answer, EVERYONE, ("POST",), heavy=True),
    Page("/practice/{family}/{seed}/preview", preview, EVERYONE, ("POST",), spoken=True),
    Page("/practice/{family}/{seed}/try", run_checks, EVERYONE, ("POST",), spoken=True),
)
