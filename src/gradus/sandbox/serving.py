"""The judge's side of one job: what is sent, what is heard while it runs, and what became of it."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import struct
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from gradus.sandbox import reading
from gradus.sandbox.escaping import plain
from gradus.sandbox.inside import frames
from gradus.sandbox.nouns import Call, Limits, Outcome, Status

GRACE = 5.0  # seconds beyond a submission's limit after which the warm process is given up
PIECE = 1 << 18


@final
@dataclass(frozen=True, slots=True)
class Heard:
    """Everything that a child sent and printed, how it ended according to the warm process, and what overflowed."""

    results: bytes
    output: bytes
    ended: tuple[int, bool, float, int] | None  # wait status, killed by the clock, processor seconds, peak bytes
    overflowed: str = ""


def pack(function: str, source: bytes, calls: Sequence[Call]) -> bytes:
    """Return a request: function name, source, and for each call its arguments as raw bytes."""
    pieces = [function.encode(), source, struct.pack("<I", len(calls))]
    for call in calls:
        pieces.append(struct.pack("<BB", frames.COUNTED if call.counted else 0, len(call.arguments)))
        for argument in call.arguments:
            pieces += [" ".join([argument.dtype.str, *map(str, argument.shape)]).encode(), argument.tobytes()]
    return b"".join(struct.pack("<Q", len(piece)) + piece for piece in pieces)


def file_of(body: bytes) -> int:
    """Return a descriptor of a file in memory that holds these bytes, at its beginning."""
    if sys.platform == "linux":
        descriptor = os.memfd_create("request")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    view = memoryview(body)
    while view:
        view = view[os.write(descriptor, view) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def listen(control: socket.socket, results: int, output: int, limits: Limits) -> Heard:
    """Read results and output, each up to its limit, until the warm process says that the child has ended."""
    heard = {results: bytearray(), output: bytearray()}
    most = {results: limits.results, output: limits.output}
    overflowed, ended = "", None
    deadline = time.monotonic() + limits.seconds + GRACE
    with selectors.DefaultSelector() as selector:
        for source in (control.fileno(), results, output):
            selector.register(source, selectors.EVENT_READ)
        while ended is None and (left := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                if key.fd == control.fileno():
                    ended = _read_end(control)
                elif not _take(key.fd, heard[key.fd], most[key.fd]):
                    selector.unregister(key.fd)
                    if len(heard[key.fd]) > most[key.fd] and not overflowed:
                        overflowed = "results" if key.fd == results else "output"
                        control.send(b"kill")
        if ended is not None:  # nothing else holds the other ends, so this ends too
            for source, so_far in heard.items():
                while source in selector.get_map() and _take(source, so_far, most[source]):
                    pass
    return Heard(bytes(heard[results][: limits.results]), bytes(heard[output][: limits.output]), ended, overflowed)


def _take(source: int, so_far: bytearray, most: int) -> bool:
    """Read one piece; return False at the end, at nothing more for now, and beyond the limit."""
    try:
        piece = os.read(source, PIECE)
    except BlockingIOError:
        return False
    so_far += piece
    return bool(piece) and len(so_far) <= most


def _read_end(control: socket.socket) -> tuple[int, bool, float, int]:
    message = control.recv(frames.DONE.size)
    if len(message) != frames.DONE.size:
        raise ConnectionError
    _, status, killed, spent, peak = frames.DONE.unpack(message)
    return status, bool(killed), spent, peak


def outcome(heard: Heard, expected: int) -> Outcome:
    """Decide what became of a submission, from what was heard."""
    printed = plain(heard.output)
    if heard.ended is None:
        return Outcome("lost", output=printed, explanation="the sandbox was lost twice")
    status, timed_out, spent, peak = heard.ended
    try:
        found, last = reading.results(heard.results, expected)
    except reading.Forged:
        return Outcome("protocol", (), printed, "it wrote bytes of its own among the results", 0, spent, peak)
    kind, explanation, line = _status(heard, status, timed_out, last, complete=len(found) == expected)
    return Outcome(kind, found, printed, explanation, line, spent, peak)


def _status(
    heard: Heard, status: int, timed_out: bool, last: reading.Frame | None, *, complete: bool
) -> tuple[Status, str, int]:
    if heard.overflowed:
        what = "printed" if heard.overflowed == "output" else "returned"
        return "output", f"it {what} more than it may", 0
    if timed_out or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGKILL}):
        return "time", "it took longer than it may", 0
    if os.WIFSIGNALED(status):
        return "crashed", f"it crashed ({signal.Signals(os.WTERMSIG(status)).name})", 0
    if last is not None and last.kind == frames.LOADING:
        name, words = reading.exception(last)
        return "raised", f"loading it raised {name}" + (f": {words}" if words else ""), last.line
    if last is not None and last.kind == frames.MISSING:
        return "missing", "it defines no function of that name", 0
    if last is None or last.kind != frames.FINISHED or not complete:
        return "crashed", "it ended the process before all calls were answered", 0
    return "finished", "", 0
