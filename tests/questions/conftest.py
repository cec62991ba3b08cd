"""Claims whose verdicts are known, beside an exam, and a shelf of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gradus import assertion

CLAIMS = '''
from dataclasses import dataclass
from typing import ClassVar

from gradus.answers import Truth
from gradus.claim import Claim, Effort, Evidence, Route, assume


@dataclass(frozen=True, kw_only=True)
class Told(Claim):
    """Says what its assumptions say."""

    subject: ClassVar[str] = "tests"
    says: str = assume("true", "false", "nothing", "both", "crash")
    turning: str = assume("no", "yes")
    factor: int = assume(2, 10)

    def statement(self) -> str:
        return "What is told is true."

    def decide(self, effort: Effort) -> Evidence:
        if self.says == "crash":
            raise ZeroDivisionError("no")
        holds = (self.says in {"true", "both"}) == (self.turning == "no")
        truth = Truth.UNDECIDED if self.says == "nothing" else Truth.of(holds)
        return Evidence(truth, Route.PROOF, f"it says {self.says}")

    def witness(self, effort: Effort) -> Evidence:
        holds = (self.says == "true") == (self.turning == "no")
        return Evidence(Truth.of(holds), Route.EXPERIMENT, f"it is heard to say {self.says}")
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder with claims of an author's own, that nobody has vouched for yet."""
    (tmp_path / "own.py").write_text(CLAIMS, encoding="utf-8")
    monkeypatch.setenv("GRADUS_CACHE", str(tmp_path / "cache"))
    assertion.distrust_claims()
    yield tmp_path
    assertion.distrust_claims()
