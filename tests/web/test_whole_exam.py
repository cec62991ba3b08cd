"""The bundled midterm from the first link to the last mark, in a real browser and without a mouse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gradus import store
from gradus.web.room import Room
from tests.web.browsers import CHROMIUM, Visitors, launched, visiting
from tests.web.rooms import make_room
from tests.web.scenes import answer_request, mark, read_feedback, regrade, set_up, sit

MIDTERM = Path(__file__).parents[2] / "exams" / "midterm.md"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt install chromium)")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as made:
        yield made


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = make_room(tmp_path, MIDTERM.read_text(encoding="utf-8"), clock=store.utc_now)  # type: ignore[arg-type]
    yield made
    store.close_ledger(made.ledger)


@pytest.fixture
def visitors(room: Room, browser: Browser) -> Iterator[Visitors]:
    with visiting(room, browser) as visit:
        yield visit


def test_a_whole_exam_from_the_first_link_to_the_last_mark(room: Room, visitors: Visitors) -> None:
    staff, first, second = visitors(), visitors(), visitors()
    set_up(staff, room)
    sit(first, second, room)
    mark(staff)
    regrade(staff, room)
    read_feedback(second)
    answer_request(staff)
    recomputed = store.recompute(room.ledger, room.name, "ada")
    assert not recomputed.differences


def test_without_scripts_everything_but_saving_by_itself_works(room: Room, visitors: Visitors) -> None:
    list(store.draw_papers(room.ledger, room.name, room.secret, "tests"))
    staff, ada = visitors(java_script_enabled=False), visitors(java_script_enabled=False)
    staff.page.goto(room.staff_link())
    staff.page.get_by_label("Your name").fill("Grace")
    staff.page.get_by_role("button", name="Enter").click()
    staff.page.goto("/staff/schedule")
    staff.page.get_by_role("button", name="Open the exam now").click()
    page = ada.page
    page.goto("/")
    page.get_by_label("Code").fill(room.code("ada"))
    page.get_by_role("button", name="Enter").click()
    page.get_by_role("button", name="Begin the exam").click()
    page.locator("[name='3.i/shape']").fill("12 6")
    page.locator("#q-3\\.i button[name='at']").click()
    expect(page.get_by_text("a × between sizes is expected here")).to_be_visible()
    page.locator("[name='3.i/shape']").fill("126 × 126 × 64")
    page.locator("[name='4.iii/small_l1'][value='zero']").check()
    page.get_by_role("button", name="Look it over and hand in").click()
    expect(page.get_by_text(re.compile(r"^2 of \d+ answers are saved\."))).to_be_visible()
    page.get_by_role("button", name="Hand in now").click()
    expect(page.get_by_role("heading", name="Handed in")).to_be_visible()


def test_practice_says_at_once_what_went_wrong(room: Room, visitors: Visitors) -> None:
    learner = visitors()
    page = learner.page
    page.goto("/practice")
    learner.look("families")
    page.goto("/practice/conv_layer/abc")
    learner.look("practice")
    page.get_by_label("Shape").fill("1 x 1 x 1")
    page.get_by_label("Parameters").fill("0")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="Working")).to_be_visible()
    learner.look("practice-answered")
