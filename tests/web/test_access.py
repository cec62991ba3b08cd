"""Every route as every role: who may see what is written down here once more, independently of the pages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gradus import store
from gradus.answers import Choice
from gradus.web.access import Page
from gradus.web.application import PAGES
from gradus.web.room import Room
from tests.web.rooms import Browser, Clock, make_room, open_exam

ROLES = ("anonymous", "ada", "kurt", "staff")
PATH = {
    "word": "nobody.knows",
    "candidate": "ada",
    "item": "2.b",
    "part": "difference",
    "number": "1",
    "family": "conv_layer",
    "seed": "abc",
    "name": "totals",
}
EVERYONE = re.compile(r"/|/enter(/.*)?|/staff/enter/.*|/practice(/.*)?")
CANDIDATES = re.compile(r"/exam(/.*)?|/results(/.*)?")
STAFF = re.compile(r"/staff(/.*)?")


def allowed(page: Page, role: str) -> bool:
    if page.path == "/leave":
        return role in {"anonymous", "staff"}
    if EVERYONE.fullmatch(page.path):
        return True
    if CANDIDATES.fullmatch(page.path):
        return role in {"ada", "kurt"}
    assert STAFF.fullmatch(page.path), f"say here who may use {page.path}"
    return role == "staff"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    room = make_room(tmp_path_factory.mktemp("access"), clock=Clock())
    room.entries.burst = room.computations.burst = 1e6
    open_exam(room)
    yield room
    store.close_ledger(room.ledger)


def visitor(room: Room, runner: asyncio.Runner, role: str) -> Browser:
    browser = Browser(room, runner)
    browser.get("/")
    if role == "staff":
        browser.enter_as_staff()
    elif role != "anonymous":
        browser.start(role)
        browser.get("/exam")
    return browser


def address(page: Page) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: PATH[found[1]], page.path)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_seen_by_whom_it_is_for_and_by_nobody_else(
    shared: Room, runner: asyncio.Runner, role: str
) -> None:
    for page in PAGES:
        browser = visitor(shared, runner, role)  # anew for each: some pages end a session
        for method in page.methods:
            send = {"headers": {"X-CSRF-Token": browser.token}} if method == "POST" else {}
            response = browser.send(method, address(page), **send)
            refused = response.status_code in {401, 403} or (
                response.status_code == 303
                and response.headers["location"] == "/"
                and page.path != "/leave"
                and page.path != "/exam/leave"
            )
            practice = page.path.startswith("/practice") and role != "staff"  # closed while the exam is open
            assert refused is (practice or not allowed(page, role)), f"{method} {page.path} as {role}: {response}"


@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_changed_without_the_token_of_a_page(shared: Room, runner: asyncio.Runner, role: str) -> None:
    browser = visitor(shared, runner, role)
    other = visitor(shared, runner, "kurt")
    for page in PAGES:
        if "POST" in page.methods and allowed(page, role):
            for token in ("", "wrong", other.token):
                response = browser.send("POST", address(page), data={"csrf": token}, headers={"X-CSRF-Token": token})
                assert response.status_code == 403, f"{page.path} with {token!r}"


def test_a_form_of_another_site_is_refused_even_with_a_token(shared: Room, runner: asyncio.Runner) -> None:
    browser = visitor(shared, runner, "ada")
    form = {"csrf": browser.token}
    response = browser.send("POST", "/exam/save", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


@pytest.mark.parametrize("role", ROLES)
def test_every_response_forbids_what_is_foreign(shared: Room, runner: asyncio.Runner, role: str) -> None:
    browser = visitor(shared, runner, role)
    for path in [*(address(page) for page in PAGES if page.methods == ("GET",)), "/nothing", "/static/0/room.css"]:
        response = browser.send("GET", path)
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "script-src" not in policy or "script-src 'self';" in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert path.startswith("/static") or response.headers["cache-control"] == "no-store"
        if "html" in response.headers.get("content-type", ""):
            assert not re.search(r"<script(?! type=\"module\" src=\"/static/)|<style|\sstyle=|\son\w+=", response.text)


def bodies(room: Room, browser: Browser) -> str:
    """Return everything that a candidate can get to see: pages, previews of many texts, public checks."""
    found = [browser.send("GET", address(page)).text for page in PAGES if page.methods == ("GET",)]
    texts = ["", "1", "none", "zero", "x", "12,34", "(", "126", "J", "w", "a" * 3000, "1 x 2", "0.5", "[0, 1)", "²"]
    paper = store.paper_of(room.ledger, room.candidate_id("ada")).paper
    for item, variant in paper.variants.items():
        for part in variant.parts:
            for text in texts:
                ask = {"item": item, "part": part, "text": text}
                found.append(browser.speak("/exam/preview", ask).text)
        found.append(browser.speak("/exam/try", {"item": item, "part": variant.parts[0], "text": "def f(): pass"}).text)
    return "\n".join(found)


@pytest.mark.parametrize("moment", ["before", "during", "after"])
def test_before_release_no_key_and_no_other_paper_is_in_anything_that_a_candidate_gets(
    tmp_path: Path, runner: asyncio.Runner, moment: str, clock: Clock
) -> None:
    room = make_room(tmp_path, clock=clock)
    room.computations.burst = room.computations.per_minute = 1e6
    open_exam(room)
    browser = Browser(room, runner)
    browser.enter("ada")
    if moment != "before":
        browser.post("/exam/start")
        browser.save(shape="1 x 1 x 1", gradient="w")
    if moment == "after":
        browser.get("/exam/hand-in")
        browser.post("/exam/hand-in")
        list(store.grade_submissions(room.ledger, room.name, "tests"))
    seen = bodies(room, browser)
    papers = {name: store.paper_of(room.ledger, room.candidate_id(name)).paper for name in ("ada", "alan", "kurt")}
    keys = [answer for v in papers["ada"].variants.values() for answer in v.key().values()]
    for answer in keys:
        if not isinstance(answer, Choice):  # its options are all on the paper
            for text in {str(answer), answer.latex()}:
                assert text not in seen, text
    for name in ("alan", "kurt"):
        assert f"Paper of {name.capitalize()}" not in seen
        theirs, mine = (str(papers[one].variants["1.a"].prompt()) for one in (name, "ada"))
        assert theirs == mine or theirs.splitlines()[0] not in seen
    assert all(variant.working() not in seen for variant in papers["ada"].variants.values())


def test_entry_is_refused_after_many_wrong_codes_and_open_again_a_minute_later(
    room: Room, browser: Callable[[], Browser], clock: Clock
) -> None:
    page = browser()
    page.get("/")
    statuses = [page.post("/enter", {"code": f"WRNG-{number:04}"}).status_code for number in range(25)]
    assert statuses == [422] * 20 + [429] * 5
    assert page.enter("ada").status_code == 429
    clock.wait(minutes=1)
    assert page.enter("ada").status_code == 200


def test_many_candidates_of_one_hall_enter_in_the_same_minute(room: Room, browser: Callable[[], Browser]) -> None:
    for _ in range(60):
        assert browser().enter("ada").status_code == 200


def test_too_much_at_once_is_refused(room: Room, browser: Callable[[], Browser]) -> None:
    page = browser()
    page.enter_as_staff()
    response = page.post("/staff/roster", {"text": "x" * 5_000_000})
    assert response.status_code == 413
    assert "more than this server takes at once" in response.text


def test_cookies_are_kept_to_https_where_it_is_served(room: Room, browser: Callable[[], Browser]) -> None:
    room.https = True
    cookie = browser().send("GET", "/").headers["set-cookie"]
    assert cookie.startswith("__Host-gradus=")
    assert {"HttpOnly", "Secure", "Path=/"} <= set(cookie.split("; "))


def test_the_log_holds_no_link_no_code_and_no_answer(
    room: Room, browser: Callable[[], Browser], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    open_exam(room)
    page = browser()
    page.get(room.link("ada"))
    page.post(room.link("ada"))
    page.post("/exam/start")
    page.save(shape="7 x 7 x 777")
    page.enter_as_staff()
    text = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("httpx"))
    assert "/enter/{word}" in text
    words = [room.link("ada"), room.staff_link(), room.code("ada"), "777", page.token, room.secret.decode()]
    assert not [word for word in words if word.rpartition("/")[2] in text]
