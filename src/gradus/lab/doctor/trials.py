"""Faults put into trainings on purpose, to see whether the doctor names them: three networks, ten each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from gradus.lab.doctor.diagnosing import diagnose
from gradus.lab.doctor.gathering import WATCH, logs

if TYPE_CHECKING:
    from gradus.lab.data import Split
    from gradus.lab.training import Settings

HEALTHY = "healthy"
Change = Callable[["Trial"], "Trial"]


@dataclass(frozen=True)
class Trial:
    """One training to be diagnosed, over seeds; its network in text form, its data, how its weights begin."""

    network: str
    images: bool
    data: Callable[[], Split]
    settings: Settings
    begin: Callable[[Any, str], Any] | None = None  # from a place's initial arrays


@cache
def healthy(name: str) -> Trial:
    """Return a training without fault: `mlp`, `cnn` or `deep`."""
    from gradus.lab.training import Settings

    network, rate = {
        "mlp": ("dense 48 > relu > dense 32 > relu > dense 10", 0.05),
        "cnn": ("conv 3x3x8 > relu > maxpool 2 > flatten > dense 32 > relu > dense 10", 0.05),
        "deep": ("6 x (dense 32 > relu) > dense 10", 0.01),
    }[name]
    settings = Settings(rate=rate, epochs=16, batch=32, l2=1e-3, watch=WATCH, measure_every=2)
    return Trial(network, name == "cnn", lambda: _digits(name == "cnn", 640), settings)


@cache
def _digits(images: bool, count: int) -> Split:
    from gradus.lab.data import digits, flattened, split

    return split(digits() if images else flattened(digits()), count, 300, seed=7)


def _with(**changes: Any) -> Change:
    return lambda trial: replace(trial, settings=replace(trial.settings, **changes))


def _slower(factor: float) -> Change:
    return lambda trial: replace(trial, settings=replace(trial.settings, rate=trial.settings.rate * factor))


def _symmetric(trial: Trial) -> Trial:
    import numpy as np

    return replace(trial, begin=lambda arrays, _: {name: np.full_like(a, 0.02) for name, a in arrays.items()})


def _saturated(trial: Trial) -> Trial:
    """Squash the outputs, and begin with weights there that are a hundred times too large."""
    last = trial.network.rpartition(" > ")[2].split()[0]
    assert last == "dense"

    def begin(arrays: Any, role: str) -> Any:
        return {name: a * (100 if role == "last" and name == "weight" else 1) for name, a in arrays.items()}

    return replace(trial, network=trial.network + " > sigmoid", begin=begin)


def _unrelated(trial: Trial) -> Trial:
    def data() -> Split:
        import numpy as np

        from gradus.lab.data import Split

        whole = trial.data()
        random = np.random.default_rng(11)
        sets = {
            name: replace(part, targets=random.permutation(part.targets))
            for name in ("train", "validation", "test")
            if (part := getattr(whole, name)) is not None
        }
        return Split(**sets)

    return replace(trial, data=data)


def _few(trial: Trial) -> Trial:
    """Train on sixty-four examples, a quarter of them with wrong labels, for long."""

    def data() -> Split:
        from gradus.lab.data import mislabelled

        whole = _digits(trial.images, 64)
        return replace(whole, train=mislabelled(whole.train, 0.25, seed=3))

    settings = replace(trial.settings, epochs=160, measure_every=20, l2=0.0)
    return replace(trial, data=data, settings=settings)


def _uneven(trial: Trial) -> Trial:
    def data() -> Split:
        from gradus.lab.data import resampled

        whole = trial.data()
        return replace(whole, train=resampled(whole.train, (622, *[2] * 9), seed=5))

    return replace(trial, data=data)


def _small_batches(trial: Trial) -> Trial:
    head, _, tail = trial.network.rpartition(" > relu > ")
    network = f"{head} > batchnorm > relu > {tail}"
    return replace(trial, network=network, settings=replace(trial.settings, batch=2, epochs=2, measure_every=1))


def _sigmoids(trial: Trial) -> Trial:
    return replace(trial, network=trial.network.replace("relu", "sigmoid"))


FAULTS: dict[str, tuple[str, Change]] = {
    "zeros": ("zero initialisation", _with(gain=0.0)),
    "constants": ("symmetric initialisation", _symmetric),
    "biases of -10": ("dead units", _with(bias=-10.0)),
    "rate / 3000": ("rate too low", _slower(1 / 3000)),
    "rate x 100": ("rate too high", _slower(100.0)),
    "shuffled labels": ("labels unrelated to inputs", _unrelated),
    "l2 of 1": ("regularisation too strong", _with(l2=1.0)),
    "sigmoid on large scores": ("saturated outputs", _saturated),
    "64 noisy examples": ("overfitting (high variance)", _few),
    "622 of 640 in a class": ("class imbalance", _uneven),
    "batches of 2": ("batch too small for batch norm", _small_batches),
    "gain of 5": ("exploding gradients", _with(gain=5.0)),
    "sigmoids": ("vanishing gradients", _sigmoids),
}
"""By what is done: what it is to be named, and how it is done."""

COMMON = ("zeros", "biases of -10", "rate / 3000", "rate x 100", "shuffled labels", "l2 of 1", "64 noisy examples")
OF_NETWORK = {
    "mlp": (*COMMON, "constants", "sigmoid on large scores", "622 of 640 in a class"),
    "cnn": (*COMMON, "constants", "batches of 2", "sigmoid on large scores"),
    "deep": (*COMMON, "622 of 640 in a class", "gain of 5", "sigmoids"),
}
"""Ten faults for each network."""


def examine(network: str, fault: str, seeds: Iterable[int]) -> list[tuple[str, ...]]:
    """Return, for each seed, the names of what the doctor finds, the first first."""
    return [tuple(finding.name for finding in diagnose(log)) for log in recorded(network, fault, seeds)]


def recorded(network: str, fault: str, seeds: Iterable[int]) -> list[Any]:
    """Train a network with a fault, or `healthy`, and return the log of each seed."""
    from gradus.lab.training import train

    trial = healthy(network)
    if fault != HEALTHY:
        trial = FAULTS[fault][1](trial)
    numbered, data = list(seeds), trial.data()
    start = None if trial.begin is None else _start(trial, data, numbered)
    found = logs(train(trial.network, data, trial.settings, numbered, start=start), data)
    return [found[0, 0, k] for k in range(len(numbered))]


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
