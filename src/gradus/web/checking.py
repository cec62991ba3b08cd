"""The line in which public checks wait: as many run at once as there are processors, and each candidate's one by one.

Running a program is work for a processor. Whoever asks stands in line behind those who asked before; asking again while
one waits changes what is run and not the place, so that nobody gains by pressing a button often.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import final

from gradus.answers.program import Tried as Check
from gradus.programs.boxes import stand_apart

MOST_KEPT = 4_000  # last jobs that are remembered, so that a page which looks again finds its own


@final
@dataclass(frozen=True, slots=True)
class Tried:
    """What the public checks came to, why they could not be run, or how many wait before it; `again` looks again."""

    checks: tuple[Check, ...] = ()
    problem: str = ""
    waiting: str = ""
    again: str = ""


@final
@dataclass(eq=False, slots=True)
class Job:
    """One program to be checked for someone; `future` is done when it was."""

    who: str
    key: Hashable
    run: Callable[[], Tried]
    future: Future[Tried] = field(default_factory=Future)


@final
class Line:
    """Lets programs be checked in turn by threads with a sandbox each.

    Args:
        most: how many at once; as many as this process has processors unless told.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most or len(os.sched_getaffinity(0))
        self._changed = threading.Condition()
        self._waiting: list[Job] = []
        self._busy: set[str] = set()
        self._latest: OrderedDict[str, Job] = OrderedDict()
        self._threads = 0
        self._idle = 0

    def ask(self, who: str, key: Hashable, run: Callable[[], Tried]) -> Job:
        """Put a program in line, or return the job that does the same for the same person already."""
        with self._changed:
            job = self._latest.get(who)
            if job is not None and job.key == key and not _failed(job):
                return job
            if job is not None and job in self._waiting:
                job.key, job.run = key, run
                return job
            job = self._latest[who] = Job(who, key, run)
            self._latest.move_to_end(who)
            while len(self._latest) > MOST_KEPT:
                self._latest.popitem(last=False)
            self._waiting.append(job)
            if not self._idle and self._threads < self._most:
                self._threads += 1
                threading.Thread(target=self._work, name=f"gradus checks {self._threads}", daemon=True).start()
            self._changed.notify()
            return job

    def before(self, job: Job) -> int:
        """Return how many wait before a job; 0 also when it runs."""
        with self._changed:
            return self._waiting.index(job) if job in self._waiting else 0

    def runs(self, job: Job) -> bool:
        """Return whether a job waits no longer."""
        with self._changed:
            return job not in self._waiting

    def _work(self) -> None:
        stand_apart()
        while True:
            job = self._take()
            try:
                job.future.set_result(job.run())
            except BaseException as error:  # noqa: BLE001 - whoever waits is told, and the thread goes on
                job.future.set_exception(error)
            with self._changed:
                self._busy.discard(job.who)
                self._changed.notify_all()

    def _take(self) -> Job:
        """Wait for the first job of someone for whom nothing runs."""
        with self._changed:
            while True:
                for job in self._waiting:
                    if job.who not in self._busy:
                        self._waiting.remove(job)
                        self._busy.add(job.who)
                        return job
                self._idle += 1
                self._changed.wait()
                self._idle -= 1


def _failed(job: Job) -> bool:
    """Return whether a job is done and says nothing of the program: then it is worth another try."""
    if not job.future.done():
        return False
    return job.future.exception() is not None or bool(job.future.result().problem)
