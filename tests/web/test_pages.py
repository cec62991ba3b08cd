"""Every page in a real browser: accessible, labelled, in an order that can be followed, and usable without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gradus import store
from gradus.answers import Choice, Program, TrueOrFalse, Written
from gradus.web.application import PAGES
from gradus.web.room import Room
from tests.web.browsers import CHROMIUM, Visitor, Visitors, launched, visiting
from tests.web.rooms import EXAM, make_room, open_exam

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt install chromium)")
PROGRAM = "\n```image_attention\nid: 3.a\npoints: 4\nkernel: 2\ndivisor: 2\n```\n"
ALL_KINDS = EXAM.replace("points: 12", "points: 16") + PROGRAM
PLACES = {"candidate": "ada", "item": "2.b", "part": "difference", "number": "1", "family": "conv_layer", "seed": "abc"}
NO_PAGES = re.compile(r".*\.(csv|zip|svg|txt)")
ORDER = """[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter(one => Number(one.getAttribute("tabindex") ?? 0) > 0).map(one => one.outerHTML.slice(0, 80))"""
UNNAMED = """[...document.querySelectorAll("input:not([type=hidden]), select, textarea, button")]
  .filter(one => !(one.labels?.length || one.textContent.trim() || one.getAttribute("aria-label")))
  .map(one => one.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as made:
        yield made


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = make_room(tmp_path, ALL_KINDS, clock=store.utc_now)  # type: ignore[arg-type]
    yield made
    store.close_ledger(made.ledger)


@pytest.fixture
def visitors(room: Room, browser: Browser) -> Iterator[Visitors]:
    with visiting(room, browser) as visit:
        yield visit


def enter(visitor: Visitor, link: str, name: str = "") -> None:
    visitor.page.goto(link)
    if name:
        visitor.page.get_by_label("Your name").fill(name)
    visitor.page.locator("main button").click()


def walk(visitor: Visitor, prefix: str, *, leaving_out: str = "") -> None:
    """Look at every page of a kind, and demand names for what can be used and no order but that of the page."""
    for page in PAGES:
        skipped = page.spoken or NO_PAGES.fullmatch(page.path) or page.path == leaving_out or "{word}" in page.path
        if not page.path.startswith(prefix) or page.methods != ("GET",) or skipped:
            continue
        address = re.sub(r"\{(\w+)\}", lambda found: PLACES[found[1]], page.path)
        visitor.page.goto(address)
        visitor.look("page" + address.replace("/", "-"))
        assert visitor.page.evaluate(ORDER) == [], address
        assert visitor.page.evaluate(UNNAMED) == [], address
        assert visitor.page.locator("h1").count() == 1, address
        assert visitor.page.title(), address


def test_axe_finds_nothing_on_any_page_of_an_exam_that_is_open_and_of_one_that_is_over(
    room: Room, visitors: Visitors
) -> None:
    staff, ada, anyone = visitors(), visitors(), visitors()
    walk(anyone, "/practice")
    anyone.page.goto("/practice/image_attention/abc")
    anyone.look("page-practice-program")
    enter(staff, room.staff_link(), "Grace")
    open_exam(room)
    enter(ada, room.link("ada"))
    ada.look("page-waiting")
    ada.page.get_by_text("Signed in elsewhere?").click()
    ada.look("page-waiting-devices")
    ada.page.get_by_role("button", name="Begin the exam").click()
    walk(ada, "/exam")
    walk(staff, "/staff", leaving_out="/staff/regrades/{number}")  # there is none yet
    store.submit(room.ledger, room.candidate_id("ada"))
    list(store.grade_submissions(room.ledger, room.name, "tests"))
    store.plan_regrade(room.ledger, room.name, reason="r", by="tests")
    store.release(room.ledger, room.name, marks=True, feedback=True, by="tests")
    store.ask_regrade(room.ledger, room.candidate_id("ada"), "1.a", "shape", "why")
    store.stop(room.ledger, room.name, by="tests")
    walk(ada, "/exam")
    walk(ada, "/results")
    walk(staff, "/staff")
    staff.page.goto("/staff/access")
    staff.page.get_by_role("button", name="Make a staff link").click()
    staff.look("page-staff-link")


def test_what_changes_by_itself_is_said_to_who_cannot_see_it(room: Room, visitors: Visitors) -> None:
    open_exam(room)
    ada = visitors()
    enter(ada, room.link("ada"))
    ada.page.get_by_role("button", name="Begin the exam").click()
    page = ada.page
    for selector, role in (("[data-saved]", "status"), ("[data-spoken]", "status"), ("[id^=tried-]", "status")):
        assert page.locator(selector).first.get_attribute("role") == role, selector
    readings = page.locator("[data-reading]")
    assert readings.count() >= 4
    assert {readings.nth(n).get_attribute("aria-live") for n in range(readings.count())} == {"polite"}
    field = page.locator("[name='1.a/shape']")
    described = field.get_attribute("aria-describedby") or ""
    assert all(page.locator(f"[id='{name}']").count() == 1 for name in described.split())
    field.fill("12 34")
    expect(page.locator("[data-reading='1.a/shape']")).to_contain_text("Cannot be read yet")
    # Tab goes through the fields in the order of the paper
    names = page.locator("form#paper").evaluate(
        "form => [...form.elements].map(one => one.name).filter(n => n.includes('/') && !n.startsWith('was'))"
    )
    seen = []
    field.focus()
    for _ in range(60):
        name = page.evaluate("document.activeElement.name ?? ''")
        if "/" in name and name not in seen:
            seen.append(name)
        ada.press("Tab")
    assert seen == [name for name in dict.fromkeys(names) if name in seen]
    assert len(seen) == len(set(names))


def test_practice_of_a_program_numbers_its_lines_and_runs_the_public_checks(room: Room, visitors: Visitors) -> None:
    learner = visitors()
    page = learner.page
    page.goto("/practice/image_attention/abc")
    page.get_by_label("Program").fill("import numpy as np\n\ndef image_attention(image, keys, values):\n    return 1\n")
    expect(page.locator(".gutter")).to_have_text(re.compile(r"1\s*2\s*3\s*4\s*5"))
    page.get_by_role("button", name="Run the public checks").click()
    place = page.locator("[id='tried-program']")
    expect(place).to_contain_text(re.compile("holds|fails|cannot be run"), timeout=60_000)
    assert page.url.endswith("/practice/image_attention/abc")  # nothing was sent off


def test_a_whole_exam_without_scripts(room: Room, visitors: Visitors) -> None:
    """Staff open it, a candidate answers every kind at two machines and hands in, staff mark, the candidate reads."""
    staff, ada, elsewhere = (visitors(java_script_enabled=False) for _ in range(3))
    enter(staff, room.staff_link(), "Grace")
    staff.page.goto("/staff/schedule")
    staff.page.get_by_role("button", name="Open the exam now").click()
    enter(ada, room.link("ada"))
    ada.page.get_by_role("button", name="Begin the exam").click()
    variants = store.paper_of(room.ledger, room.candidate_id("ada")).paper.variants
    answers = {f"{item}/{part}": key for item, variant in variants.items() for part, key in variant.key().items()}
    for number, (name, key) in enumerate(answers.items()):
        one = ada if number < 3 else elsewhere
        if number == 3:
            ada.page.locator("#q-2\\.a button[name='at']").click()
            expect(ada.page.locator("#q-2\\.a .saved")).to_have_text("Saved")
            enter(elsewhere, room.link("ada"))
        field = one.page.locator(f"[name='{name}']")
        if isinstance(key, Choice | TrueOrFalse):
            one.page.locator(f"[name='{name}'][value='{key}']").check()
        else:
            field.fill("A small weight becomes exactly zero." if isinstance(key, Written) else str(key))
    page = elsewhere.page
    assert isinstance(answers["3.a/program"], Program)
    page.get_by_role("button", name="Run the public checks").click()
    expect(page.locator("[id^=tried-]")).to_contain_text(re.compile("holds|runs|cannot be run|Waiting"))
    page.get_by_role("button", name="Look it over and hand in").click()
    expect(page.get_by_text(f"{len(answers)} of {len(answers)} answers are saved.")).to_be_visible()
    page.get_by_role("button", name="Hand in now").click()
    expect(page.get_by_role("heading", name="Handed in")).to_be_visible()
    staff.page.goto("/staff/marking")
    staff.page.get_by_role("button", name="Grade what is handed in").click()
    for _ in range(120):
        if staff.page.get_by_text("1 paper graded").count():
            break
        staff.page.wait_for_timeout(500)
        staff.page.goto("/staff/marking")
    staff.page.get_by_role("link", name="2.b difference").click()
    staff.page.get_by_label("Adjustment").fill("3")
    staff.page.get_by_role("button", name="Mark and next").click()
    staff.page.goto("/staff/release")
    staff.page.get_by_label("their marks").check()
    staff.page.get_by_label("feedback, keys and working").check()
    staff.page.get_by_role("button", name="Set").click()
    page.goto("/results")
    marks = store.marks(room.ledger, room.candidate_id("ada"))
    assert marks.total + sum(item.worth["program"] for item in marks.items if item.item == "3.a" and item.pending) == 16
    expect(page.get_by_text(re.compile(r"^\d+ of 16"))).to_be_visible()
    expect(page.get_by_text("Working of 1.a")).to_be_visible()
