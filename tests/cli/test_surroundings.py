"""Commands on odd screens, in odd folders, and in company: no traceback, nothing lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gradus.cli import __file__ as main_file
from gradus.cli import main

SOURCE = str(Path(main_file).parents[2])  # these commands run from other folders
_WHOLE = (Path(__file__).parents[2] / "exams" / "midterm.md").read_text(encoding="utf-8")
_THIRD = _WHOLE[_WHOLE.index("# 3 ") : _WHOLE.index("# 4 ")]  # the rest takes long to audit
QUIZ = "---\ntitle: 'T :car: [/]'\npoints: 2\n---\n```conv_layer\nid: a\npoints: 2\n```\n"


def gradus(
    *words: str | bytes, encoding: str = "utf-8", text: str | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from gradus.cli import main; main()", *words]
    return subprocess.run(
        command, input=text, capture_output=True, encoding=encoding, errors="replace", check=False, cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": SOURCE},
    )  # fmt: skip


@pytest.fixture
def third(tmp_path: Path) -> str:
    """Return a file with the midterm's third question."""
    (tmp_path / "third.md").write_text(f"---\ntitle: Architectures\npoints: 20\n---\n\n{_THIRD}", encoding="utf-8")
    return str(tmp_path / "third.md")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_screen_of_few_characters_shows_the_nearest(encoding: str, third: str) -> None:
    done = gradus("audit", third, "--effort", "quick", encoding=encoding)
    assert (done.returncode, done.stderr) == (1, "")
    assert "3.i shape" in done.stdout
    plain = done.stdout.replace("\N{MULTIPLICATION SIGN}", "x").replace("\N{MIDDLE DOT}", "*")
    assert "126 x 126 x 64" in plain
    assert "[(128 + 2*0 - 3)/1] + 1 = 126" in plain


def test_json_is_the_same_on_every_screen(third: str) -> None:
    plain, full = (
        gradus("audit", third, "--effort", "quick", "--json", encoding="ascii"),
        gradus("audit", third, "--effort", "quick", "--json"),
    )
    assert json.loads(plain.stdout) == json.loads(full.stdout)


def test_practice_speaks_to_every_screen() -> None:
    done = gradus("practice", "conv_layer", "--questions", "1", encoding="ascii", text="\n\n")
    assert (done.returncode, done.stderr) == (0, "")


def test_folders_named_like_markup_are_shown_as_they_are(tmp_path: Path, third: str) -> None:
    (tmp_path / "r.csv").write_text("candidate,item,part,response\nada,3.i,shape,1\n", encoding="utf-8")
    out = tmp_path / ":car: [bold] [" / "]"
    done = CliRunner().invoke(main, ["grade", third, str(tmp_path / "r.csv"), "--out", str(out)])
    assert done.exit_code == 0
    assert ":car: [bold] [" in done.stdout.replace("\n", "")


def test_titles_are_shown_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "e.md").write_text(QUIZ, encoding="utf-8")
    assert "T :car: [/] (" in CliRunner().invoke(main, ["audit", str(tmp_path / "e.md")]).stdout


def test_names_that_are_no_text_end_in_no_traceback(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"b\xff.md")).write_text(QUIZ, encoding="utf-8")
    (tmp_path / "r.csv").write_text("candidate\nada\n", encoding="utf-8")
    for words in (
        [b"audit", b"b\xff.md", b"--html", b"o.html"],
        [b"audit", b"b\xff.md", b"--json"],
        [b"draw", b"b\xff.md", b"--candidates", b"r.csv", b"--out", b"p", b"--secret", b"\xff"],
    ):
        done = gradus(*words, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / "a.csv").write_text("candidate,item,part,response\nada,a,shape,1\n", encoding="utf-8")
    graded = gradus(b"grade", b"b\xff.md", b"a.csv", b"--papers", b"p", b"--out", b"m", cwd=tmp_path)
    assert (graded.returncode, graded.stderr) == (0, "")


def test_points_of_a_large_paper_keep_all_their_digits(tmp_path: Path) -> None:
    exam = "---\ntitle: T\npoints: 1234567.5\n---\n```conv_layer\nid: a\npoints: 1234567.5\nimage: [8, 8, 1]\n"
    fields = "kernel: 3\nstride: 1\npadding: 0\nfilters: 2\n"
    (tmp_path / "e.md").write_text(f"{exam}{fields}```\n", encoding="utf-8")
    (tmp_path / "r.csv").write_text(
        "candidate,item,part,response\nada,a,shape,6x6x2\nada,a,parameters,20\n", encoding="utf-8"
    )
    done = CliRunner().invoke(main, ["grade", str(tmp_path / "e.md"), str(tmp_path / "r.csv"), "--out", str(tmp_path)])
    assert done.exit_code == 0
    assert (tmp_path / "marks.csv").read_text().splitlines()[1] == "ada,1234567.5,0,1234567.5"


@pytest.mark.parametrize("signal", [KeyboardInterrupt, click.Abort])
def test_an_interrupted_command_does_not_say_that_it_found_something(
    signal: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise signal

    monkeypatch.setattr("gradus.catalogue.names", stop)
    done = CliRunner().invoke(main, ["families"])
    assert (done.exit_code, done.stderr) == (130, "gradus: interrupted\n")
