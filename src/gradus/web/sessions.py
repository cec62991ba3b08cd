"""Who is there: a signed cookie that names a role and a person. The server keeps no session, only which were ended."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from gradus.store import Revocations
    from gradus.web.room import Room

LASTS = 14 * 3600.0  # longer than any exam with any accommodation


@final
@dataclass(frozen=True, slots=True)
class Visitor:
    """Someone at the other end.

    Attributes:
        role: `anonymous`, `candidate` or `staff`.
        name: the candidate's id, or the name that a member of staff gave.
        nonce: random; form tokens and the numbering of saves hang on it.
        fresh: whether the cookie that says so has still to be sent.
        counted: how often links and sessions of theirs had been ended when this one began.
        expires: when it ends by itself, in seconds since 1970.
    """

    role: str
    name: str
    nonce: str
    fresh: bool = False
    counted: tuple[int, int] = (0, 0)
    expires: float = 0.0

    @property
    def owner(self) -> str:
        """Under whose name their sessions are ended: each candidate's under their own, those of staff together."""
        return self.name if self.role == "candidate" else ""


def begin(role: str, name: str) -> Visitor:
    """Return a new session; its nonce is new, so that nobody can have planted it."""
    return Visitor(role, name, secrets.token_urlsafe(12), fresh=True)


def is_secure(room: Room, request: Request) -> bool:
    """Return whether the browser came over HTTPS: as the command says, or as a proxy of this machine tells."""
    return room.https or request.url.scheme == "https"


def cookie(room: Room, request: Request) -> str:
    """Return the cookie's name; with the prefix, browsers take it over HTTPS only and from this host only."""
    return "__Host-gradus" if is_secure(room, request) else "gradus"


def read(room: Room, request: Request) -> Visitor:
    """Return who sent a request; someone new is anonymous."""
    word, now = request.cookies.get(cookie(room, request), ""), room.clock()
    data = room.signer.read("session", word, now)
    if data is None or data.get("exam") != room.name:
        return begin("anonymous", "")
    links, sessions = data.get("counted", (0, 0))
    who = (str(data["role"]), str(data["name"]), str(data["nonce"]))
    return Visitor(*who, counted=(links, sessions), expires=float(data.get("expires", now)))


def has_ended(room: Room, visitor: Visitor, ended: Revocations) -> bool:
    """Return whether a session was ended before its time: alone, with all of its owner, or with their link."""
    return ended.count(visitor.role, visitor.owner) != visitor.counted or seal(room, visitor) in ended.ended


def seal(room: Room, visitor: Visitor) -> str:
    """Return what tells a session from others in the ledger and lets nobody in."""
    return room.signer.seal("session ended", visitor.nonce)


def keep(room: Room, visitor: Visitor, request: Request, response: Response) -> Response:
    """Send the cookie of a visitor who has none yet."""
    if visitor.fresh and "set-cookie" not in response.headers:
        send(room, visitor, request, response)
    return response


def send(room: Room, visitor: Visitor, request: Request, response: Response) -> Response:
    """Put a session's cookie on a response; it begins now."""
    links, sessions = room.ended.count(visitor.role, visitor.owner)
    began = replace(visitor, counted=(links, sessions), expires=room.clock() + LASTS)
    data = {"role": began.role, "name": began.name, "nonce": began.nonce, "exam": room.name}
    word = room.signer.sign("session", {**data, "counted": began.counted, "expires": began.expires}, began.expires)
    name, secure = cookie(room, request), is_secure(room, request)
    response.set_cookie(name, word, max_age=int(LASTS), path="/", secure=secure, httponly=True, samesite="lax")
    return response


def end(room: Room, visitor: Visitor, request: Request, response: Response) -> Response:
    """End a session for good, wherever its cookie is, and take the cookie away."""
    if visitor.role != "anonymous":
        room.revoke(visitor.role, visitor.owner, "session", visitor.name, seal(room, visitor))
    secure = is_secure(room, request)
    response.delete_cookie(cookie(room, request), path="/", secure=secure, httponly=True, samesite="lax")
    return response
