"""What happens by itself: papers are handed in at their deadline, whether a page is open or not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from gradus import store

if TYPE_CHECKING:
    from gradus.web.room import Room

LOG = logging.getLogger("gradus.web")
EVERY = 2.0  # seconds


@asynccontextmanager
async def watching(room: Room) -> AsyncIterator[None]:
    """Hand in what is overdue every few seconds, as long as the server runs."""
    task = asyncio.create_task(_watch(room))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _watch(room: Room) -> None:
    while True:
        try:
            await run_in_threadpool(store.submit_overdue, room.ledger, room.name)
        except store.Unavailable as fault:
            LOG.warning("papers could not be handed in yet: %s", type(fault).__name__)
        except Exception:  # the watch must go on
            LOG.exception("handing in failed")
        await asyncio.sleep(EVERY)
