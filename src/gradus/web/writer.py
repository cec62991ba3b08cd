"""Threads that write saves.

SQLite has one writer: saves that come while a commit is under way share the next. PostgreSQL gathers commits by itself,
and what costs there is waiting for its answers, so several threads wait at once, each with one save.
"""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import final

from gradus.store import Acknowledged, Ledger, Refused, Standing
from gradus.store.batching import Save, save_all

MOST_AT_ONCE = 100
THREADS = 16  # on PostgreSQL; each holds a connection

Saved = tuple[Acknowledged, Standing]


@final
@dataclass
class Writer:
    """Takes saves from any thread; each future is done when its save is on disk, or refused."""

    ledger: Ledger
    _waiting: queue.SimpleQueue[tuple[Save, Future[Saved]]] = field(default_factory=queue.SimpleQueue)
    _starting: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)

    def save(self, one: Save) -> Future[Saved]:
        """Put one save in line."""
        future: Future[Saved] = Future()
        self._waiting.put((one, future))
        with self._starting:
            if not self._threads:
                count = 1 if self.ledger.is_sqlite else THREADS
                self._threads = [
                    threading.Thread(target=self._run, name=f"gradus saves {number}", daemon=True)
                    for number in range(count)
                ]
                for thread in self._threads:
                    thread.start()
        return future

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while self.ledger.is_sqlite and len(batch) < MOST_AT_ONCE:
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            self._write([one for one in batch if one[1].set_running_or_notify_cancel()])

    def _write(self, batch: list[tuple[Save, Future[Saved]]]) -> None:
        try:
            outcomes = save_all(self.ledger, [one for one, _ in batch])
        except BaseException as error:  # noqa: BLE001 - whoever waits is told, and the thread goes on
            for _, future in batch:
                future.set_exception(error)
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Refused):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
