"""When the database fails or a process ends: clear pages, nothing lost that was acknowledged, no doubled verdict."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event

from gradus import store
from gradus.web.room import Room
from tests.store.postgresql import CannotServe, serving
from tests.web.rooms import Browser, Clock, make_room, open_exam

Browsers = Callable[[], Browser]


def test_a_full_disk_refuses_saves_in_words_and_takes_them_again_later(room: Room, browser: Browsers) -> None:
    open_exam(room)
    page = browser()
    page.start("ada")
    assert page.save(shape="1 x 1 x 1").status_code == 200
    with room.ledger.engine.connect() as connection:
        pages: int = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    limit = f"PRAGMA max_page_count = {pages + 2}"
    event.listen(room.ledger.engine, "connect", lambda connection, _: connection.execute(limit))
    room.ledger.engine.dispose()
    refused = page.save(sequence=2, difference="x" * 15_000)
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "5"
    assert "Nothing was lost that was acknowledged before" in refused.json()["text"]
    assert "difference" not in store.answers(room.ledger, room.candidate_id("ada")).get("2.b", {})
    limit = "PRAGMA max_page_count = 1000000"
    room.ledger.engine.dispose()
    assert page.save(sequence=2, difference="x" * 15_000).status_code == 200


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Room, Callable[[], None], Callable[[], None]]]:
    try:
        with serving() as postgres:
            postgres.sql("CREATE DATABASE room")
            room = make_room(tmp_path, url=f"{postgres.address}/room", clock=Clock())
            yield room, postgres.stop, postgres.start
            store.close_ledger(room.ledger)
    except CannotServe as why:
        pytest.skip(str(why))


def test_without_its_database_the_room_says_so_and_goes_on_when_it_is_back(
    server: tuple[Room, Callable[[], None], Callable[[], None]], runner: asyncio.Runner
) -> None:
    room, stop, start = server
    open_exam(room)
    page = Browser(room, runner)
    page.start("ada")
    page.save(shape="1 x 2 x 3")
    stop()
    lost = page.get("/exam")
    assert lost.status_code == 503
    assert "cannot reach its records just now" in lost.text
    assert page.save(sequence=2, shape="9 x 9 x 9").status_code == 503
    start()
    assert 'value="1 x 2 x 3"' in page.get("/exam").text
    assert page.save(sequence=2, shape="9 x 9 x 9").json()["sequences"] == [2]


def test_who_was_in_goes_on_where_the_server_is_started_again(
    room: Room, runner: asyncio.Runner, tmp_path: Path, clock: Clock
) -> None:
    open_exam(room)
    page = Browser(room, runner)
    page.start("ada")
    page.save(shape="1 x 2 x 3")
    again = Room(store.open_ledger(str(tmp_path / "room.sqlite"), now=clock), room.name, room.file, room.secret)
    later = Browser(again, runner)
    later.client.cookies = page.client.cookies
    assert 'value="1 x 2 x 3"' in later.get("/exam").text
    assert later.save(sequence=2, shape="4 x 4 x 4").status_code == 200
    store.close_ledger(again.ledger)


def test_two_processes_grade_one_exam_without_doubling_a_verdict(
    room: Room, browser: Browsers, tmp_path: Path, clock: Clock
) -> None:
    open_exam(room)
    for name in ("ada", "alan", "kurt"):
        page = browser()
        page.start(name)
        page.save(shape="1 x 2 x 3")
        page.get("/exam/hand-in")
        page.post("/exam/hand-in")
    ledgers = [store.open_ledger(str(tmp_path / "room.sqlite"), now=clock) for _ in range(2)]
    with ThreadPoolExecutor(2) as several:
        graded = several.map(lambda one: list(store.grade_submissions(one, room.name, f"{id(one)}")), ledgers)
        found = [number for each in graded for number in each]
    assert sorted(found) == sorted(room.candidate_id(name) for name in ("ada", "alan", "kurt"))
    for ledger in ledgers:
        store.close_ledger(ledger)


def test_overdue_papers_are_handed_in_by_the_server_itself(
    room: Room, browser: Browsers, runner: asyncio.Runner, clock: Clock
) -> None:
    from gradus.web.closing import watching

    open_exam(room, minutes=30)
    page = browser()
    page.start("alan")
    page.save(shape="1 x 2 x 3")
    clock.wait(minutes=31)

    async def watch() -> None:
        async with watching(room):
            for _ in range(200):
                if store.receipt_of(room.ledger, room.candidate_id("alan")):
                    return
                await asyncio.sleep(0.02)

    runner.run(watch())
    receipt = store.receipt_of(room.ledger, room.candidate_id("alan"))
    assert receipt is not None
    assert receipt.automatic
    assert receipt.answered == 1
