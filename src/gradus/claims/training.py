"""What happens to training when its start, its layers or its settings change."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Any, ClassVar, final

from gradus.answers import Truth
from gradus.claim import Effect, Effort, Evidence, Figure, Route, Series, assume
from gradus.lab.populations import OnBothPopulations

if TYPE_CHECKING:
    import numpy as np

    from gradus.lab.training import Runs, Settings

    Array = np.ndarray[Any, np.dtype[Any]]

SUBJECT = "training"
NETWORK = "dense 32 > relu > dense 10"
NORMED = "dense 32 > batchnorm > relu > dense 10"
EPOCHS = 30
LEAST_GAP = 0.03  # of accuracy: what a reader would call smaller
LEAST_DISTANCE = 0.1  # of logarithms of losses, on the way: a tenth
MADE = {
    "inputs that say nothing of the labels": " (all of them their mean: labels shuffled once can be learned by heart)",
    "uneven classes": " (nine in ten of one class)",
}
LEAST_SHARE = 0.5  # of runs: more often than not


def _curves(title: str, y_label: str, **rows: Array) -> Figure:
    epochs = tuple(float(epoch + 1) for epoch in range(next(iter(rows.values())).shape[-1]))
    series = tuple(Series(name.replace("_", " "), epochs, tuple(map(float, row))) for name, row in rows.items())
    return Figure("lines", title, "epoch", y_label, series)


@dataclass(frozen=True, kw_only=True)
class _Trained(OnBothPopulations):
    """A claim decided on handwritten digits and countersigned on Gaussian clouds."""

    subject: ClassVar[str] = SUBJECT


def _runs(network: str, ways: list[Settings], population: str, effort: Effort, **sizes: Any) -> Runs:
    from gradus.lab.populations import samples
    from gradus.lab.training import train

    sets = effort.choose(8, 12, 64)
    data = samples(population, effort.seed(population), sets, **sizes)
    return train(network, data, ways, seeds=[effort.seed("start")])


@final
@dataclass(frozen=True, kw_only=True)
class ScaledWeightsTraining(_Trained):
    """Weights multiplied by 10 before training: gradients of a layer grow with the product of the others.

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 8.4.
    """

    learning_rate: str = assume("the same", "divided by 100")
    optimiser: str = assume("sgd", "adam")

    def statement(self) -> str:
        """Return the statement."""
        return "Multiplying all weights by 10 during training leaves convergence unchanged."

    def _judged(self, population: str, effort: Effort) -> Evidence:
        import numpy as np

        from gradus.lab import statistics
        from gradus.lab.training import Settings

        rate = 0.1 if self.optimiser == "sgd" else 0.003
        moved = rate / 100 if self.learning_rate == "divided by 100" else rate
        ways = [
            Settings(optimiser=self.optimiser, rate=speed, gain=gain, epochs=EPOCHS, batch=40, watch=())
            for gain, speed in ((1.0, rate), (10.0, moved))
        ]
        runs = _runs(NETWORK, ways, population, effort)
        first = np.log(np.maximum(runs.history["train_loss"][:, :, 0], 1e-9))  # a run that diverged has no number
        lost = float(np.mean(~np.isfinite(first[1, :, -1])))
        gaps = np.abs(np.where(np.isfinite(first[1]), first[1], 50.0) - first[0]).mean(axis=1)
        gap = statistics.mean(gaps, least=LEAST_DISTANCE)
        finding = (
            f"{population}: the logarithm of the training loss differs by {gap.estimate:.2f} on the way; "
            f"{lost:.0%} diverge"
        )
        effect = Effect("mean distance of log losses", gap.estimate, gap.low, gap.high, "", LEAST_DISTANCE)
        verdicts = {"above": Truth.FALSE, "negligible": Truth.TRUE}
        verdict = verdicts.get(gap.verdict, Truth.UNDECIDED)
        figure = _curves("Training", "log loss", as_it_is=first[0].mean(axis=0), times_10=np.nanmean(first[1], axis=0))
        return Evidence(verdict, Route.EXPERIMENT, finding, effect, 2 * len(gaps), 1, figure)


@final
@dataclass(frozen=True, kw_only=True)
class BatchNormGap(_Trained):
    """Whether batch norm narrows the gap between training and held-out accuracy, each network at its best rate.

    Source: Luo et al., Towards understanding regularization in batch normalization (2019).
    """

    labels: str = assume("all right", "a fifth wrong")

    def statement(self) -> str:
        """Return the statement."""
        return (
            "A model whose validation accuracy is far below its training accuracy is likely to show a smaller gap with "
            "batch norm."
        )

    def _judged(self, population: str, effort: Effort) -> Evidence:
        import numpy as np

        from gradus.lab import statistics
        from gradus.lab.training import Settings

        ways = [Settings(rate=rate, epochs=EPOCHS, batch=40, watch=()) for rate in (0.01, 0.03, 0.1)]
        wrong = 0.2 if self.labels == "a fifth wrong" else 0.0
        gaps, held = [], []
        for network in (NETWORK, NORMED):
            runs = _runs(network, ways, population, effort, wrong=wrong)
            best = int(runs.final("validation_accuracy")[:, :, 0].mean(axis=1).argmax())
            gaps.append(runs.gap("accuracy")[best, :, 0])
            held.append(float(runs.final("test_accuracy")[best].mean()))
        change = statistics.paired(gaps[1], gaps[0], least=LEAST_GAP)
        finding = (
            f"{population}: the gap is {np.mean(gaps[0]):.3f} without and {np.mean(gaps[1]):.3f} with batch norm, "
            f"test accuracy {held[0]:.3f} and {held[1]:.3f}"
        )
        effect = Effect("gap, with minus without", change.estimate, change.low, change.high, "", LEAST_GAP)
        verdict = (
            Truth.TRUE if change.high < -LEAST_GAP else Truth.FALSE if change.low > -LEAST_GAP else Truth.UNDECIDED
        )
        return Evidence(verdict, Route.EXPERIMENT, finding, effect, 6 * change.count, 1)


@final
@dataclass(frozen=True, kw_only=True)
class FlatLoss(_Trained):
    """Which causes leave the training loss completely flat.

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 11.5.
    """

    cause: str = assume(
        "weights that start at zero",
        "a learning rate that is too low",
        "units that are dead from the start",
        "inputs that say nothing of the labels",
        "too strong a penalty on weights",
        "uneven classes",
    )

    def statement(self) -> str:
        """Return the statement."""
        return f"A completely flat training loss can come from {self.cause}."

    def _judged(self, population: str, effort: Effort) -> Evidence:
        import numpy as np

        from gradus.lab import statistics
        from gradus.lab.populations import samples
        from gradus.lab.training import Settings, train

        usual: dict[str, Any] = {"rate": 0.1, "epochs": EPOCHS, "batch": 40, "watch": ()}
        changed: dict[str, Any] = {
            "weights that start at zero": {"gain": 0.0},
            "a learning rate that is too low": {"rate": 1e-6},
            "units that are dead from the start": {"bias": -50.0},
            "too strong a penalty on weights": {"weight_decay": 0.0, "l2": 1.0},
        }.get(self.cause, {})
        data = samples(population, effort.seed(population), effort.choose(6, 8, 48))
        altered = [_altered(split, self.cause) for split in data]
        seeds = [effort.seed("start")]
        sound = train(NETWORK, data, [Settings(**usual)], seeds=seeds).history["train_loss"][0, :, 0]
        faulty = train(NETWORK, altered, [Settings(**{**usual, **changed})], seeds=seeds).history["train_loss"][0, :, 0]
        drop = faulty[:, 0] - faulty[:, -1]  # from the end of the first epoch on
        flat = np.abs(drop) < 0.1 * log(10)
        stuck = faulty[:, -1] > 0.8 * np.array([_entropy(split.train.targets) for split in altered])
        share = statistics.share(flat & stuck, least=LEAST_SHARE)
        finding = (
            f"{population}: with {self.cause}{MADE.get(self.cause, '')} the loss goes from {faulty[:, 0].mean():.3f} "
            f"after one epoch to {faulty[:, -1].mean():.3f} after {EPOCHS}, without from {sound[:, 0].mean():.3f} to "
            f"{sound[:, -1].mean():.3f}"
        )
        name = "share of runs flat and hardly better than the class frequencies"
        effect = Effect(name, share.estimate, share.low, share.high, "", LEAST_SHARE)
        verdict = (
            Truth.TRUE if share.low > LEAST_SHARE else Truth.FALSE if share.high < LEAST_SHARE else Truth.UNDECIDED
        )
        figure = _curves("Training", "loss", without=sound.mean(axis=0), with_the_cause=faulty.mean(axis=0))
        return Evidence(verdict, Route.EXPERIMENT, finding, effect, 2 * len(data), 1, figure)


def _altered(split: Any, cause: str) -> Any:
    """Return data with the cause in them, if it is one of data; sizes stay."""
    from dataclasses import replace

    import numpy as np

    train = split.train
    if cause == "inputs that say nothing of the labels":
        blank = np.broadcast_to(train.inputs.mean(axis=0), train.inputs.shape).astype(np.float32)
        return replace(split, train=replace(train, inputs=blank))
    if cause == "uneven classes":  # nine in ten of the first kind
        first, others = np.flatnonzero(train.targets == 0), np.flatnonzero(train.targets != 0)
        rows = np.concatenate([np.resize(first, len(train) - len(train) // 10), others[: len(train) // 10]])
        return replace(split, train=train.taken(rows))
    return split


def _entropy(targets: Array) -> float:
    """Return the loss of one who knows the class frequencies alone."""
    import numpy as np

    shares = np.bincount(targets) / len(targets)
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())
