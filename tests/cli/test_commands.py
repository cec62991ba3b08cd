"""The commands as a person and a program use them."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gradus.cli import main

MIDTERM = str(Path(__file__).parents[2] / "exams" / "midterm.md")
DRAWN = """---
title: Drawn
points: 4
---

```conv_layer
id: a
points: 2
kernel: {among: [3, 5]}
```

```missing_hyperparameter
id: b
points: 2
```
"""


def run(*words: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, words, input=text, catch_exceptions=False)


def test_the_audit_of_the_midterm_finds_the_wrong_keys() -> None:
    done = run("audit", MIDTERM, "--effort", "quick")
    assert done.exit_code == 1
    assert re.search(r"\d+ answers, \d+ countersigned: .*9 written", done.stdout)
    assert "⌊(128 + 2·0 − 3)/1⌋ + 1 = 126" in done.stdout


def test_the_audit_as_json_keeps_its_contract() -> None:
    done = run("audit", MIDTERM, "--effort", "quick", "--json")
    found = json.loads(done.stdout)
    assert set(found) == {"exam", "parts", "paper"}
    assert [(finding["kind"], finding["item"]) for finding in found["paper"]] == [
        ("points", "5.iv"),
        ("symbol", "5.vii"),
    ]
    third = [part for part in found["parts"] if part["item"].startswith("3.")]
    first = third[0]
    working = first.pop("working")
    assert "⌊(128 + 2·0 − 3)/1⌋ + 1 = 126" in working
    assert first == {
        "item": "3.i",
        "part": "shape",
        "points": 2,
        "worth": 1,
        "key": "126 × 126 × 64",
        "witness": "126 × 126 × 64",
        "countersigned": True,
        "printed": "14 × 14 × 64",
        "status": "wrong",
        "depends_on": [],
        "variants": 1,
        "note": "",
        "by_hand": False,
    }
    assert [part["status"] for part in third[1:]] == ["agrees"] * 13


def test_an_exam_that_agrees_exits_with_0(tmp_path: Path) -> None:
    (tmp_path / "e.md").write_text(DRAWN, encoding="utf-8")
    done = run("audit", str(tmp_path / "e.md"))
    assert (done.exit_code, "3 answers, 3 countersigned: 3 agrees." in done.stdout) == (0, True)


@pytest.mark.parametrize(
    "verb", [["audit"], ["draw", "--candidates", "r.csv", "--out", "o"], ["grade", "r.csv", "--out", "o"]]
)
def test_an_unusable_exam_exits_with_2_and_a_message(verb: list[str], tmp_path: Path) -> None:
    path = tmp_path / "e.md"
    path.write_text("---\ntitle: T\npoints: 2\n---\n```conv_layr\nid: a\n```\n", encoding="utf-8")
    done = run(verb[0], str(path), *verb[1:])
    assert done.exit_code == 2
    assert done.stderr == (
        f"gradus: {path}:5:1: family = 'conv_layr' is not in the catalogue; did you mean 'conv_layer'?\n"
    )


def test_a_paper_for_each_candidate_and_the_same_ones_again(tmp_path: Path) -> None:
    (tmp_path / "e.md").write_text(DRAWN, encoding="utf-8")
    (tmp_path / "r.csv").write_text("candidate\nada\nbob\n", encoding="utf-8")
    words = ["draw", str(tmp_path / "e.md"), "--candidates", str(tmp_path / "r.csv"), "--out", str(tmp_path / "out")]
    assert run(*words).exit_code == 0
    stored = {p.name: p.read_text() for p in (tmp_path / "out" / "papers").iterdir()}
    assert sorted(stored) == ["ada.html", "ada.json", "bob.html", "bob.json"]
    assert json.loads(stored["ada.json"])["questions"] != json.loads(stored["bob.json"])["questions"]
    assert run(*words).exit_code == 0
    assert {p.name: p.read_text() for p in (tmp_path / "out" / "papers").iterdir()} == stored
    again = run(*words, "--secret", "another")
    assert again.exit_code == 2
    assert "was drawn before and would come out otherwise now" in again.stderr


def test_drawn_papers_are_graded_by_their_own_keys(tmp_path: Path) -> None:
    (tmp_path / "e.md").write_text(DRAWN, encoding="utf-8")
    (tmp_path / "r.csv").write_text("candidate\nada\nbob\n", encoding="utf-8")
    out = tmp_path / "out"
    run("draw", str(tmp_path / "e.md"), "--candidates", str(tmp_path / "r.csv"), "--out", str(out), "--format", "json")
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["candidate", "item", "part", "response"])
        for who in ("ada", "bob"):
            for question in json.loads((out / "keys" / f"{who}.json").read_text())["questions"]:
                rows.writerows([who, question["item"], part, key] for part, key in question["key"].items())
    words = ["grade", str(tmp_path / "e.md"), str(tmp_path / "a.csv"), "--out", str(tmp_path / "m")]
    without = run(*words)
    assert "e.md:6:1: a draws image, kernel, stride, padding, filters for each candidate" in without.stderr
    assert (without.exit_code, "give --papers with the folder" in without.stderr) == (2, True)
    done = run(*words, "--papers", str(out), "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["mean"], found["candidates"]) == (0, 4.0, 2)
    assert (tmp_path / "m" / "marks.csv").read_text().splitlines() == [
        "candidate,points,pending,a,b", "ada,4,0,2,2", "bob,4,0,2,2",
    ]  # fmt: skip


def test_grading_tells_faults_asks_again_and_writes_everything(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("candidate,item,part,response\n=ada,3.i,parameters,1728\n=ada,3.i,shape,12 12\nbob,3\n", "utf-8")
    done = run("grade", MIDTERM, str(path), "--out", str(tmp_path / "m"))
    assert done.exit_code == 1
    assert "a.csv:4: part is missing: the line has 2 columns" in done.stderr
    assert sorted(p.name for p in (tmp_path / "m").iterdir()) == [
        "again.csv", "faults.txt", "feedback.jsonl", "marks.csv", "report.html", "report.json",
    ]  # fmt: skip
    assert (tmp_path / "m" / "marks.csv").read_text().splitlines()[1].startswith("'=ada,0.5,1,")
    told = json.loads((tmp_path / "m" / "feedback.jsonl").read_text())
    counted = next(part for part in told["parts"] if (part["item"], part["part"]) == ("3.i", "parameters"))
    assert counted["feedback"] == "Every filter has a bias as well."
    assert "a × between sizes is expected here" in (tmp_path / "m" / "again.csv").read_text()
    assert "<svg role=" in (tmp_path / "m" / "report.html").read_text()


def test_practice_asks_again_what_it_cannot_read_and_shows_the_working() -> None:
    done = run("practice", "conv_layer", "--questions", "1", "--seed", "a", text="7 x\n7 x 7 x 78\n1\n")
    assert done.exit_code == 0
    assert "shape = '7 x' cannot be read" in done.stdout
    assert "total parameters:" in done.stdout
    assert "of 2 right. The same questions again: gradus practice conv_layer --seed a" in done.stdout


def test_practice_ends_with_the_input() -> None:
    assert run("practice", "conv_layer", text="").exit_code == 0


def test_verify_prints_a_card_for_each_family() -> None:
    done = run("verify", "conv_layer", "conv_stack", "--variants", "50", "--json")
    assert [(card["family"], card["countersigned"]) for card in json.loads(done.stdout)] == [
        ("conv_layer", 50),
        ("conv_stack", 50),
    ]
    assert run("verify", "conv_layer", "--variants", "10").exit_code == 0


def test_a_misspelt_command_is_told_with_the_nearest_name() -> None:
    done = run("audti")
    assert (done.exit_code, "There is no command 'audti'; did you mean 'audit'?" in done.stderr) == (2, True)


def test_a_misspelt_family_is_told_with_the_nearest_name() -> None:
    done = run("verify", "conv_layr")
    assert (done.exit_code, "did you mean 'conv_layer'?" in done.stderr) == (2, True)


def test_families_show_their_fields_and_a_block_that_reads(tmp_path: Path) -> None:
    from gradus import exam as exams

    for name in json.loads(run("families", "--json").stdout):
        shown = run("families", name).stdout
        block = shown[shown.index("```") :]
        (tmp_path / "e.md").write_text(f"---\ntitle: T\npoints: 2\n---\n\n{block}", encoding="utf-8")
        assert exams.read(tmp_path / "e.md").questions[0].family_name == name


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_program(shell: str) -> None:
    assert "_GRADUS_COMPLETE" in run("completion", shell).stdout


@pytest.mark.parametrize("name", sorted(main.list_commands(None)))  # type: ignore[arg-type]
def test_every_command_has_help_with_an_example(name: str) -> None:
    done = run(name, "--help")
    assert done.exit_code == 0
    assert f"gradus {name}" in done.stdout.split("Options:")[0].split("\n", 2)[2]
