"""A whole exam under load on SQLite and PostgreSQL, by one process or two, and killed in the middle.

300 candidates begin within a minute, each saves every 5 seconds for 5 minutes, all hand in within 30 seconds. Server,
database and load share this machine. `GRADUS_BENCH_ONLY` chooses among the runs, all of them unless told:

* `sqlite`, `postgresql`: nothing goes wrong;
* `sqlite-killed`, `postgresql-killed`: kill -9 of all processes of the server in the middle, and started again;
* `database-killed`: kill -9 of PostgreSQL's first process in the middle, away for 5 seconds, and started again;
* `workers`, `workers-killed`: two processes serve on PostgreSQL, and at the end two more grade at once;
* `idle`, `idle-postgresql`: 2 000 pages lie open.

Each run fails unless every save that was acknowledged, at any time, is a row of the ledger, what holds is each
candidate's newest, everyone has handed in, everyone saves again after a kill, and no part has two verdicts.
`GRADUS_BENCH_SECONDS` (300) and `GRADUS_BENCH_CANDIDATES` (300) make a shorter run, `GRADUS_BENCH_IDLE` (2000) opens
fewer pages.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from bench._browsers import Browser, Tally
from bench._served import ROOT, Served, free_port, postgres
from gradus import store
from gradus.store.ledger import reading
from gradus.store.tables import saves as save_rows
from gradus.store.tables import verdicts as verdict_rows

SECONDS = float(os.environ.get("GRADUS_BENCH_SECONDS", "300"))
CANDIDATES = int(os.environ.get("GRADUS_BENCH_CANDIDATES", "300"))
IDLE = int(os.environ.get("GRADUS_BENCH_IDLE", "2000"))
BEGIN, EVERY, END = min(60.0, SECONDS / 2), 5.0, min(30.0, SECONDS / 4)


@dataclass(frozen=True)
class Run:
    """One load: on which database, by how many processes, and what is killed."""

    database: str
    workers: int = 1
    killed: str = ""
    idle: bool = False


RUNS = {
    "sqlite": Run("SQLite"),
    "postgresql": Run("PostgreSQL"),
    "sqlite-killed": Run("SQLite", killed="server"),
    "postgresql-killed": Run("PostgreSQL", killed="server"),
    "database-killed": Run("PostgreSQL", killed="database"),
    "workers": Run("PostgreSQL", workers=2),
    "workers-killed": Run("PostgreSQL", workers=2, killed="server"),
    "idle": Run("SQLite", idle=True),
    "idle-postgresql": Run("PostgreSQL", idle=True),
}
COLUMNS = {
    "requests": 10,
    "saves": 8,
    "lost": 6,
    "missing": 9,
    "errors": 8,
    "p50": 7,
    "p95": 7,
    "save95": 8,
    "page95": 8,
    "p99": 7,
    "bare95": 8,
    "MiB": 7,
}


async def sit(served: Served, tally: Tally, name: str, source: random.Random, over: float) -> None:
    """Sit the exam as one candidate: begin within the first minute, save every five seconds, hand in at the end."""
    browser = Browser(served.port, tally)
    await asyncio.sleep(source.uniform(0, BEGIN))
    await browser.enter(served.room.link(name))
    await browser.insist("page", "POST", "/exam/start", form={})
    await browser.insist("page", "GET", "/exam")
    beat = time.monotonic() + source.uniform(10, 30)
    while time.monotonic() < over:
        await asyncio.sleep(EVERY * source.uniform(0.9, 1.1))
        item, part = source.choice(served.fields)
        await browser.save(name, item, part, f"{source.randrange(10**6)} x {source.randrange(100)}")
        if time.monotonic() > beat:
            await browser.insist("state", "GET", "/exam/state")
            beat += 30
    await asyncio.sleep(source.uniform(0, END))
    await browser.insist("page", "GET", "/exam/hand-in")
    await browser.insist("page", "POST", "/exam/hand-in", form={})
    browser.close()


async def load(served: Served, tally: Tally, kill: Callable[[], None] | None) -> None:
    """Let everyone sit; kill something in the middle where that is asked for."""
    over = time.monotonic() + BEGIN + SECONDS
    sitting = [sit(served, tally, name, random.Random(name), over) for name in served.names]
    tasks = [asyncio.create_task(one) for one in sitting]
    if kill is not None:
        await asyncio.sleep(BEGIN + SECONDS / 2)
        tally.killed = time.monotonic()
        await asyncio.to_thread(kill)
    await asyncio.gather(*tasks)


BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
app = Starlette(routes=[Route("/", lambda request: PlainTextResponse("."))])
uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
"""


