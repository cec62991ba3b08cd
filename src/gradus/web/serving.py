"""From a command to a server that listens: ledger, secret key, exam, audit."""

from __future__ import annotations

import logging
from pathlib import Path

from gradus import store
from gradus.errors import Fault
from gradus.export.files import make_file
from gradus.web.room import Room
from gradus.web.staff.auditing import start_audit

HERE = "server"  # the name under which the server itself acts, in the audit trail
PATIENCE = 75  # seconds for which a browser's connection is kept


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
    path = secret_file or _secret_path(file, database)
    first = not path.exists()
    return Room(ledger, version.name, file, read_secret(path)), first


def start_first_audit(room: Room) -> None:
    """Audit the exam where that was not done since it changed."""
    audit = store.latest_audit(room.ledger, room.name)
    if audit is None or audit.version != store.current_exam(room.ledger, room.name).version:
        start_audit(room, HERE)


def _secret_path(file: Path, database: str) -> Path:
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

    logging.basicConfig(filename=log_file, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # uvicorn's own access log would write whole addresses, and a link's address is a secret
    config = uvicorn.Config(
        build(room),
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        timeout_keep_alive=PATIENCE,
        timeout_graceful_shutdown=10,
        server_header=False,
        forwarded_allow_ips=proxy,
    )
    logging.getLogger("gradus.web").info("listening at %s:%s", host, port)
    uvicorn.Server(config).run()
