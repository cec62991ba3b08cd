"""Work that takes longer than a page may: it runs on in a thread, and pages show how far it is."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from gradus.errors import GradusError
from gradus.web.board import RUNNING

if TYPE_CHECKING:
    from gradus.web.room import Room

LOG = logging.getLogger("gradus.web")


def start(room: Room, name: str, work: Callable[[], Iterator[str]]) -> bool:
    """Start a job unless it runs already; `work` yields what to show as it goes on.

    Every job can be started again after the server was stopped in the middle: what is done is in the ledger.
    """
    with room.lock:
        if not room.jobs.claim(name):
            return False
    threading.Thread(target=_run, args=(room, name, work), name=f"gradus {name}", daemon=True).start()
    return True


def running(room: Room, *names: str) -> bool:
    """Return whether any job runs, or any of these."""
    return any(state.startswith(RUNNING) for name, state in room.jobs.items() if not names or name in names)


def until_done(room: Room, name: str) -> Iterator[str]:
    """Wait for another job; yield what to show meanwhile."""
    while running(room, name):
        yield f"waits until the {name} is done"
        time.sleep(0.2)


def _run(room: Room, name: str, work: Callable[[], Iterator[str]]) -> None:
    last = "nothing was to do"
    try:
        for told in work():
            last = told
            room.jobs[name] = f"{RUNNING}: {told}"
        room.jobs[name] = f"done: {last}"
    except GradusError as fault:
        room.jobs[name] = f"stopped: {fault}"
    except Exception as error:
        LOG.exception("the job %s failed", name)
        room.jobs[name] = f"stopped by a fault of Gradus: {type(error).__name__}"
    finally:
        room.jobs.release(name)
