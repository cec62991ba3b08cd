"""A room for tests: a small exam, three candidates, a clock that stands, and browsers without scripts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx

from gradus import store
from gradus.web.application import build
from gradus.web.room import Room
from gradus.web.staff.roster import enrol

EXAM = """---
title: A short exam
name: short
points: 12
---

# 1 Convolutions (4 points)

```conv_layer
id: 1.a
points: 4
kernel: {among: [3, 5]}
stride: 2
```

# 2 Penalties (8 points)

```regularised_gradient
id: 2.a
points: 3
penalty: l1
weights: w
objective: J
penalised: T
strength: alpha
second_strength: beta
centre: v
```

```shrinkage
id: 2.b
points: {small_l1: 1/2, small_l2: 1/2, large_l1: 1/2, large_l2: 1/2, difference: 3}
weight: w
centre: c
curvature: H
l1_strength: alpha
l2_strength: beta
```
"""
NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)
SECRET = b"a secret of the tests, long enough"


class Clock:
    """The time, which passes only when a test says so."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)


def make_room(folder: Path, text: str = EXAM, url: str | None = None, clock: Clock | None = None) -> Room:
    """Return a room with ada (a quarter more time), alan and kurt on its roster."""
    file = folder / "short.md"
    file.write_text(text, encoding="utf-8")
    ledger = store.open_ledger(url or str(folder / "room.sqlite"), now=clock or Clock())
    name = store.add_exam(ledger, text, str(file), by="tests").name
    room = Room(ledger, name, file, SECRET)
    enrol(room, store.read_roster("candidate,name,factor\nada,Ada,1.25\nalan,Alan,1\nkurt,Kurt,1\n"), "tests")
    return room


def open_exam(room: Room, minutes: int = 60) -> None:
    list(store.draw_papers(room.ledger, room.name, room.secret, "tests"))
    schedule = store.Schedule(room.ledger.now(), None, timedelta(minutes=minutes))
    store.set_schedule(room.ledger, room.name, schedule, "tests")


class Browser:
    """Someone who visits a room without scripts: keeps cookies and sends the token that the last page held."""

    def __init__(self, room: Room, runner: asyncio.Runner, *, strict: bool = True) -> None:
        self.room, self.runner = room, runner
        transport = httpx.ASGITransport(build(room), raise_app_exceptions=strict)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://room", follow_redirects=False)
        self.token = self.location = ""

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        response = self.runner.run(self.client.request(method, path, **more))
        if found := re.search(r'name="csrf" value="([^"]*)"', response.text):
            self.token = found[1]
        return response

    def get(self, path: str) -> httpx.Response:
        """Load a page and follow where it leads."""
        response = self.send("GET", path)
        return self._follow(response)

    def _follow(self, response: httpx.Response) -> httpx.Response:
        while response.is_redirect:
            self.location = response.headers["location"]
            response = self.send("GET", self.location)
        return response

    def post(self, path: str, form: Mapping[str, Any] | None = None, **more: Any) -> httpx.Response:
        """Send a form with the token of the last page, and follow where it leads."""
        response = self.send("POST", path, data={"csrf": self.token, **(form or {})}, **more)
        return self._follow(response)

    def speak(self, path: str, data: object) -> httpx.Response:
        """Send JSON, as the page's script does."""
        return self.send("POST", path, json=data, headers={"X-CSRF-Token": self.token})

    def enter(self, candidate: str) -> httpx.Response:
        self.get("/")
        return self.post("/enter", {"code": self.room.code(candidate)})

    def enter_as_staff(self, name: str = "Grace") -> httpx.Response:
        self.get(self.room.staff_link())
        return self.post(self.room.staff_link(), {"name": name})

    def start(self, candidate: str) -> httpx.Response:
        self.enter(candidate)
        return self.post("/exam/start")

    def save(self, client: str = "tab", sequence: int = 1, **answers: str) -> httpx.Response:
        """Save answers by script; `a_shape` stands for 1.a/shape."""
        names = {"shape": "1.a", "parameters": "1.a", "gradient": "2.a"}
        writes = [
            {"sequence": sequence + number, "item": names.get(part, "2.b"), "part": part, "text": text}
            for number, (part, text) in enumerate(answers.items())
        ]
        return self.speak("/exam/autosave", {"client": client, "writes": writes})


def fields(page: str) -> dict[str, str]:
    """Return the hidden and text fields of a page's form as a browser without scripts would send them."""
    found = dict(re.findall(r'<input type="(?:hidden|text)"[^>]*? name="([^"]*)" value="([^"]*)"', page))
    found |= dict(re.findall(r'<textarea[^>]*? name="([^"]*)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL))
    return {unescape(name): unescape(value) for name, value in found.items()}
