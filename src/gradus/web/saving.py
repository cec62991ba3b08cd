"""Saving: by script every few seconds, by form without; acknowledged when it is in the ledger, not before."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from gradus import store
from gradus.store.batching import Save
from gradus.web import asking
from gradus.web.access import CANDIDATES, Page, Visit
from gradus.web.refusals import Refused
from gradus.web.sitting import my_id

MOST_WRITES = 200
_CLIENT = re.compile(r"[\w-]{1,40}")
SAID = {
    "over": "The time is over. What was saved before counts.",
    "submitted": "This paper is handed in already. What was saved before counts.",
    "not_started": "Begin the exam first.",
    "not_open": "The exam is not open.",
    "too_long": "This answer is too long. Shorten it.",
}


async def autosave(visit: Visit) -> Response:
    """Save what a script sends: `{client, writes: [{sequence, item, part, text}]}`."""
    data = await _json(visit)
    client, writes, seen = *_writes(data), _seen(data)
    if not visit.room.saves.take(visit.visitor.nonce, visit.room.clock()):
        raise Refused(429, "Too often", "Saving goes on in a moment.")
    known = visit.room.known_id(visit.visitor.name)
    candidate_id = await run_in_threadpool(my_id, visit) if known is None else known
    try:
        done, standing = await asyncio.wrap_future(visit.room.writer.save(Save(candidate_id, client, writes, seen)))
    except store.Refused as refusal:
        text = SAID.get(refusal.why, str(refusal))
        return JSONResponse({"error": "Not saved", "why": refusal.why, "text": text}, 409)
    told = {"sequences": list(done.sequences), "overtaken": list(done.overtaken), "at": done.at.isoformat()}
    return JSONResponse({**told, **_clock(standing)})


def _clock(standing: store.Standing) -> dict[str, Any]:
    return {"state": standing.state, "left": standing.seconds_left}


def state(visit: Visit) -> Response:
    """Tell a page that stays open how much time is left and what was saved from elsewhere."""
    candidate_id = my_id(visit)
    standing = store.standing(visit.room.ledger, candidate_id)
    saved = [
        {"item": item, "part": part, "text": answered.text, "client": answered.client}
        for item, parts in store.answers(visit.room.ledger, candidate_id).items()
        for part, answered in parts.items()
    ]
    return JSONResponse({**_clock(standing), "seen": standing.now.isoformat(), "answers": saved})


async def read_json(visit: Visit) -> dict[str, Any]:
    """Return the JSON object of a request's body."""
    return await _json(visit)


async def _json(visit: Visit) -> dict[str, Any]:
    try:
        data = json.loads(await visit.request.body())
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise Refused(400, "Not readable", "Send a JSON object.")
    return data


def _seen(data: dict[str, Any]) -> datetime | None:
    """Return when the page last heard what others saved, so that it does not undo what it has not seen."""
    found = data.get("seen")
    try:
        return None if found is None else datetime.fromisoformat(str(found)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(400, "Not readable", "`seen` is a time.") from None


def _writes(data: dict[str, Any]) -> tuple[str, list[store.Write]]:
    client, rows = data.get("client"), data.get("writes")
    if not isinstance(client, str) or not _CLIENT.fullmatch(client) or not isinstance(rows, list):
        raise Refused(400, "Not readable", "Send a client and its writes.")
    if not 0 < len(rows) <= MOST_WRITES:
        raise Refused(400, "Not readable", f"Send one to {MOST_WRITES} writes.")
    return client, [_write(row) for row in rows]


def _write(row: object) -> store.Write:
    if isinstance(row, dict):
        sequence, words = row.get("sequence"), [row.get(name) for name in ("item", "part", "text")]
        if type(sequence) is int and 0 < sequence < 2**53 and all(isinstance(word, str) for word in words):
            item, part, text = (str(word).replace("\x00", "").encode("utf-8", "replace").decode() for word in words)
            return store.Write(sequence, item, part, text.replace("\r\n", "\n"))
    raise Refused(400, "Not readable", "Each write has sequence, item, part and text.")


def save_form(visit: Visit) -> Response:
    """Save a form without scripts: only what was changed on this page, so that two open pages undo nothing."""
    candidate_id = my_id(visit)
    paper = store.paper_of(visit.room.ledger, candidate_id).paper
    now = int(1000 * visit.room.clock())
    writes = []
    for item, variant in paper.variants.items():
        for field in asking.fields_of(item, variant):
            shown = visit.text(f"was:{field.name}")
            text = ", ".join(visit.texts(field.name))
            if shown and asking.digest(text) != shown:
                writes.append(store.Write(now, item, field.part, text))
                now += 1
    if writes:
        client = f"form-{visit.text('client', 30)}"
        try:
            store.save(visit.room.ledger, candidate_id, client if _CLIENT.fullmatch(client) else "form", writes)
        except store.Refused as refusal:
            raise Refused(409, "Not saved", SAID.get(refusal.why, str(refusal))) from None
    return RedirectResponse(_next(visit), 303)


def _next(visit: Visit) -> str:
    """Return where the button that was pressed leads."""
    if visit.text("hand-in"):
        return "/exam/hand-in"
    if visit.text("try", 200):
        name = visit.text("try", 200)
        return f"/exam?{urlencode({'try': name})}#q-{quote(name.rpartition('/')[0])}"
    item = visit.text("at", 40)
    if not re.fullmatch(r"[\w.-]{1,40}", item):
        return "/exam?saved=1"
    return f"/exam?saved={item}#q-{item}"


PAGES = (
    Page("/exam/save", save_form, CANDIDATES, ("POST",)),
    Page("/exam/autosave", autosave, CANDIDATES, ("POST",), spoken=True),
    Page("/exam/state", state, CANDIDATES, spoken=True),
)
