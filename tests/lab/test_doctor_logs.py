"""Logs of the training doctor: written, read back, and refused with line and column."""

from __future__ import annotations

import contextlib
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gradus.errors import Fault, GradusError
from gradus.lab.data import flattened, split, wine
from gradus.lab.doctor import WATCH, Log, Recorder, Setup, Step, logs, parse_log, read_log, write_log
from gradus.lab.training import Settings, train

STEP = '{"kind": "step", "step": 0, "loss": 2.3}'

INPUTS = (
    '{"kind": "inputs", "part": "train", "count": 9, "mean": [1.0], "deviation": [2.0], "low": [0.0], "high": [3.0], '
    '"own": 0.5}'
)
OTHER = INPUTS.replace("train", "test").replace(".0]", ".0, 1.0]")
SCORES = (
    '{"kind": "scores", "step": 9, "threshold": 0.5, "positives": 2, "negatives": 3, "thresholds": [0.5], '
    '"caught": [1], "alarms": [0]}'
)


def test_a_run_of_the_laboratory_survives_the_file(tmp_path: Path) -> None:
    data = split(flattened(wine()), 60, 30, seed=0)
    found = train("dense 4 > relu > dense 3", data, Settings(epochs=2, batch=20, watch=WATCH), seeds=[0])
    log = logs(found, data)[0, 0, 0]
    assert (log.setup.batch, sum(log.setup.classes), log.setup.held) == (20, 60, 30)
    assert log.weighted == ("1.dense", "3.dense")
    assert log.setup.kind("2.activation") == "relu"
    assert len(log.measurements[-1].recall) == 3
    initial = found.model.initialise(0)["1.dense"]["weight"]
    assert log.first("weight")["1.dense"] == pytest.approx(float((initial**2).mean()) ** 0.5, rel=1e-5)
    write_log(log, tmp_path / "log.jsonl")
    assert read_log(tmp_path / "log.jsonl") == log


def test_what_is_not_finite_is_written_as_null(tmp_path: Path) -> None:
    with Recorder(tmp_path / "log.jsonl") as recorder:
        recorder.step(math.inf, gradient={"fc": math.nan})
    written = (tmp_path / "log.jsonl").read_text().splitlines()
    assert json.loads(written[1])["loss"] is None
    assert math.isnan(read_log(tmp_path / "log.jsonl").steps[0].gradient["fc"])


def test_a_line_is_on_disk_before_the_next_step(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "log.jsonl")
    recorder.step(1.0)
    assert len(read_log(tmp_path / "log.jsonl").steps) == 1
    recorder.close()


