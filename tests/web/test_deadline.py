"""The clock on the page is the server's, and at the deadline what is saved is handed in, page open or closed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from gradus import store
from gradus.web.room import Room
from tests.web.browsers import CHROMIUM, Visitor, launched, visiting
from tests.web.rooms import make_room, open_exam

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt install chromium)")


class ShiftedClock:
    """The time as it passes, and some more."""

    def __init__(self) -> None:
        self.more = timedelta(0)

    def __call__(self) -> datetime:
        return store.utc_now() + self.more


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock()


@pytest.fixture
def room(tmp_path: Path, clock: ShiftedClock) -> Iterator[Room]:
    made = make_room(tmp_path, clock=clock)  # type: ignore[arg-type]
    open_exam(made, minutes=60)
    yield made
    store.close_ledger(made.ledger)


@pytest.fixture
def sit(room: Room) -> Iterator[Callable[[str], Visitor]]:
    with launched() as browser, visiting(room, browser) as visit:

        def come(name: str) -> Visitor:
            visitor = visit()
            visitor.page.goto(room.link(name))
            visitor.page.get_by_role("button", name="Enter as").click()
            visitor.page.get_by_role("button", name="Begin").click()
            return visitor

        yield come


def test_the_clock_is_the_servers_and_hands_in_what_is_written_when_it_is_over(
    room: Room, clock: ShiftedClock, sit: Callable[[str], Visitor]
) -> None:
    alan = sit("alan")
    page = alan.page
    left = page.locator("[data-left]")
    expect(left).to_have_text(re.compile(r"^(1:00:00|59:\d\d)$"))
    page.locator("[name='1.a/shape']").fill("1 x 2 x 3")
    expect(page.get_by_text(re.compile(r"^All saved at \d"))).to_be_visible()
    clock.more = timedelta(minutes=59, seconds=40)  # the page hears of it with its next save
    page.locator("[name='1.a/parameters']").fill("7")
    expect(left).to_have_class(re.compile("soon"))
    page.locator("[name='1.a/parameters']").fill("8")
    expect(page.get_by_role("heading", name="Handed in")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("The time was over, so what was saved was handed in for you.")).to_be_visible()
    receipt = store.receipt_of(room.ledger, room.candidate_id("alan"))
    assert receipt is not None
    assert receipt.automatic
    assert receipt.answered == 2
    saved = store.answers(room.ledger, room.candidate_id("alan"))["1.a"]
    assert {part: one.text for part, one in saved.items()} == {"shape": "1 x 2 x 3", "parameters": "8"}
    alan.close()


def test_a_page_that_was_closed_is_handed_in_all_the_same(
    room: Room, clock: ShiftedClock, sit: Callable[[str], Visitor]
) -> None:
    kurt = sit("kurt")
    kurt.page.locator("[name='1.a/shape']").fill("4 x 5 x 6")
    expect(kurt.page.get_by_text("All saved at")).to_be_visible()
    kurt.page.close()
    clock.more = timedelta(minutes=61)
    page = kurt.context.new_page()
    page.goto("/exam")  # from here the page looks again by itself
    expect(page.get_by_role("heading", name="Handed in")).to_be_visible(timeout=60_000)
    receipt = store.receipt_of(room.ledger, room.candidate_id("kurt"))
    assert receipt is not None
    assert receipt.automatic
    assert receipt.answered == 1
    kurt.close()
