"""`gradus doctor-run`: findings, exit codes, a page."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from gradus.cli import main
from gradus.lab.doctor import Recorder


def recorded(file: Path, *, zero: bool) -> Path:
    with Recorder(file, batch=32, classes=[50, 50]) as recorder:
        for number in range(40):
            weight = 0.0 if zero else 0.1
            recorder.step(
                0.69 if zero else 0.69 * 0.9**number,
                gradient={"<b>fc1": weight / 10, "fc2": 0.01},
                weight={"<b>fc1": weight, "fc2": 0.1},
            )
        recorder.measure(train_loss=0.1, validation_loss=0.12, train_accuracy=0.97, validation_accuracy=0.96)
    return file


def test_a_healthy_log_ends_with_zero(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["doctor-run", str(recorded(tmp_path / "log.jsonl", zero=False))])
    assert (done.exit_code, done.output) == (0, "steps: 40, measurements: 1\nno diagnosis\n")


def test_a_finding_is_told_with_evidence_and_remedy_and_ends_with_one(tmp_path: Path) -> None:
    file, page = recorded(tmp_path / "log.jsonl", zero=True), tmp_path / "log.html"
    done = CliRunner().invoke(main, ["doctor-run", str(file), "--html", str(page)])
    assert done.exit_code == 1
    assert "1. zero initialisation (certain)" in done.output
    assert "– root mean squares of the weights before the first step: <b>fc1 0" in done.output
    assert "Remedy: draw the initial weights at random" in done.output
    written = page.read_text()
    assert written.count("<svg") == 3  # losses, accuracies, gradients
    assert "Zero initialisation – certain" in written
    assert "<b>fc1" not in written


def test_programs_get_json(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["doctor-run", str(recorded(tmp_path / "log.jsonl", zero=True)), "--json"])
    told = json.loads(done.output)
    assert (told["steps"], told["measurements"]) == (40, 1)
    assert told["findings"][0]["name"] == "zero initialisation"
    assert told["findings"][0]["places"] == ["<b>fc1"]


def test_a_bad_log_ends_with_two_and_its_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text('{"kind": "step", "step": 0, "loss": NaN}\n')
    done = CliRunner().invoke(main, ["doctor-run", str(tmp_path / "log.jsonl")])
    assert done.exit_code == 2
    assert "log.jsonl:1:37: line = 'NaN' is no JSON; write null for a number that is not finite" in done.output
    assert "Traceback" not in done.output
