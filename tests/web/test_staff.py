"""What staff do without scripts: roster, audit, papers, times, marking, rulings, regrading, release, export."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from gradus import store
from gradus.web.room import Room
from gradus.web.staff import jobs
from tests.web.rooms import EXAM, Browser, Clock, open_exam

Browsers = Callable[[], Browser]
PART = "/staff/marking/2.b/difference"


def wait_for_jobs(room: Room) -> None:
    while jobs.running(room):
        time.sleep(0.02)


def sit_all(room: Room, browser: Browsers, clock: Clock) -> None:
    """Let everyone sit and hand in, each a minute after the other; ada's parameters are right, the others' are not."""
    open_exam(room)
    for name in ("ada", "alan", "kurt"):
        page = browser()
        page.start(name)
        paper = store.paper_of(room.ledger, room.candidate_id(name)).paper
        right = str(paper.variants["1.a"].key()["parameters"])
        clock.wait(minutes=2)
        page.save(parameters=right if name == "ada" else "1")
        clock.wait(minutes=1)
        page.save(sequence=9, difference=f"An essay, number {len(name)}.")
        page.get("/exam/hand-in")
        page.post("/exam/hand-in")
    list(store.grade_submissions(room.ledger, room.name, "tests"))


def test_a_roster_is_taken_in_whole_or_not_at_all(room: Room, browser: Browsers) -> None:
    staff = browser()
    staff.enter_as_staff()
    staff.get("/staff/roster")
    wrong = staff.post("/staff/roster", {"text": "candidate,factor\nemmy,1.5\nemmy,1"})
    assert wrong.status_code == 422
    assert "roster.csv:3: candidate = &#39;emmy&#39; stands on line 2 already" in wrong.text
    assert "emmy,1.5" in wrong.text  # what was typed is still there to be mended
    assert len(store.candidates_of(room.ledger, room.name)) == 3
    upload = {"file": ("roster.csv", "candidate;factor\nemmy;1,5\n".encode("utf-8-sig"))}
    assert "1 new on the roster" in staff.post("/staff/roster", files=upload).text
    assert store.find_candidate(room.ledger, room.name, "emmy").factor == Fraction(3, 2)
    assert "Welcome, emmy" in browser().enter("emmy").text


def test_links_and_codes_can_be_mailed(room: Room, browser: Browsers) -> None:
    staff = browser()
    staff.enter_as_staff()
    lines = staff.get("/staff/roster.csv").text.splitlines()
    assert lines[0] == "candidate,name,factor,code,link,link_expires"
    assert lines[1].startswith(f"ada,Ada,1.25,{room.code('ada')},http://room/enter/")
    page = browser()
    link, until = lines[1].split(",")[-2:]
    assert until == "2026-04-04T12:00+00:00"
    page.get(link)
    assert "Welcome, Ada" in page.post(link).text


def test_what_is_decided_stands_in_the_trail_by_name(room: Room, browser: Browsers) -> None:
    staff = browser()
    staff.enter_as_staff("Grace  Hopper")
    staff.post("/staff/factor", {"candidate": "alan", "factor": "1.5", "reason": "note of the doctor"})
    assert store.find_candidate(room.ledger, room.name, "alan").factor == Fraction(3, 2)
    trail = staff.get("/staff/trail").text
    assert "Grace Hopper" in trail
    assert "note of the doctor" in trail


def test_opening_draws_what_is_missing_and_stopping_hands_everything_in(
    room: Room, browser: Browsers, clock: Clock
) -> None:
    staff, ada = browser(), browser()
    staff.enter_as_staff()
    staff.get("/staff/schedule")
    assert staff.post("/staff/open", {"minutes": "45"}).url.path == "/staff/progress"
    wait_for_jobs(room)
    ada.start("ada")
    ada.save(shape="1 x 2 x 3")
    assert staff.post("/staff/stop").status_code == 422  # never by one slip
    staff.get("/staff/schedule")
    staff.post("/staff/stop", {"sure": "yes"})
    clock.wait(seconds=6)  # what was sent in time may still arrive
    assert ada.save(sequence=5, shape="more").status_code == 409
    assert "handed in for you" in ada.get("/exam").text


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ({"opens": "soon", "minutes": "60"}, "opens is a date and time"),
        ({"opens": "2026-02-03T14:00", "closes": "2026-02-03T13:00", "minutes": "60"}, "closes later or not at all"),
        ({"opens": "2026-02-03T14:00", "minutes": "0"}, "a whole number from 1 to 20160"),
        ({"opens": "2026-02-03T14:00", "minutes": "²"}, "a whole number from 1 to 20160"),
    ],
)
def test_times_that_cannot_be_are_refused_in_words(form: dict[str, str], text: str, browser: Browsers) -> None:
    staff = browser()
    staff.enter_as_staff()
    response = staff.post("/staff/schedule", form)
    assert (response.status_code, text in response.text) == (422, True)


def test_answers_are_marked_without_names_in_an_order_that_stays(room: Room, browser: Browsers, clock: Clock) -> None:
    sit_all(room, browser, clock)
    staff = browser()
    staff.enter_as_staff("Grace")
    seen = [staff.get(PART).text for _ in range(3)]
    assert len(set(seen)) == 1
    assert not any(name in seen[0].lower() for name in ("ada", "alan", "kurt"))
    staff.post("/staff/rubric/2.b/difference", {"text": "Says something", "points": "1,5"})
    orders = []
    while 'name="ticket"' in (page := staff.get(PART)).text:
        ticket = page.text.split('name="ticket" value="')[1].split('"')[0]
        orders.append(ticket)
        staff.post(PART, {"ticket": ticket, "codes": "r1", "adjustment": "0.5", "comment": "Go on."})
    assert len(orders) == 3
    verdict = next(v for v in store.verdicts(room.ledger, room.candidate_id("ada")) if v.part == ("2.b", "difference"))
    assert verdict.points == 2
    assert (verdict.by, verdict.source) == ("Grace", "hand")


def test_a_changed_rubric_item_moves_everyone_who_has_it_after_a_dry_run(
    room: Room, browser: Browsers, clock: Clock
) -> None:
    sit_all(room, browser, clock)
    staff = browser()
    staff.enter_as_staff("Grace")
    staff.get(PART)
    staff.post("/staff/rubric/2.b/difference", {"text": "Says something", "points": "1"})
    for ticket in store.tickets(room.ledger, room.name, "2.b", "difference"):
        staff.post(PART, {"ticket": str(ticket.ticket), "codes": "r1"})
    staff.post("/staff/rubric/2.b/difference", {"code": "r1", "text": "Says something", "points": "2"})
    staff.post("/staff/regrades", {"reason": "worth more"})
    wait_for_jobs(room)
    plan = store.regrades(room.ledger, room.name)[0]
    assert plan.gain == {"ada": 1, "alan": 1, "kurt": 1}
    assert store.marks(room.ledger, room.candidate_id("alan")).total == 1  # nothing is changed by a plan
    page = staff.get(f"/staff/regrades/{plan.id}")
    assert "nothing is changed yet" in page.text
    assert "done" in staff.post(f"/staff/regrades/{plan.id}").text
    assert store.marks(room.ledger, room.candidate_id("alan")).total == 2


def test_an_edited_exam_file_is_read_again_and_papers_stay_as_they_were(
    room: Room, browser: Browsers, clock: Clock
) -> None:
    sit_all(room, browser, clock)
    before = store.paper_of(room.ledger, room.candidate_id("ada")).hash
    staff = browser()
    staff.enter_as_staff()
    room.file.write_text(EXAM.replace("points: 4\n", "points: 6\n"), encoding="utf-8")
    assert "version 2" in staff.post("/staff/reread").text
    staff.post("/staff/regrades", {"reason": "1.a counts for six"})
    wait_for_jobs(room)
    assert store.regrades(room.ledger, room.name)[0].gain == {"ada": 1}
    assert store.paper_of(room.ledger, room.candidate_id("ada")).hash == before
    room.file.write_text("no exam", encoding="utf-8")
    broken = staff.post("/staff/reread")
    assert (broken.status_code, "header is missing" in broken.text) == (400, True)


def test_candidates_see_marks_and_then_feedback_only_when_staff_say_so(
    room: Room, browser: Browsers, clock: Clock
) -> None:
    sit_all(room, browser, clock)
    staff, alan = browser(), browser()
    staff.enter_as_staff()
    alan.enter("alan")
    key = str(store.paper_of(room.ledger, room.candidate_id("alan")).paper.variants["1.a"].key()["parameters"])
    assert "There is nothing to see yet" in alan.get("/results").text
    staff.get("/staff/release")
    staff.post("/staff/release", {"marks": "yes"})
    marks = alan.get("/results").text
    assert "0 of 2" in marks
    assert key not in marks
    assert "Working" not in marks
    staff.post("/staff/release", {"marks": "yes", "feedback": "yes"})
    feedback = alan.get("/results").text
    assert key in feedback
    assert "Working of 1.a" in feedback
    asked = alan.post("/results/ask", {"item": "1.a", "part": "parameters", "text": "I meant 1."})
    assert "You asked: I meant 1." in asked.text
    request = store.requests(room.ledger, room.name)[0]
    assert "I meant 1." in staff.get("/staff/requests").text
    staff.post(f"/staff/requests/{request.id}", {"decision": "declined", "text": "That is not it."})
    assert "That is not it." in alan.get("/results").text


def test_feedback_waits_until_nobody_sits_the_exam(room: Room, browser: Browsers) -> None:
    open_exam(room)
    browser().start("ada")
    staff = browser()
    staff.enter_as_staff()
    response = staff.post("/staff/release", {"marks": "yes", "feedback": "yes"})
    assert (response.status_code, "Someone sits the exam" in response.text) == (409, True)


def test_statistics_know_items_variants_and_minutes(room: Room, browser: Browsers, clock: Clock) -> None:
    sit_all(room, browser, clock)
    staff = browser()
    staff.enter_as_staff()
    page = staff.get("/staff/statistics").text
    assert "Most frequent mistakes" in page
    assert "1.a: 3 variants" in page
    assert page.count('<td class="right">2.0</td>') == 4  # minutes of the item and of each variant
    assert "2.b: " not in page  # it is the same for everyone
    for name in ("items", "totals", "variants/1.a"):
        plot = staff.get(f"/staff/plots/{name}.svg")
        assert plot.headers["content-type"] == "image/svg+xml"
        assert plot.text.startswith("<svg ")
    assert staff.get("/staff/plots/variants/2.b.svg").status_code == 404


def test_everything_that_is_exported_rebuilds_the_database(
    room: Room, browser: Browsers, clock: Clock, tmp_path: Path
) -> None:
    sit_all(room, browser, clock)
    staff = browser()
    staff.enter_as_staff()
    assert staff.get("/staff/marks.csv").text.splitlines()[1].startswith("ada,")
    archive = zipfile.ZipFile(io.BytesIO(staff.get("/staff/everything.zip").content))
    archive.extractall(tmp_path / "out")
    rebuilt = store.open_ledger(str(tmp_path / "rebuilt.sqlite"))
    store.import_ledger(rebuilt, tmp_path / "out" / "room")
    for name in ("ada", "alan", "kurt"):
        assert not store.recompute(rebuilt, room.name, name).differences
        number = store.find_candidate(rebuilt, room.name, name).id
        assert store.marks(rebuilt, number).total == store.marks(room.ledger, room.candidate_id(name)).total
    store.close_ledger(rebuilt)


def test_a_job_runs_once_at_a_time_and_says_why_it_stopped(room: Room) -> None:
    import threading

    gate = threading.Event()

    def work() -> object:
        yield "half"
        gate.wait(20)
        store.current_exam(room.ledger, "nothing")

    assert jobs.start(room, "papers", work)  # type: ignore[arg-type]
    assert not jobs.start(room, "papers", work)  # type: ignore[arg-type]
    gate.set()
    wait_for_jobs(room)
    assert room.jobs["papers"].startswith("stopped: exam = 'nothing' is not in the ledger")
