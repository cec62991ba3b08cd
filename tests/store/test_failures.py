"""What is acknowledged is there after kill -9, a full disk and a lost server; nothing is half there or there twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, select, text

from gradus import store
from gradus.errors import Fault
from gradus.store.ledger import reading, writing
from gradus.store.tables import candidates, saves, verdicts
from tests.store.conftest import Clock, Room, furnish
from tests.store.postgresql import Server

ROOT = Path(__file__).parents[2]
SmallDisk = tuple[str, Callable[[], None]]
RIGHT = {"a_shape": "126 x 126 x 64", "a_parameters": "1792"}


@contextmanager
def another_process(doing: str, address: str, name: str) -> Iterator[subprocess.Popen[str]]:
    """Run a process that writes; it is dead at the end, whatever happens."""
    command = [sys.executable, "-m", "tests.store.writing_process", doing, address, name]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _open_now(room: Room) -> None:
    """Open the exam by the real clock, which other processes go by."""
    day = store.Schedule(store.utc_now() - timedelta(hours=1), None, timedelta(days=1))
    store.set_schedule(room.ledger, room.exam, day, by="staff")


def test_every_acknowledged_save_survives_the_death_of_its_process(room: Room, address: str) -> None:
    room.clock.now = store.utc_now()
    _open_now(room)
    for who in ("ada", "bob"):
        store.start(room.ledger, room.ids[who])
    for who in ("ada", "bob"):  # two processes, each killed in the middle of its saves
        with another_process("save", address, who) as process:
            assert process.stdout is not None
            acknowledged = [int(process.stdout.readline()) for _ in range(40)]
            process.send_signal(signal.SIGKILL)
            acknowledged += [int(line) for line in process.stdout if line.endswith("\n")]
        with reading(room.ledger) as connection:
            found = connection.execute(select(saves).where(saves.c.candidate_id == room.ids[who])).all()
        kept = {row.sequence: row.text for row in found}
        assert set(acknowledged) <= set(kept)
        assert len(kept) <= len(acknowledged) + 1  # one may be on disk whose acknowledgement never came out
        assert all(words == f"{number} x {number}" for number, words in kept.items())
        newest = store.answers(room.ledger, room.ids[who])["a"]["shape"]
        assert newest.sequence == max(kept)
        again = [store.Write(1, "a", "shape", "after the crash")]
        assert store.save(room.ledger, room.ids[who], "another tab", again).overtaken == ()


def test_two_processes_that_grade_one_exam_double_no_verdict(room: Room, address: str) -> None:
    names = [f"c{number}" for number in range(24)]
    store.add_candidates(room.ledger, room.exam, [store.RosterRow(name) for name in names], by="staff")
    list(store.draw_papers(room.ledger, room.exam, b"secret", by="staff"))
    room.ids = {one.candidate: one.id for one in store.candidates_of(room.ledger, room.exam)}
    room.clock.now = store.utc_now()
    _open_now(room)
    for name in names:
        room.sit(name, **RIGHT)
    with another_process("grade", address, "one") as one, another_process("grade", address, "two") as two:
        done = [process.communicate("go\n", timeout=120)[0].split()[1:] for process in _started(one, two)]
    graded = [int(line) for lines in done for line in lines]
    assert sorted(graded) == sorted(room.ids[name] for name in names)
    assert room.grade("third") == []
    with reading(room.ledger) as connection:
        numbers = connection.execute(select(verdicts.c.number)).scalars().all()
    assert numbers == [1] * (4 * len(names))
    assert all(store.recompute(room.ledger, room.exam, name).total == 2 for name in names)


def _started(*processes: subprocess.Popen[str]) -> tuple[subprocess.Popen[str], ...]:
    """Let processes begin at once, when all are ready."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return processes


def test_a_claim_that_ran_out_doubles_no_verdict_either(room: Room) -> None:
    room.sit("ada", **RIGHT)
    slow = store.marking._claim(room.ledger, room.exam, "slow", 1)
    room.clock.pass_minutes(6)
    assert room.grade("fast") == slow
    assert store.marking._grade(room.ledger, slow[0], "slow") is False
    assert len(store.history(room.ledger, slow[0], "a", "shape")) == 1


def test_many_threads_save_at_once_and_nothing_is_lost(room: Room) -> None:
    for who in ("ada", "bob"):
        store.start(room.ledger, room.ids[who])

    def save(number: int) -> None:
        whose = room.ids["ada" if number % 2 else "bob"]
        store.save(room.ledger, whose, f"tab {number % 8}", [store.Write(number, "a", "shape", str(number))])

    with ThreadPoolExecutor(16) as several:
        list(several.map(save, range(200)))
    with reading(room.ledger) as connection:
        assert sorted(connection.execute(select(saves.c.sequence)).scalars()) == list(range(200))


