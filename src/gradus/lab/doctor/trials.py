"""Faults put into trainings on purpose, to see whether the doctor names them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradus.lab.doctor.diagnosing import diagnose
from gradus.lab.doctor.faults import CONTROLS, FAULTS
from gradus.lab.doctor.gathering import logs
from gradus.lab.doctor.trial import Trial, healthy

if TYPE_CHECKING:
    from gradus.lab.data import Split
    from gradus.lab.doctor.log import Log
    from gradus.lab.training import Runs


def examine(network: str, fault: str, seeds: Iterable[int]) -> list[tuple[str, ...]]:
    """Return, for each seed, the names of what the doctor finds, the first first."""
    return [tuple(finding.name for finding in diagnose(log)) for log in recorded(network, fault, seeds)]


def recorded(network: str, fault: str, seeds: Iterable[int]) -> list[Any]:
    """Train a network with a fault, or one of the controls, and return the log of each seed."""
    from gradus.lab.training import train

    trial = healthy(network)
    trial = (CONTROLS[fault] if fault in CONTROLS else FAULTS[fault][1])(trial)
    numbered, data = list(seeds), trial.data()
    start = None if trial.begin is None else _start(trial, data, numbered)
    runs = train(trial.network, data, trial.settings, numbered, start=start)
    found = logs(runs, data, threshold=trial.threshold)
    made = [found[0, 0, k] for k in range(len(numbered))]
    return [_again(log, runs, data, k, trial.judged) for k, log in enumerate(made)] if trial.judged else made


def _again(log: Log, runs: Runs, data: Split, number: int, mode: str) -> Log:
    """Return a log with the held-out loss measured twice in some mode, in batches of 50: in order, and shuffled."""
    import numpy as np

    from gradus.lab.training.losses import losses

    held = data.validation or data.test
    assert held is not None
    found = []
    for rows in (np.arange(len(held)), np.random.default_rng(9).permutation(len(held))):
        batches = [held.taken(rows[first : first + 50]) for first in range(0, len(held), 50)]
        outputs = [runs.outputs(one.inputs, train=mode == "training")[0, 0, number] for one in batches]
        each = [losses("cross_entropy", made, one.targets) for made, one in zip(outputs, batches, strict=True)]
        found.append(float(np.mean(np.concatenate(each))))
    last = log.measurements[-1]
    values = {**last.values, f"{log.held}_loss": found[0], f"{log.held}_loss_again": found[1]}
    return replace(log, measurements=(*log.measurements[:-1], replace(last, values=values)))


def _start(trial: Trial, data: Split, seeds: Sequence[int]) -> Any:
    """Return parameters and state that begin as the trial wants, with the axes of the runs."""
    import numpy as np

    from gradus.lab.models import build

    assert trial.begin is not None
    model = build(trial.network, data.train.shape)
    places = [place for place, slots in model.slots.items() if "weight" in slots]
    drawn = []
    for seed in seeds:
        given = model.initialise(seed)
        drawn.append({p: trial.begin(given[p], "last" if p == places[-1] else "") for p in given})
    parameters = {
        place: {name: np.stack([one[place][name] for one in drawn])[None, None] for name in arrays}
        for place, arrays in drawn[0].items()
    }
    state = {p: {n: a[None, None, None] for n, a in arrays.items()} for p, arrays in model.state().items()}
    return parameters, state
