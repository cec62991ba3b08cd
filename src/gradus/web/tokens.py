"""Signed words: links, sessions and form tokens that nobody but this server can make, and that expire."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any, final

LONGEST = 2_000


@final
@dataclass(frozen=True, slots=True)
class Signer:
    """Signs small JSON data for one purpose; what is signed for one purpose is worth nothing for another.

    >>> signer = Signer(b"secret")
    >>> word = signer.sign("link", {"candidate": "ada"}, expires=100.0)
    >>> signer.read("link", word, now=99.0)
    {'candidate': 'ada'}
    >>> signer.read("link", word, now=101.0), signer.read("session", word, now=99.0)
    (None, None)
    """

    secret: bytes = field(repr=False)

    def sign(self, purpose: str, data: dict[str, Any], expires: float) -> str:
        """Return a word for a URL or a cookie that holds the data until it expires; the data can be read by anyone."""
        body = _encode(json.dumps([int(expires), data], separators=(",", ":")).encode())
        return f"{body}.{self._seal(purpose, body)}"

    def read(self, purpose: str, word: str, now: float) -> dict[str, Any] | None:
        """Return the data of a word that was signed here for this purpose and has not expired, else None."""
        found = self.read_until(purpose, word, now)
        return None if found is None else found[0]

    def read_until(self, purpose: str, word: str, now: float) -> tuple[dict[str, Any], float] | None:
        """Return the same, and when it expires."""
        body, _, seal = word.partition(".")
        if len(word) > LONGEST or not word.isascii() or not hmac.compare_digest(seal, self._seal(purpose, body)):
            return None
        expires, data = json.loads(_decode(body))
        return (data, float(expires)) if now <= expires else None

    def seal(self, purpose: str, text: str) -> str:
        """Return what only this server can write under a text."""
        return self._seal(purpose, text)

    def _seal(self, purpose: str, text: str) -> str:
        key = hmac.digest(self.secret, f"gradus {purpose}".encode(), hashlib.sha256)
        return _encode(hmac.digest(key, text.encode(), hashlib.sha256)[:24])


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
