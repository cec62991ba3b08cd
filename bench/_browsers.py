"""Many browsers in one process, as little of each as the load needs: a connection, a cookie, a token."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

PATIENCE = 30.0
CLEAR = "Nothing was lost that was acknowledged before"  # of the page that tells to wait for the database


class Away(Exception):
    """The server says in words that it cannot reach its database."""


@dataclass
class Tally:
    """What all browsers together saw."""

    latencies: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    refused_connections: int = 0
    told_to_wait: int = 0
    acknowledged: list[tuple[str, int, str, str, str]] = field(default_factory=list)
    killed: float | None = None
    back: dict[str, float] = field(default_factory=dict)

    def acknowledge(self, save: tuple[str, int, str, str, str], sent: float) -> None:
        """Remember a save (candidate, sequence, item, part, text); after a kill, when each candidate's first came back.

        What was sent within a second of the kill can have been on its way before.
        """
        self.acknowledged.append(save)
        if self.killed is not None and sent > self.killed + 1:
            self.back.setdefault(save[0], time.monotonic() - self.killed)

    def quantile(self, share: float, kind: str | None = None) -> float:
        """Return a quantile of the seconds that requests took."""
        rows = sorted(one for name, each in self.latencies.items() if kind in {None, name} for one in each)
        return rows[min(len(rows) - 1, int(share * len(rows)))] if rows else float("nan")


class Browser:
    """One candidate's browser; HTTP by hand, since a whole client would cost more than the server."""

    def __init__(self, port: int, tally: Tally, host: str = "127.0.0.1") -> None:
        self.port, self.tally, self.host = port, tally, host
        self.cookie = self.token = ""
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.sequence = 0

    async def ask(self, kind: str, method: str, path: str, form: Any = None, data: Any = None) -> tuple[int, str]:
        """Send one request and return status and body.

        Raises:
            Away: when the server says in words that its database is away.
            ConnectionError: when the connection is lost.
        """
        body, more = b"", ""
        if form is not None:
            body = urlencode({"csrf": self.token, **form}).encode()
            more = "Content-Type: application/x-www-form-urlencoded\r\n"
        if data is not None:
            body = json.dumps(data).encode()
            more = f"Content-Type: application/json\r\nX-CSRF-Token: {self.token}\r\n"
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nCookie: {self.cookie}\r\n{more}"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        started = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                status, headers, text = await self._exchange(head.encode() + body)
        except (OSError, EOFError, TimeoutError) as error:
            self.close()
            raise ConnectionError(str(error)) from None
        if not headers.startswith("HTTP/1.1 503"):
            self.tally.latencies.setdefault(kind, []).append(time.perf_counter() - started)
        if found := re.search(r"set-cookie: ([^;\r]*)", headers, re.IGNORECASE):
            self.cookie = found[1]
        if found := re.search(r'name="csrf" value="([^"]*)"', text):
            self.token = found[1]
        if status == 503 and CLEAR in text:
            raise Away(text)
        if status >= 400:
            self.tally.errors.append(f"{method} {path}: {status} {text[:120]}")
        return status, text

    async def _exchange(self, request: bytes) -> tuple[int, str, str]:
        if self.streams is None:
            self.streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self.streams
        writer.write(request)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        found = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        text = (await reader.readexactly(int(found[1]))).decode() if found else ""
        if "connection: close" in head.lower():
            self.close()
        return int(head.split(" ", 2)[1]), head, text

    def close(self) -> None:
        """Drop the connection."""
        if self.streams is not None:
            self.streams[1].close()
        self.streams = None

    async def insist(self, kind: str, method: str, path: str, **more: Any) -> tuple[int, str]:
        """Ask until there is an answer, as a page that lost its connection does."""
        while True:
            try:
                return await self.ask(kind, method, path, **more)
            except Away:
                self.tally.told_to_wait += 1
                await asyncio.sleep(1 + random.random())
            except ConnectionError:
                self.tally.refused_connections += 1
                await asyncio.sleep(0.3 + random.random() / 2)

    async def enter(self, link: str) -> None:
        """Come in by link and look at the page that waits."""
        await self.insist("page", "GET", link)
        await self.insist("page", "POST", link, form={})
        await self.insist("page", "GET", "/exam")

    async def save(self, candidate: str, item: str, part: str, text: str) -> None:
        """Save one answer and remember it once it is acknowledged."""
        self.sequence += 1
        write = {"sequence": self.sequence, "item": item, "part": part, "text": text}
        data = {"client": f"load-{candidate}", "writes": [write]}
        sent = time.monotonic()
        status, _ = await self.insist("save", "POST", "/exam/autosave", data=data)
        if status == 200:
            self.tally.acknowledge((candidate, self.sequence, item, part, text), sent)
