"""The audit in a process of its own: what it loads is given back when it ends, and pages stay quick meanwhile."""

from __future__ import annotations

import atexit
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gradus.errors import Fault
from gradus.programs import boxes

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

POLITE = 5  # how far it stands back for whoever waits for a page


class Audited(NamedTuple):
    """What an audit came to: whether every key that there is is countersigned, its report, and both in a few words."""

    complete: bool
    report: Any
    summary: str


def audit_apart(text: str, file: str) -> Iterator[str | Audited]:
    """Audit an exam in another process; yield how far it is, and at last what it came to.

    Raises:
        Fault: when that process ends before its time.
    """
    here, there = get_context("spawn").Pipe()
    given = (there, text, file, boxes.are_trusted(), _trusted_claims())
    process = get_context("spawn").Process(target=_audit, args=given, name="gradus audit")
    process.start()
    atexit.register(process.terminate)  # it has processes of its own, so it cannot be one that ends with this one
    there.close()  # so that its end is seen here
    try:
        while True:
            told: str | tuple[bool, Any, str] = here.recv()
            if isinstance(told, str):
                yield told
            else:
                yield Audited(*told)
                return
    except EOFError:
        process.join()
        rule = f"ended before its time (exit code {process.exitcode})"
        raise Fault("", "audit", None, rule, "start it again; the log says more") from None
    finally:
        here.close()
        process.terminate()
        process.join()
        atexit.unregister(process.terminate)


def _trusted_claims() -> tuple[Path, ...]:
    from gradus import assertion

    return assertion.trusted_folders()


def _audit(told: Connection, text: str, file: str, trusted: bool, claims: tuple[Path, ...]) -> None:
    """Audit, in the other process."""
    from gradus.assertion import trust_claims

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on Ctrl-C the server ends it
    threading.Thread(target=_end_with, args=(told,), daemon=True).start()
    with suppress(OSError):
        os.nice(POLITE)
    if trusted:
        boxes.trust_submissions()
    for folder in claims:
        trust_claims(folder / "exam")
    told.send(tuple(audit_exam(text, file, told.send)))


def audit_exam(text: str, file: str, tell: Callable[[str], object]) -> Audited:
    """Audit an exam in this process; `tell` hears how far it is."""
    from gradus.audit import audit, readings_of
    from gradus.decisions import Docket, Shelf
    from gradus.exam import parse

    exam = parse(text, file)
    whole, done = len(exam.questions) + len(readings_of(exam)), 0

    def advance(_: object) -> None:
        nonlocal done
        done += 1
        tell(f"{done} of {whole} questions and readings of statements")

    docket = Docket(Shelf())  # as `gradus audit` does: side by side, and none longer than its time
    found = audit(exam, advance, settle=lambda claims, effort: docket.settle(claims, effort, advance))
    signed = sum(part.countersigned for part in found.parts)
    summary = f"{len(found.parts)} answers, {signed} countersigned"
    return Audited(not found.unsigned, found.to_json(), summary)


def _end_with(server: Connection) -> None:
    """End when the server does, however it ends; it says nothing otherwise."""
    with suppress(EOFError, OSError):
        server.recv()
    os._exit(0)
