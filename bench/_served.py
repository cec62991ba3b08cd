"""What the exam under load runs on: a room in processes of its own, a PostgreSQL for one run; each can be killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from gradus import store
from gradus.web.room import Room
from gradus.web.serving import read_secret
from gradus.web.staff.roster import enrol

ROOT = Path(__file__).resolve().parent.parent


class Served:
    """A room served by one or several processes, which can be killed and started again."""

    def __init__(self, folder: Path, url: str, candidates: int, workers: int = 1) -> None:
        self.folder, self.url, self.port, self.workers = folder, url, free_port(), workers
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
        words += ["--workers", str(self.workers)] if self.workers > 1 else []
        command = [sys.executable, "-c", "from gradus.cli import main; main()", *words]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True, cwd=self.folder
        )
        for _ in range(3000):
            with socket.socket() as probe:
                open_now = probe.connect_ex(("127.0.0.1", self.port)) == 0
            # the first start audits the exam, which nobody does while it is sat
            if open_now and store.latest_audit(self.room.ledger, self.room.name) is not None:
                return
            time.sleep(0.1)
        raise SystemExit("the server does not start")

    def kill(self) -> None:
        """End all its processes as a power cut would, and start it again."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.start()

    def peak(self) -> float:
        """Return the most memory that the server has held, in MiB: each process's peak, added."""
        return sum(_peak(number) for number in _group(self.process.pid))

    def close(self) -> None:
        """Stop it."""
        self.process.terminate()
        self.process.wait()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        store.close_ledger(self.room.ledger)


def _group(leader: int) -> list[int]:
    """Return the processes of a process group."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.getpgid(int(entry.name)) == leader:
                found.append(int(entry.name))
    return found


def _children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(entry.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[1]) == parent:
                found.append(int(entry.parent.name))
    return found


def _peak(number: int) -> float:
    with suppress(OSError, IndexError):
        status = Path(f"/proc/{number}/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    return 0.0  # it has ended


class Postgres:
    """A PostgreSQL server for one run."""

    def __init__(self, tools: Path, folder: Path) -> None:
        self.tools, self.data, self.port = tools, folder / "postgres", free_port()
        self.as_user: list[str] = []
        if os.getuid() == 0:  # it refuses to run as root
            self.as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
            folder.chmod(0o755)
            self.data.mkdir()
            shutil.chown(self.data, "nobody", "nogroup")
        self._run("initdb", "-D", self.data, "-U", "gradus", "-A", "trust")
        self.url = f"postgresql://gradus@127.0.0.1:{self.port}/postgres"
        self.start()

    def start(self) -> None:
        """Start it; after a kill it recovers from its log first."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200"
        for _ in range(60):
            with suppress(subprocess.CalledProcessError):  # what a killed one left behind may take a moment to end
                self._run("pg_ctl", "-D", self.data, "-o", options, "-l", self.data / "log", "-w", "start")
                return
            time.sleep(0.5)
        raise SystemExit("PostgreSQL does not start")

    def kill(self) -> None:
        """End it and all that work for it as a power cut would, leave it away for a while, and start it again."""
        first = int((self.data / "postmaster.pid").read_text(encoding="ascii").split()[0])
        for number in (first, *_children(first)):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        time.sleep(5)
        self.start()

    def stop(self) -> None:
        """Stop it."""
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def _run(self, tool: str, *words: str | Path) -> None:
        subprocess.run(
            [*self.as_user, self.tools / tool, *words],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres | None]:
    """Start a PostgreSQL server for this run alone; None where there is none to start."""
    found = shutil.which("initdb") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)
    if found is None:
        yield None
        return
    server = Postgres(Path(found).resolve().parent, folder)
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
