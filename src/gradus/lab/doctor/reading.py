"""Logs read from files: each fault with its line and column."""

from __future__ import annotations

import math
from dataclasses import fields
from pathlib import Path
from typing import Any

from gradus.errors import Fault
from gradus.lab.doctor.log import PER_LAYER, SETS, Log, Measurement, Setup, Step
from gradus.lab.doctor.record import Record
from gradus.lab.doctor.summaries import Inputs, Scores

QUANTITIES = ("loss", "accuracy", "loss_again")
MEASURED = tuple(f"{part}_{quantity}" for part in SETS for quantity in QUANTITIES)


def read_log(file: str | Path) -> Log:
    """Read a log of JSON lines.

    Raises:
        Fault: for a file that cannot be read, or a line that is no record, with its line and column.
    """
    try:
        text = Path(file).read_bytes().decode("utf-8")
    except OSError as error:
        rule = f"cannot be read: {error.strerror or 'unknown error'}"
        raise Fault(str(file), "file", None, rule, "check its name and its rights") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        column = error.start - error.object.rfind(b"\n", 0, error.start)
        rule = f"is not UTF-8 at byte {error.start}"
        raise Fault(f"{file}:{line}:{column}", "file", None, rule, "write the log with Recorder") from None
    return parse_log(text, str(file))


def parse_log(text: str, name: str = "log") -> Log:
    """Read a log from its text; the name is for messages.

    >>> parse_log('{"kind": "step", "step": 0, "loss": null}').steps[0].loss
    nan
    """
    found: dict[str, list[Any]] = {kind: [] for kind in RECORDS}
    lines = text.removeprefix("\ufeff").split("\n")
    for number, line in enumerate(lines, start=1):
        if line.strip():
            record = Record(name, number, line, last=number == len(lines))
            kind = record.choose("kind", tuple(RECORDS))
            found[kind].append(RECORDS[kind](record))
    if not found["step"] and not found["measurement"]:
        raise Fault(name, "log", None, "holds no step and no measurement", "write it with gradus.lab.doctor.Recorder")
    setup = found["setup"][-1] if found["setup"] else Setup()
    scores = found["scores"][-1] if found["scores"] else None
    inputs = dict(found["inputs"])
    flows: dict[str, tuple[tuple[float, ...], ...]] = {}
    for place, gradient in found["flow"]:
        flows[place] = (*flows.get(place, ()), gradient)
    if len({len(one.mean) for one in inputs.values()}) > 1:
        rule = "must have as many features in every part"
        raise Fault(name, "inputs", tuple(len(one.mean) for one in inputs.values()), rule, "give arrays of one shape")
    return Log(setup, tuple(found["step"]), tuple(found["measurement"]), inputs, scores, flows)


def _setup(record: Record) -> Setup:
    record.only(("kind", "batch", "classes", "held", "loss", "kinds", "samples"))
    whole = {
        field: record.count_of(field, record.values[field], 1) for field in ("batch", "held") if field in record.values
    }
    classes = record.items("classes", record.count_of)
    if classes and not any(classes):
        record.fail("classes", list(classes), "must count at least one example", "leave it out where it is unknown")
    return Setup(
        **whole,
        classes=classes,
        loss=str(record.values.get("loss", "cross_entropy")),
        kinds=record.mapping("kinds", lambda _, value: str(value)),
        samples=record.mapping("samples", lambda place, value: record.count_of(place, value, 1)),
    )


def _step(record: Record) -> Step:
    record.only(("kind", "step", "loss", *PER_LAYER))
    return Step(
        step=record.count_of("step", record.demand("step")),
        loss=record.number_of("loss", record.demand("loss")),
        **{name: record.mapping(name, record.number_of) for name in PER_LAYER},
    )


def _measurement(record: Record) -> Measurement:
    record.only(("kind", "step", "recall", *MEASURED))
    step = record.count_of("step", record.demand("step"))
    values = {name: record.number_of(name, record.values[name]) for name in MEASURED if name in record.values}
    return Measurement(step=step, values=values, recall=record.items("recall", record.number_of))


def _inputs(record: Record) -> tuple[str, Inputs]:
    per_feature = ("mean", "deviation", "low", "high")
    record.only(("kind", "part", "count", "own", *per_feature))
    part = record.choose("part", SETS)
    columns = {name: record.items(name, record.number_of) for name in per_feature}
    for name, values in columns.items():
        if not values or len(values) != len(columns["mean"]):
            rule = f"must have one number for each feature, as mean has {len(columns['mean'])}"
            record.fail(name, len(values), rule, "write it by Recorder.inputs")
    own = record.number_of("own", record.values.get("own"))
    return part, Inputs(count=record.count_of("count", record.demand("count"), 1), own=own, **columns)


def _flow(record: Record) -> tuple[str, tuple[float, ...]]:
    record.only(("kind", "step", "place", "gradient"))
    return str(record.demand("place")), record.items("gradient", record.number_of)


def _scores(record: Record) -> Scores:
    record.only(("kind", "step", *(one.name for one in fields(Scores))))
    thresholds = record.items("thresholds", record.number_of)
    threshold = record.number_of("threshold", record.demand("threshold"))
    totals = {name: record.count_of(name, record.demand(name), 1) for name in ("positives", "negatives")}
    if (
        not all(map(math.isfinite, thresholds))
        or threshold not in thresholds
        or list(thresholds) != sorted(set(thresholds))
    ):
        rule = "must be finite and ascend, with the threshold in use among them"
        record.fail("thresholds", len(thresholds), rule, "write them by Recorder.scores")
    columns = {name: record.items(name, record.count_of) for name in ("caught", "alarms")}
    for (name, values), most in zip(columns.items(), totals.values(), strict=True):
        if len(values) != len(thresholds) or max(values) > most:
            rule = f"must have one count for each threshold, none above {most}"
            record.fail(name, len(values), rule, "write them by Recorder.scores")
    counts: dict[str, Any] = {**totals, **columns}
    return Scores(threshold=threshold, thresholds=thresholds, **counts)


RECORDS = {
    "setup": _setup,
    "inputs": _inputs,
    "step": _step,
    "measurement": _measurement,
    "flow": _flow,
    "scores": _scores,
}
