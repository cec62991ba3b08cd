"""A box: one warm process, confined, and the judge's end of its wires."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import TracebackType
from typing import Self, final

from gradus.sandbox import command, filtering, machine, reading, serving
from gradus.sandbox.escaping import plain
from gradus.sandbox.inside import frames
from gradus.sandbox.nouns import LONGEST_SOURCE, USUAL, Call, Facts, Limits, Outcome
from gradus.sandbox.numbers import this_machine

STARTING = 30.0  # seconds within which the warm process must be ready


@final
class Box:
    """Runs submissions one after another, each in a child of its own; a context manager.

    Args:
        trusted: run without a sandbox where none can be had. Only for code that you would run yourself.

    Raises:
        Fault: where no sandbox can be had and the code is not trusted, with the remedy.
    """

    def __init__(self, *, trusted: bool = False) -> None:
        self.trusted = trusted and machine.why_not() is not None
        if not self.trusted:
            machine.demand()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._one_at_a_time = threading.Lock()  # threads share the box, and its wire carries one job

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the warm process and with it everything in the sandbox."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        self._control = self._process = None

    def run(self, source: str, function: str, calls: Sequence[Call], limits: Limits = USUAL) -> Outcome:
        """Load a source and call its function; never raises for anything that the source does."""
        encoded = source.encode("utf-8", "replace")
        if len(encoded) > LONGEST_SOURCE:
            return Outcome("refused", explanation=f"it is longer than {LONGEST_SOURCE:,} bytes")
        body = serving.pack(function, encoded, calls)
        heard = self._serve(frames.RUN, body, limits)
        if heard.ended is None:  # the warm process was lost, which no submission should pay for
            heard = self._serve(frames.RUN, body, limits)
        return serving.outcome(heard, len(calls))

    def inspect(self, source: str, limits: Limits = USUAL) -> Facts:
        """Return what a source says about itself; it is parsed in a child that runs nothing of it."""
        heard = self._serve(frames.INSPECT, source.encode("utf-8", "replace")[:LONGEST_SOURCE], limits)
        try:
            return reading.facts(heard.results)
        except reading.Forged:
            return Facts(problem="MemoryError")

    def _serve(self, mode: int, body: bytes, limits: Limits) -> serving.Heard:
        """Send one job; return its results, its output, and how it ended."""
        with self._one_at_a_time:
            return self._serve_one(mode, body, limits)

    def _serve_one(self, mode: int, body: bytes, limits: Limits) -> serving.Heard:
        control = self._ready()
        request = serving.file_of(body)
        results, results_in = os.pipe()
        output, output_in = os.pipe()
        for descriptor in (results, output):
            os.set_blocking(descriptor, False)
        job = frames.JOB.pack(frames.MAGIC, mode, limits.seconds, limits.processor, limits.memory, len(body))
        try:
            socket.send_fds(control, [job], [request, results_in, output_in])
        finally:
            for descriptor in (request, results_in, output_in):
                os.close(descriptor)
        try:
            heard = serving.listen(control, results, output, limits)
            if heard.ended is None:
                self.close()
            return heard
        except OSError:  # the warm process is gone: nothing it said counts
            self.close()
            return serving.Heard(b"", b"", None)
        finally:
            os.close(results)
            os.close(output)

    def _ready(self) -> socket.socket:
        """Return the control socket of a living warm process, started if need be."""
        if self._control is not None and self._process is not None and self._process.poll() is None:
            return self._control
        self.close()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = _starter().submit(_start, theirs.fileno(), trusted=self.trusted).result()
        ours.settimeout(STARTING)
        try:
            ready = ours.recv(16)
        except OSError:
            ready = b""
        if ready != b"ready":
            ours.close()
            self._process.kill()
            told = self._process.communicate()[1].decode("utf-8", "replace").strip().splitlines()
            self._process = None
            raise machine.refusal(plain(told[-1], 200) if told else "it does not answer")
        self._control = ours
        return ours


@cache
def _starter_of(_process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "gradus-sandbox")


def _starter() -> ThreadPoolExecutor:
    """Return the thread that starts warm processes, one a process.

    Linux ends a process that dies with its parent when the *thread* that started it ends, so that thread must last.
    """
    return _starter_of(os.getpid())


def _start(control: int, *, trusted: bool) -> subprocess.Popen[bytes]:
    """Start the warm process; the descriptors it gets are the control socket and, for bubblewrap, the filter."""
    if trusted:
        environment = {**command.ENVIRONMENT, "GRADUS_CONTROL": str(control)}
        return _spawn(command.trusting(), environment, control)
    here = this_machine()
    assert here is not None  # demanded before
    filter_file = serving.file_of(filtering.assemble(filtering.WARM, here))
    try:
        words = command.bubblewrap(machine.bwrap(), control, filter_file, filtering.assemble(filtering.CHILD, here))
        return _spawn(words, {}, control, filter_file)
    finally:
        os.close(filter_file)


def _spawn(words: list[str], environment: dict[str, str], *descriptors: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        words,
        pass_fds=descriptors,
        env=environment,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
