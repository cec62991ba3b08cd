"""Statements in the room: which are served and why, and who marks what under which name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gradus import assertion, store
from gradus.audit import audit
from gradus.questions import Statements
from gradus.web.room import Room
from tests.questions.conftest import CLAIMS
from tests.questions.exams import told
from tests.web.rooms import Browser, Clock, make_room, open_exam
from tests.web.test_staff import wait_for_jobs

HEAD = "---\ntitle: Statements\nname: statements\npoints: 4\n---\n```statements\nid: s\npoints: 4\nshuffle: true\n"
DEPENDS = told("true", more="id: turning", given="factor: 2")
Make = Callable[..., Room]


@pytest.fixture
def make(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Return what makes a room whose exam asks statements of an author's own."""
    (tmp_path / "own.py").write_text(CLAIMS, encoding="utf-8")
    monkeypatch.setenv("GRADUS_CACHE", str(tmp_path / "cache"))
    assertion.trust_claims(tmp_path / "short.md")
    rooms: list[Room] = []

    def with_options(*options: str) -> Room:
        listed = "".join(f"  - {option}\n" for option in options)
        rooms.append(make_room(tmp_path, f"{HEAD}options:\n{listed}```\n", clock=clock))
        return rooms[-1]

    yield with_options
    for room in rooms:
        store.close_ledger(room.ledger)
    assertion.distrust_claims()


def sit(room: Room, runner: asyncio.Runner, name: str) -> None:
    """Let a candidate judge every statement true."""
    page = Browser(room, runner)
    page.start(name)
    variant = store.paper_of(room.ledger, room.candidate_id(name)).paper.variants["s"]
    writes = [
        {"sequence": number, "item": "s", "part": part, "text": "true"} for number, part in enumerate(variant.parts, 1)
    ]
    assert page.speak("/exam/autosave", {"client": "tab", "writes": writes}).status_code == 200
    page.get("/exam/hand-in")
    page.post("/exam/hand-in")


def test_a_statement_that_depends_is_served_and_marked_by_a_person(make: Make, runner: asyncio.Runner) -> None:
    room = make(told("true", more="id: plain"), told("false", more="id: wrong"), DEPENDS)
    staff, ada = Browser(room, runner), Browser(room, runner)
    staff.enter_as_staff()
    staff.post("/staff/audit")
    wait_for_jobs(room)
    overview = staff.get("/staff").text
    assert "Every key is countersigned" in overview
    assert "1 answer has no key of its own: a person marks it" in overview
    page = staff.get("/staff/audit").text
    assert "1 answer will be marked by a person" in page
    assert "<strong>s turning</strong> depends on turning" in page
    assert "is not countersigned" not in page
    open_exam(room)
    assert "Time left" in ada.start("ada").text


def test_a_statement_whose_evidence_and_witness_differ_is_served_only_when_accepted(
    make: Make, runner: asyncio.Runner
) -> None:
    room = make(told("true", more="id: plain"), told("both", more="id: torn"))  # its two routes say different things
    staff, ada = Browser(room, runner), Browser(room, runner)
    staff.enter_as_staff("Grace")
    staff.post("/staff/audit")
    wait_for_jobs(room)
    assert "Some keys are not countersigned" in staff.get("/staff").text
    assert "<strong>s</strong> is not countersigned" in staff.get("/staff/audit").text
    open_exam(room)
    ada.enter("ada")
    assert ada.post("/exam/start").status_code == 400
    staff.post("/staff/accept", {"item": "s", "reason": "we mark it ourselves"})
    ada.get("/exam")
    assert "Time left" in ada.post("/exam/start").text


def test_papers_drawn_before_the_audit_wait_for_it_and_then_begin(make: Make, runner: asyncio.Runner) -> None:
    room = make(told("true"), told("false"))
    open_exam(room)
    ada, staff = Browser(room, runner), Browser(room, runner)
    assert "Your paper is being checked by the staff" in ada.enter("ada").text
    assert ada.post("/exam/start").status_code == 400
    staff.enter_as_staff()
    assert staff.get("/staff/preview/ada").text.count('type="radio"') == 6  # true, false and blank of each
    staff.post("/staff/audit")
    wait_for_jobs(room)
    assert "Begin the exam" in ada.get("/exam").text
    assert "Time left" in ada.post("/exam/start").text


