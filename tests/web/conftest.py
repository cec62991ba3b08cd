"""One event loop and one room for each test of the web."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gradus import store
from gradus.web.room import Room
from tests.web.rooms import Browser, Clock, make_room


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room(tmp_path: Path, clock: Clock) -> Iterator[Room]:
    made = make_room(tmp_path, clock=clock)
    yield made
    store.close_ledger(made.ledger)


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture
def browser(room: Room, runner: asyncio.Runner) -> Callable[[], Browser]:
    return lambda: Browser(room, runner)