async def beside(port: int, bare: Tally, work: Awaitable[None]) -> None:
    """Do the work and meanwhile ask a server that does nothing, to see what this machine takes at this hour."""
    browser = Browser(port, bare)
    task = asyncio.ensure_future(work)
    while not task.done():
        await browser.insist("bare", "GET", "/")
        await asyncio.sleep(0.2)
    await task


async def idle(served: Served, tally: Tally, seconds: float) -> None:
    """Open a page for each candidate and leave it open; each asks for the state every half minute."""
    gate = asyncio.Semaphore(20)

    async def lie_open(name: str) -> None:
        browser = Browser(served.port, tally)
        async with gate:
            await browser.enter(served.room.link(name))
            await browser.insist("page", "POST", "/exam/start", form={})
            await browser.insist("page", "GET", "/exam")
        for _ in range(max(1, int(seconds / 30))):
            await asyncio.sleep(random.uniform(0, 30))
            await browser.insist("state", "GET", "/exam/state")
        browser.close()

    await asyncio.gather(*(lie_open(name) for name in served.names))


def check(served: Served, tally: Tally) -> tuple[int, int]:
    """Return how many acknowledged saves the ledger does not hold or overrules, and how many papers are not in."""
    columns = [save_rows.c[name] for name in ("candidate_id", "sequence", "item", "part", "text")]
    with reading(served.room.ledger) as connection:
        rows = {tuple(row) for row in connection.execute(select(*columns))}
    numbers = {name: served.room.candidate_id(name) for name in served.names}
    lost = sum((numbers[name], *rest) not in rows for name, *rest in tally.acknowledged)
    newest = {(name, item, part): text for name, _, item, part, text in tally.acknowledged}
    held = {name: store.answers(served.room.ledger, number) for name, number in numbers.items()}
    lost += sum(held[name][item][part].text != text for (name, item, part), text in newest.items() if not lost)
    missing = sum(store.receipt_of(served.room.ledger, number) is None for number in numbers.values())
    return lost, missing


GRADE = """
import sys
from gradus import store
ledger = store.open_ledger(sys.argv[1])
print(sum(1 for _ in store.grade_submissions(ledger, sys.argv[2], sys.argv[3])))
"""


