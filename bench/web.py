"""A whole exam under load, on SQLite and on PostgreSQL, and the same with the server killed in the middle.

300 candidates begin within a minute, each saves every 5 seconds for 5 minutes, all hand in within 30 seconds; then
2 000 pages lie open. Server, database and load share this machine. Set GRADUS_BENCH_SECONDS (300) and
GRADUS_BENCH_CANDIDATES (300) for a shorter run, GRADUS_BENCH_IDLE (2000) for fewer open pages, and GRADUS_BENCH_ONLY
to some of `sqlite postgresql killed idle`.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bench._browsers import Browser, Tally
from gradus import store
from gradus.web.room import Room
from gradus.web.serving import read_secret
from gradus.web.staff.roster import enrol

ROOT = Path(__file__).resolve().parent.parent
SECONDS = float(os.environ.get("GRADUS_BENCH_SECONDS", "300"))
CANDIDATES = int(os.environ.get("GRADUS_BENCH_CANDIDATES", "300"))
IDLE = int(os.environ.get("GRADUS_BENCH_IDLE", "2000"))
ONLY = os.environ.get("GRADUS_BENCH_ONLY", "sqlite postgresql killed idle").split()
BEGIN, EVERY, END = min(60.0, SECONDS / 2), 5.0, min(30.0, SECONDS / 4)
LIMIT = 0.300  # seconds, for 95 of 100 requests


class Served:
    """A room served by a process of its own, which can be killed and started again."""

    def __init__(self, folder: Path, url: str, candidates: int) -> None:
        self.folder, self.url, self.port = folder, url, _free_port()
        self.exam = folder / "midterm.md"
        shutil.copy(ROOT / "exams" / "midterm.md", self.exam)
        ledger = store.open_ledger(url)
        name = store.add_exam(ledger, self.exam.read_text(encoding="utf-8"), str(self.exam), by="bench").name
        self.room = Room(ledger, name, self.exam, read_secret(folder / "secret"))
        self.names = [f"c{number:04}" for number in range(candidates)]
        enrol(self.room, tuple(store.RosterRow(name) for name in self.names), "bench")
        for _ in store.draw_papers(ledger, name, self.room.secret, "bench"):
            pass
        schedule = store.Schedule(ledger.now(), None, timedelta(hours=5))
        store.set_schedule(ledger, name, schedule, "bench")
        variants = store.paper_of(ledger, self.room.candidate_id(self.names[0])).paper.variants
        self.fields = [(item, part) for item, variant in variants.items() for part in variant.parts]
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        words = ["serve", str(self.exam), "--database", self.url, "--port", str(self.port)]
        words += ["--secret-file", str(self.folder / "secret"), "--log", str(self.folder / "server.log")]
        command = [sys.executable, "-c", "from gradus.cli import main; main()", *words]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        for _ in range(3000):
            with socket.socket() as probe:
                open_now = probe.connect_ex(("127.0.0.1", self.port)) == 0
            # the first start audits the exam, which nobody does while it is sat
            if open_now and store.latest_audit(self.room.ledger, self.room.name) is not None:
                return
            time.sleep(0.1)
        raise SystemExit("the server does not start")

    def kill(self) -> None:
        """End it as a power cut would, and start it again."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.start()

    def peak(self) -> float:
        """Return the most memory that the server has held, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def close(self) -> None:
        """Stop it."""
        self.process.terminate()
        self.process.wait()
        store.close_ledger(self.room.ledger)


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


async def load(served: Served, tally: Tally, count: int, kill_at: float | None) -> None:
    """Let everyone sit; kill the server once where that is asked for."""
    over = time.monotonic() + BEGIN + SECONDS
    sitting = [sit(served, tally, name, random.Random(name), over) for name in served.names[:count]]
    tasks = [asyncio.create_task(one) for one in sitting]
    if kill_at is not None:
        await asyncio.sleep(kill_at)
        await asyncio.to_thread(served.kill)
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


async def idle(served: Served, tally: Tally, names: list[str], seconds: float) -> None:
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

    await asyncio.gather(*(lie_open(name) for name in names))


def check(served: Served, tally: Tally, count: int) -> tuple[int, int]:
    """Return how many acknowledged saves the ledger does not hold, and how many papers are not handed in."""
    lost = missing = 0
    for name in served.names[:count]:
        number = served.room.candidate_id(name)
        kept = store.answers(served.room.ledger, number)
        missing += store.receipt_of(served.room.ledger, number) is None
        for (candidate, item, part), text in tally.acknowledged.items():
            if candidate == name:
                lost += part not in kept.get(item, {}) or kept[item][part].text != text
    return lost, missing


def measure(kind: str, url: str, folder: Path, kill: bool) -> None:
    """Run one load and print what it came to."""
    served = Served(folder, url, CANDIDATES)
    try:
        tally = Tally()
        bare, port = Tally(), _free_port()
        nothing = subprocess.Popen([sys.executable, "-c", BARE, str(port)])
        try:
            asyncio.run(beside(port, bare, load(served, tally, CANDIDATES, BEGIN + SECONDS / 2 if kill else None)))
        finally:
            nothing.kill()
            nothing.wait()
        lost, missing = check(served, tally, CANDIDATES)
        name = f"{kind}, killed" if kill else kind
        saves, pages = tally.quantile(0.95, "save"), tally.quantile(0.95, "page")
        print(
            f"{name:<20}{sum(map(len, tally.latencies.values())):>9,}{tally.saves:>8,}{lost:>6}{missing:>9}"
            f"{len(tally.errors):>8}{1000 * tally.quantile(0.5):>8.0f}{1000 * tally.quantile(0.95):>8.0f}"
            f"{1000 * saves:>8.0f}{1000 * pages:>8.0f}{1000 * tally.quantile(0.99):>8.0f}"
            f"{1000 * bare.quantile(0.95):>8.0f}{served.peak():>8.0f}"
        )
        for error in sorted(set(tally.errors))[:3]:
            print(f"    {error}")
        if lost or missing or tally.errors:
            raise SystemExit(f"{name}: something was lost or refused")
    finally:
        served.close()


def measure_idle(folder: Path) -> None:
    """Print what many open pages cost."""
    served = Served(folder, str(folder / "idle.sqlite"), IDLE)
    try:
        tally = Tally()
        asyncio.run(idle(served, tally, served.names, min(60.0, SECONDS)))
        print(
            f"\n{IDLE:,} open pages: at most {served.peak():.0f} MiB; 95 of 100 requests within "
            f"{1000 * tally.quantile(0.95, 'state'):.0f} ms; {len(tally.errors)} errors"
        )
    finally:
        served.close()


@contextmanager
def postgres(folder: Path) -> Iterator[str | None]:
    """Start a PostgreSQL server for this run alone; None where there is none to start."""
    found = shutil.which("initdb") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)
    if found is None:
        yield None
        return
    tools, data = Path(found).parent, folder / "postgres"
    as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []
    if as_user:
        folder.chmod(0o755)
        data.mkdir()
        shutil.chown(data, "nobody", "nogroup")
    port = _free_port()

    def run(*words: str | Path) -> None:
        subprocess.run([*as_user, *words], check=True, stdout=subprocess.DEVNULL, cwd="/")

    run(tools / "initdb", "-D", data, "-U", "gradus", "-A", "trust")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200"
    start = (tools / "pg_ctl", "-D", data, "-o", options, "-l", data / "log", "-w")
    run(*start, "start")
    try:
        yield f"postgresql://gradus@127.0.0.1:{port}/postgres"
    finally:
        run(*start, "-m", "immediate", "stop")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def main() -> None:
    """Run everything, one load after another."""
    print(
        f"{CANDIDATES} candidates begin within {BEGIN:.0f} s, save every {EVERY:.0f} s for {SECONDS:.0f} s, hand in "
        f"within {END:.0f} s; milliseconds are for 50, 95 (all, saves, pages) and 99 of 100 requests;\n"
        "bare95 is a server that does nothing, asked meanwhile\n"
    )
    columns = (
        "requests",
        "saves",
        "lost",
        "missing",
        "errors",
        "p50",
        "p95",
        "save95",
        "page95",
        "p99",
        "bare95",
        "MiB",
    )
    widths = (9, 8, 6, 9, 8, 8, 8, 8, 8, 8, 8, 8)
    print(f"{'':<20}" + "".join(f"{name:>{width}}" for name, width in zip(columns, widths, strict=True)))
    for kill in (False, True) if "killed" in ONLY else (False,):
        if "sqlite" in ONLY:
            with tempfile.TemporaryDirectory() as name:
                measure("SQLite", str(Path(name) / "room.sqlite"), Path(name), kill)
        if "postgresql" in ONLY:
            with tempfile.TemporaryDirectory() as name, postgres(Path(name)) as url:
                if url is None:
                    print("PostgreSQL is not installed here (apt install postgresql)")
                else:
                    measure("PostgreSQL", url, Path(name), kill)
    if "idle" in ONLY:
        with tempfile.TemporaryDirectory() as name:
            measure_idle(Path(name))
