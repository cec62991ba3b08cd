"""A candidate without scripts: enters, begins, saves, resumes elsewhere, hands in; and what scripts send."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradus import store
from gradus.store.batching import Save
from gradus.web.room import Room
from tests.web.rooms import Browser, Clock, fields, open_exam

Browsers = Callable[[], Browser]


def test_a_candidate_enters_by_code_however_it_is_written(room: Room, browser: Browsers) -> None:
    page = browser()
    page.get("/")
    assert "Welcome, Ada" in page.post("/enter", {"code": f" {room.code('ada').lower().replace('-', ' ')} "}).text


def test_a_wrong_code_says_what_to_check(browser: Browsers) -> None:
    page = browser()
    page.get("/")
    response = page.post("/enter", {"code": "AAAA-AAAA"})
    assert response.status_code == 422
    assert "No candidate of this exam has this code. Check each letter" in response.text
    assert 'value="AAAA-AAAA"' in response.text


def test_a_personal_link_asks_before_it_lets_in(room: Room, browser: Browsers) -> None:
    page = browser()
    link = room.link("ada")
    assert "personal link of <strong><bdi>Ada</bdi></strong>" in page.get(link).text
    assert page.get("/exam").url.path == "/"  # following the link alone lets nobody in
    page.get(link)
    assert "Welcome, Ada" in page.post(link).text


def test_a_link_expires(room: Room, browser: Browsers, clock: Clock) -> None:
    link = room.link("ada")
    clock.wait(days=61)
    response = browser().get(link)
    assert response.status_code == 404
    assert "Ask the staff for a new one" in response.text


def test_nobody_begins_before_the_opening(browser: Browsers) -> None:
    page = browser()
    assert "No time is set yet" in page.enter("ada").text
    assert page.post("/exam/start").status_code == 400


def test_accommodation_gives_more_time_once_for_the_whole_exam(room: Room, browser: Browsers) -> None:
    open_exam(room, minutes=60)
    ada, alan = browser(), browser()
    assert "1 h 15 min" in ada.enter("ada").text
    assert 'data-left="4500.0"' in ada.post("/exam/start").text
    assert 'data-left="3600.0"' in alan.start("alan").text


def test_a_form_saves_what_was_changed_and_shows_how_it_was_read(room: Room, browser: Browsers) -> None:
    open_exam(room)
    page = browser()
    form = fields(page.start("ada").text)
    response = page.post("/exam/save", form | {"1.a/parameters": "1,792", "1.a/shape": "12,34 x 4", "at": "1.a"})
    assert page.location == "/exam?saved=1.a#q-1.a"
    assert "Cannot be read yet" in response.text
    assert "commas and other marks are mixed" in response.text
    assert "Read as <span" in response.text
    saved = store.answers(room.ledger, room.candidate_id("ada"))
    assert {part: one.text for part, one in saved["1.a"].items()} == {"parameters": "1,792", "shape": "12,34 x 4"}


def test_an_old_page_undoes_nothing_that_a_newer_one_saved(room: Room, browser: Browsers) -> None:
    open_exam(room)
    first, second = browser(), browser()
    old = fields(first.start("ada").text)
    new = fields(second.enter("ada").text)
    second.post("/exam/save", new | {"1.a/parameters": "1792"})
    first.post("/exam/save", old | {"1.a/shape": "3 x 3"})
    saved = store.answers(room.ledger, room.candidate_id("ada"))["1.a"]
    assert (saved["parameters"].text, saved["shape"].text) == ("1792", "3 x 3")


def test_choices_are_saved_and_shown_again(room: Room, browser: Browsers) -> None:
    open_exam(room)
    page = browser()
    form = fields(page.start("ada").text)
    response = page.post("/exam/save", form | {"2.b/small_l1": "zero"})
    assert 'name="2.b/small_l1" value="zero" checked' in response.text


def test_a_save_by_script_is_acknowledged_with_its_numbers_and_the_time_left(room: Room, browser: Browsers) -> None:
    open_exam(room)
    page = browser()
    page.start("alan")
    told = page.save(sequence=7, shape="1 x 2 x 3", parameters="5").json()
    assert told["sequences"] == [7, 8]
    assert (told["state"], told["left"]) == ("sitting", 3600.0)
    # the same again, as after a lost reply, changes nothing
    assert page.save(sequence=7, shape="1 x 2 x 3", parameters="5").json()["sequences"] == [7, 8]
    assert store.answers(room.ledger, room.candidate_id("alan"))["1.a"]["parameters"].text == "5"


def test_saves_that_come_together_share_a_commit_and_each_is_kept_or_refused_by_itself(
    room: Room, browser: Browsers
) -> None:
    open_exam(room)
    pages = {name: browser() for name in ("ada", "alan", "kurt")}
    for name, page in pages.items():
        page.start(name)
    store.submit(room.ledger, room.candidate_id("kurt"))
    several = [
        Save(room.candidate_id(name), "tab", [store.Write(number, "1.a", "shape", f"{number} x {number}")])
        for number in range(1, 30)
        for name in pages
    ]
    futures = [room.writer.save(one) for one in several]
    for one, future in zip(several, futures, strict=True):
        if one.candidate_id == room.candidate_id("kurt"):
            assert isinstance(future.exception(20), store.Refused)
        else:
            assert future.result(20)[0].sequences == (one.writes[0].sequence,)
    for name in ("ada", "alan"):
        assert store.answers(room.ledger, room.candidate_id(name))["1.a"]["shape"].text == "29 x 29"
    assert store.answers(room.ledger, room.candidate_id("kurt")) == {}


def test_a_stale_page_overwrites_nothing_that_another_device_has_saved_since(room: Room, browser: Browsers) -> None:
    open_exam(room)
    first, second = browser(), browser()
    first.start("ada")
    seen = first.get("/exam/state").json()["seen"]
    room.ledger.now.wait(seconds=1)  # type: ignore[attr-defined]
    second.enter("ada")
    second.save(client="other", shape="2 x 2 x 2")
    write = {"sequence": 1, "item": "1.a", "part": "shape", "text": "1 x 1 x 1"}
    told = first.speak("/exam/autosave", {"client": "tab", "seen": seen, "writes": [write]}).json()
    assert (told["sequences"], told["overtaken"]) == ([1], [1])
    assert store.answers(room.ledger, room.candidate_id("ada"))["1.a"]["shape"].text == "2 x 2 x 2"
    write = {"sequence": 2, "item": "1.a", "part": "shape", "text": "3 x 3 x 3"}
    later = first.get("/exam/state").json()["seen"]
    assert first.speak("/exam/autosave", {"client": "tab", "seen": later, "writes": [write]}).json()["overtaken"] == []


def test_another_device_sees_what_was_saved(room: Room, browser: Browsers) -> None:
    open_exam(room)
    first, second = browser(), browser()
    first.start("ada")
    first.save(shape="9 x 9 x 9")
    assert fields(second.enter("ada").text)["1.a/shape"] == "9 x 9 x 9"
    rows = second.get("/exam/state").json()["answers"]
    assert rows == [{"item": "1.a", "part": "shape", "text": "9 x 9 x 9", "client": "tab"}]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ([], "Send a JSON object."),
        ({"client": "a b", "writes": [{}]}, "Send a client and its writes."),
        ({"client": "a", "writes": []}, "Send one to 200 writes."),
        ({"client": "a", "writes": [{"sequence": True, "item": "1.a", "part": "shape", "text": ""}]}, "Each write has"),
        ({"client": "a", "writes": [{"sequence": 0, "item": "1.a", "part": "shape", "text": ""}]}, "Each write has"),
    ],
)
def test_what_is_no_save_is_refused_in_words(data: object, text: str, room: Room, browser: Browsers) -> None:
    open_exam(room)
    page = browser()
    page.start("ada")
    response = page.speak("/exam/autosave", data)
    assert (response.status_code, text in response.json()["text"]) == (400, True)


def test_a_save_after_the_end_is_refused_and_what_was_saved_is_handed_in(
    room: Room, browser: Browsers, clock: Clock
) -> None:
    open_exam(room, minutes=60)
    page = browser()
    page.start("alan")
    page.save(shape="1 x 2 x 3")
    clock.wait(minutes=60, seconds=2)  # what was sent in time may still arrive
    assert "The time is over" in page.get("/exam").text
    clock.wait(seconds=4)
    response = page.save(sequence=5, shape="late")
    assert (response.status_code, response.json()["text"]) == (
        409,
        "The time is over. What was saved before counts.",
    )
    receipt = page.get("/exam")
    assert receipt.url.path == "/exam/receipt"
    assert "what was saved was handed in for you" in receipt.text
    assert store.answers(room.ledger, room.candidate_id("alan"))["1.a"]["shape"].text == "1 x 2 x 3"


def test_handing_in_says_what_is_blank_and_ends_with_a_receipt(room: Room, browser: Browsers) -> None:
    open_exam(room)
    page = browser()
    form = fields(page.start("ada").text)
    look = page.post("/exam/save", form | {"1.a/parameters": "1..2", "hand-in": "1"})
    assert look.url.path == "/exam/hand-in"
    assert "1 of 8 answers are saved" in look.text
    assert "2.a gradient" in look.text
    receipt = page.post("/exam/hand-in")
    kept = store.receipt_of(room.ledger, room.candidate_id("ada"))
    assert kept is not None
    assert kept.hash in receipt.text
    assert kept.hash in page.get("/exam/receipt.txt").text
    assert page.get("/exam").url.path == "/exam/receipt"
    assert page.save(shape="1 x 1 x 1").status_code == 409


def test_a_preview_tells_how_a_formula_is_read_and_where_reading_stops(room: Room, browser: Browsers) -> None:
    open_exam(room)
    page = browser()
    page.start("ada")
    ask = {"item": "2.a", "part": "gradient"}
    assert "<math" in page.speak("/exam/preview", ask | {"text": "∇J(w) + alpha*sign(w)"}).json()["html"]
    stopped = page.speak("/exam/preview", ask | {"text": "∇J(w) + alpha*sign(w"}).json()["html"]
    assert "Cannot be read yet" in stopped
    assert "<mark>" in stopped
    assert page.speak("/exam/preview", {"item": "9", "part": "a", "text": "1"}).status_code == 404
    page.post("/exam/hand-in")
    late = page.speak("/exam/preview", ask | {"text": "∇J(w)"})  # asked by a page that was just handing in
    assert (late.status_code, late.json()) == (200, {"html": ""})


def test_what_is_written_is_shown_as_text_and_never_as_a_page(room: Room, browser: Browsers) -> None:
    open_exam(room)
    page = browser()
    page.start("ada")
    attack = '"><script>alert(1)</script>'
    page.save(shape=attack, difference=attack, gradient=attack)
    assert "<script>alert" not in page.get("/exam").text
    told = page.speak("/exam/preview", {"item": "1.a", "part": "shape", "text": attack}).json()["html"]
    assert "<script>" not in told
