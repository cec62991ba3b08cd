"""Logs read from files: each fault with its line and column."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from gradus.errors import Fault, suggest
from gradus.lab.doctor.log import PER_LAYER, Log, Measurement, Setup, Step

RECORDS = ("setup", "step", "measurement")
SETS, QUANTITIES = ("train", "validation", "test"), ("loss", "accuracy")
MEASURED = tuple(f"{part}_{quantity}" for part in SETS for quantity in QUANTITIES)
LONGEST_LINE = 10_000_000  # characters


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
    setup, steps, measurements = Setup(), [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        record = _Record(name, number, line)
        kind = record.choose("kind", RECORDS)
        if kind == "setup":
            setup = _setup(record)
        elif kind == "step":
            steps.append(_step(record))
        else:
            measurements.append(_measurement(record))
    if not steps and not measurements:
        raise Fault(name, "log", None, "holds no step and no measurement", "write it with gradus.lab.doctor.Recorder")
    return Log(setup, tuple(steps), tuple(measurements))


class _Record:
    """One line, which knows where it stands."""

    def __init__(self, name: str, number: int, line: str) -> None:
        self.name, self.number, self.line = name, number, line
        if len(line) > LONGEST_LINE:
            self.fail("line", None, f"must have at most {LONGEST_LINE} characters", "write one step a line")
        try:
            values = json.loads(line, parse_constant=self._constant)
        except json.JSONDecodeError as error:
            self.fail("line", None, f"is not JSON: {error.msg}", "write one JSON object a line", error.colno)
        except (RecursionError, ValueError):
            self.fail("line", None, "nests too deep or holds a number too long", "write one flat JSON object a line")
        if not isinstance(values, dict):
            self.fail("line", None, "must be a JSON object", 'write {"kind": "step", "step": 0, "loss": 2.3}')
        self.values: dict[str, Any] = values

    def fail(self, field: str, value: object, rule: str, remedy: str, column: int = 0) -> NoReturn:
        key = re.search(rf'"{re.escape(field)}"\s*:', self.line)
        column = column or (key.start() + 1 if key else 1)
        raise Fault(f"{self.name}:{self.number}:{column}", field, value, rule, remedy)

    def _constant(self, name: str) -> NoReturn:
        self.fail("line", name, "is no JSON", "write null for a number that is not finite", self.line.find(name) + 1)

    def choose(self, field: str, known: tuple[str, ...]) -> str:
        value = self.demand(field)
        if value not in known:
            self.fail(field, value, f"must be one of {', '.join(known)}", suggest(str(value), known))
        return str(value)

    def demand(self, field: str) -> Any:
        if field not in self.values:
            have = ", ".join(self.values) or "nothing"
            self.fail(field, None, "is missing", f"the record has {have}")
        return self.values[field]

    def only(self, known: tuple[str, ...]) -> None:
        for field in self.values:
            if field not in known:
                self.fail(field, None, "is not a field of this record", suggest(field, known))

    def number_of(self, field: str, value: Any) -> float:
        """Return a number; NaN for null."""
        if value is None:
            return math.nan
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fail(field, value, "must be a number, or null where it was not finite", "write the number itself")
        try:
            return float(value)
        except OverflowError:
            self.fail(field, value, "is too large", "write null for a number that is not finite")

    def count_of(self, field: str, value: Any, least: int = 0) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 2**63:
            self.fail(field, value, f"must be a whole number from {least}", "count it")
        return value

    def mapping(self, field: str, convert: Callable[[str, Any], Any]) -> dict[str, Any]:
        values = self.values.get(field, {})
        if not isinstance(values, dict):
            self.fail(field, values, "must be an object from layers to values", 'write {"fc1": 0.01}')
        return {place: convert(place, value) for place, value in values.items()}

    def items(self, field: str, convert: Callable[[str, Any], Any]) -> tuple[Any, ...]:
        values = self.values.get(field, [])
        if not isinstance(values, list):
            self.fail(field, values, "must be a list, one number for each class", "write [50, 50]")
        return tuple(convert(field, value) for value in values)


def _setup(record: _Record) -> Setup:
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


def _step(record: _Record) -> Step:
    record.only(("kind", "step", "loss", *PER_LAYER))
    return Step(
        step=record.count_of("step", record.demand("step")),
        loss=record.number_of("loss", record.demand("loss")),
        **{name: record.mapping(name, record.number_of) for name in PER_LAYER},
    )


def _measurement(record: _Record) -> Measurement:
    record.only(("kind", "step", "recall", *MEASURED))
    step = record.count_of("step", record.demand("step"))
    values = {name: record.number_of(name, record.values[name]) for name in MEASURED if name in record.values}
    return Measurement(step=step, values=values, recall=record.items("recall", record.number_of))
