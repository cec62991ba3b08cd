"""The log as a file of JSON lines: written by a training loop of any library, which gives plain numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self, SupportsFloat, TextIO, final

from gradus.errors import Fault
from gradus.lab.doctor.arrays import Copies, by_time, outputs_like, sizes
from gradus.lab.doctor.log import PER_LAYER, SETS, Log, Setup
from gradus.lab.doctor.summaries import Inputs, Scores

Given = SupportsFloat | Mapping[str, SupportsFloat] | Sequence[SupportsFloat]


@final
class Recorder:
    """Writes a log while a training runs; each line is on disk before the next step.

    Numbers may be anything that `float` takes: tensors of one number as well. What is not finite is written as null.

    Args:
        file: where to write; what is there is replaced.
        updates: tell by how much weights move, if they are given as arrays: keeps a copy of them.
        setup: what holds for the whole training, as far as it is known: see `Setup`.

    Raises:
        Fault: when the file cannot be written.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "log.jsonl"
    >>> with Recorder(path, batch=32, classes=[50, 50]) as recorder:
    ...     recorder.step(0.7, gradient={"fc1": 0.01}, weight={"fc1": 0.1})
    ...     recorder.measure(train_loss=0.6, validation_loss=0.65)
    >>> path.read_text().splitlines()[1]
    '{"kind": "step", "step": 0, "loss": 0.7, "gradient": {"fc1": 0.01}, "weight": {"fc1": 0.1}}'
    """

    def __init__(self, file: str | Path, *, updates: bool = True, **setup: Any) -> None:
        known = asdict(Setup(**setup))
        try:
            self._file: TextIO = Path(file).open("w", encoding="utf-8", buffering=1)  # noqa: SIM115 – closed by close
        except OSError as error:
            rule = f"cannot be written: {error.strerror or 'unknown error'}"
            raise Fault(str(file), "file", None, rule, "check the folder, its rights and the disk") from None
        self._count, self._copies = 0, Copies() if updates else None
        self.write("setup", {name: value for name, value in known.items() if value not in (None, (), {}, [])})

    def step(self, loss: SupportsFloat, *, outputs: Mapping[str, Any] | None = None, **per_layer: Any) -> None:
        """Write a step: its loss and any of gradient, weight, update, activation, dead, spread by layer; see `Step`.

        Args:
            loss: of the batch.
            outputs: arrays that the layers put out, batches first, by place: activation, dead and spread come of them.
            per_layer: arrays in mappings or lists, nested at will, of which root mean squares are kept; or numbers.
        """
        for name in per_layer:
            if name not in PER_LAYER:
                raise Fault("step", "quantity", name, f"must be one of {', '.join(PER_LAYER)}", "leave it out")
        found = {name: sizes(tree) for name, tree in per_layer.items()} | (outputs_like(outputs) if outputs else {})
        if (
            self._copies is not None
            and "update" not in found
            and (moved := self._copies.moved(per_layer.get("weight")))
        ):
            found["update"] = moved  # of the step before: medians go by it
        self.write("step", {"step": self._count, "loss": loss, **found})
        self._count += 1

    def measure(self, *, recall: Sequence[SupportsFloat] = (), **values: SupportsFloat) -> None:
        """Write a measurement: `train_loss`, `validation_accuracy`, …, and the recall of each class held out."""
        self.write("measurement", {"step": self._count, **values, **({"recall": recall} if len(recall) else {})})

    def inputs(self, *, axis: int = -1, mean: Any = 0.0, deviation: Any = 1.0, **sets: Any) -> None:
        """Write what inputs look like to the network, by set: `inputs(train=x, validation=y)`; arrays are not kept.

        Args:
            axis: of features or channels: −1, or 1 for channels first.
            mean: that is taken off before the network, if the arrays are from before that.
            deviation: that is divided by then.
            sets: `train`, `validation`, `test`: arrays, examples first.
        """
        for part, values in sets.items():
            if part not in SETS:
                raise Fault("inputs", "set", part, f"must be one of {', '.join(SETS)}", "leave it out")
            found = Inputs.of(values, axis=axis, mean=mean, deviation=deviation)
            self.write("inputs", {"part": part, **asdict(found)})

    def flow(self, gradients: Mapping[str, Any], *, axis: int = 1) -> None:
        """Write gradients of the loss for states, or inputs, of recurrent layers by place, to be told by time step.

        Args:
            gradients: arrays with an axis of time, or lists with one number for each time step.
            axis: of time: 1 for batches first.
        """
        for place, gradient in gradients.items():
            self.write("flow", {"step": self._count, "place": place, "gradient": by_time(gradient, axis)})

    def scores(self, scores: Any, labels: Any, threshold: float = 0.5) -> None:
        """Write how scores on held-out data tell two classes apart: `scores(p, y, threshold=0.5)`; see `Scores`.

        Args:
            scores: of the positive class, one for each example; from `threshold` on they are called positive.
            labels: 1 for the positive class, else 0.
            threshold: in use.
        """
        self.write("scores", {"step": self._count, **asdict(Scores.of(scores, labels, threshold))})

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, kind: str, values: Mapping[str, Any]) -> None:
        """Write one record of any kind, as `docs/doctor.md` describes them."""
        row = {"kind": kind, **{name: _plain(value) for name, value in values.items()}}
        self._file.write(json.dumps(row, allow_nan=False) + "\n")


def write_log(log: Log, file: str | Path) -> None:
    """Write a log, as one gathered from the laboratory, so that `read_log` gives it back."""
    setup = asdict(log.setup)
    with Recorder(file, **setup) as recorder:
        rows: list[tuple[int, int, Any]] = [(step.step, 0, step) for step in log.steps]
        rows += [(one.step, -1, one) for one in log.measurements]
        for part, one in log.inputs.items():
            recorder.write("inputs", {"part": part, **asdict(one)})
        for _, rank, row in sorted(rows, key=lambda entry: entry[:2]):
            if rank:
                recorder.measure(recall=row.recall, **row.values)
            else:
                recorder.step(row.loss, **{name: found for name in PER_LAYER if (found := getattr(row, name))})
        for place, records in log.flows.items():
            for gradient in records:
                recorder.flow({place: gradient})
        if log.scores is not None:
            recorder.write("scores", {"step": len(log.steps), **asdict(log.scores)})


def _plain(value: Any) -> Any:
    if isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    try:
        number = float(value)
    except (TypeError, ValueError):
        return [_plain(one) for one in value]  # an array of several numbers
    return number if math.isfinite(number) else None