def grade_twice(served: Served) -> str:
    """Grade by two processes at once; say how many papers each took and how many verdicts too many there are."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", GRADE, served.url, served.room.name]
    processes = [
        subprocess.Popen([*command, worker], env=environment, stdout=subprocess.PIPE, text=True)
        for worker in ("one", "two")
    ]
    taken = [int(process.communicate()[0] or 0) for process in processes]
    rows = verdict_rows.c
    with reading(served.room.ledger) as connection:
        found = connection.execute(select(func.count(), func.max(rows.number), func.min(rows.number))).one()
        graded = connection.execute(select(func.count(rows.candidate_id.distinct()))).scalar_one()
    papers = (store.paper_of(served.room.ledger, served.room.candidate_id(name)).paper for name in served.names)
    wanted = sum(len(variant.parts) for paper in papers for variant in paper.variants.values())
    told = f"two processes graded {taken[0]} + {taken[1]} papers: {found[0]:,} verdicts, {found[0] - wanted} too many"
    if found[0] != wanted or sum(taken) != graded != len(served.names) or found[1] != found[2]:
        raise SystemExit(told)
    return told


def measure(name: str, run: Run, served: Served, kill: Callable[[], None] | None) -> None:
    """Run one load and print what it came to."""
    tally, bare, port = Tally(), Tally(), free_port()
    nothing = subprocess.Popen([sys.executable, "-c", BARE, str(port)])
    try:
        asyncio.run(beside(port, bare, load(served, tally, kill)))
    finally:
        nothing.kill()
        nothing.wait()
    lost, missing = check(served, tally)
    milliseconds = [tally.quantile(0.5), tally.quantile(0.95), tally.quantile(0.95, "save")]
    milliseconds += [tally.quantile(0.95, "page"), tally.quantile(0.99), bare.quantile(0.95)]
    values = [sum(map(len, tally.latencies.values())), len(tally.acknowledged), lost, missing, len(tally.errors)]
    values += [round(1000 * seconds) for seconds in milliseconds] + [round(served.peak())]
    cells = "".join(f"{value:>{width},}" for value, width in zip(values, COLUMNS.values(), strict=True))
    print(f"{name:<18}{cells}", flush=True)
    if kill is not None:
        back = sorted(tally.back.values())
        print(
            f"    the {run.killed} was killed and started again: {len(back)} of {len(served.names)} saved again, the "
            f"first after {back[0]:.1f} s, the last after {back[-1]:.1f} s; {tally.refused_connections} requests found "
            f"no server, {tally.told_to_wait} were told to wait for the database"
        )
    for error in sorted(set(tally.errors))[:3]:
        print(f"    {error}")
    resumed = kill is None or len(tally.back) == len(served.names)
    if lost or missing or tally.errors or not resumed or (tally.told_to_wait and run.killed != "database"):
        raise SystemExit(f"{name}: something was lost or refused")
    if run.workers > 1:
        print(f"    {grade_twice(served)}", flush=True)


def measure_idle(name: str, served: Served) -> None:
    """Print what many open pages cost."""
    tally = Tally()
    asyncio.run(idle(served, tally, min(60.0, SECONDS)))
    print(
        f"{name:<18}{len(served.names):,} open pages: at most {served.peak():.0f} MiB; 95 of 100 requests within "
        f"{1000 * tally.quantile(0.95, 'state'):.0f} ms; {len(tally.errors)} errors",
        flush=True,
    )


def carry_out(name: str, run: Run) -> None:
    """Set up what one run needs and do it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(postgres(folder)) if run.database == "PostgreSQL" else None
        if run.database == "PostgreSQL" and database is None:
            print(f"{name:<18}PostgreSQL is not installed here (apt install postgresql)")
            return
        url = database.url if database else str(folder / "room.sqlite")
        served = Served(folder, url, IDLE if run.idle else CANDIDATES, run.workers)
        stack.callback(served.close)
        if run.idle:
            measure_idle(name, served)
        else:
            kills = {"server": served.kill, "database": database.kill if database else None}
            measure(name, run, served, kills.get(run.killed))


def main() -> None:
    """Run everything, one load after another."""
    chosen = os.environ.get("GRADUS_BENCH_ONLY", " ".join(RUNS)).split()
    if unknown := [name for name in chosen if name not in RUNS]:
        raise SystemExit(f"there is no run {unknown[0]!r}; there are {', '.join(RUNS)}")
    print(
        f"{CANDIDATES} candidates begin within {BEGIN:.0f} s, save every {EVERY:.0f} s for {SECONDS:.0f} s, hand in "
        f"within {END:.0f} s; milliseconds are for 50, 95 (all, saves, pages) and 99 of 100 requests;\n"
        "bare95 is a server that does nothing, asked meanwhile\n"
    )
    print(" " * 18 + "".join(f"{name:>{width}}" for name, width in COLUMNS.items()), flush=True)
    for name in chosen:
        carry_out(name, RUNS[name])
