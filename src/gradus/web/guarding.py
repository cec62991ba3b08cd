"""What goes with every response: headers that let nothing foreign run, and pages for what goes wrong."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from gradus import store
from gradus.errors import GradusError
from gradus.web.pages import render
from gradus.web.refusals import Refused

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("gradus.web")
LARGEST_BODY = 4_000_000
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """Adds the headers and writes one line a request to the log: the address's pattern, never the address itself."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self.app, self.https = app, https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or be there for the start and end of the server."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0
        app = self.app if _is_small(scope) else _too_large

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if self.https or scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        try:
            await app(scope, receive, send_guarded)
        finally:
            # an address can hold a link's secret, so only the pattern that it matched is written
            pattern = getattr(scope.get("route"), "path", "-")
            LOG.info("%s %s %s %.0f ms", scope["method"], pattern, status, 1000 * (time.perf_counter() - started))


def _is_small(scope: Scope) -> bool:
    """Whether a request says that it is not too large; one that lies is cut off while it is read."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return bool(length.isdigit() and int(length) <= LARGEST_BODY)


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    response = _answer(Request(scope), 413, "Too large", "That is more than this server takes at once. Send less.")
    await response(scope, receive, send)


def _answer(request: Request, status: int, title: str, text: str) -> Response:
    """Say it as JSON to a script and as a page to a person."""
    headers = {"Retry-After": "5"} if status in {429, 503} else {}
    if request.scope.get("gradus.spoken"):
        return JSONResponse({"error": title, "text": text}, status, headers=headers)
    again = status == 503 and request.method == "GET"
    page = render("refused.html", title=title, text=text, status=status, again=again)
    return HTMLResponse(page, status, headers=headers)


async def refused(request: Request, error: Exception) -> Response:
    """Answer what a page refused."""
    assert isinstance(error, Refused)
    return _answer(request, error.status, error.title, error.text)


async def unavailable(request: Request, error: Exception) -> Response:
    """Answer when the database does not take or give what was asked: nothing was written."""
    LOG.error("the ledger is not available: %s", type(error).__name__)
    text = (
        "The exam room cannot reach its records just now. Nothing was lost that was acknowledged before. Leave this "
        "page open, try again in a moment, and tell the staff if it stays so."
    )
    return _answer(request, 503, "One moment, please", text)


async def faulty(request: Request, error: Exception) -> Response:
    """Answer what Gradus itself refuses, in its own words."""
    return _answer(request, 400, "That cannot be done", str(error))


async def misdirected(request: Request, error: Exception) -> Response:
    """Answer an address or method that there is none for."""
    assert isinstance(error, HTTPException)
    titles = {404: "Not here", 405: "Not that way", 413: "Too large"}
    texts = {
        404: "There is no such page. Begin at the start page.",
        405: "This address does not answer that method.",
        413: "That is more than this server takes at once. Send less.",
    }
    title, text = titles.get(error.status_code, "That cannot be done"), texts.get(error.status_code, error.detail)
    return _answer(request, error.status_code, title, text)


async def broken(request: Request, _: Exception) -> Response:
    """Answer a fault of Gradus itself; the details go to the log, where no answers stand."""
    return _answer(request, 500, "Our fault", "Something broke here. Your saved answers are safe. Tell the staff.")


HANDLERS: dict[Any, Any] = {
    Refused: refused,
    store.Unavailable: unavailable,
    GradusError: faulty,
    HTTPException: misdirected,
    Exception: broken,
}
