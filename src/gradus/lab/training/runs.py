"""What came of a training: many runs, their histories, parameters and predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradus.errors import Fault, suggest
from gradus.lab.data import Dataset
from gradus.lab.models import Model
from gradus.lab.training.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Runs:
    """Trained networks. All arrays begin with the axes settings × data sets × seeds.

    Args:
        model: what was trained.
        settings: along the first axis.
        names: of the data sets, along the second axis.
        seeds: along the third axis.
        parameters: by place and name; those of the best measurement with early stopping, else the last ones.
        state: statistics of batch norm, likewise.
        losses: of each step's batch before the step, without penalties; NaN after the last step.
        history: by name (`train_loss`, `test_accuracy`, …), one value for each measurement.
        watched: by name, steps × columns; `columns` names them.
        columns: for each watched name, the places that its columns belong to.
        diverged: whether a loss was infinite or NaN at any time.
        best: number of the best measurement of early stopping, from 0; the last one without it, −1 if none was good.
        stopped: measurements taken until the run stopped.
        path: parameters and state at each measurement, if they were to be kept; measurements after the axes.
        seconds: that the training took.
    """

    model: Model
    settings: tuple[Settings, ...]
    names: tuple[str, ...]
    seeds: tuple[int, ...]
    parameters: Any
    state: Any
    losses: NDArray[Any]
    history: dict[str, NDArray[Any]]
    watched: dict[str, NDArray[Any]]
    columns: dict[str, tuple[str, ...]]
    diverged: NDArray[Any]
    best: NDArray[Any]
    stopped: NDArray[Any]
    path: Any
    seconds: float

    @property
    def axes(self) -> tuple[int, int, int]:
        """The numbers of settings, data sets and seeds."""
        return len(self.settings), len(self.names), len(self.seeds)

    def final(self, quantity: str) -> NDArray[Any]:
        """Return a quantity of the history as the returned parameters have it, settings × data sets × seeds.

        NaN where the run diverged, so that it cannot be overlooked.
        """
        import numpy as np

        if quantity not in self.history:
            raise Fault("runs", "quantity", quantity, "was not measured", suggest(quantity, self.history))
        values = self.history[quantity]
        found = np.take_along_axis(values, np.maximum(self.best, 0)[..., None], axis=-1)[..., 0]
        return np.asarray(np.where(self.diverged, np.nan, found))

    def gap(self, quantity: str = "accuracy", held: str = "test") -> NDArray[Any]:
        """Return the generalisation gap: accuracy in training less held out, or loss held out less in training."""
        train, other = self.final(f"train_{quantity}"), self.final(f"{held}_{quantity}")
        gap: NDArray[Any] = train - other if quantity == "accuracy" else other - train
        return gap

    def outputs(self, inputs: Any, *, train: bool = False) -> NDArray[Any]:
        """Return the outputs (scores before softmax) for inputs, after the three axes: examples × outputs."""
        from gradus.lab.instruments.evaluating import outputs

        return outputs(self.model, self.parameters, self.state, inputs, train=train)

    def measure(self, data: Dataset, loss: str = "cross_entropy") -> dict[str, NDArray[Any]]:
        """Return `loss` and `accuracy` on a data set, settings × data sets × seeds."""
        from gradus.lab.instruments.evaluating import evaluate

        return evaluate(self.model, self.parameters, self.state, data, loss)
