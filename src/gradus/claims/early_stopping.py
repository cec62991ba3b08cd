"""What early stopping spares, costs and watches, decided on curves of the same training runs."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, final

from gradus.answers import Truth
from gradus.claim import Effect, Effort, Evidence, Figure, Route, Series, assume
from gradus.lab.populations import OnBothPopulations

if TYPE_CHECKING:
    import numpy as np

    from gradus.lab.data import Dataset
    from gradus.lab.training import Runs

    Array = np.ndarray[Any, np.dtype[Any]]
    Measured = tuple[str, Array, float, str, Figure]  # name, per training set, least effect, finding

SUBJECT = "early stopping"
NETWORK = "dense 32 > relu > dense 10"
EPOCHS, EVERY, PATIENCE = 120, 2, 5  # epochs of training, between two measurements; measurements without improvement
DRAMATIC = 2.0  # times sooner
WRONG = 0.2  # of the labels are replaced at random: what is noise can be learned too long


@cache
def _trained(population: str, sets: int, seed: int) -> tuple[Runs, Dataset]:
    """Train one network on each of many training sets, measured on the way; return the test set too."""
    from gradus.lab.populations import samples
    from gradus.lab.training import Settings, train

    data = samples(population, seed, sets, wrong=WRONG)
    way = Settings(rate=0.1, epochs=EPOCHS, batch=40, measure_every=EVERY, keep_path=True, watch=())
    test = data[0].test
    assert test is not None
    return train(NETWORK, data, [way], seeds=[seed]), test


def _curves(runs: Runs) -> dict[str, Array]:
    """Return training sets × measurements for every quantity."""
    return {name: values[0, :, 0] for name, values in runs.history.items()}


def _stops(watched: Array, seek_lowest: bool = True) -> Array:
    """Return the measurement that is kept: the best before `PATIENCE` measurements without improvement."""
    import numpy as np

    kept = []
    for curve in watched if seek_lowest else -watched:
        best = 0
        for place, value in enumerate(curve):
            if value < curve[best]:
                best = place
            elif place - best >= PATIENCE:
                break
        kept.append(best)
    return np.array(kept)


def _at(curves: Array, places: Array) -> Array:
    import numpy as np

    found: Array = curves[np.arange(len(curves)), places]
    return found


@dataclass(frozen=True, kw_only=True)
class _Stopped(OnBothPopulations):
    """A claim decided on the curves of handwritten digits and countersigned on Gaussian clouds."""

    subject: ClassVar[str] = SUBJECT

    def _judged(self, population: str, effort: Effort) -> Evidence:
        from gradus.lab import statistics

        runs, test = _trained(population, effort.choose(12, 16, 96), effort.seed(population))
        name, values, least, finding, figure = self._measured(runs, test)
        interval = statistics.mean(values, least=least)
        effect = Effect(name, interval.estimate, interval.low, interval.high, "", least)
        verdicts = {"above": Truth.TRUE, "below": Truth.FALSE, "negligible": Truth.FALSE}
        verdict = verdicts.get(interval.verdict, Truth.UNDECIDED)
        return Evidence(verdict, Route.EXPERIMENT, finding, effect, values.size, 1, figure)

    @abstractmethod
    def _measured(self, runs: Runs, test: Dataset) -> Measured:
        """Return what was measured, per training set, so that above the least effect the statement holds."""


def _figure(curves: dict[str, Array], *names: str) -> Figure:
    epochs = tuple(float(EVERY * (place + 1)) for place in range(curves[names[0]].shape[1]))
    rows = tuple(Series(name.replace("_", " "), epochs, tuple(map(float, curves[name].mean(axis=0)))) for name in names)
    return Figure("lines", "Mean curves", "epoch", names[0].partition("_")[2], rows)


@final
@dataclass(frozen=True, kw_only=True)
class EarlyStoppingEpochs(_Stopped):
    """Early stopping makes the result insensitive to the number of epochs that is allowed.

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 7.8.
    """

    def statement(self) -> str:
        """Return the statement."""
        return "Early stopping may spare one from tuning the number of epochs."

    def _measured(self, runs: Runs, test: Dataset) -> Measured:
        import numpy as np

        curves = _curves(runs)
        budgets = np.arange(4, EPOCHS // EVERY, 5)
        kept = _stops(curves["validation_loss"])
        loss = curves["test_loss"]
        fixed = np.ptp(loss[:, budgets], axis=1)
        stopped = np.ptp(np.stack([_at(loss, np.minimum(kept, budget)) for budget in budgets]), axis=0)
        finding = (
            f"over budgets of {EVERY * (budgets[0] + 1)} to {EVERY * (budgets[-1] + 1)} epochs the test loss spreads "
            f"by {fixed.mean():.3f} without and {stopped.mean():.3f} with early stopping"
        )
        return (
            "spread of the test loss, fixed minus stopped",
            fixed - stopped,
            0.05,
            finding,
            _figure(curves, "test_loss"),
        )


@final
@dataclass(frozen=True, kw_only=True)
class EarlyStoppingVariance(_Stopped):
    """Early stopping keeps weights near their start, so predictions vary less with the training set.

    Source: Bishop, Pattern Recognition and Machine Learning, section 5.5.2.
    """

    def statement(self) -> str:
        """Return the statement."""
        return "Early stopping increases the variance of the model."

    def _measured(self, runs: Runs, test: Dataset) -> Measured:
        import numpy as np
        from scipy.special import softmax

        from gradus.lab import statistics
        from gradus.lab.instruments import outputs

        curves = _curves(runs)
        kept = _stops(curves["validation_loss"])
        parameters, state = runs.path

        def predicted(places: Array) -> Array:
            """Return predicted probabilities, training sets × examples × classes."""
            rows = np.arange(len(places))
            chosen = {
                layer: {role: np.asarray(values)[0, :, 0][rows, places] for role, values in held.items()}
                for layer, held in parameters.items()
            }
            scores: Array = softmax(np.asarray(outputs(runs.model, chosen, state, test.inputs)), axis=-1)
            return scores

        last = np.full(len(kept), curves["test_loss"].shape[1] - 1)
        stopped, converged = (statistics.variance_parts(predicted(places)) for places in (kept, last))
        finding = (
            f"predicted probabilities on {len(test)} test examples vary over {len(kept)} training sets by "
            f"{stopped.mean():.4f} stopped and {converged.mean():.4f} converged"
        )
        return "variance, stopped minus converged", stopped - converged, 0.005, finding, _figure(curves, "test_loss")


@final
@dataclass(frozen=True, kw_only=True)
class EarlyStoppingTrough(_Stopped):
    """Early stopping watches for the best held-out value: a peak of accuracy, a trough of the loss.

    Source: Goodfellow, Bengio and Courville, Deep Learning, algorithm 7.1.
    """

    quantity: str = assume("accuracy", "loss")

    def statement(self) -> str:
        """Return the statement."""
        return f"Early stopping is invoked when the validation {self.quantity} reaches a trough."

    def _measured(self, runs: Runs, test: Dataset) -> Measured:
        curves = _curves(runs)
        watched, loss = curves[f"validation_{self.quantity}"], curves["test_loss"]
        trough, peak = _at(loss, watched.argmin(axis=1)), _at(loss, watched.argmax(axis=1))
        finding = (
            f"test loss {trough.mean():.3f} if training stops at the trough of the validation {self.quantity}, "
            f"{peak.mean():.3f} if at its peak"
        )
        name = "test loss, stopped at the peak minus at the trough"
        return name, peak - trough, 0.05, finding, _figure(curves, f"validation_{self.quantity}")


@final
@dataclass(frozen=True, kw_only=True)
class EarlyStoppingSpeed(_Stopped):
    """Early stopping ends training early, short of the least training loss; on other data its parameters are better.

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 7.8.
    """

    optimum: str = assume("of the training loss", "of the test loss")

    def statement(self) -> str:
        """Return the statement."""
        return "Early stopping may speed training up dramatically, at the price of less optimal parameters."

    def _measured(self, runs: Runs, test: Dataset) -> Measured:
        import numpy as np

        from gradus.lab import statistics

        curves = _curves(runs)
        kept = _stops(curves["validation_loss"])
        loss = curves["train_loss" if self.optimum == "of the training loss" else "test_loss"]
        speed = loss.shape[1] / np.minimum(kept + 1 + PATIENCE, loss.shape[1])
        worse = _at(loss, kept) - loss[:, -1]
        finding = (
            f"training ends {speed.mean():.1f} times sooner than after {EPOCHS} epochs; "
            f"the {self.optimum.removeprefix('of the ')} is "
            f"{_at(loss, kept).mean():.3f} where it stopped and {loss[:, -1].mean():.3f} at the end"
        )
        if statistics.mean(speed).low < DRAMATIC:  # the statement fails, or is open, by its first half
            return "times sooner", speed, DRAMATIC, finding, _figure(curves, "train_loss", "test_loss")
        return "loss, stopped minus converged", worse, 0.02, finding, _figure(curves, "train_loss", "test_loss")
