"""Whatever is sent to whichever route by whomever: never a fault of ours."""

from __future__ import annotations

import asyncio
import json
import string
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradus import store
from gradus.web.application import PAGES
from gradus.web.room import Room
from tests.web.rooms import Browser, Clock, make_room, open_exam

METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS")
NAMES = (
    "csrf", "code", "name", "text", "file", "item", "part", "client", "at", "try", "hand-in", "was:1.a/shape",
    "1.a/shape",
    "2.b/small_l1", "reason", "candidate", "factor", "minutes", "opens", "closes", "sure", "ticket", "codes", "points",
    "adjustment", "comment", "never-lower", "marks", "feedback", "decision", "solution", "where", "answer", "credit",
)  # fmt: skip
PLAUSIBLE = (
    "1.a", "2.b", "shape", "difference", "ada", "yes", "1", "0", "-1", "1/2", "1/0", "1e400", "nan", "60", "accepted",
    "2026-02-03T14:00", "9999-12-31T23:59", "0001-01-01T00:00", "candidate\nada", "candidate,factor\nada,0", "\x00",
    "\ud800", "²", "\u202e", "a" * 5000, "", "conv_layer", "..", "%00", "'", '"><b>', "{{7*7}}", "room.css", "totals",
)  # fmt: skip
WORDS = st.sampled_from(PLAUSIBLE) | st.text(max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
FORM = "application/x-www-form-urlencoded"
KINDS = st.sampled_from(["multipart/form-data; boundary=x", "text/plain", FORM, "application/json"])
WRITE = st.fixed_dictionaries(
    {}, optional={"sequence": st.integers(-1, 2**70) | JSON, "item": WORDS, "part": WORDS, "text": WORDS | JSON}
)
SPOKEN = JSON | st.fixed_dictionaries({"client": WORDS, "writes": st.lists(WRITE, max_size=3)}) | WRITE


@pytest.fixture(scope="module")
def visitors(tmp_path_factory: pytest.TempPathFactory, runner: asyncio.Runner) -> Iterator[dict[str, Browser]]:
    room = make_room(tmp_path_factory.mktemp("fuzz"), clock=Clock())
    for bucket in (room.entries, room.computations, room.saves):
        bucket.burst = bucket.per_minute = 1e9
    open_exam(room)
    found = {role: Browser(room, runner, strict=False) for role in ("anonymous", "ada", "alan", "staff")}
    renew(room, found)
    yield found
    store.close_ledger(room.ledger)


def renew(room: Room, visitors: dict[str, Browser]) -> None:
    """Bring everyone back in: some requests end a session."""
    for role, browser in visitors.items():
        browser.get("/")
        if role == "staff":
            browser.enter_as_staff()
        elif role != "anonymous":
            browser.start(role)


@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_request_is_answered_by_a_fault_of_ours(visitors: dict[str, Browser], data: st.DataObject) -> None:
    page = data.draw(st.sampled_from(PAGES))
    role = data.draw(st.sampled_from(sorted(visitors)))
    browser = visitors[role]
    path = page.path
    for name in [part[1:-1].partition(":")[0] for part in path.split("/") if part.startswith("{")]:
        word = data.draw(WORDS.map(lambda text: text.encode("utf-8", "replace").decode()), label=name)
        path = path.replace(f"{{{name}}}", quote(word, safe="") or "x")
    query = data.draw(
        st.dictionaries(st.sampled_from(["after", "keys", "try", "saved", "added", "sent"]), WORDS, max_size=2)
    )
    method = data.draw(st.sampled_from([*page.methods] * 4 + [*METHODS]))
    send: dict[str, object] = {"params": {name: _sendable(word) for name, word in query.items()}}
    token = data.draw(st.sampled_from([browser.token] * 4 + ["", "x"]))
    if method not in {"GET", "HEAD"}:
        kind = data.draw(st.sampled_from(["form", "json", "bytes", "file"]))
        if kind in {"form", "file"}:
            form = data.draw(st.dictionaries(st.sampled_from(NAMES), WORDS, max_size=6))
            send["data"] = {"csrf": token} | {name: _sendable(word) for name, word in form.items()}
            if kind == "file":
                send["files"] = {
                    "file": (data.draw(st.text(string.printable, max_size=9)), data.draw(st.binary(max_size=50)))
                }
        elif kind == "json":
            send["content"] = json.dumps(data.draw(SPOKEN))  # NaN and half of a surrogate pair, as an escape, included
            send["headers"] = {"Content-Type": "application/json"}
        else:
            send["content"] = data.draw(st.binary(max_size=60))
            send["headers"] = {"Content-Type": data.draw(KINDS)}
        send["headers"] = {"X-CSRF-Token": token, **send.get("headers", {})}  # type: ignore[dict-item]
    response = browser.send(method, path, **send)
    assert response.status_code < 500, f"{role} {method} {path}: {response.text[:300]}"
    if response.headers.get("set-cookie", "").startswith("gradus="):
        renew(browser.room, visitors)


def _sendable(word: str) -> str:
    return word.encode("utf-8", "replace").decode()
