"""The audit in a process of its own: what it loads is given back when it ends, and pages stay quick meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gradus.errors import Fault
from gradus.programs import boxes

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from gradus.claim import Claim, Effort
    from gradus.decisions import Decision

POLITE = 5  # how far it stands back for whoever waits for a page


class Audited(NamedTuple):
    """What an audit came to: its report, and how many parts there are and are countersigned."""

    report: Any
    parts: int
    countersigned: int


def audit_apart(text: str, file: str) -> Iterator[str | Audited]:
    """Audit an exam in another process; yield how far it is, and at last what it came to.

    Raises:
        Fault: when that process ends before its time.
    """
    here, there = get_context("spawn").Pipe(duplex=False)
    given = (there, text, file, boxes.are_trusted(), _trusted_claims())
    process = get_context("spawn").Process(target=_audit, args=given, name="gradus audit", daemon=True)
    process.start()
    there.close()  # so that its end is seen here
    try:
        while True:
            told: str | tuple[Any, int, int] = here.recv()
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


def _trusted_claims() -> tuple[Path, ...]:
    from gradus import assertion

    return assertion.trusted_folders()


def _audit(told: Connection, text: str, file: str, trusted: bool, claims: tuple[Path, ...]) -> None:
    """Audit, in the other process."""
    from gradus.assertion import trust_claims
    from gradus.audit import audit
    from gradus.exam import parse

    with suppress(OSError):
        os.nice(POLITE)
    if trusted:
        boxes.trust_submissions()
    for folder in claims:
        trust_claims(folder / "exam")
    exam = parse(text, file)
    done: list[str] = []

    def progress(item: str) -> None:
        done.append(item)
        told.send(f"{len(done)} of {len(exam.questions)} questions")

    with suppress(BrokenPipeError):  # the server was stopped, and nobody waits for this any more
        found = audit(exam, progress, settle=lambda wanted, effort: _settle(told, wanted, effort))
        told.send((found.to_json(), len(found.parts), sum(part.countersigned for part in found.parts)))


def _settle(told: Connection, claims: Iterable[Claim], effort: Effort) -> Mapping[Claim, Decision]:
    from gradus.audit.readings import settle_here

    wanted = list(claims)
    found: dict[Claim, Decision] = {}
    for claim in wanted:
        found |= settle_here([claim], effort)
        told.send(f"{len(found)} of {len(wanted)} claims decided")
    return found
