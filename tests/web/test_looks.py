"""Every page as people see it: wide and narrow, light and dark, printed; with names and texts that are not simple."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gradus import store
from gradus.web.rates import Bucket
from gradus.web.room import Room
from gradus.web.staff.auditing import start_audit
from gradus.web.staff.jobs import until_done
from gradus.web.staff.roster import enrol
from tests.web.browsers import CHROMIUM, SCREENSHOTS, Visitor, Visitors, launched, visiting
from tests.web.rooms import EXAM, make_room
from tests.web.scenes import WRITTEN, answers_of

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt install chromium)")

MIDTERM = (Path(__file__).parents[2] / "exams" / "midterm.md").read_text(encoding="utf-8")
PROSE = r"""
Everything that an author may write: **bold**, *slanted*, `code`, a [link](https://example.org), and maths such as
$\sum_{i=1}^{n} (y_i - f(x_i; \theta))^2$ in the line. A matrix, and a formula too wide for a phone:

$$A = \begin{pmatrix} 1 & 0 & -1 \\ 2 & 0 & -2 \\ 1 & 0 & -1 \end{pmatrix}, \qquad
\nabla_W L = \frac{1}{n} \sum_{i=1}^{n} \left( \sigma(W^\top x_i + b) - y_i \right) x_i^\top
+ \lambda \|W\|_F^2 + \mu \|W\|_1$$

| layer | kernel | stride | output |
|---|---|---|---|
| convolution | 3 × 3 | 1 | 126 × 126 × 64 |
| pooling | 2 × 2 | 2 | 63 × 63 × 64 |

```python
def attend(queries, keys, values, scale=1.0):
    scores = queries @ keys.T * scale  # a line of a program that is too long for any phone, and for most papers too
    return softmax(scores) @ values
```

1. first, a list,
2. then > a quotation:

> Every key is computed, then countersigned.
"""
ROSTER = (
    ("noor", "نور الهدى بنت عبد الرحمن"),
    ("shira", "שירה בן־דוד (Shira)"),
    ("hubert", "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmondeley senior"),
    ("x" * 60, "東京太郎"),
    ("nameless", ""),
    ("late", "<b>Late</b> & never here"),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as made:
        yield made


@pytest.fixture
def opened(tmp_path: Path, browser: Browser) -> Iterator[Callable[[str], tuple[Room, Visitors]]]:
    with ExitStack() as closing:

        def make(text: str) -> tuple[Room, Visitors]:
            room = make_room(tmp_path, text, clock=store.utc_now)  # type: ignore[arg-type]
            closing.callback(store.close_ledger, room.ledger)
            return room, closing.enter_context(visiting(room, browser))

        yield make


def come_in(visitor: Visitor, room: Room, candidate: str) -> None:
    visitor.page.goto(room.link(candidate))
    visitor.page.get_by_role("button", name="Enter as").click()


def come_in_as_staff(visitor: Visitor, room: Room) -> None:
    visitor.page.goto(room.staff_link())
    visitor.page.get_by_label("Your name").fill("Grace Hopper")
    visitor.page.get_by_role("button", name="Enter").click()


def visit_all(visitor: Visitor, prefix: str, *paths: str) -> None:
    for path in paths:
        visitor.page.goto(path)
        visitor.look(f"{prefix}-{path.strip('/').replace('/', '-').partition('?')[0] or 'start'}")


PLACES = ("", "/audit", "/roster", "/schedule", "/progress", "/marking", "/regrades", "/release", "/requests")
STAFF = tuple(f"/staff{name}" for name in (*PLACES, "/statistics", "/export", "/trail", "/access"))


def test_pages_of_an_exam_in_which_nothing_has_happened_yet(
    opened: Callable[[str], tuple[Room, Visitors]],
) -> None:
    room, visitors = opened(EXAM)
    staff, ada = visitors(), visitors()
    come_in_as_staff(staff, room)
    staff.strict = False  # Chromium's console names every answer of 400 or more
    visit_all(staff, "empty", *STAFF)
    staff.page.goto("/staff/access")
    staff.page.get_by_role("button", name="Make a staff link").click()
    staff.look("staff-link")
    staff.page.goto("/staff/roster")
    staff.page.get_by_label("or lines").fill("candidate,factor\nada,often\n,1\n")
    staff.page.get_by_role("button", name="Add to the roster").click()
    staff.look("staff-roster-wrong")
    come_in(ada, room, "ada")
    ada.look("waiting-no-time")
    visit_all(ada, "empty", "/results")


def test_pages_that_say_what_went_wrong(
    opened: Callable[[str], tuple[Room, Visitors]], monkeypatch: pytest.MonkeyPatch
) -> None:
    room, visitors = opened(EXAM)
    ada = visitors()
    ada.strict = False  # Chromium's console names every answer of 400 or more
    page = ada.page
    page.goto("/")
    page.get_by_label("Code").fill("ABCD-2345")
    page.get_by_role("button", name="Enter").click()
    ada.look("wrong-code")
    visit_all(ada, "error-404", "/nowhere")
    page.goto("/enter/cut-off")
    ada.look("error-404-link")
    come_in(ada, room, "ada")
    page.goto("/staff")
    ada.look("error-403")
    page.goto("/exam")
    page.set_content(
        f'<form method="post" action="{ada.address}/exam/start"><textarea name="x">{"x" * 4_100_000}</textarea>'
        "<button>Send</button></form>"
    )
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Too large")).to_be_visible()
    ada.look("error-413")
    room.computations = Bucket(burst=0, per_minute=0)
    page.goto("/practice/conv_layer/abc")
    ada.look("error-429")

    def is_away(*_: object) -> None:
        raise store.Gone("", "database", "room", "cannot be reached", "start it")

    with monkeypatch.context() as away:
        away.setattr("gradus.store.find_candidate", is_away)
        page.goto("/exam")
        ada.look("error-503")
    expect(page.get_by_text("No time is set yet.")).to_be_visible()  # it tried again by itself
    monkeypatch.setattr("gradus.store.find_candidate", lambda *_: 1 / 0)
    page.goto("/exam")
    ada.look("error-500")


@pytest.mark.skipif(
    not SCREENSHOTS, reason="takes minutes: set GRADUS_SCREENSHOTS to a folder, and look at what is in it"
)
def test_names_and_texts_that_are_not_simple(opened: Callable[[str], tuple[Room, Visitors]]) -> None:
    room, visitors = opened(MIDTERM.replace("\n# 1 Statements", f"{PROSE}\n# 1 Statements"))
    enrol(room, tuple(store.RosterRow(*row) for row in ROSTER), "tests")
    staff = visitors()
    come_in_as_staff(staff, room)
    start_audit(room, "Grace Hopper")
    staff.page.goto("/staff/audit")
    staff.look("auditing")
    list(until_done(room, "audit"))
    list(store.draw_papers(room.ledger, room.name, room.secret, "tests"))
    schedule = store.Schedule(room.ledger.now() + timedelta(hours=1), None, timedelta(minutes=90))
    store.set_schedule(room.ledger, room.name, schedule, "tests")
    sitters = {name: visitors() for name in ("noor", "hubert", "shira")}
    noor = sitters["noor"]
    noor.page.goto(room.link("hubert"))
    noor.look("enter-long-name")
    for name, visitor in sitters.items():
        come_in(visitor, room, name)
        visitor.look(f"waiting-{name}")
    store.set_schedule(room.ledger, room.name, store.Schedule(room.ledger.now(), None, timedelta(minutes=90)), "tests")
    for visitor in sitters.values():
        visitor.page.goto("/exam")
        visitor.page.get_by_role("button", name="Begin").click()
    noor.look("paper-blank")
    noor.print("paper-blank")
    visit_all(staff, "sitting", "/staff", "/staff/progress")
    answer(noor, room)
    noor.look("paper-answered")
    noor.print("paper-answered")
    noor.page.emulate_media(reduced_motion="reduce")  # else it is still on its way there
    for kind in ("input[type=text]", "input[type=radio]", "textarea", ".editor textarea", "main button", ".contents a"):
        noor.page.locator(kind).first.focus()
        noor.page.keyboard.press("Shift+Tab")
        noor.page.keyboard.press("Tab")  # so that the focus is shown
        noor.keep(f"focus-{re.sub('[^a-z]+', '-', kind).strip('-')}")
    without = visitors(java_script_enabled=False)
    come_in(without, room, "noor")
    without.keep("without-scripts-paper", whole=True)
    noor.page.goto("/exam/hand-in")
    noor.look("hand-in-unreadable")
    for name, visitor in sitters.items():
        if name != "noor":
            number = room.candidate_id(name)
            answers = answers_of(room, name) | ({"1a/i": "false"} if name == "shira" else {})
            writes = [store.Write(place, *_place(where), text) for place, (where, text) in enumerate(answers.items())]
            store.save(room.ledger, number, "tests", writes)
        visitor.page.goto("/exam/hand-in")
        visitor.page.get_by_role("button", name="Hand in now").click()
        visitor.look(f"receipt-{name}")
    noor.print("receipt")
    list(store.grade_submissions(room.ledger, room.name, "tests"))
    item, part = "4.iii", "difference"
    staff.page.goto(f"/staff/marking/{item}/{part}")
    staff.look("marking-no-rubric")
    staff.page.get_by_label("New item").fill("A long idea that runs over more than a line: " + WRITTEN)
    staff.page.get_by_label("Points", exact=True).fill("1/2")
    staff.page.get_by_role("button", name="Add").click()
    staff.page.get_by_role("checkbox").first.check()
    staff.look("marking")
    staff.page.get_by_role("button", name="Mark and next").click()
    staff.page.goto(f"/staff/marking/{item}/{part}?done=1")
    staff.look("marking-done")
    store.add_ruling(
        room.ledger, room.name, "3.i", "shape", "14 x 14 x 64", Fraction(1), reason="As printed", by="Grace"
    )
    plan = store.plan_regrade(room.ledger, room.name, reason="The printed answer earns all", by="Grace Hopper")
    store.release(room.ledger, room.name, marks=True, feedback=False, by="Grace Hopper")
    noor.page.goto("/results")
    noor.look("results-marks-only")
    store.release(room.ledger, room.name, marks=True, feedback=True, by="Grace Hopper")
    number = room.candidate_id("noor")
    store.ask_regrade(room.ledger, number, "3.i", "shape", "I wrote what stands in the book. " * 5)
    noor.page.goto("/results")
    noor.look("results")
    noor.print("results")
    visit_all(staff, "full", *STAFF, f"/staff/regrades/{plan.id}", "/staff/preview/noor", "/staff/preview/noor?keys=1")


def _place(name: str) -> tuple[str, str]:
    item, _, part = name.partition("/")
    return item, part


def answer(visitor: Visitor, room: Room) -> None:
    """Answer everything, some of it so that it cannot be read, and run the public checks."""
    page = visitor.page
    for name, text in answers_of(room, "noor").items():
        field = page.locator(f"[name='{name}']")
        if field.first.get_attribute("type") in {"radio", "checkbox"}:
            page.locator(f"[name='{name}'][value='{text}']").check()
        else:
            field.fill({"3.ii/parameters": "12,16", "4.i/gradient": "alpha * sign(w + "}.get(name, text))
    page.get_by_role("button", name="Run the public checks").first.click()
    expect(page.get_by_text("Hidden checks come when the paper is marked.")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("All saved at")).to_be_visible()


def test_practice_of_every_kind_of_answer(opened: Callable[[str], tuple[Room, Visitors]]) -> None:
    room, visitors = opened(EXAM)
    learner = visitors()
    assert room.practice
    for family in ("attention_layer", "image_attention", "input_gradient", "smallest_head"):
        learner.page.goto(f"/practice/{family}/abc")
        learner.look(f"practice-{family}")
        learner.page.get_by_role("button", name="Show the solution").click()
        expect(learner.page.get_by_role("heading", name="Working")).to_be_visible(timeout=60_000)
        learner.look(f"practice-{family}-solved")
