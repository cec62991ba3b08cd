"""Logs made of trainings of the laboratory."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from gradus.lab.doctor.arrays import by_time
from gradus.lab.doctor.log import PER_LAYER, Log, Measurement, Setup, Step
from gradus.lab.doctor.summaries import Inputs, Scores
from gradus.lab.training.losses import losses
from gradus.networks import Recurrent
from gradus.networks.plan import INPUT

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
                flows = _flows(runs, (s, d, k), one.train)
                found[s, d, k] = Log(setup, _steps(runs, (s, d, k)), measured, inputs, scores, flows)
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


def _flows(runs: Runs, run: tuple[int, int, int], data: Dataset) -> dict[str, tuple[tuple[float, ...], ...]]:
    """Return the gradient by time step for what recurrent layers read, with the final parameters, on 64 examples."""
    import jax
    import jax.numpy as jnp

    model, few = runs.model, data.taken(slice(0, 64))
    steps = model.network.plan.steps
    wanted = {step.place: step.sources[0] for step in steps if isinstance(step.layer, Recurrent)}
    if not wanted or runs.diverged[run]:
        return {}
    parameters, state = jax.tree.map(lambda array: array[run], (runs.parameters, runs.state))
    values, _ = model.trace(parameters, state, few.inputs)
    places = {source: model.places[source] for source in wanted.values() if source != INPUT}
    added = {place: jnp.zeros_like(values[place]) for place in places.values()}

    def objective(inputs: Any, added: Any) -> Any:
        outputs = model.result(model.trace(parameters, state, inputs, added=added)[0], inputs)
        return losses(runs.settings[run[0]].loss, outputs, few.targets).mean()

    of_inputs, of_places = jax.grad(objective, argnums=(0, 1))(jnp.asarray(few.inputs), added)
    return {
        place: (tuple(by_time(of_inputs if source == INPUT else of_places[places[source]])),)
        for place, source in wanted.items()
    }


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
