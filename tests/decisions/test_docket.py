"""Readings are decided in processes that can be stopped; what is decided stays decided."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest

from gradus.answers import Truth
from gradus.claim import Claim, Effort, Level
from gradus.claims import find
from gradus.claims.softmax import SoftmaxScaling
from gradus.decisions import Docket, Limits, Shelf, decide
from gradus.errors import Fault

AUTHORED = """
from dataclasses import dataclass
from typing import ClassVar
from gradus.answers import Truth
from gradus.claim import Claim, Effort, Evidence, Route, assume

@dataclass(frozen=True, kw_only=True)
class Own(Claim):
    subject: ClassVar[str] = "an author's own"
    act: str = assume("decide", "sleep", "die")

    def statement(self) -> str:
        return "Two and two make four."

    def decide(self, effort: Effort) -> Evidence:
        import os, pathlib, time
        with (pathlib.Path(__file__).parent / "ran").open("a") as log:
            log.write(self.act + " ")
        if self.act == "sleep":
            time.sleep(600)
        if self.act == "die":
            os._exit(3)
        return Evidence(Truth.of(2 + 2 == 4), Route.PROOF, "counted")

    def witness(self, effort: Effort) -> Evidence:
        return Evidence(Truth.of(len("ab" * 2) == 4), Route.PROOF, "counted letters")
"""
QUICK = Effort(Level.QUICK)


@pytest.fixture
def own(tmp_path: Path) -> type[Claim]:
    (tmp_path / "own.py").write_text(AUTHORED)
    return find("own.py:Own", tmp_path)


def test_what_is_decided_is_kept_and_not_computed_again(tmp_path: Path) -> None:
    claim, shelf = SoftmaxScaling(), Shelf(tmp_path)
    decision = decide(claim, QUICK)
    shelf.put(decision, QUICK)
    assert shelf.get(claim, QUICK) == decision
    assert shelf.get(claim, Effort(Level.QUICK, master=1)) is None
    assert shelf.get(SoftmaxScaling(change="shift"), QUICK) is None
    assert Docket(shelf).settle([claim], QUICK) == {claim: decision}


def test_a_shelf_that_is_broken_or_cannot_be_written_is_as_good_as_empty(tmp_path: Path) -> None:
    decision, shelf = decide(SoftmaxScaling(), QUICK), Shelf(tmp_path / "shelf")
    shelf.put(decision, QUICK)
    (file,) = (tmp_path / "shelf").iterdir()
    file.write_text("{")
    assert shelf.get(SoftmaxScaling(), QUICK) is None
    (tmp_path / "no folder").write_text("")
    Shelf(tmp_path / "no folder").put(decision, QUICK)


def test_an_authors_claim_is_decided_in_another_process_and_only_once(own: type[Claim], tmp_path: Path) -> None:
    docket = Docket(Shelf(tmp_path / "shelf"), Limits(processes=1))
    assert docket.settle([own()], QUICK)[own()].verdict is Truth.TRUE
    assert docket.settle([own()], QUICK)[own()].verdict is Truth.TRUE
    assert (tmp_path / "ran").read_text() == "decide "


def test_what_takes_too_long_is_stopped_and_undecided(own: type[Claim], tmp_path: Path) -> None:
    slow, started = own.reading({"act": "sleep"}), time.monotonic()
    decided = Docket(Shelf(tmp_path / "shelf"), Limits(1, 5.0)).settle([slow], QUICK)[slow]
    assert decided.verdict is Truth.UNDECIDED
    assert decided.reason.startswith("the evidence decides nothing: it took longer than 5 seconds")
    assert time.monotonic() - started < 300


def test_a_process_that_dies_decides_nothing_and_takes_no_other_with_it(own: type[Claim], tmp_path: Path) -> None:
    dying, sound = own.reading({"act": "die"}), own()
    decided = Docket(Shelf(tmp_path / "shelf"), Limits(1)).settle([dying, sound], QUICK)
    assert decided[sound].verdict is Truth.TRUE
    assert decided[dying].verdict is Truth.UNDECIDED
    assert "its process ended with ProcessExpired" in decided[dying].reason
    assert Shelf(tmp_path / "shelf").get(dying, QUICK) is None  # another time it may not die


def test_a_cluster_that_takes_too_long_is_not_waited_for(
    own: type[Claim], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    threads = ThreadPoolExecutor(2)

    class Client:
        """Stands for that of Dask: its work is done by threads."""

        def __init__(self, address: str, timeout: str) -> None:
            told.append(address)

        def get_executor(self, pure: bool) -> ThreadPoolExecutor:
            return threads

        def close(self) -> None:
            told.append("closed")

    release = Event()
    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=Client))
    monkeypatch.setattr(time, "sleep", lambda _: release.wait(60))
    slow, sound = own.reading({"act": "sleep"}), own()
    try:
        docket = Docket(Shelf(tmp_path / "shelf"), Limits(seconds=2.0), cluster="tcp://here:8786")
        decided = docket.settle([slow, sound], QUICK)
    finally:
        release.set()
    assert decided[sound].verdict is Truth.TRUE
    assert "the cluster took longer than 4 seconds for 2 readings" in decided[slow].reason
    assert Shelf(tmp_path / "shelf").get(slow, QUICK) is None
    assert told == ["tcp://here:8786", "closed"]


def test_progress_is_told_of_what_was_kept_too(tmp_path: Path) -> None:
    told: list[int] = []
    shelf = Shelf(tmp_path)
    shelf.put(decide(SoftmaxScaling(), QUICK), QUICK)
    Docket(shelf).settle([SoftmaxScaling()], QUICK, told.append)
    assert told == [1]


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("nosuch", "claim = 'nosuch' is not in the catalogue"),
        ("softmax_scalin", "did you mean 'softmax_scaling'?"),
        ("absent.py:X", "names a file that is not there; write a path from the exam file"),
        ("broken.py:X", "cannot be run: SyntaxError"),
        ("own.py:Owm", "names a claim that own.py does not define; did you mean 'own'"),
        ("text.md:X", "must name a Python file; let its name end in .py"),
    ],
)
def test_a_claim_that_is_not_there_is_a_fault(own: type[Claim], tmp_path: Path, reference: str, message: str) -> None:
    (tmp_path / "broken.py").write_text("def")
    (tmp_path / "text.md").write_text("x")
    with pytest.raises(Fault) as caught:
        find(reference, tmp_path)
    assert message in str(caught.value)
