"""What candidates and staff do in the play of a whole exam, scene by scene, in real browsers."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from gradus import store
from gradus.answers import Answer, Choice, Program, TrueOrFalse, Written
from gradus.sandbox import machine
from gradus.web.room import Room
from tests.web.browsers import Visitor

WRITTEN = "Under L1 a small weight becomes exactly zero; under L2 it only shrinks, by a share that is the same for all."
PRINTED = "14 x 14 x 64"  # the published key's answer to 3.i, which is wrong


def answers_of(room: Room, candidate: str) -> dict[str, str]:
    """Return right answers as a candidate may write them, and one wrong one."""
    found = {}
    for item, variant in store.paper_of(room.ledger, room.candidate_id(candidate)).paper.variants.items():
        for part, key in variant.key().items():
            found[f"{item}/{part}"] = _answer(key)
    return found | {"3.i/shape": PRINTED}


def _answer(key: Answer) -> str:
    if isinstance(key, TrueOrFalse):
        return "true"  # some are undecided, and then any answer is as good
    if isinstance(key, Program):
        return "" if machine.why_not() else str(key)  # without a sandbox none is marked
    return WRITTEN if isinstance(key, Written) else str(key)


def answer_by_keyboard(
    visitor: Visitor, answers: dict[str, str], options: dict[str, tuple[str, ...]], last: str
) -> None:
    """Tab through the paper from where the focus is and answer every field, up to the last one."""
    page = visitor.page
    done: set[str] = set()
    for _ in range(900):
        name = page.evaluate("document.activeElement.name ?? ''")
        if name in answers and name not in done:
            done.add(name)
            if name in options:
                for _ in range(options[name].index(answers[name]) + 1):  # from "leave blank", which stands last
                    visitor.press("ArrowDown")
            else:
                visitor.press("ControlOrMeta+a")
                page.keyboard.insert_text(answers[name])
        if name == last:
            return
        visitor.press("Tab")
    raise AssertionError(f"Tab never came to {last}; answered were {sorted(done)}")


def set_up(visitor: Visitor, room: Room) -> None:
    """Staff come in, look at every page, and open the exam."""
    page = visitor.page
    page.goto(room.staff_link())
    visitor.look("staff-enter")
    visitor.tab_to("#name")
    page.keyboard.type("Grace Hopper")
    visitor.press("Enter")
    expect(page.get_by_role("heading", name="Deep learning midterm")).to_be_visible()
    page.get_by_role("link", name="1 Audit").click()
    page.get_by_role("button", name="Audit now").click()
    expect(page.get_by_text(re.compile(r"Done: \d+ answers, \d+ countersigned"))).to_be_visible(timeout=300_000)
    visitor.look("staff-audit")
    page.goto("/staff/roster")
    page.get_by_label("or lines").fill("candidate,name\nemmy,Emmy Noether")
    page.get_by_role("button", name="Add to the roster").click()
    expect(page.get_by_text("1 new on the roster.")).to_be_visible()
    visitor.look("staff-roster")
    page.goto("/staff/schedule")
    visitor.look("staff-times")
    page.get_by_role("button", name="Open the exam now").click()
    expect(page.get_by_text("has not begun").first).to_be_visible(timeout=30_000)
    page.goto("/staff/preview/ada?keys=1")
    visitor.look("staff-preview")


def sit(first: Visitor, second: Visitor, room: Room) -> None:
    """Ada sits the paper at two machines, the first of which loses its connection."""
    first.page.goto("/")
    first.look("start")
    first.tab_to("#code")
    first.page.keyboard.type(room.code("ada"))
    first.press("Enter")
    expect(first.page.get_by_text("Welcome, Ada.")).to_be_visible()
    first.look("waiting")
    first.tab_to("main button")
    first.press("Enter")
    expect(
        first.page.get_by_role("heading", name="3.viii").or_(first.page.get_by_role("heading", name="5.viii"))
    ).to_be_visible()
    answers = answers_of(room, "ada")
    variants = store.paper_of(room.ledger, room.candidate_id("ada")).paper.variants
    keys = {f"{item}/{part}": key for item, variant in variants.items() for part, key in variant.key().items()}
    options = {name: key.options for name, key in keys.items() if isinstance(key, Choice)}
    options |= {name: ("true", "false") for name, key in keys.items() if isinstance(key, TrueOrFalse)}
    answer_by_keyboard(first, answers, options, last="4.i/gradient")
    expect(first.page.get_by_text("All saved at")).to_be_visible()
    expect(first.page.locator("[data-reading='4.i/gradient'] math")).to_be_visible()
    first.page.locator("[name='3.ii/parameters']").fill("12,16")
    expect(first.page.locator("[data-reading='3.ii/parameters']")).to_contain_text("groups of digits have three digits")
    first.page.locator("[name='3.ii/parameters']").fill(answers["3.ii/parameters"])
    expect(first.page.get_by_text("All saved at")).to_be_visible()
    first.look("paper")
    first.context.set_offline(True)
    first.page.locator("[name='4.ii/minimiser']").fill("0")
    expect(first.page.get_by_text("Not saved. No connection. Trying again; keep this page open.")).to_be_visible()
    resume(second, room, answers, options)
    first.context.set_offline(False)
    first.page.evaluate("dispatchEvent(new Event('online'))")
    expect(first.page.get_by_text("Changed on another device meanwhile, and that counts")).to_be_visible()
    hand_in(second, room)


def resume(second: Visitor, room: Room, answers: dict[str, str], options: dict[str, tuple[str, ...]]) -> None:
    """Ada enters at another machine by her link, finds what she saved, and goes on."""
    second.page.goto(room.link("ada"))
    second.look("enter-by-link")
    second.tab_to("main button")
    second.press("Enter")
    expect(second.page.locator("[name='3.i/shape']")).to_have_value(PRINTED)
    expect(second.page.locator("[name='4.ii/minimiser']")).to_have_value("")
    second.tab_to("[name='4.ii/minimiser']")
    answer_by_keyboard(second, answers, options, last=next(reversed(answers)))
    expect(second.page.get_by_text("All saved at")).to_be_visible()
    saved = store.answers(room.ledger, room.candidate_id("ada"))
    assert {f"{item}/{part}": one.text for item, parts in saved.items() for part, one in parts.items()} == {
        name: text for name, text in answers.items() if text
    }


def hand_in(visitor: Visitor, room: Room) -> None:
    page = visitor.page
    saved = [name for name, text in answers_of(room, "ada").items() if text]
    visitor.tab_to("main button[name='hand-in']")
    visitor.press("Enter")
    expect(page.get_by_text(f"{len(saved)} of {len(answers_of(room, 'ada'))} answers are saved.")).to_be_visible()
    visitor.look("hand-in")
    visitor.tab_to("main button.first")
    visitor.press("Enter")
    expect(page.get_by_role("heading", name="Handed in")).to_be_visible()
    receipt = store.receipt_of(room.ledger, room.candidate_id("ada"))
    assert receipt is not None
    expect(page.get_by_text(receipt.hash)).to_be_visible()
    visitor.look("receipt")


def mark(visitor: Visitor) -> None:
    """Staff grade by machine, then mark the written part by a rubric."""
    page = visitor.page
    page.goto("/staff/progress")
    expect(page.get_by_role("row").filter(has_text="ada")).to_contain_text("handed in")
    visitor.look("staff-progress")
    page.goto("/staff/marking")
    page.get_by_role("button", name="Grade what is handed in").click()
    expect(page.get_by_text("Done: 1 paper graded")).to_be_visible(timeout=300_000)
    visitor.look("staff-queue")
    page.get_by_role("link", name="4.iii difference").click()
    page.get_by_label("New item").fill("Small weights become exactly zero under L1")
    page.get_by_label("Points", exact=True).fill("1")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text(WRITTEN)).to_be_visible()
    assert "ada" not in page.inner_text("main").lower()
    visitor.look("staff-marking")
    page.get_by_role("checkbox", name="Small weights become exactly zero").check()
    page.get_by_label("Comment to the candidate").fill("And large weights?")
    page.get_by_role("button", name="Mark and next").click()
    expect(page.get_by_text("Nothing more waits here")).to_be_visible()


def regrade(visitor: Visitor, room: Room) -> None:
    """Staff rule that the printed answer earns half, look at the plan, do it, and release everything."""
    page = visitor.page
    before = store.marks(room.ledger, room.candidate_id("ada")).total
    page.goto("/staff/regrades")
    page.get_by_label("Question").select_option("3.i/shape")
    page.get_by_label("Answer, as it was written").fill(PRINTED)
    page.get_by_label("Earns the share").fill("1/2")
    page.get_by_label("Why", exact=True).fill("The published key said so")
    page.get_by_role("button", name="Rule", exact=True).click()
    page.get_by_label("What was changed?").fill("The printed answer to 3.i earns half")
    page.get_by_role("button", name="Plan it (dry run)").click()
    expect(page.get_by_text(re.compile(r"Done: plan \d+: 1 change"))).to_be_visible(timeout=300_000)
    visitor.look("staff-regrades")
    page.get_by_role("link", name=re.compile("Plan")).first.click()
    expect(page.get_by_role("row").filter(has_text="ada")).to_contain_text("3.i shape")
    visitor.look("staff-plan")
    assert store.marks(room.ledger, room.candidate_id("ada")).total == before  # a plan changes nothing
    page.get_by_role("button", name="Do exactly this").click()
    expect(page.get_by_role("heading", name=re.compile("done"))).to_be_visible()
    assert store.marks(room.ledger, room.candidate_id("ada")).total - before == 0.5
    page.goto("/staff/release")
    page.get_by_label("their marks").check()
    page.get_by_label("feedback, keys and working").check()
    visitor.look("staff-release")
    page.get_by_role("button", name="Set").click()
    for name in ("", "/statistics", "/export", "/trail"):
        page.goto(f"/staff{name}")
        visitor.look(f"staff{name.replace('/', '-') or '-overview'}")


def read_feedback(visitor: Visitor) -> None:
    page = visitor.page
    page.goto("/results")
    shape = page.get_by_role("heading", name=re.compile("^Shape: partial 0.5 of 1$"))
    expect(shape).to_be_visible()
    expect(page.get_by_text("And large weights?")).to_be_visible()
    page.get_by_text("Working of 3.i", exact=True).click()
    expect(page.get_by_text("⌊(128 + 2·0 − 3)/1⌋ + 1 = 126").first).to_be_visible()
    visitor.look("results")
    page.get_by_text("Ask to look at 4.iii difference again").click()
    page.get_by_label("What should be looked at again, and why?").locator("visible=true").fill("I said what happens.")
    page.get_by_role("button", name="Send").locator("visible=true").click()
    expect(page.get_by_text("The staff have not answered yet.")).to_be_visible()


def answer_request(visitor: Visitor) -> None:
    page = visitor.page
    page.goto("/staff/requests")
    visitor.look("staff-requests")
    page.get_by_label("declined").check()
    page.get_by_label("What to tell the candidate").fill("Large weights are not in it.")
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("Declined by Grace Hopper")).to_be_visible()
