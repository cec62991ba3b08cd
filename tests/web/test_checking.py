"""The line for public checks: in turn, as many at once as there are processors, one of each person."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from gradus import store
from gradus.web import previewing, trying
from gradus.web.checking import Line, Tried
from gradus.web.room import Room
from tests.web.rooms import Browser, Clock, make_room, open_exam


class Gate:
    """Programs that run until the gate is opened."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.started: list[str] = []
        self.running = self.most = 0
        self.lock = threading.Lock()

    def program(self, name: str) -> Callable[[], Tried]:
        def run() -> Tried:
            with self.lock:
                self.started.append(name)
                self.running += 1
                self.most = max(self.most, self.running)
            self.opened.wait(20)
            with self.lock:
                self.running -= 1
            return Tried(waiting=name)

        return run

    def wait_for(self, *names: str) -> None:
        while set(names) - set(self.started):
            threading.Event().wait(0.005)


def test_no_more_run_at_once_than_there_are_places_and_all_come_to_an_end() -> None:
    gate, line = Gate(), Line(2)
    jobs = [line.ask(f"c{number}", 0, gate.program(f"c{number}")) for number in range(12)]
    gate.wait_for("c0", "c1")
    assert [line.before(job) for job in jobs] == [0, 0, *range(10)]
    assert [line.runs(job) for job in jobs] == [True] * 2 + [False] * 10
    gate.opened.set()
    assert [job.future.result(20).waiting for job in jobs] == [f"c{number}" for number in range(12)]
    assert gate.most == 2
    assert sorted(gate.started[:2]) == ["c0", "c1"]


def test_who_asks_often_gains_no_place() -> None:
    gate, line = Gate(), Line(1)
    line.ask("first", 0, gate.program("first"))
    gate.wait_for("first")
    greedy = line.ask("greedy", 0, gate.program("greedy 0"))
    patient = line.ask("patient", 0, gate.program("patient"))
    for number in range(1, 9):
        assert line.ask("greedy", number, gate.program(f"greedy {number}")) is greedy
    assert (line.before(greedy), line.before(patient)) == (0, 1)
    gate.opened.set()
    assert patient.future.result(20).waiting == "patient"
    assert greedy.future.result(20).waiting == "greedy 8"  # what was written last
    assert gate.started == ["first", "greedy 8", "patient"]


def test_of_one_person_only_one_runs_even_where_there_is_room() -> None:
    gate, line = Gate(), Line(3)
    line.ask("ada", 0, gate.program("ada 0"))
    gate.wait_for("ada 0")
    later = line.ask("ada", 1, gate.program("ada 1"))
    line.ask("alan", 0, gate.program("alan"))
    gate.wait_for("alan")
    assert not line.runs(later)
    gate.opened.set()
    assert later.future.result(20).waiting == "ada 1"


def test_the_same_program_asked_again_is_the_same_job_unless_it_could_not_be_run() -> None:
    line = Line(1)
    done = line.ask("ada", 0, Tried)
    done.future.result(20)
    assert line.ask("ada", 0, Tried) is done
    failed = line.ask("ada", 1, lambda: Tried(problem="no sandbox"))
    failed.future.result(20)
    assert line.ask("ada", 1, Tried) is not failed


def test_a_fault_in_one_job_stops_no_other() -> None:
    line = Line(1)
    broken = line.ask("ada", 0, lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    assert isinstance(broken.future.exception(20), ZeroDivisionError)
    assert line.ask("alan", 0, Tried).future.result(20) == Tried()


def test_a_page_tells_how_many_wait_before_its_program(
    room: Room, browser: Callable[[], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.web.test_programs import EXAM, WRONG

    monkeypatch.setattr(previewing, "PAUSE", 0.05)
    monkeypatch.setattr(trying, "PATIENCE", 0.05)
    room = make_room(room.file.parent, EXAM, url=str(room.file.parent / "programs.sqlite"), clock=Clock())
    open_exam(room)
    gate, room.line = Gate(), Line(1)
    for name in ("first", "second"):
        room.line.ask(name, 0, gate.program(name))
    page = Browser(room, browser().runner)
    page.start("ada")
    told = page.speak("/exam/try", {"item": "6.a", "part": "program", "text": WRONG}).json()
    assert told["waiting"] is True
    assert "Waiting: 1 other program is before yours. You can go on writing meanwhile." in told["html"]
    form = {"6.a/program": WRONG, "was:6.a/program": "0", "client": "form", "try": "6.a/program"}
    shown = page.post("/exam/save", form).text  # without scripts
    assert "Waiting: 1 other program is before yours." in shown
    assert 'href="/exam?try=6.a%2Fprogram#q-6.a">Look again' in shown
    gate.opened.set()
    store.close_ledger(room.ledger)
