"""Faults put into trainings on purpose, and changes that are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradus.lab.doctor.trial import Trial, as_sequences, digits_of

if TYPE_CHECKING:
    from gradus.lab.data import Split

HEALTHY = "healthy"
Change = Callable[[Trial], Trial]


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

        whole = digits_of(trial.images, 64)
        return replace(whole, train=mislabelled(whole.train, 0.25, seed=3))

    settings = replace(trial.settings, epochs=160, measure_every=20, l2=0.0)
    return replace(trial, data=data, settings=settings)


def _uneven(trial: Trial) -> Trial:
    def data() -> Split:
        from gradus.lab.data import resampled

        whole = trial.data()
        return replace(whole, train=resampled(whole.train, (622, *[2] * 9), seed=5))

    return replace(trial, data=data)


def _rare(trial: Trial) -> Trial:
    """Ask whether a digit is 5 or more, of which there are six among 640."""
    asked = _two_classes(trial)

    def data() -> Split:
        from gradus.lab.data import resampled

        whole = asked.data()
        return replace(whole, train=resampled(whole.train, (634, 6), seed=5))

    return replace(asked, data=data)


def _small_batches(trial: Trial) -> Trial:
    head, _, tail = trial.network.rpartition(" > relu > ")
    network = f"{head} > batchnorm > relu > {tail}"
    return replace(trial, network=network, settings=replace(trial.settings, batch=2, epochs=2, measure_every=1))


def _sigmoids(trial: Trial) -> Trial:
    return replace(trial, network=trial.network.replace("relu", "sigmoid"))


def _standardised(apart: str) -> Change:
    """Standardise the inputs by `train`, by the `whole` before splitting, or each set by its `own` statistics."""

    def change(trial: Trial) -> Trial:
        def data() -> Split:
            from gradus.lab.data import Split, standardise

            given = trial.data()
            names = ("train", *(name for name, _ in given.held))
            by = _joined(given.sets) if apart == "whole" else given.train
            made = [standardise(one, by=one if apart == "own" else by)[0] for one in given.sets]
            return Split(**dict(zip(names, made, strict=True)))

        return replace(trial, data=data)

    return change


def _joined(sets: Sequence[Any]) -> Any:
    import numpy as np

    return replace(sets[0], inputs=np.concatenate([one.inputs for one in sets]),
                   targets=np.concatenate([one.targets for one in sets]))  # fmt: skip


def _two_classes(trial: Trial) -> Trial:
    """Ask only whether a digit is 5 or more."""

    def data() -> Split:
        from gradus.lab.data import Split

        given = trial.data()
        names = ("train", *(name for name, _ in given.held))
        made = [replace(one, targets=one.targets >= 5, classes=2) for one in given.sets]
        return Split(**dict(zip(names, made, strict=True)))

    assert trial.network.endswith("dense 10")
    return replace(trial, data=data, network=trial.network.removesuffix("10") + "2")


def _threshold(trial: Trial) -> Trial:
    return replace(_two_classes(trial), threshold=0.9999)


def _norm(mode: str) -> Change:
    def change(trial: Trial) -> Trial:
        return replace(trial, network=trial.network.replace("relu", "batchnorm > relu"), judged=mode)

    return change


def _forgetful(trial: Trial) -> Trial:
    """Read digits pixel by pixel, with recurrent weights a fifth as large."""
    settings = replace(trial.settings, gain=0.2, rate=trial.settings.rate / 10)
    return replace(trial, data=lambda: as_sequences(digits_of(True, 640), 64), settings=settings)


CONTROLS: dict[str, Change] = {
    HEALTHY: lambda trial: trial,
    "healthy, standardised by the training part": _standardised("train"),
    "healthy, two classes": _two_classes,
    "healthy, batch norm in evaluation mode": _norm("evaluation"),
}
"""Nothing is to be named."""

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
    "6 of 640 positive": ("class imbalance", _rare),
    "batches of 2": ("batch too small for batch norm", _small_batches),
    "gain of 5": ("exploding gradients", _with(gain=5.0)),
    "sigmoids": ("vanishing gradients", _sigmoids),
    "gain of 10": ("exploding gradients", _with(gain=10.0)),
    "pixel by pixel, gain of 0.2": ("vanishing gradients", _forgetful),
    "standardised before the split": ("normalisation leakage", _standardised("whole")),
    "each set standardised by itself": ("normalisation leakage", _standardised("own")),
    "batch norm in training mode": ("normalisation leakage", _norm("training")),
    "threshold of 0.9999": ("wrong threshold", _threshold),
}
"""By what is done: what it is to be named, and how it is done."""

COMMON = (
    "zeros", "biases of -10", "rate / 3000", "rate x 100", "shuffled labels", "l2 of 1", "64 noisy examples",
    "standardised before the split", "each set standardised by itself", "batch norm in training mode",
    "threshold of 0.9999",
)  # fmt: skip
OF_NETWORK = {
    "mlp": (*COMMON, "constants", "sigmoid on large scores", "622 of 640 in a class", "6 of 640 positive"),
    "cnn": (*COMMON, "constants", "batches of 2", "sigmoid on large scores"),
    "deep": (*COMMON, "622 of 640 in a class", "6 of 640 positive", "gain of 5", "sigmoids"),
    "rnn": (
        "zeros", "rate / 3000", "rate x 100", "shuffled labels", "gain of 10", "pixel by pixel, gain of 0.2",
        "standardised before the split", "each set standardised by itself", "threshold of 0.9999",
        "622 of 640 in a class", "6 of 640 positive",
    ),
}  # fmt: skip
"""At least ten faults for each network."""
