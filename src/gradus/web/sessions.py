"""Who is there: a signed cookie that names a role and a person, and nothing else; the server keeps no session."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

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
    """

    role: str
    name: str
    nonce: str
    fresh: bool = False


def begin(role: str, name: str) -> Visitor:
    """Return a new session; its nonce is new, so that nobody can have planted it."""
    return Visitor(role, name, secrets.token_urlsafe(12), fresh=True)


def cookie(room: Room) -> str:
    """Return the cookie's name; with the prefix, browsers take it over HTTPS only and from this host only."""
    return "__Host-gradus" if room.https else "gradus"


def read(room: Room, request: Request) -> Visitor:
    """Return who sent a request; someone new is anonymous."""
    data = room.signer.read("session", request.cookies.get(cookie(room), ""), room.clock())
    if data is None or data.get("exam") != room.name:
        return begin("anonymous", "")
    return Visitor(str(data["role"]), str(data["name"]), str(data["nonce"]))


def keep(room: Room, visitor: Visitor, response: Response) -> Response:
    """Send the cookie of a visitor who has none yet."""
    if visitor.fresh and "set-cookie" not in response.headers:
        send(room, visitor, response)
    return response


def send(room: Room, visitor: Visitor, response: Response) -> Response:
    """Put a session's cookie on a response."""
    data = {"role": visitor.role, "name": visitor.name, "nonce": visitor.nonce, "exam": room.name}
    word = room.signer.sign("session", data, room.clock() + LASTS)
    response.set_cookie(
        cookie(room), word, max_age=int(LASTS), path="/", secure=room.https, httponly=True, samesite="lax"
    )
    return response


def end(room: Room, response: Response) -> Response:
    """Take the cookie away."""
    response.delete_cookie(cookie(room), path="/", secure=room.https, httponly=True, samesite="lax")
    return response
