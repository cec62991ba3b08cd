"""Style and scripts, each under an address that changes with its content."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from gradus.web.refusals import Refused

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@cache
def read(name: str) -> bytes:
    """Return a file's content; the style begins with that of every page of Gradus."""
    own = files(__name__).joinpath(name).read_bytes()
    if name == "room.css":
        return files("gradus.render").joinpath("templates/page.css").read_bytes() + own
    return own


@cache
def names() -> frozenset[str]:
    """Return the names of all files that are served."""
    return frozenset(file.name for file in files(__name__).iterdir() if file.name.rpartition(".")[2] in _TYPES)


@cache
def address(name: str) -> str:
    """Return the address of a file; it changes with any of them, since scripts import each other by relative ones."""
    digest = hashlib.sha256(b"".join(read(one) for one in sorted(names())))
    return f"/static/{digest.hexdigest()[:12]}/{name}"


async def serve(request: Request) -> Response:
    """Answer with a file; anyone may have it, and browsers keep it for good."""
    name = request.path_params["name"]
    if name not in names():
        raise Refused(404, "Not here", "There is no such file.")
    kind = _TYPES[name.rpartition(".")[2]]
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(read(name), media_type=kind, headers=headers)
