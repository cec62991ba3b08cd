"""A question whose answer is a program: public checks before handing in, and nothing of the hidden ones."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradus import store
from gradus.sandbox import machine
from gradus.web.room import Room
from tests.web.rooms import Browser, Clock, make_room, open_exam

EXAM = """---
title: Programs
name: programs
points: 4
---
```image_attention
id: 6.a
points: 4
kernel: 2
divisor: 2
```
"""
WRONG = "import numpy as np\n\ndef image_attention(image, keys, values):\n    return np.zeros(3)\n"


@pytest.fixture
def page(tmp_path: Path, runner: asyncio.Runner) -> Iterator[Browser]:
    if (fault := machine.why_not()) is not None:
        pytest.skip(f"no sandbox here: {fault}")
    room = make_room(tmp_path, EXAM, clock=Clock())
    open_exam(room)
    browser = Browser(room, runner)
    browser.start("ada")
    browser.get("/exam")
    yield browser
    store.close_ledger(room.ledger)


def right_program(room: Room) -> str:
    return str(store.paper_of(room.ledger, room.candidate_id("ada")).paper.variants["6.a"].key()["program"])


def test_the_public_checks_say_what_fails(page: Browser) -> None:
    told = page.speak("/exam/try", {"item": "6.a", "part": "program", "text": WRONG}).json()["html"]
    assert "Values on drawn inputs" in told
    assert "fails" in told
    assert "expected shape" in told


def test_the_public_checks_hold_for_the_reference_and_show_no_hidden_check(page: Browser) -> None:
    right = right_program(page.room)
    told = page.speak("/exam/try", {"item": "6.a", "part": "program", "text": right}).json()["html"]
    assert "fails" not in told
    assert "Values on drawn inputs" in told
    variant = store.paper_of(page.room.ledger, page.room.candidate_id("ada")).paper.variants["6.a"]
    hidden = {mistake.feedback for mistake in variant.mistakes()} | {"laws", "no Python loops"}
    assert not [name for name in hidden if name.lower() in told.lower()]


def test_without_scripts_saving_and_running_is_one_button(page: Browser) -> None:
    form = {"6.a/program": WRONG, "was:6.a/program": "0", "client": "form", "try": "6.a/program"}
    shown = page.post("/exam/save", form)
    assert page.location.startswith("/exam?try=6.a%2Fprogram")
    assert "Values on drawn inputs" in shown.text
    assert "np.zeros(3)" in shown.text


def test_the_reference_stands_nowhere_before_release(page: Browser) -> None:
    lines = [line.strip() for line in right_program(page.room).splitlines() if len(line.strip()) > 25]
    assert lines
    seen = page.get("/exam").text + page.get("/exam/state").text + page.get("/exam/hand-in").text
    seen += page.speak("/exam/try", {"item": "6.a", "part": "program", "text": WRONG}).text
    assert not [line for line in lines if line in seen]


@pytest.mark.parametrize("text", ["", "x" * 250_000, "while True: pass", "import os; os.system('id')", "(" * 9000])
def test_a_program_that_cannot_run_is_told_and_harms_nobody(page: Browser, text: str) -> None:
    response = page.speak("/exam/try", {"item": "6.a", "part": "program", "text": text})
    assert response.status_code in {200, 400}
    assert page.get("/exam").status_code == 200


def test_practice_runs_the_public_checks_before_it_marks(page: Browser) -> None:
    learner = Browser(page.room, page.runner)
    store.stop(page.room.ledger, page.room.name, "tests")
    address = "/practice/image_attention/abc"
    assert 'data-try="practice/program"' in learner.get(address).text
    tried = learner.post(address, {"practice/program": WRONG, "try": "practice/program"}).text
    assert "Values on drawn inputs" in tried
    assert "Working" not in tried
    ask = {"item": "practice", "part": "program", "text": WRONG}
    told = learner.speak(f"{address}/try", ask).json()
    assert told["waiting"] is False
    assert "expected shape" in told["html"]
    assert learner.speak(f"{address}/preview", ask).status_code == 200
    marked = learner.post(address, {"practice/program": WRONG}).text
    assert "<h2>Working</h2>" in marked