def test_a_wrong_quantity_is_refused_when_it_is_recorded(tmp_path: Path) -> None:
    with (
        Recorder(tmp_path / "log.jsonl") as recorder,
        pytest.raises(Fault, match="step: quantity = 'gradients' must be"),
    ):
        recorder.step(1.0, gradients={"fc": 1.0})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "log: log holds no step and no measurement; write it with gradus.lab.doctor.Recorder"),
        ('{"kind": "setup"}', "log: log holds no step and no measurement"),
        (f"step 1\n{STEP}", "log:1:1: line is not JSON: Expecting value; write one JSON object a line"),
        (
            f"{STEP}\n{STEP[:20]}",
            "log:2:18: line is not JSON: Unterminated string starting at; delete this last line, if the training",
        ),
        ('{"kind": "step", "step": 0,', "log:1:28: line is not JSON"),
        ("[1]", "log:1:1: line must be a JSON object"),
        ('{"kind": "step", "step": 0, "loss": NaN}', "log:1:37: line = 'NaN' is no JSON; write null"),
        ('{"step": 0, "loss": 1}', "log:1:1: kind is missing; the record has step, loss"),
        ('{"kind": "stepp", "step": 0}', "log:1:2: kind = 'stepp' must be one of setup, inputs, step,"),
        ('{"kind": "step", "loss": 1}', "log:1:1: step is missing"),
        ('{"kind": "step", "step": 0}', "log:1:1: loss is missing"),
        ('{"kind": "step", "step": 0, "loss": "low"}', "log:1:29: loss = 'low' must be a number, or null"),
        ('{"kind": "step", "step": true, "loss": 1}', "log:1:18: step = True must be a whole number from 0"),
        ('{"kind": "step", "step": 0, "loss": 1, "grad": {}}', "log:1:40: grad is not a field of this record"),
        ('{"kind": "step", "step": 0, "loss": 1, "dead": 3}', "log:1:40: dead = 3 must be an object from layers"),
        ('{"kind": "setup", "classes": 3}', "log:1:19: classes = 3 must be a list"),
        ('{"kind": "setup", "batch": 0}', "log:1:19: batch = 0 must be a whole number from 1"),
        ('{"kind": "setup", "classes": [0, 0]}', "log:1:19: classes = [0, 0] must count at least one example"),
        ('{"kind": "measurement", "step": 1, "val_loss": 1}', "log:1:36: val_loss is not a field of this record; did"),
        (
            '{"kind": "inputs", "part": "dev", "count": 1}',
            "log:1:20: part = 'dev' must be one of train, validation, test",
        ),
        (
            INPUTS.replace("[2.0]", "[2.0, 3.0]"),
            "log:1:64: deviation = 2 must have one number for each feature, as mean",
        ),
        (f"{STEP}\n{INPUTS}\n{OTHER}", "log: inputs = (1, 2) must have as many features in every part; give arrays of"),
        (
            SCORES.replace("0.5]", "0.6]"),
            "log:1:81: thresholds = 1 must be finite and ascend, with the threshold in use",
        ),
        (SCORES.replace("[1]", "[9]"), "log:1:102: caught = 1 must have one count for each threshold, none above 2"),
        ('{"kind": "flow", "step": 0, "gradient": [1]}', "log:1:1: place is missing"),
        ('{"kind": "step", "step": 0, "loss": Infinity}', "log:1:37: line = 'Infinity' is no JSON; write null"),
        ("\x00", "log:1:1: line is not JSON"),
        ("[" * 100_000, "log:1:1: line nests too deep"),
        (f'{{"kind": "step", "step": 0, "loss": {"9" * 5000}}}', "log:1:1: line nests too deep or holds a number too"),
        (f'{{"kind": "step", "step": 0, "loss": {"9" * 400}}}', "log:1:29: loss = "),
    ],
)
def test_a_bad_line_is_told_with_line_and_column(text: str, message: str) -> None:
    with pytest.raises(Fault) as caught:
        parse_log(text)
    assert str(caught.value).startswith(message)


def test_a_huge_line_is_refused_before_it_is_read() -> None:
    with pytest.raises(Fault, match=r"log:2:1: line must have at most 10000000 characters; write one step a line"):
        parse_log(f'{STEP}\n{{"kind": "{"x" * 11_000_000}"}}')


def test_a_byte_order_mark_is_no_fault() -> None:
    assert len(parse_log("\ufeff" + STEP).steps) == 1


def test_files_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(STEP.encode() + b"\n\xff\xfe")
    with pytest.raises(Fault, match=r"bytes:2:1: file is not UTF-8"):
        read_log(tmp_path / "bytes")
    with pytest.raises(Fault, match=r"file cannot be read: No such file"):
        read_log(tmp_path / "none")


NAMES = some.sampled_from(["kind", "step", "loss", "gradient", "classes", "recall"]) | some.text()
LEAVES = some.none() | some.booleans() | some.floats() | some.integers() | some.text()
VALUES = some.recursive(LEAVES, lambda inner: some.lists(inner) | some.dictionaries(NAMES, inner), max_leaves=8)


@given(VALUES)
def test_any_json_is_read_or_refused(value: object) -> None:
    step = {"kind": "step", "step": 0, "loss": 1}
    for record in (value, {"kind": "setup", "classes": value}, {"kind": value}, {**step, "gradient": value}):
        with contextlib.suppress(GradusError):
            parse_log(json.dumps(record))


def test_a_log_without_losses_is_empty_of_findings() -> None:
    assert Log(Setup(), (Step(step=0, loss=math.nan),)).learned <= 0
