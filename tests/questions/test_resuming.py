"""An audit that is killed keeps what it has decided, and the next one goes on from there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

CLAIMS = '''
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from gradus.answers import Truth
from gradus.claim import Claim, Effort, Evidence, Route, assume


@dataclass(frozen=True, kw_only=True)
class Waits(Claim):
    """Is decided at once, or when a file says go."""

    subject: ClassVar[str] = "tests"
    how_long: str = assume("no time", "until told")

    def statement(self) -> str:
        return "It is decided."

    def decide(self, effort: Effort) -> Evidence:
        here = Path(__file__).parent
        with (here / "decided.txt").open("a") as file:
            file.write(self.how_long + "\\n")
        while self.how_long == "until told" and not (here / "go").exists():
            time.sleep(0.02)
        return Evidence(Truth.TRUE, Route.PROOF, "it is")

    def witness(self, effort: Effort) -> Evidence:
        return Evidence(Truth.TRUE, Route.PROOF, "it is")
'''
EXAM = """---
title: T
points: 2
---
```statements
id: a
points: 2
options:
  - {claim: "./own.py:Waits", text: One., with: {how_long: no time}}
  - {claim: "./own.py:Waits", text: Two., with: {how_long: until told}}
```
"""


def audit(folder: Path) -> subprocess.Popen[bytes]:
    program = "from gradus.cli import main; main()"
    words = [sys.executable, "-c", program, "audit", str(folder / "exam.md"), "--json", "--processes", "1"]
    environment = {**os.environ, "GRADUS_CACHE": str(folder / "cache"), "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, start_new_session=True)


def test_a_killed_audit_goes_on_where_it_was(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(CLAIMS, encoding="utf-8")
    (tmp_path / "exam.md").write_text(EXAM, encoding="utf-8")
    first = audit(tmp_path)
    decided = tmp_path / "decided.txt"
    while not (list(tmp_path.glob("cache/decisions/*.json")) and "until told" in decided.read_text()):
        assert first.poll() is None, "it waits for the second statement"
        time.sleep(0.05)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert decided.read_text().split("\n")[:2] == ["no time", "until told"]
    (tmp_path / "go").touch()
    second = audit(tmp_path)
    out, _ = second.communicate()
    parts = json.loads(out)["parts"]
    assert second.returncode == 0
    assert [(part["part"], part["key"], part["status"]) for part in parts] == [
        ("i", "true", "agrees"),
        ("ii", "true", "agrees"),
    ]
    assert decided.read_text().split("\n")[2:-1] == ["until told"], "the first is not decided again"
