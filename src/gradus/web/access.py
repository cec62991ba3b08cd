"""Who may see what: every page declares it, and one place demands it before the page's own code runs."""

from __future__ import annotations

import hmac
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gradus.web import sessions
from gradus.web.refusals import Refused
from gradus.web.sessions import Visitor

if TYPE_CHECKING:
    from gradus.store import Revocations
    from gradus.web.room import Room

MOST_FIELDS = 2_000
LARGEST_PART = 1_000_000
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class Role(StrEnum):
    """Who someone is to the server."""

    ANONYMOUS = "anonymous"
    CANDIDATE = "candidate"
    STAFF = "staff"


EVERYONE = frozenset(Role)
CANDIDATES = frozenset({Role.CANDIDATE})
STAFF = frozenset({Role.STAFF})


@final
@dataclass(frozen=True, slots=True)
class Visit:
    """One request by someone who may make it: form and token are checked already."""

    room: Room
    visitor: Visitor
    request: Request
    form: FormData

    def path(self, name: str) -> str:
        """Return what stands in the address for a name."""
        return str(self.request.path_params[name])

    def text(self, name: str, longest: int = 200_000) -> str:
        """Return a field of the form as text, with plain line ends; an empty one where it is missing or a file."""
        found = self.form.get(name, "")
        return _plain(found if isinstance(found, str) else "")[:longest]

    def texts(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [_plain(found) for found in self.form.getlist(name) if isinstance(found, str)]

    def address(self, path: str) -> str:
        """Return a path as a whole address, as this visitor reaches the server."""
        return f"{self.request.url.scheme}://{self.request.url.netloc}{path}"

    def query(self, name: str) -> str:
        """Return a word of the query."""
        return _plain(self.request.query_params.get(name, ""))[:200]


def _plain(text: str) -> str:
    """Return a text as every database takes it: no zero byte, no half of a surrogate pair, ends of lines alike."""
    return text.replace("\x00", "").replace("\r\n", "\n").encode("utf-8", "replace").decode()


Handler = Callable[[Visit], Response] | Callable[[Visit], Awaitable[Response]]


@final
@dataclass(frozen=True, slots=True)
class Page:
    """One address: its methods, who may use it, and what answers.

    Attributes:
        spoken: whether it answers scripts (JSON) and not people, so that refusals are JSON as well.
        heavy: whether it computes for long; only a few of those run at once.
    """

    path: str
    handler: Handler
    who: frozenset[Role]
    methods: tuple[str, ...] = ("GET",)
    spoken: bool = False
    heavy: bool = False

    def route(self) -> Route:
        """Return it as a route that demands what is declared."""
        return Route(self.path, _Endpoint(self), methods=list(self.methods), name=self.path)


@final
class _Endpoint:
    """Demands role, token and form, then runs the handler; an ASGI application."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive, send)
        scope["gradus.spoken"] = self.page.spoken
        response = await self.answer(request)
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """Return the response; a refusal is raised."""
        room: Room = request.app.state.room
        visitor = sessions.read(room, request)
        if visitor.role != Role.ANONYMOUS and sessions.has_ended(room, visitor, await self._look(room)):
            visitor = sessions.begin(Role.ANONYMOUS, "")
        if Role(visitor.role) not in self.page.who:
            if visitor.role == Role.ANONYMOUS and not self.page.spoken and request.method == "GET":
                return RedirectResponse("/", 303)
            raise Refused(
                401 if visitor.role == Role.ANONYMOUS else 403,
                "Not for you",
                "This page is for others." if visitor.role != Role.ANONYMOUS else "Enter the exam first.",
            )
        form = await self._read_form(request)
        try:
            if request.method not in {"GET", "HEAD"}:
                _demand_token(room, visitor, request, form)
            response = await self._run(room, Visit(room, visitor, request, form))
        finally:
            await form.close()  # uploads lie in temporary files
        return sessions.keep(room, visitor, request, response)

    async def _look(self, room: Room) -> Revocations:
        """Return which sessions were ended; what other processes ended is known a second later."""
        return await run_in_threadpool(room.look) if room.should_look() else room.ended

    async def _read_form(self, request: Request) -> FormData:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.method in {"GET", "HEAD"} or self.page.spoken or kind not in FORMS:
            return FormData()
        return await request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=LARGEST_PART)

    async def _run(self, room: Room, visit: Visit) -> Response:
        handler: Any = self.page.handler
        if inspect.iscoroutinefunction(handler):
            answered: Response = await handler(visit)
            return answered
        if self.page.heavy:
            async with room.heavy():
                return await run_in_threadpool(handler, visit)
        return await run_in_threadpool(handler, visit)


def _demand_token(room: Room, visitor: Visitor, request: Request, form: FormData) -> None:
    """Refuse what another site sends in a visitor's name: it cannot know the token of their pages."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise Refused(403, "Sent from elsewhere", "Use the form of this site.")
    found = form.get("csrf", "")
    token = request.headers.get("x-csrf-token", "") or (found if isinstance(found, str) else "")
    if not hmac.compare_digest(token.encode("utf-8", "replace"), room.csrf(visitor).encode()):
        text = "Go back, load the page again and repeat what you did. Nothing was changed."
        raise Refused(403, "The page was too old", text)
