"""Practice: endless, at once, and closed while the exam is open."""

from __future__ import annotations

from collections.abc import Callable

from gradus import store
from gradus.web.room import Room
from tests.web.rooms import Browser, Clock, open_exam

Browsers = Callable[[], Browser]


def test_practice_is_closed_while_the_exam_is_open(room: Room, browser: Browsers, clock: Clock) -> None:
    page = browser()
    assert page.get("/practice").status_code == 200
    open_exam(room, minutes=60)
    assert page.get("/practice/conv_layer").status_code == 403
    store.stop(room.ledger, room.name, "tests")
    assert page.get("/practice/conv_layer").status_code == 200


def test_practice_marks_at_once_and_asks_again_what_cannot_be_read(browser: Browsers) -> None:
    page = browser()
    page.get("/practice/conv_layer/abc")
    address = "/practice/conv_layer/abc"
    again = page.post(address, {"practice/shape": "12,34 x 3", "practice/parameters": "1"}).text
    assert "commas and other marks are mixed" in again
    assert "Working" not in again
    marked = page.post(address, {"practice/shape": "1 x 1 x 1", "practice/parameters": "1"}).text
    assert "is not right" in marked
    assert "<h2>Working</h2>" in marked
