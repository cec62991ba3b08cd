"""Links, codes and sessions end when someone says so, and not only when they expire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from gradus import store
from gradus.web import room as rooms
from gradus.web.room import Room
from tests.web.rooms import Browser, Clock, open_exam

Browsers = Callable[[], Browser]


@pytest.fixture(autouse=True)
def looking_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rooms look at every request what was ended elsewhere; a server does so once a second."""
    monkeypatch.setattr(rooms, "LOOK_EVERY", 0.0)


@pytest.mark.parametrize("role", ["candidate", "staff"])
def test_who_leaves_is_out_wherever_the_cookie_is(
    room: Room, browser: Browsers, runner: asyncio.Runner, role: str
) -> None:
    page, home, way = browser(), *(("/exam", "/exam/leave") if role == "candidate" else ("/staff", "/leave"))
    page.enter("ada") if role == "candidate" else page.enter_as_staff()
    kept = dict(page.client.cookies)
    page.post(way)
    thief = Browser(room, runner)
    thief.client.cookies.update(kept)
    assert thief.get(home).url.path == "/"
    assert (page.enter("ada") if role == "candidate" else page.enter_as_staff()).url.path == home


def test_a_candidate_signs_out_everywhere_else_and_goes_on_here(room: Room, browser: Browsers) -> None:
    open_exam(room)
    here, elsewhere = browser(), browser()
    elsewhere.start("ada")
    here.enter("ada")
    assert "You are signed in here alone." in here.post("/exam/leave-others").text
    assert here.save(shape="1 x 1 x 1").status_code == 200
    assert elsewhere.save(shape="2 x 2 x 2").status_code == 401
    assert elsewhere.get("/exam").url.path == "/"
    assert elsewhere.enter("ada").status_code == 200


def test_a_new_link_ends_the_old_one_its_code_and_every_session(room: Room, browser: Browsers) -> None:
    open_exam(room)
    ada, alan, staff = browser(), browser(), browser()
    old_link, old_code = room.link("ada"), room.code("ada")
    ada.start("ada")
    ada.save(shape="1 x 2 x 3")
    alan.enter("alan")
    staff.enter_as_staff()
    told = staff.post("/staff/roster/renew", {"candidate": "ada"}).text
    assert "ada has a new code and link" in told
    assert room.code("ada") in told
    assert room.code("ada") != old_code
    assert ada.get("/exam").url.path == "/"
    assert ada.get(old_link).status_code == 404
    ada.get("/")
    assert ada.post("/enter", {"code": old_code}).status_code == 422
    ada.get(room.link("ada"))
    assert 'value="1 x 2 x 3"' in ada.post(room.link("ada")).text  # what was saved is there
    assert browser().enter("ada").url.path == "/exam"
    assert alan.get("/exam").url.path == "/exam"
    assert "links ended" in staff.get("/staff/trail").text


def test_a_lost_staff_link_is_ended_by_colleagues_who_stay_in(room: Room, browser: Browsers) -> None:
    lost = room.staff_link()
    thief, grace = browser(), browser()
    thief.enter_as_staff("Eve")
    grace.enter_as_staff("Grace")
    page = grace.get("/staff/access").text
    assert "Eve" in page
    assert "4 February 2026, 02:00:00 UTC" in page  # until when she is in
    assert grace.post("/staff/access/end").status_code == 422  # never by one slip
    grace.get("/staff/access")
    assert "Every other staff link and session is ended" in grace.post("/staff/access/end", {"sure": "yes"}).text
    assert thief.get("/staff").url.path == "/"
    assert thief.get(lost).status_code == 404
    link = grace.post("/staff/link").text.split('<p class="hash note">')[1].split("<")[0]
    assert "Your name" in thief.get(link.removeprefix("http://room")).text
    assert "10 February 2026, 12:00:00 UTC" in thief.get(link).text  # until when the link holds


def test_what_another_process_ended_is_ended_here(room: Room, browser: Browsers, runner: asyncio.Runner) -> None:
    staff = browser()
    staff.enter_as_staff()
    other = Room(room.ledger, room.name, room.file, room.secret)
    other.revoke("staff", "", "links", "server")
    assert staff.get("/staff").url.path == "/"
    assert other.staff_link() == room.staff_link()


def test_valid_links_are_let_in_while_codes_are_guessed_at(room: Room, browser: Browsers) -> None:
    page = browser()
    page.get("/")
    for number in range(25):
        page.post("/enter", {"code": f"WRNG-{number:04}"})
    assert page.enter("ada").status_code == 429
    page.get(room.link("ada"))
    assert "Welcome, Ada" in page.post(room.link("ada")).text


def test_who_is_taken_off_is_out_and_who_was_misspelt_is_corrected(room: Room, browser: Browsers) -> None:
    staff, kurt = browser(), browser()
    kurt.enter("kurt")
    staff.enter_as_staff()
    assert "kurt is off the roster" in staff.post("/staff/roster/withdraw", {"candidate": "kurt"}).text
    assert kurt.get("/exam").url.path == "/"
    staff.post("/staff/roster", {"text": "candidate,name\nkurt,Kurt Gödel"})
    assert "Welcome, Kurt Gödel" in kurt.enter("kurt").text
    staff.post("/staff/roster/withdraw", {"candidate": "kurt"})
    corrected = {"candidate": "alan", "id": "alonzo", "name": "Alonzo Church", "reason": "misread"}
    staff.post("/staff/roster/correct", corrected)
    assert [one.candidate for one in store.candidates_of(room.ledger, room.name)] == ["ada", "alonzo"]
    assert "Welcome, Alonzo Church" in browser().enter("alonzo").text
    staff.post("/staff/roster/correct", {"candidate": "alonzo", "id": "Alonzo"})
    assert [one.candidate for one in store.candidates_of(room.ledger, room.name)] == ["ada", "Alonzo"]
    open_exam(room)
    browser().start("ada")
    for path in ("withdraw", "correct"):
        refused = staff.post(f"/staff/roster/{path}", {"candidate": "ada", "id": "eda"})
        assert (refused.status_code, "has begun the exam: their paper stays" in refused.text) == (409, True)
    staff.post("/staff/roster/correct", {"candidate": "ada", "name": "Ada King"})
    assert "Paper of <bdi>Ada King</bdi>" in browser().enter("ada").text


def test_a_session_ends_by_itself_after_fourteen_hours(room: Room, browser: Browsers, clock: Clock) -> None:
    page = browser()
    page.enter("ada")
    clock.wait(hours=13, minutes=59)
    assert page.get("/exam").url.path == "/exam"
    clock.wait(minutes=2)
    assert page.get("/exam").url.path == "/"
