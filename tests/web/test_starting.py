"""From a command to a room that is ready: the audit aside, papers that wait for it, several processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner

from gradus import store
from gradus.cli import main
from gradus.errors import Fault, GradusError
from gradus.questions import Statements
from gradus.web import asking
from gradus.web.board import ENDED, Board
from gradus.web.room import Room
from gradus.web.serving import open_room, start_first_audit
from gradus.web.staff import apart, auditing, jobs
from gradus.web.staff.papers import start_drawing
from tests.store.postgresql import CannotServe, serving
from tests.web.rooms import EXAM, Browser, make_room

ROOT = Path(__file__).parents[2]
Found = TypeVar("Found")
STATEMENT = """
# 3 Statements (2 points)

```statements
id: 3.a
points: 2
stem: Which are true?
options:
  - {claim: relu_against_explosion, text: Taking ReLU where sigmoid was.}
  - {claim: clipping_against_explosion, text: Clipping the gradients.}
```
"""


@pytest.fixture
def empty_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADUS_CACHE", str(tmp_path / "cache"))


def finish(room: Room, *names: str) -> None:
    deadline = time.monotonic() + 300
    while jobs.running(room, *names) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not jobs.running(room, *names)


def test_the_first_start_audits_in_another_process_and_says_how_far_it_is(tmp_path: Path) -> None:
    file = tmp_path / "short.md"
    file.write_text(EXAM, encoding="utf-8")
    told: list[str] = []
    room, first = open_room(file, str(tmp_path / "short.sqlite"))
    assert first
    assert start_first_audit(room, told.append)
    finish(room)
    assert told == [
        *(f"{number} of 3 questions and readings of statements" for number in (1, 2, 3)),
        "8 answers, 8 countersigned",
    ]
    assert room.jobs["audit"] == "done: 8 answers, 8 countersigned"
    audit = store.latest_audit(room.ledger, room.name)
    assert audit is not None
    assert audit.complete
    again, first = open_room(file, str(tmp_path / "short.sqlite"))
    assert not first
    assert not start_first_audit(again)
    for one in (room, again):
        store.close_ledger(one.ledger)


@pytest.mark.usefixtures("empty_shelf")
def test_a_ledger_from_another_machine_is_audited_anew_where_keys_rest_on_what_is_not_kept_here(tmp_path: Path) -> None:
    file = tmp_path / "short.md"
    file.write_text(EXAM.replace("points: 12", "points: 14") + STATEMENT, encoding="utf-8")
    room = make_room(tmp_path, file.read_text(encoding="utf-8"))
    version = store.current_exam(room.ledger, room.name)
    store.record_audit(room.ledger, version.id, True, {}, "elsewhere")
    again, _ = open_room(file, str(tmp_path / "room.sqlite"))
    assert start_first_audit(again)
    assert jobs.running(again, "audit")
    finish(again)
    assert again.jobs["audit"].startswith("done: 10 answers")
    third, _ = open_room(file, str(tmp_path / "room.sqlite"))
    assert not start_first_audit(third)
    for one in (room, again, third):
        store.close_ledger(one.ledger)


@pytest.mark.usefixtures("empty_shelf")
def test_a_statement_whose_key_is_not_decided_yet_is_asked_as_a_statement(tmp_path: Path) -> None:
    room = make_room(tmp_path, EXAM.replace("points: 12", "points: 14") + STATEMENT)
    paper = store.draw_paper(room.ledger, room.candidate_id("ada"), room.secret, "tests")
    variant = paper.paper.variants["3.a"]
    assert isinstance(variant, Statements)
    assert {field.widget for field in asking.fields_of("3.a", variant)} == {"options"}
    with pytest.raises(GradusError, match="has not been decided yet"):
        variant.key()
    auditing.start_audit(room, "tests")
    finish(room)
    assert set(variant.key()) == set(variant.parts)  # what was missing then is found now
    assert {field.widget for field in asking.fields_of("3.a", variant)} == {"options"}
    store.close_ledger(room.ledger)


def test_papers_wait_for_the_audit(room: Room, browser: Callable[[], Browser], monkeypatch: pytest.MonkeyPatch) -> None:
    going_on: list[bool] = [True]

    def audit_slowly(*_: str) -> Iterator[str]:
        while going_on:
            yield "7 of 25 questions"
            time.sleep(0.01)

    monkeypatch.setattr(auditing, "audit_apart", audit_slowly)
    auditing.start_audit(room, "tests")
    start_drawing(room, "tests")
    candidate, staff = browser(), browser()
    while "7 of 25" not in room.jobs["audit"] or "waits" not in room.jobs["papers"]:
        time.sleep(0.01)
    page = candidate.enter("ada").text
    assert "The exam is being audited" in page
    assert "7 of 25 questions" in page
    staff.enter_as_staff()
    assert "The paper is drawn when that is done" in staff.get("/staff/preview/ada").text
    assert "Waits until the audit is done" in staff.get("/staff").text.replace("Runs: waits", "Waits")
    going_on.clear()
    finish(room)
    assert room.jobs["papers"] == "done: 3 drawn now, of 3 candidates"
    assert "No time is set yet" in candidate.get("/exam").text


def test_an_audit_whose_process_dies_says_so_and_can_be_started_again(room: Room) -> None:
    going = apart.audit_apart(EXAM, "short.md")
    next(going)
    import multiprocessing

    (process,) = (one for one in multiprocessing.active_children() if one.name == "gradus audit")
    process.kill()
    with pytest.raises(Fault, match=r"audit ended before its time \(exit code -9\); start it again"):
        list(going)
    assert jobs.start(room, "audit", lambda: iter(["once more"]))
    finish(room)
    assert room.jobs["audit"] == "done: once more"


def test_processes_share_a_board_and_a_dead_one_leaves_no_job_running(tmp_path: Path) -> None:
    one, other = Board(tmp_path), Board(tmp_path)
    assert one.claim("grading")
    assert not other.claim("grading")
    one["grading"] = "runs: 3 papers graded"
    assert dict(other) == {"grading": "runs: 3 papers graded"}
    one.release("grading")  # as the system does for a process that dies
    assert other["grading"] == ENDED
    assert other.claim("grading")
    other.release("grading")
    with pytest.raises(KeyError):
        other["export"]


def test_a_board_that_is_shared_later_takes_along_what_runs(tmp_path: Path) -> None:
    one, other = Board(), Board(tmp_path)
    one.claim("audit")
    one["audit"] = "runs: 1 of 3 questions"
    one.share(tmp_path)
    assert other["audit"] == "runs: 1 of 3 questions"
    assert not other.claim("audit")
    one.release("audit")


def test_several_processes_need_a_database_that_they_can_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("short.md").write_text(EXAM, encoding="utf-8")
    done = CliRunner().invoke(main, ["serve", "short.md", "--workers", "2"])
    rule = "need a PostgreSQL database that they share"
    told = f"gradus: workers = 2 {rule}; write --database postgresql://user@host/name\n"
    assert (done.exit_code, done.stderr, done.stdout) == (2, told, "")
    assert [file.name for file in tmp_path.iterdir()] == ["short.md"]  # nothing was made


def test_two_processes_serve_one_exam_a_dead_one_is_replaced_and_none_outlives_the_first(tmp_path: Path) -> None:
    file = tmp_path / "short.md"
    file.write_text(EXAM, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    try:
        with serving() as postgres:
            postgres.sql("CREATE DATABASE room")
            words = [
                "serve",
                str(file),
                "--database",
                f"{postgres.address}/room",
                "--port",
                str(port),
                "--workers",
                "2",
            ]
            command = [sys.executable, "-c", "from gradus.cli import main; main()", *words]
            environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
            output = tmp_path / "out"
            with output.open("wb") as log:
                process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=tmp_path)
            try:
                wait_for(lambda: "countersigned" in output.read_text(encoding="utf-8"))
                workers = wait_for(lambda: two_children(process.pid))
                wait_for(lambda: load(port))
                os.kill(workers[0], signal.SIGKILL)
                wait_for(lambda: set(two_children(process.pid)) - set(workers))
                assert all(wait_for(lambda: load(port)) for _ in range(8))
                process.kill()
                wait_for(lambda: not is_open(port))
            finally:
                process.kill()
                process.wait(60)
    except CannotServe as why:
        pytest.skip(str(why))


def two_children(parent: int) -> list[int]:
    """Return the processes that serve, once there are two, and the audit's has ended."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            own = int(entry.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[1])
            line = (entry.parent / "cmdline").read_bytes()
        except (OSError, IndexError):
            continue
        if own == parent and b"spawn_main" in line:
            found.append(int(entry.parent.name))
    return found if len(found) == 2 else []


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def load(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
            return b"A short exam" in answer.read()
    except OSError:
        return False


def wait_for(asked: Callable[[], Found]) -> Found:
    for _ in range(1200):
        if found := asked():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come")