def test_of_many_that_hand_in_at_once_one_receipt_comes_out(room: Room) -> None:
    store.start(room.ledger, room.ids["ada"])
    room.write("ada", a_shape="126 x 126 x 64")
    with ThreadPoolExecutor(8) as several:
        receipts = set(several.map(lambda _: store.submit(room.ledger, room.ids["ada"]), range(8)))
    assert len(receipts) == 1


def test_of_many_that_draw_one_paper_all_get_the_same(room: Room) -> None:
    store.add_candidates(room.ledger, room.exam, [store.RosterRow("cy")], by="staff")
    cy = store.find_candidate(room.ledger, room.exam, "cy").id
    with ThreadPoolExecutor(8) as several:
        papers = list(several.map(lambda n: store.draw_paper(room.ledger, cy, str(n).encode(), "staff"), range(8)))
    assert len({paper.id for paper in papers}) == 1


# ---- the disk


def test_a_full_disk_is_told_and_leaves_no_half_written_row(room: Room) -> None:
    if not room.ledger.is_sqlite:
        pytest.skip("PostgreSQL's disk is its server's; what it says is tested below")
    store.start(room.ledger, room.ids["ada"])
    room.write("ada", a_shape="kept")
    with room.ledger.engine.connect() as connection:
        pages: int = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    limit = f"PRAGMA max_page_count = {pages + 4}"
    event.listen(room.ledger.engine, "connect", lambda connection, _: connection.execute(limit))
    room.ledger.engine.dispose()
    large = "x" * 100_000
    with pytest.raises(store.Full) as caught:
        room.write("ada", a_parameters="small", b_shape=large)
    assert "has no room left; make room on its disk; nothing was half written" in str(caught.value)
    assert {part for parts in store.answers(room.ledger, room.ids["ada"]).values() for part in parts} == {"shape"}
    limit = "PRAGMA max_page_count = 1000000"
    room.ledger.engine.dispose()
    room.write("ada", b_shape=large)
    assert store.answers(room.ledger, room.ids["ada"])["b"]["shape"].text == large


