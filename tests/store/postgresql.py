"""A real PostgreSQL server for tests: started in a folder of its own, stopped and removed at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SERVER_USER = "postgres"  # PostgreSQL refuses to run as root


class CannotServe(Exception):
    """Why no server can be had here."""


@dataclass(frozen=True)
class Server:
    """A running server; `address` lacks the database's name."""

    programs: Path
    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"postgresql://gradus@127.0.0.1:{self.port}"

    def run(self, program: str, *arguments: str) -> str:
        return run([str(self.programs / program), *arguments])

    def sql(self, statement: str, database: str = "postgres") -> str:
        host = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "gradus"]
        return self.run("psql", *host, "-d", database, "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-c", statement)

    def own(self, *folders: Path) -> None:
        """Give folders to the server's user."""
        for folder in folders:
            if os.geteuid() == 0:
                shutil.chown(folder, SERVER_USER, SERVER_USER)

    def start(self) -> None:
        # tests need no syncs: what they kill are clients, and the server once, in order
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        self.run(
            "pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), "-o", options, "start"
        )

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")


def find_programs() -> Path:
    """Return the folder of pg_ctl, of the newest version installed."""
    on_path = shutil.which("pg_ctl")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: float(path.parts[-3]))
    if not found:
        raise CannotServe("PostgreSQL is not installed (on Debian: apt-get install postgresql)")
    return found[-1].parent


def run(command: list[str]) -> str:
    """Run a program of the server's, as another user when we are root."""
    if os.geteuid() == 0:
        command = ["setpriv", f"--reuid={SERVER_USER}", f"--regid={SERVER_USER}", "--clear-groups", *command]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd="/",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    if done.returncode:
        raise CannotServe(f"{' '.join(command)} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


@contextmanager
def serving() -> Iterator[Server]:
    """Start a server; it is stopped and its folder removed at the end."""
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="gradus-pg-"))
    try:
        if os.geteuid() == 0:
            try:
                shutil.chown(folder, SERVER_USER, SERVER_USER)
            except LookupError:
                raise CannotServe(f"there is no user {SERVER_USER!r} to run it as") from None
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
        server = Server(programs, folder, port)
        server.run("initdb", "-D", str(folder / "data"), "-U", "gradus", "-A", "trust", "-E", "UTF8", "--no-sync")
        server.start()
        try:
            yield server
        finally:
            if (folder / "data" / "postmaster.pid").exists():
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
