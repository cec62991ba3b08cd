"""Every test of the ledger runs on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gradus import store
from tests.store.postgresql import CannotServe, Server, serving

_NUMBERS = itertools.count()
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEXT = """---
title: Two layers
name: layers
points: 6
---

```conv_layer
id: a
points: 2
image: [128, 128, 3]
kernel: 3
stride: 1
padding: 0
filters: 64
```

```conv_layer
id: b
points: 4
```
"""  # a: 126 × 126 × 64 and 1792; b is drawn for each candidate


@dataclass
class Clock:
    """A clock that tests turn."""

    now: datetime = NINE

    def __call__(self) -> datetime:
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@dataclass
class Room:
    """An exam with two candidates, Ada with a quarter more time, open from nine for an hour."""

    ledger: store.Ledger
    clock: Clock
    exam: str = "layers"
    ids: dict[str, int] = field(default_factory=dict)
    sequences: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def write(self, candidate: str, **answers: str) -> store.Acknowledged:
        """Save answers: `a_shape="…"` is item a, part shape."""
        writes = []
        for place, text in answers.items():
            item, part = place.split("_")
            writes.append(store.Write(next(self.sequences), item, part, text))
        return store.save(self.ledger, self.ids[candidate], "tab", writes)

    def sit(self, candidate: str, **answers: str) -> store.Receipt:
        """Start, save and hand in."""
        store.start(self.ledger, self.ids[candidate])
        self.write(candidate, **answers)
        return store.submit(self.ledger, self.ids[candidate])

    def grade(self, worker: str = "worker") -> list[int]:
        return list(store.grade_submissions(self.ledger, self.exam, worker))

    def points(self, candidate: str) -> dict[str, str]:
        """Return the points of each part as text; `pending` where there are none yet."""
        found = store.verdicts(self.ledger, self.ids[candidate])
        return {"_".join(one.part): "pending" if one.points is None else str(one.points) for one in found}


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Start one PostgreSQL server for all tests."""
    try:
        with serving() as running:
            # databases are copies of this one: to migrate each would take seconds in all
            running.sql("CREATE DATABASE template")
            store.close_ledger(store.open_ledger(f"{running.address}/template"))
            yield running
    except CannotServe as why:
        pytest.skip(str(why))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Return which database the test is for."""
    return str(request.param)


@pytest.fixture
def address(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of an empty ledger on each database."""
    if database == "sqlite":
        yield str(tmp_path / "room.sqlite")
        return
    server: Server = request.getfixturevalue("server")
    name = f"t{next(_NUMBERS)}"
    server.sql(f"CREATE DATABASE {name} TEMPLATE template")
    yield f"{server.address}/{name}"
    server.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """Return an open exam for all examples of a property; each adds a candidate of its own."""
    if request.param == "sqlite":
        address = str(tmp_path_factory.mktemp("shared") / "room.sqlite")
    else:
        server: Server = request.getfixturevalue("server")
        name = f"t{next(_NUMBERS)}"
        server.sql(f"CREATE DATABASE {name} TEMPLATE template")
        address = f"{server.address}/{name}"
    clock = Clock()
    ledger = store.open_ledger(address, now=clock)
    yield furnish(ledger, clock)
    store.close_ledger(ledger)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(address: str, clock: Clock) -> Iterator[store.Ledger]:
    """Return an open ledger without rows."""
    opened = store.open_ledger(address, now=clock)
    yield opened
    store.close_ledger(opened)


@pytest.fixture
def room(ledger: store.Ledger, clock: Clock) -> Room:
    """Return an open exam."""
    return furnish(ledger, clock)


def furnish(ledger: store.Ledger, clock: Clock) -> Room:
    """Put an exam, its roster, papers and schedule into a ledger."""
    made = Room(ledger, clock)
    store.add_exam(ledger, TEXT, "layers.md", by="staff")
    roster = store.read_roster("candidate,name,factor\nada,Ada Lovelace,5/4\nbob,Bob,\n")
    store.add_candidates(ledger, made.exam, roster, by="staff")
    list(store.draw_papers(ledger, made.exam, b"secret", by="staff"))
    hour = store.Schedule(NINE, NINE + timedelta(hours=1), timedelta(hours=1))
    store.set_schedule(ledger, made.exam, hour, by="staff")
    made.ids = {one.candidate: one.id for one in store.candidates_of(ledger, made.exam)}
    return made