@pytest.mark.parametrize("options", [("true", "false"), ("true", "nothing"), ("both", "true"), ("nothing", "false")])
def test_the_gate_is_what_the_audit_says(make: Make, options: tuple[str, ...]) -> None:
    room = make(*(told(says) for says in options), DEPENDS, "{claim: none of these}")
    unsigned = audit(store.current_exam(room.ledger, room.name).read()).unsigned
    open_exam(room)
    problems = store.unaccepted(room.ledger, room.candidate_id("ada"))
    assert bool(problems) is bool(unsigned)
    assert {problem.item for problem in problems} == {part.item for part in unsigned}


def test_shuffled_statements_wait_under_their_own_name_and_have_one_rubric(make: Make, runner: asyncio.Runner) -> None:
    room = make(told("true", more="id: plain"), told("false", more="id: wrong"), DEPENDS)
    audit(store.current_exam(room.ledger, room.name).read())
    open_exam(room)
    for name in ("ada", "alan", "kurt"):
        sit(room, runner, name)
    papers = [store.paper_of(room.ledger, room.candidate_id(name)).paper for name in ("ada", "alan", "kurt")]
    variants = [paper.variants["s"] for paper in papers]
    numbers = {
        part
        for variant in variants
        if isinstance(variant, Statements)
        for part, option in zip(variant.parts, variant.options, strict=True)
        if option.name == "turning"
    }
    assert len(numbers) > 1  # on these papers it has different numbers
    list(store.grade_submissions(room.ledger, room.name, "tests"))
    assert store.queue(room.ledger, room.name) == (store.QueuedPart("s", "turning", 3, 0),)
    staff = Browser(room, runner)
    staff.enter_as_staff("Grace")
    place = "/staff/marking/s/turning"
    assert place in staff.get("/staff/marking").text
    staff.get(place)
    staff.post("/staff/rubric/s/turning", {"text": "Took the usual reading", "points": "4/3"})
    shown = staff.get(place).text
    assert "Took the usual reading" in shown
    assert "The question as it was asked" in shown
    for ticket in store.tickets(room.ledger, room.name, "s", "turning"):
        assert ticket.part in numbers
        staff.post(place, {"ticket": str(ticket.ticket), "codes": "r1"})
    for name in ("ada", "alan", "kurt"):
        found = store.recompute(room.ledger, room.name, name)
        assert (found.differences, found.pending, str(found.total)) == ((), 0, "8/3")
    assert store.queue(room.ledger, room.name) == (store.QueuedPart("s", "turning", 0, 3),)
    assert "3 of 3" in staff.get("/staff/progress").text  # a question of statements counts as its statements


def test_a_ruling_on_a_statement_reaches_it_whatever_its_number(make: Make, runner: asyncio.Runner) -> None:
    room = make(told("true", more="id: plain"), told("false", more="id: wrong"), told("true", more="id: last"))
    audit(store.current_exam(room.ledger, room.name).read())
    open_exam(room)
    for name in ("ada", "alan", "kurt"):
        sit(room, runner, name)
    list(store.grade_submissions(room.ledger, room.name, "tests"))
    staff = Browser(room, runner)
    staff.enter_as_staff("Grace")
    assert 'value="s/wrong"' in staff.get("/staff/regrades").text
    staff.post("/staff/rulings", {"where": "s/wrong", "answer": "", "credit": "1", "reason": "it was misread"})
    staff.post("/staff/regrades", {"reason": "a ruling"})
    wait_for_jobs(room)
    plan = store.regrades(room.ledger, room.name)[0]
    assert {name: str(points) for name, points in plan.gain.items()} == dict.fromkeys(("ada", "alan", "kurt"), "4/3")
    assert {change.why for change in plan.changes} == {"Grace ruled full points for every answer"}
