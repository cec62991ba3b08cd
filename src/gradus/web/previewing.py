"""What a candidate is shown before it counts: how an answer was read, and what the public checks of a program say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from gradus import store
from gradus.family import Family
from gradus.web import reading
from gradus.web.access import CANDIDATES, Page, Visit
from gradus.web.pages import render
from gradus.web.refusals import Refused
from gradus.web.saving import read_json
from gradus.web.sitting import my_id
from gradus.web.trying import look_at, put_in_line

LONGEST = 200_000
PAUSE = 2.0  # seconds after which a page is told that its program still waits or runs
Find = Callable[[Visit, str], Family]


async def preview(visit: Visit) -> Response:
    """Read one answer of the candidate's own paper: `{item, part, text}` → HTML."""
    return await tell_reading(visit, _variant)


async def run_checks(visit: Visit) -> Response:
    """Run the public checks on a program of the candidate's own paper: `{item, part, text}` → HTML."""
    return await tell_checks(visit, _variant)


async def tell_reading(visit: Visit, find: Find) -> Response:
    """Tell how an answer is read."""
    item, part, text = await _words(visit)
    async with visit.room.heavy():
        try:
            variant = await run_in_threadpool(find, visit, item)
            html = await run_in_threadpool(_fragment, variant, part, text)
        except Refused as refusal:
            if refusal.status != 409:
                raise
            html = ""  # a page asks while it hands in: nothing to show, and no fault
    return JSONResponse({"html": html})


async def tell_checks(visit: Visit, find: Find) -> Response:
    """Tell what the public checks of a program say, or how many wait before it: then the page asks the same again."""
    item, part, text = await _words(visit)
    variant = await run_in_threadpool(find, visit, item)
    job = put_in_line(visit, variant, item, part, text)
    await asyncio.wait([asyncio.wrap_future(job.future)], timeout=PAUSE)
    tried = look_at(visit, job)
    return JSONResponse({"html": render("tried.html", tried=tried), "waiting": bool(tried.waiting)})


async def _words(visit: Visit) -> tuple[str, str, str]:
    data = await read_json(visit)
    words = [data.get(name) for name in ("item", "part", "text")]
    if not all(isinstance(word, str) and len(word) <= LONGEST for word in words):
        raise Refused(400, "Not readable", "Send item, part and text.")
    if not visit.room.computations.take(visit.visitor.nonce, visit.room.clock()):
        raise Refused(429, "Too often", "Wait a moment.")
    item, part, text = map(str, words)
    return item, part, text


def _variant(visit: Visit, item: str) -> Family:
    candidate_id = my_id(visit)
    if store.standing(visit.room.ledger, candidate_id).state != "sitting":
        raise Refused(409, "Not now", "The exam is not running for you.")
    variants = store.paper_of(visit.room.ledger, candidate_id).paper.variants
    if item not in variants:
        raise Refused(404, "Not here", "There is no such question on your paper.")
    return variants[item]


def _fragment(variant: Family, part: str, text: str) -> str:
    if part not in variant.parts:
        raise Refused(404, "Not here", "There is no such part.")
    return render("reading.html", reading=reading.read(variant, part, text))


PAGES = (
    Page("/exam/preview", preview, CANDIDATES, ("POST",), spoken=True),
    Page("/exam/try", run_checks, CANDIDATES, ("POST",), spoken=True),
)
