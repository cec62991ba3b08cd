"""Logs made of trainings of the laboratory."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from gradus.lab.doctor.log import PER_LAYER, Log, Measurement, Setup, Step
from gradus.lab.doctor.summaries import Inputs, Scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradus.lab.data import Dataset, Split
    from gradus.lab.models import Model
    from gradus.lab.training import Runs

WATCH = ("gradient", "before", "update", "activation", "dead", "spread")
"""What `Settings(watch=WATCH)` records for the doctor."""


def logs(
    runs: Runs, data: Split | Dataset | Sequence[Split | Dataset], *, threshold: float = 0.5
) -> dict[tuple[int, int, int], Log]:
    """Return the log of every run, by the numbers of its setting, data set and seed.

    Args:
        runs: trained with `watch=WATCH`, or with less, in which case less is found.
        data: what they were trained on, as it was given to `train`.
        threshold: on the probability of class 1, of two classes; recall is at it.
    """
    splits = [_split(one) for one in (data if isinstance(data, Sequence) else [data])]
    found = {}
    for d, one in enumerate(splits):
        held = one.validation or one.test
        outputs = None if held is None or not held.classes else runs.outputs(held.inputs)[:, d]
        inputs = {name: Inputs.of(part.inputs) for name, part in (("train", one.train), *one.held)}
        for s, settings in enumerate(runs.settings):
            setup = _setup(runs, s, one)
            for k in range(len(runs.seeds)):
                recall: tuple[float, ...] = ()
                scores: Scores | None = None
                if outputs is not None and held is not None and not runs.diverged[s, d, k]:
                    recall, scores = _judged(outputs[s, k], held, settings.loss, threshold)
                measured = _measurements(runs, (s, d, k), recall)
                found[s, d, k] = Log(setup, _steps(runs, (s, d, k)), measured, inputs, scores)
    return found


def _judged(
    outputs: NDArray[Any], held: Dataset, loss: str, threshold: float
) -> tuple[tuple[float, ...], Scores | None]:
    """Return the recall of each class and, of two classes, the scores of class 1: probabilities."""
    import numpy as np

    scores, guesses = None, outputs.argmax(axis=-1)
    if held.classes == 2:
        apart = outputs[:, 0] if loss == "logistic" else outputs[:, 1] - outputs[:, 0]
        chances = np.exp(-np.logaddexp(0, -apart.astype(np.float64)))  # a sigmoid that does not overflow
        guesses = (chances >= threshold).astype(int)
        if 0 < held.targets.sum() < len(held):
            scores = Scores.of(chances, held.targets, threshold)
    right = guesses == held.targets
    members = [held.targets == label for label in range(held.classes)]
    return tuple(float(right[rows].mean()) if rows.any() else float(np.nan) for rows in members), scores


def _split(data: Split | Dataset) -> Split:
    from gradus.lab.data import Dataset, Split

    return Split(data) if isinstance(data, Dataset) else data


def _setup(runs: Runs, setting: int, data: Split) -> Setup:
    import numpy as np

    batch = runs.settings[setting].batch or len(data.train)
    counts = np.bincount(data.train.targets, minlength=data.train.classes) if data.train.classes else ()
    held = data.validation or data.test
    return Setup(
        batch=batch,
        classes=tuple(int(count) for count in counts),
        held=None if held is None else len(held),
        loss=runs.settings[setting].loss,
        kinds=_kinds(runs.model),
        samples=_samples(runs.model, batch),
    )


def _kinds(model: Model) -> dict[str, str]:
    return {row.place: getattr(row.layer, "function", row.layer.word) for row in model.table.rows}


def _samples(model: Model, batch: int) -> dict[str, int]:
    return {
        row.place: batch * prod(row.input[:-1]) for row in model.table.rows if getattr(row.layer, "kind", "") == "batch"
    }


def _steps(runs: Runs, run: tuple[int, int, int]) -> tuple[Step, ...]:
    names = {"weight": "before"}
    rows: dict[str, Any] = {}
    for name in PER_LAYER:
        source = names.get(name, name)
        if source in runs.watched:
            columns = runs.columns[source]
            rows[name] = [dict(zip(columns, row, strict=True)) for row in runs.watched[source][run].tolist()]
    losses = runs.losses[run].tolist()
    return tuple(
        Step(step=number, loss=loss, **{name: row[number] for name, row in rows.items()})
        for number, loss in enumerate(losses)
    )


def _measurements(runs: Runs, run: tuple[int, int, int], recall: tuple[float, ...]) -> tuple[Measurement, ...]:
    history = {name: values[run].tolist() for name, values in runs.history.items()}
    count = int(runs.stopped[run])
    each = len(runs.losses[run]) / max(1, len(next(iter(history.values()), [])))
    return tuple(
        Measurement(
            step=round(each * (number + 1)),
            values={name: values[number] for name, values in history.items()},
            recall=recall if number == count - 1 else (),
        )
        for number in range(count)
    )
