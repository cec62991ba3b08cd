"""From a command to a server that listens: ledger, secret key, exam, audit, and one or several processes."""

from __future__ import annotations

import json
import logging
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from gradus import store
from gradus.errors import Fault, GradusError
from gradus.export.files import make_file
from gradus.web.board import Board
from gradus.web.room import Room
from gradus.web.staff.auditing import start_audit

if TYPE_CHECKING:
    from gradus.exam import Exam
    from gradus.web.guarding import Guard

HERE = "server"  # the name under which the server itself acts, in the audit trail
PATIENCE = 75  # seconds for which a browser's connection is kept
TOLD = "GRADUS_ROOM"  # what the first process tells the others


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is served and how, as the first process tells it to the others."""

    exam: str
    file: str
    database: str
    secret_file: str
    https: bool = False
    practice: bool = True
    log_file: str = ""
    board: str = ""
    trusted: bool = False
    first: int = 0  # the first process


def open_room(file: Path, database: str, secret_file: Path | None = None) -> tuple[Room, bool]:
    """Open the room of an exam file; also return whether it was opened for the first time.

    Raises:
        Faults: every fault of the exam file.
        Fault: when the secret cannot be kept, or the database not be opened.
    """
    from gradus.exam.source import read_text

    text = read_text(file)
    ledger = store.open_ledger(database)
    version = store.add_exam(ledger, text, str(file), by=HERE)
    path = secret_file or secret_path(file, database)
    first = not path.exists()
    return Room(ledger, version.name, file, read_secret(path)), first


def start_first_audit(room: Room, tell: Callable[[str], object] = str) -> bool:
    """Begin an audit where none has decided every key of this version on this machine; `tell` hears how far it is.

    Returns:
        whether one began.
    """
    version = store.current_exam(room.ledger, room.name)
    audit = store.latest_audit(room.ledger, room.name)
    if audit is not None and audit.version == version.version and _is_decided(version.read()):
        return False
    start_audit(room, HERE, tell)
    return True


def _is_decided(exam: Exam) -> bool:
    """Return whether what the keys of statements rest on is kept here: a ledger may have come from elsewhere."""
    from gradus.assertion import find_ruling
    from gradus.audit.readings import assertions

    for question in exam.questions:
        for assertion in assertions(question):
            try:
                assertion.kind()
            except GradusError:
                continue  # an audit would not find it either
            try:
                find_ruling(assertion)
            except Fault:
                return False
    return True


def secret_path(file: Path, database: str) -> Path:
    """Return where the secret is kept: beside the database, or beside the exam where the database is elsewhere."""
    return file.with_suffix(".secret") if "://" in database else Path(database).with_suffix(".secret")


def read_secret(path: Path) -> bytes:
    """Return the secret key, made at the first start; only its owner may read it.

    Raises:
        Fault: when it cannot be read or made, or is too short to keep anything secret.
    """
    import secrets

    if not path.exists():
        make_file(path, secrets.token_hex(32) + "\n")
    try:
        found = path.read_bytes().strip()
    except OSError as error:
        raise Fault(str(path), "secret", None, f"cannot be read: {error.strerror}", "check the file's rights") from None
    if len(found) < 32:
        raise Fault(str(path), "secret", None, "has less than 32 characters", "restore it, or delete it: links change")
    return found


def serve(room: Room, host: str, port: int, log_file: Path | None = None, proxy: str = "127.0.0.1") -> None:
    """Listen until the process is stopped; what a proxy says of a browser's address and scheme is believed."""
    import uvicorn

    from gradus.web.application import build

    _start_log(log_file)
    logging.getLogger("gradus.web").info("listening at %s:%s", host, port)
    uvicorn.Server(uvicorn.Config(build(room), **_options(host, port, proxy))).run()


def check_workers(database: str, workers: int) -> None:
    """Refuse several processes on SQLite, which has one writer, before anything is made.

    Raises:
        Fault: when they could not share the database.
    """
    if workers > 1 and store.connect_ledger(database).is_sqlite:
        rule = "need a PostgreSQL database that they share"
        raise Fault("", "workers", workers, rule, "write --database postgresql://user@host/name")


def serve_together(room: Room, opening: Opening, host: str, port: int, workers: int, proxy: str = "127.0.0.1") -> None:
    """Listen with several processes on one database, until this first one is stopped; see `check_workers`."""
    import uvicorn

    _start_log(Path(opening.log_file) if opening.log_file else None)
    with tempfile.TemporaryDirectory(prefix="gradus-") as folder:
        room.jobs.share(Path(folder))
        os.environ[TOLD] = json.dumps({**asdict(opening), "board": folder, "first": os.getpid()})
        # a process that computes for long is alive all the same
        together: dict[str, Any] = {"workers": workers, "timeout_worker_healthcheck": 60}
        uvicorn.run("gradus.web.serving:build_again", factory=True, **_options(host, port, proxy), **together)


def build_again() -> Guard:
    """Return the application in one of several processes."""
    from gradus.assertion import trust_claims
    from gradus.programs.boxes import trust_submissions
    from gradus.web.application import build

    opening = Opening(**json.loads(os.environ[TOLD]))
    threading.Thread(target=_end_with_first, args=(opening.first,), daemon=True).start()
    trust_claims(Path(opening.file))
    _start_log(Path(opening.log_file) if opening.log_file else None)
    if opening.trusted:
        trust_submissions()
    return build(
        Room(
            store.open_ledger(opening.database),
            opening.exam,
            Path(opening.file),
            read_secret(Path(opening.secret_file)),
            https=opening.https,
            practice=opening.practice,
            jobs=Board(Path(opening.board)),
        )
    )


def _end_with_first(first: int) -> None:
    """End when the first process is gone, however it went: what it left would keep its port from the next one."""
    while os.getppid() == first:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def _start_log(file: Path | None) -> None:
    logging.basicConfig(filename=file, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


def _options(host: str, port: int, proxy: str) -> dict[str, Any]:
    return {
        "host": host,
        "port": port,
        # uvicorn's own access log would write whole addresses, and a link's address is a secret
        "access_log": False,
        "log_config": None,
        "timeout_keep_alive": PATIENCE,
        "timeout_graceful_shutdown": 10,
        "server_header": False,
        "forwarded_allow_ips": proxy,
    }
