"""One thread that writes saves: those that come while a commit is under way share the next."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import final

from gradus.store import Acknowledged, Ledger, Refused, Standing
from gradus.store.batching import Save, save_all

MOST_AT_ONCE = 100

Saved = tuple[Acknowledged, Standing]


@final
@dataclass
class Writer:
    """Takes saves from any thread; each future is done when its save is on disk, or refused."""

    ledger: Ledger
    _waiting: queue.SimpleQueue[tuple[Save, Future[Saved]]] = field(default_factory=queue.SimpleQueue)
    _starting: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def save(self, one: Save) -> Future[Saved]:
        """Put one save in line."""
        future: Future[Saved] = Future()
        self._waiting.put((one, future))
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="gradus saves", daemon=True)
                self._thread.start()
        return future

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while len(batch) < MOST_AT_ONCE:
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
