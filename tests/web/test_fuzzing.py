"""Whatever is sent to whichever address by whomever, in whichever state of the exam: never a fault of ours.

Every page is tried with every role and every method; path, query, form, JSON, headers, cookies and files are generated.
`GRADUS_FUZZ=200` sends so many requests for each page, role and state; CI sends a few.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import string
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gradus import assertion, store
from gradus.audit import audit
from gradus.web.access import Page
from gradus.web.application import PAGES
from gradus.web.room import Room
from gradus.web.staff import jobs
from tests.questions.conftest import CLAIMS
from tests.questions.exams import told
from tests.web.rooms import EXAM, Browser, Clock, make_room, open_exam

EXAMPLES = int(os.environ.get("GRADUS_FUZZ", "3"))
STATES = ("new", "open", "over")
ROLES = ("anonymous", "ada", "alan", "staff")
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND")
STATEMENTS = (
    f"\n```statements\nid: 3.a\npoints: 2\nshuffle: true\noptions:\n  - {told('true')}\n  - {told('false')}\n```\n"
)
OPEN = told("true", more="id: open", given="factor: 2")
NAMES = (
    *("csrf", "code", "name", "text", "file", "item", "part", "client", "at", "try", "hand-in", "was:1.a/shape", "id"),
    *("1.a/shape", "2.b/small_l1", "3.a/i", "reason", "candidate", "factor", "minutes", "opens", "closes", "sure"),
    *("ticket", "codes", "points", "adjustment", "comment", "never-lower", "marks", "feedback", "decision", "solution"),
    *("where", "answer", "credit", "practice/shape", "done", "after"),
)
QUERY = ("after", "keys", "try", "saved", "added", "changed", "sent", "done", "others", "renewed", "withdrawn", "ended")
PLAUSIBLE = (
    *("1.a", "2.b", "3.a", "shape", "difference", "i", "open", "ada", "alan", "yes", "1", "2", "0", "-1", "1/2", "1/0"),
    *("1e400", "nan", "60", "accepted", "2026-02-03T14:00", "9999-12-31T23:59", "0001-01-01T00:00", "candidate\nada"),
    *("candidate,factor\nada,0", "candidate,factor\nx,lots\ny,0", 'candidate\n"', "\x00", "\ud800", "²", "\u202e"),
    *("a" * 5000, "", "conv_layer", "..", "%00", "'", '"><b>', "{{7*7}}", "room.css", "totals", "items", "1.a/shape"),
    *("3.a/open", "r1", "99999999999999999999", "(" * 300, "x^" * 200, "\\frac{1", "true", "none", "i, ii"),
)
WORDS = st.sampled_from(PLAUSIBLE) | st.text(max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
FORM = "application/x-www-form-urlencoded"
KINDS = st.sampled_from(
    ["multipart/form-data; boundary=x", "multipart/form-data", "text/plain", FORM, "application/json", "", "a/b; c"]
)
WRITE = st.fixed_dictionaries(
    {}, optional={"sequence": st.integers(-1, 2**70) | JSON, "item": WORDS, "part": WORDS, "text": WORDS | JSON}
)
SAVE = st.fixed_dictionaries({"client": WORDS, "writes": st.lists(WRITE, max_size=3)}, optional={"seen": WORDS | JSON})
ASK = st.fixed_dictionaries({"item": WORDS, "part": WORDS, "text": WORDS})
HEADER_NAMES = (
    *("Sec-Fetch-Site", "X-CSRF-Token", "Content-Length", "Range", "If-None-Match", "Accept", "Origin", "Referer"),
    *(
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "Expect",
        "Transfer-Encoding",
        "Accept-Encoding",
        "X-HTTP-Method-Override",
    ),
)
HEADERS = st.dictionaries(
    st.sampled_from(HEADER_NAMES), st.text(string.printable.strip(), max_size=20) | st.just("none"), max_size=3
)
COOKIES = st.text(string.ascii_letters + string.digits + "._-=;, \"'%", max_size=60)
MULTIPART = st.sampled_from([
    b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n\r\n--x--\r\n',
    b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--",
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xff"\r\nContent-Type: ?\r\n\r\n\xff\r\n',
    b"--x", b"--x--", b"",
])  # fmt: skip


class Fuzzed:
    """A room in one state, and who visits it."""

    def __init__(self, folder: Path, runner: asyncio.Runner, state: str) -> None:
        (folder / "own.py").write_text(CLAIMS, encoding="utf-8")
        assertion.trust_claims(folder / "short.md")
        statements = STATEMENTS.replace("\n```\n", f"\n  - {OPEN}\n```\n")
        self.room = make_room(folder, EXAM.replace("points: 12", "points: 14") + statements, clock=Clock())
        audit(store.current_exam(self.room.ledger, self.room.name).read())
        for bucket in (self.room.entries, self.room.computations, self.room.saves):
            bucket.burst = bucket.per_minute = 1e9
        if state != "new":
            open_exam(self.room)
        self.visitors = {role: Browser(self.room, runner, strict=False) for role in ROLES}
        if state == "over":
            self._sit()
        self.renew()

    def _sit(self) -> None:
        for name in ("ada", "alan"):
            page = self.visitors[name]
            page.start(name)
            page.save(shape="1 x 1 x 1", difference="words")
            writes = [
                {"sequence": 9 + n, "item": "3.a", "part": part, "text": "true"}
                for n, part in enumerate(["i", "ii", "iii"])
            ]
            page.speak("/exam/autosave", {"client": "tab", "writes": writes})
        ledger, name = self.room.ledger, self.room.name
        for who in ("ada", "alan"):
            store.submit(ledger, self.room.candidate_id(who))
        list(store.grade_submissions(ledger, name, "tests"))
        store.plan_regrade(ledger, name, reason="r", by="tests")
        store.release(ledger, name, marks=True, feedback=True, by="tests")
        store.ask_regrade(ledger, self.room.candidate_id("ada"), "1.a", "shape", "why")

    def renew(self) -> None:
        """Bring everyone back in, also who was taken off or stopped: some requests end a session."""
        roster = store.read_roster("candidate\nada\nalan\nkurt\n")
        store.add_candidates(self.room.ledger, self.room.name, roster, "tests")
        for role, browser in self.visitors.items():
            browser.client.cookies.clear()
            browser.get("/")
            if role == "staff":
                browser.enter_as_staff()
            elif role != "anonymous":
                browser.get(self.room.link(role))
                browser.post(self.room.link(role))
                browser.post("/exam/start")

    def is_in(self, role: str) -> bool:
        """Return whether someone is still who they were."""
        path = {"staff": "/staff/access", "anonymous": "/"}.get(role, "/exam/state")
        return self.visitors[role].send("GET", path).status_code == 200


@pytest.fixture(scope="module", params=STATES)
def fuzzed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, runner: asyncio.Runner
) -> Iterator[Fuzzed]:
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADUS_CACHE", str(folder / "cache"))
        made = Fuzzed(folder, runner, request.param)
        yield made
        while jobs.running(made.room):
            pass
        store.close_ledger(made.room.ledger)
    assertion.distrust_claims()


# an upload that breaks off leaves Starlette's file to the garbage collector
@pytest.mark.filterwarnings("ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.methods[0]} {page.path}")
@pytest.mark.parametrize("role", ROLES)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_no_request_is_answered_by_a_fault_of_ours(fuzzed: Fuzzed, role: str, page: Page, data: st.DataObject) -> None:
    browser = fuzzed.visitors[role]
    if not fuzzed.is_in(role):
        fuzzed.renew()
    path = page.path
    for name in re.findall(r"\{(\w+)\}", path):
        word = data.draw(_fitting(name, fuzzed.room), label=name)
        path = path.replace(f"{{{name}}}", quote(_sendable(word), safe="") or "x")
    method = data.draw(st.sampled_from([page.methods[0]] * 12 + [*METHODS]), label="method")
    query = data.draw(st.dictionaries(st.sampled_from(QUERY) | WORDS, WORDS, max_size=2), label="query")
    send: dict[str, object] = {"params": {_sendable(name): _sendable(word) for name, word in query.items()}}
    headers = data.draw(HEADERS, label="headers")
    if data.draw(st.integers(0, 9)) == 0:
        headers["Cookie"] = "gradus=" + data.draw(COOKIES, label="cookie")
    if method not in {"GET", "HEAD"}:
        token = data.draw(st.sampled_from([browser.token] * 8 + ["", "x"]))
        headers = {"X-CSRF-Token": token, **headers, **_body(page, send, token, data)}
    send["headers"] = {name: value.encode("latin-1", "replace") for name, value in headers.items()}
    response = browser.send(method, path, **send)
    assert response.status_code < 500, f"{role} {method} {path} {send}: {response.text[:300]}"


def _fitting(name: str, room: Room) -> st.SearchStrategy[str]:
    """Return words for a part of an address: often such as exist."""
    known = {
        "word": [room.link("ada").rpartition("/")[2], room.staff_link().rpartition("/")[2], "a.b", "W10.x"],
        "candidate": ["ada", "alan", "kurt"],
        "item": ["1.a", "2.a", "2.b", "3.a"],
        "part": ["shape", "difference", "gradient", "i", "open"],
        "number": ["1", "2"],
        "family": ["conv_layer", "image_attention", "smallest_head"],
        "seed": ["abc", "0"],
        "name": ["totals", "items", "mistakes"],
    }
    return st.sampled_from(known[name]) | st.sampled_from(known[name]) | WORDS


def _body(page: Page, send: dict[str, object], token: str, data: st.DataObject) -> dict[str, str]:
    """Put a body into a request and return the headers that go with it."""
    kinds = ["json"] * 6 if page.spoken else ["form"] * 6
    kind = data.draw(st.sampled_from([*kinds, "json", "form", "file", "bytes", "multipart"]), label="body")
    if kind == "json":
        # NaN and half of a surrogate pair, as an escape, included
        send["content"] = json.dumps(data.draw(SAVE | ASK | WRITE | JSON, label="json"))
        return {"Content-Type": "application/json"}
    if kind in {"form", "file"}:
        form = data.draw(st.dictionaries(st.sampled_from(NAMES) | WORDS, WORDS, max_size=7), label="form")
        send["data"] = {"csrf": token} | {_sendable(name): _sendable(word) for name, word in form.items()}
        if kind == "file":
            name, content = data.draw(st.text(string.printable, max_size=9)), data.draw(st.binary(max_size=50))
            send["files"] = {"file": (name, content)}
        return {}
    raw = MULTIPART | st.binary(max_size=60) if kind == "multipart" else st.binary(max_size=60)
    send["content"] = data.draw(raw, label="content")
    return {"Content-Type": "multipart/form-data; boundary=x" if kind == "multipart" else data.draw(KINDS)}


def _sendable(word: str) -> str:
    return word.encode("utf-8", "replace").decode()
