"""All pages of an exam room as one ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Route

from gradus.web import closing, entering, feedback, handing_in, practising, previewing, saving, sitting, static
from gradus.web.access import Page
from gradus.web.guarding import HANDLERS, LARGEST_BODY, Guard
from gradus.web.room import Room
from gradus.web.staff import pages as staff_pages

PAGES: tuple[Page, ...] = (
    *entering.PAGES,
    *sitting.PAGES,
    *saving.PAGES,
    *previewing.PAGES,
    *handing_in.PAGES,
    *feedback.PAGES,
    *practising.PAGES,
    *staff_pages.PAGES,
)


def build(room: Room) -> Guard:
    """Return the application that serves a room; the guard stands around everything, errors included."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with closing.watching(room):
            yield

    app = Starlette(
        routes=[*(page.route() for page in PAGES), Route("/static/{version}/{name}", static.serve)],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
        max_body_size=LARGEST_BODY,
    )
    app.state.room = room
    return Guard(app, room.https)