@contextmanager
def mounted(size: str) -> Iterator[Path]:
    """Mount a small file system, where this user may."""
    folder = Path(tempfile.mkdtemp(prefix="gradus-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=777", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
        try:
            yield folder
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    finally:
        folder.rmdir()


def grow(folder: Path) -> None:
    """Make room on a disk."""
    subprocess.run(["mount", "-o", "remount,size=100m", str(folder)], check=True)


@pytest.fixture
def on_small_disk(database: str, request: pytest.FixtureRequest) -> Iterator[SmallDisk]:
    """Return the address of a ledger whose disk has room for little, and what makes more room on it."""
    if database == "sqlite":
        with mounted("1m") as folder:
            yield str(folder / "room.sqlite"), partial(grow, folder)
        return
    server: Server = request.getfixturevalue("server")
    size = int(server.sql("SELECT pg_database_size('template')"))
    with mounted(str(size + 3_000_000)) as folder:
        place = folder / "tables"
        place.mkdir()
        server.own(folder, place)
        server.sql(f"CREATE TABLESPACE small LOCATION '{place}'")
        server.sql("CREATE DATABASE small TEMPLATE template TABLESPACE small")
        yield f"{server.address}/small", partial(grow, folder)
        server.sql("DROP DATABASE small WITH (FORCE)")
        server.sql("DROP TABLESPACE small")


def test_a_disk_that_runs_full_keeps_every_acknowledged_save(on_small_disk: SmallDisk, clock: Clock) -> None:
    address, make_room = on_small_disk
    ledger = store.open_ledger(address, now=clock)
    room = furnish(ledger, clock)
    store.start(ledger, room.ids["ada"])
    source = random.Random(0)  # what can be compressed would take no room
    acknowledged: list[int] = []
    with pytest.raises(store.Full, match="has no room left; make room on its disk; nothing was half written"):  # noqa: PT012
        for _ in range(1000):
            acknowledged += room.write("ada", a_shape=source.randbytes(10_000).hex()).sequences
    store.close_ledger(ledger)
    make_room()
    room.ledger = ledger = store.open_ledger(address, now=clock)
    with reading(ledger) as connection:
        kept = connection.execute(select(saves.c.sequence).order_by(saves.c.sequence)).scalars().all()
    assert kept == acknowledged
    assert store.answers(ledger, room.ids["ada"])["a"]["shape"].sequence == acknowledged[-1]
    room.write("ada", a_shape="there is room again")
    store.close_ledger(ledger)


# ---- the file and the server


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "room.sqlite").write_text("This is no database. " * 100)
    with pytest.raises(store.Gone, match="cannot be used: file is not a database; check the file, its folder and the"):
        store.open_ledger(str(tmp_path / "room.sqlite"))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(store.Gone, match="cannot be used: unable to open database file"):
        store.open_ledger(str(tmp_path / "none" / "room.sqlite"))


def test_a_ledger_that_is_not_there_is_not_made_when_it_is_only_read(tmp_path: Path) -> None:
    with pytest.raises(store.Gone, match="holds no ledger; check its address"):
        store.open_ledger(str(tmp_path / "room.sqlite"), create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "database = '' is no path; write room.sqlite or postgresql://…"),
        ("sqlite://", "database = 'sqlite://…' leads to no database; write a path, or postgresql://user@host/name"),
        ("mysql://root:secret@h/d", "database = 'mysql://…' leads to no database; write a path"),
        ("postgresql://u:secret@127.0.0.1:9/d", "cannot be reached"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(address: str, message: str) -> None:
    with pytest.raises(Fault) as caught:
        store.open_ledger(address)
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_writer_that_waits_too_long_is_told_to_try_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient = store.connect_ledger(room.ledger.engine.url.render_as_string(hide_password=False), room.clock)
    setting = "PRAGMA busy_timeout = 50" if room.ledger.is_sqlite else "SET lock_timeout = 50"
    event.listen(impatient.engine, "connect", lambda connection, _: connection.execute(setting))
    with writing(room.ledger) as connection:
        connection.execute(select(candidates.c.id).with_for_update())
        with pytest.raises(store.Busy, match="try again in a moment; nothing was half written"):
            store.start(impatient, room.ids["ada"])
    assert store.start(impatient, room.ids["ada"]).state == "sitting"
    store.close_ledger(impatient)


def test_a_server_that_goes_away_is_told_and_comes_back(room: Room, request: pytest.FixtureRequest) -> None:
    if room.ledger.is_sqlite:
        pytest.skip("SQLite has no server")
    server: Server = request.getfixturevalue("server")
    store.start(room.ledger, room.ids["ada"])
    kept = room.write("ada", a_shape="before").sequences
    server.stop()
    try:
        for _ in range(2):
            with pytest.raises(store.Gone) as caught:
                room.write("ada", a_shape="lost")
            assert "cannot be reached: " in str(caught.value)
            assert "see that it runs and can be reached; nothing was half written" in str(caught.value)
    finally:
        server.start()
    answer = store.answers(room.ledger, room.ids["ada"])["a"]["shape"]
    assert (answer.text, (answer.sequence,)) == ("before", kept)
    room.write("ada", a_shape="after")
    assert store.answers(room.ledger, room.ids["ada"])["a"]["shape"].text == "after"


def test_a_server_that_goes_away_in_the_middle_of_a_transaction_leaves_nothing(
    room: Room, request: pytest.FixtureRequest
) -> None:
    if room.ledger.is_sqlite:
        pytest.skip("SQLite has no server")
    server: Server = request.getfixturevalue("server")
    store.start(room.ledger, room.ids["ada"])
    try:
        with pytest.raises(store.Gone), writing(room.ledger) as connection:  # noqa: PT012
            connection.execute(
                text(
                    "INSERT INTO saves (candidate_id, client, sequence, item, part, text, late, by, at)"
                    " SELECT id, 'tab', 1, 'a', 'shape', 'half', false, 'ada', 0 FROM candidates"
                )
            )
            server.stop()
            connection.execute(text("SELECT 1"))
    finally:
        server.start()
    assert store.answers(room.ledger, room.ids["ada"]) == {}


def test_what_postgresql_says_of_a_full_disk_is_understood() -> None:
    from psycopg import errors
    from sqlalchemy.exc import OperationalError

    from gradus.store.failures import told

    for cause, kind in (
        (errors.DiskFull, store.Full),
        (errors.DeadlockDetected, store.Busy),
        (errors.AdminShutdown, store.Gone),
    ):
        with pytest.raises(kind), told("postgresql://…"):
            raise OperationalError("INSERT", {}, cause("said"))
