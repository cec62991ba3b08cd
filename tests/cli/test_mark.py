"""`gradus mark` as a person uses it: what is shown, what is typed, what is kept, and what grading makes of it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.handmarks.conftest import EXAM, ROWS
from tests.handmarks.test_judge import say, server

from gradus.cli import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADUS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "exam.md").write_text(EXAM, encoding="utf-8")
    (tmp_path / "r.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path


def run(folder: Path, typed: str, *more: str) -> Result:
    words = ["mark", str(folder / "exam.md"), str(folder / "r.csv"), "--marks", str(folder / "m.jsonl"), *more]
    return CliRunner().invoke(main, words, input=typed, catch_exceptions=False)


def kept(folder: Path) -> list[dict[str, object]]:
    path = folder / "m.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def grade(folder: Path) -> dict[str, str]:
    words = ["grade", str(folder / "exam.md"), str(folder / "r.csv"), "--out", str(folder / "o")]
    done = CliRunner().invoke(main, [*words, "--marks", str(folder / "m.jsonl")], catch_exceptions=False)
    assert done.exit_code in {0, 1}
    with (folder / "o" / "marks.csv").open() as file:
        return {row["candidate"]: row["w"] for row in csv.DictReader(file)}


def test_marks_are_taken_and_grading_merges_them(folder: Path) -> None:
    typed = {"The": "\n", "Per": "0; Read chapter 8.\n", "I d": "0\n"}
    order = [line for line in run(folder, "skip\nskip\nskip\n").stdout.splitlines() if line[:3] in typed]
    done = run(folder, "".join(typed[line[:3]] for line in order))
    assert (done.exit_code, len(kept(folder))) == (0, 3)
    assert "3 of 3 answers wait for a mark." in done.stdout
    assert "0 left." in done.stdout
    assert grade(folder) == {"ada": "2", "bob": "0", "cem": "0", "dan": "0", "eve": "0"}
    assert run(folder, "").stdout.startswith("0 of 3 answers wait for a mark.")


def test_nothing_shown_and_nothing_kept_tells_who_wrote_an_answer(folder: Path) -> None:
    text = (folder / "r.csv").read_text()
    (folder / "r.csv").write_text(text.replace("ada", "Zacharias").replace("dan", "Wilhelmina"))
    done = run(folder, "0\n0\n0\n")
    for shown in (done.output, (folder / "m.jsonl").read_text()):
        assert not any(name in shown for name in ("Zacharias", "Wilhelmina", "bob", "cem"))
    assert "(2 candidates wrote this)" in done.stdout


def test_an_answer_is_shown_with_the_words_that_suggest_ideas(folder: Path) -> None:
    shown = run(folder, "skip\nskip\nskip\n").stdout
    for line in (
        "Why is the loss flat?",
        "  a  1  The learning rate is too small",
        "  –  0  The penalty is too strong: It would still fall",
        "  a  'step size … tiny'",
        "  b  'initial … bad'",
        "mark [a b]:",
        "  rejected? The penalty is too strong: 'penalty … strong'",
    ):
        assert line in shown


def test_what_is_marked_when_somebody_stops_stays_marked(folder: Path) -> None:
    stopped = run(folder, "1\nquit\n")
    assert (stopped.exit_code, len(kept(folder))) == (1, 1)
    assert "2 left." in stopped.stdout
    at_the_end = run(folder, "1\n")  # the input ends
    assert (at_the_end.exit_code, len(kept(folder))) == (1, 2)
    assert run(folder, "1\n").exit_code == 0


def test_enter_never_marks_where_nothing_is_suggested(folder: Path) -> None:
    (folder / "r.csv").write_text("candidate,item,part,response\nx,w,answer,I do not know.\n")
    done = run(folder, "\n\nskip\n")
    assert kept(folder) == []
    assert done.stdout.count("reply is empty; type letters of ideas, such as a c, or points from 0 to 2") == 2


def test_the_last_mark_can_be_taken_back(folder: Path) -> None:
    run(folder, "1\nundo\n2\nquit\n")
    first, second = kept(folder)
    assert (first["points"], second["points"]) == ("1", "2")
    assert first["answer"] == second["answer"]


def test_only_one_question_is_marked_where_one_is_named(folder: Path) -> None:
    assert "3 of 3 answers" in run(folder, "quit\n", "--item", "w").stdout
    done = CliRunner().invoke(
        main, ["mark", str(folder / "exam.md"), str(folder / "r.csv"), "--marks", "m", "--item", "c"]
    )
    assert done.exit_code == 2
    assert "--item = 'c' has no answers that wait for a person; known are w" in done.output


def test_a_judge_suggests_and_where_it_differs_enter_stands_for_neither(folder: Path) -> None:
    (folder / "r.csv").write_text("candidate,item,part,response\nx,w,answer,The step size is tiny.\n")
    with server(say('{"ideas": ["rate"], "reason": "Tiny steps."}')) as (url, asked):
        agreeing = run(folder, "skip\n", "--judge", url, "--judge-model", "m")
    assert "  the judge suggests a (a suggestion, not a mark): Tiny steps." in agreeing.stdout
    assert "mark [a]:" in agreeing.stdout
    assert "The step size is tiny." in asked[0][2]["messages"][1]["content"]
    with server(say('{"ideas": ["rate", "start", "labels"], "reason": "Full points!"}')) as (url, _):
        differing = run(folder, "\nskip\n", "--judge", url, "--judge-model", "m")
    assert "mark [" not in differing.stdout
    assert kept(folder) == []


def test_a_judge_that_cannot_be_had_costs_its_suggestion_only(folder: Path) -> None:
    done = run(folder, "1\n1\n1\n", "--judge", "http://127.0.0.1:9", "--judge-model", "m", "--judge-seconds", "2")
    assert (done.exit_code, len(kept(folder))) == (0, 3)
    assert "the judge suggests nothing: it cannot be reached" in done.stdout


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            ["--judge", "http://x"],
            "--judge = 'http://x' needs both an address and a model; give --judge and --judge-model",
        ),
        (["--judge", "x", "--judge-model", "m"], "judge = 'x' must be an address of http or https"),
    ],
)
def test_half_a_judge_is_told(folder: Path, more: list[str], message: str) -> None:
    done = run(folder, "", *more)
    assert done.exit_code == 2
    assert message in done.output


def test_an_answer_cannot_paint_the_screen(folder: Path) -> None:
    lines = "candidate,item,part,response\nx,w,answer,\x1b[2J[bold red]tiny step size[/] \x07\n"
    (folder / "r.csv").write_text(lines)
    shown = run(folder, "skip\n").stdout
    assert "\x1b[2J" not in shown
    assert "[bold red]tiny step size[/]" in shown


def test_a_spoilt_file_of_marks_is_told_before_anything_is_asked(folder: Path) -> None:
    (folder / "m.jsonl").write_text("nonsense\n")
    done = run(folder, "1\n")
    assert done.exit_code == 2
    assert "m.jsonl:1: line = 'nonsense' is not JSON" in done.output
