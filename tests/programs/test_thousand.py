"""A class's programs through `gradus grade`: half of them faulty in thirty ways, each given what it earns."""

from __future__ import annotations

import csv
import json
import os
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradus.cli import main
from gradus.programs import image_attention
from gradus.sandbox import Box
from tests.programs.test_looping import FAST

CLASS = int(os.environ.get("GRADUS_CLASS", "64"))  # 1000 for the long run
EXAM = """\
---
title: Programs
points: 10
---

# 6 Image attention

```image_attention
id: 6.2
points: 10
image: [32, 32, 3]
outputs: 5
kernel: 3
divisor: 2
```
"""
RIGHT = FAST.replace("queries, keys)", "queries, keys) / 2")
SOURCE = image_attention.source(2)


def changed(old: str, new: str) -> str:
    assert old in RIGHT
    return RIGHT.replace(old, new)


def faulty() -> list[tuple[str, Fraction, str]]:
    """Return source, credit and mistake of thirty faulty programs."""
    bugs = [(bug.seed(SOURCE), bug.credit, bug.name) for bug in image_attention.bugs(2)]
    body = "import numpy as np\n\n\ndef image_attention(image, keys, values):\n    "
    part, nothing = Fraction(4, 5), Fraction(0)
    return [
        *bugs,
        (changed("np.where(norms > 0, norms, 1)", "norms"), part, "edge_case"),
        (changed("scores - scores.max(axis=(3, 4), keepdims=True)", "scores"), part, "edge_case"),
        (changed("    return", "    image *= 2\n    return"), Fraction(9, 10), "input_changed"),
        (changed("values).sum(axis=(3, 4))", "values).sum(axis=(3, 4)).astype('f4')"), Fraction(9, 10), "wrong_type"),
        (changed("    return", "    return 2 *"), nothing, "wrong_values"),
        (changed("* values).sum(axis=(3, 4))", "* values).sum(axis=(2, 3, 4))"), nothing, "wrong_shape"),
        (changed("return", "return None and"), nothing, "wrong_values"),
        (changed("    return", "    raise IndexError\n    return"), nothing, "raised"),
        (changed("def image_attention", "def image_atention"), nothing, "missing"),
        (RIGHT + "\n)", nothing, "raised"),
        (RIGHT + "\nraise SystemExit(0)", nothing, "raised"),
        (RIGHT + "\nimport os\nos._exit(0)", nothing, "crashed"),
        (RIGHT + "\nimport ctypes\nctypes.string_at(0)", nothing, "crashed"),
        (RIGHT + "\nprint('A' * 1_000_000)", nothing, "output"),
        (RIGHT + "\nimport os\nos.write(3, b'GRD1' + bytes(200))", nothing, "protocol"),
        (body + "return np.full((*image.shape[:2], len(keys)), np.nan)", nothing, "wrong_values"),
        (body + "return np.zeros((*image.shape[:2], len(keys)), object)", nothing, "wrong_values"),
    ]  # fmt: skip


def test_a_class_gets_the_right_marks_and_the_report_names_the_mistakes(box: Box, tmp_path: Path) -> None:
    faults = faulty()
    assert len(faults) == 30
    wanted: dict[str, tuple[Fraction, str]] = {}
    (tmp_path / "exam.md").write_text(EXAM, encoding="utf-8")
    with (tmp_path / "responses.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["candidate", "item", "part", "response"])
        for number in range(CLASS):
            source, credit, mistake = faults[number // 2 % 30] if number % 2 else (RIGHT, Fraction(1), "")
            wanted[f"c{number:04}"] = credit, mistake
            rows.writerow([f"c{number:04}", "6.2", "program", source])
    out = tmp_path / "marks"
    words = ["grade", str(tmp_path / "exam.md"), str(tmp_path / "responses.csv"), "--out", str(out)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    given = [json.loads(line) for line in (out / "feedback.jsonl").read_text(encoding="utf-8").splitlines()]
    marks = {
        one["candidate"]: (Fraction(one["points"]).limit_denominator(100) / 10, one["parts"][0]["mistake"])
        for one in given
    }
    assert marks == wanted
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    told = {row["mistake"]: row["count"] for row in report["mistakes"]}
    names = [mistake for _, mistake in wanted.values() if mistake]
    assert told == {name: names.count(name) for name in set(names)}


def test_without_a_sandbox_nothing_is_graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gradus.programs import boxes
    from gradus.sandbox import machine

    monkeypatch.setattr(boxes, "_open", {})
    monkeypatch.setattr(machine, "why_not", lambda: machine.refusal("it is a test", "use another"))
    (tmp_path / "exam.md").write_text(EXAM, encoding="utf-8")
    (tmp_path / "responses.jsonl").write_text(
        json.dumps({"candidate": "ada", "item": "6.2", "part": "program", "response": RIGHT}), encoding="utf-8"
    )
    words = ["grade", str(tmp_path / "exam.md"), str(tmp_path / "responses.jsonl"), "--out", str(tmp_path / "marks")]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "sandbox cannot be had: it is a test; use another, or pass --trust-submissions" in done.output
