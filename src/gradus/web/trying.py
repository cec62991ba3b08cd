"""The public checks of a program, run in the sandbox before it is handed in; hidden checks are never among them."""

from __future__ import annotations

from concurrent import futures
from typing import TYPE_CHECKING

from gradus.answers import Program
from gradus.errors import Unreadable
from gradus.family import Family
from gradus.sandbox import Unavailable
from gradus.web.asking import digest, reader_of
from gradus.web.checking import Job, Tried
from gradus.web.refusals import Refused

if TYPE_CHECKING:
    from gradus.web.access import Visit

PATIENCE = 3.0  # seconds that a page without scripts is kept waiting


def try_program(variant: Family, part: str, text: str) -> Tried:
    """Run the public checks on a program."""
    key = reader_of(variant, part)
    if not isinstance(key, Program) or key.preview is None:
        return Tried(problem="This question has no public checks.")
    try:
        source = key.read(text).source
    except Unreadable as fault:
        return Tried(problem=f"{fault.expected[:1].upper()}{fault.expected[1:]}; {fault.remedy}.")
    try:
        return Tried(key.preview(source))
    except Unavailable:
        return Tried(problem="Programs cannot be run on this server. Yours is saved and will be marked all the same.")


def put_in_line(visit: Visit, variant: Family, item: str, part: str, text: str) -> Job:
    """Put a program in line for its public checks; the same again is the same job."""
    if part not in variant.parts:
        raise Refused(404, "Not here", "There is no such part.")
    who, key = f"{visit.visitor.role} {visit.visitor.name or visit.visitor.nonce}", (item, part, digest(text), variant)
    return visit.room.line.ask(who, key, lambda: try_program(variant, part, text))


def wait_for(visit: Visit, variant: Family, item: str, part: str, text: str, again: str) -> Tried:
    """Wait a little for the public checks, as a page without scripts does; `again` is where to look again."""
    if not visit.room.computations.take(visit.visitor.nonce, visit.room.clock()):
        raise Refused(429, "Too often", "Wait a moment.")
    job = put_in_line(visit, variant, item, part, text)
    futures.wait([job.future], timeout=PATIENCE)
    return look_at(visit, job, again)


def look_at(visit: Visit, job: Job, again: str = "") -> Tried:
    """Return what a job came to, or where it stands in line."""
    if job.future.done():
        return job.future.result()
    if visit.room.line.runs(job):
        return Tried(waiting="Your program runs.", again=again)
    count = visit.room.line.before(job)
    others = "1 other program is" if count == 1 else f"{count} other programs are"
    first = f"{others} before yours" if count else "yours is the next"
    return Tried(waiting=f"Waiting: {first}. You can go on writing meanwhile.", again=again)
