"""A path over strengths: networks that differ in one strength, each begun where its neighbour ended, in few batches.

All networks of a path see the same examples in the same order. Their first layers are then one matrix product, and
orders, masks and inputs are there once; that is what makes fifty strengths cheap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gradus.errors import Fault
from gradus.lab.data import Dataset, Split
from gradus.lab.models import Model, build
from gradus.lab.sparse.neighbours import rounds
from gradus.lab.sparse.together import by_neighbours, together
from gradus.lab.sparse.zeros import sparsity, sparsity_of_layers
from gradus.lab.training import Runs, Settings
from gradus.lab.training.checking import check
from gradus.networks import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

PENALTIES = ("l1", "group")


@dataclass(frozen=True, eq=False)
class Path:
    """Networks along strengths.

    Args:
        strengths: in the order given.
        runs: of the training, strengths × 1 × 1.
        start: parameters and state that the path began with.
    """

    strengths: tuple[float, ...]
    runs: Runs
    start: Any

    @property
    def model(self) -> Model:
        """The network."""
        return self.runs.model

    @property
    def zeros(self) -> NDArray[Any]:
        """Share of exact zeros among all weights, one for each strength."""
        return sparsity(self.model, self.runs.parameters)[:, 0, 0]

    @property
    def zeros_of_layers(self) -> dict[str, NDArray[Any]]:
        """The same for each layer."""
        shares = sparsity_of_layers(self.model, self.runs.parameters)
        return {place: share[:, 0, 0] for place, share in shares.items()}

    def final(self, quantity: str) -> NDArray[Any]:
        """Return a quantity of the history (`test_accuracy`, …) at the end, one for each strength."""
        return self.runs.final(quantity)[:, 0, 0]

    def network(self, strength: float) -> tuple[Any, Any]:
        """Return parameters and state at a strength of the path."""
        import jax

        if strength not in self.strengths:
            raise Fault("path", "strength", strength, "is not on the path", f"take one of {self.strengths}")
        number = self.strengths.index(strength)
        chosen: tuple[Any, Any] = jax.tree.map(lambda a: a[number, 0, 0], (self.runs.parameters, self.runs.state))
        return chosen

    def sparsest(self, reference: float, *, lost: float = 0.01, quantity: str = "validation_accuracy") -> float:
        """Return the strength with most zeros whose quantity is at least `reference − lost`.

        Raises:
            Fault: no network of the path is as good as that.
        """
        import numpy as np

        good = self.final(quantity) >= reference - lost
        if not good.any():
            rule = f"is reached by no network of the path to {lost:g}"
            raise Fault("path", quantity, reference, rule, "allow more loss, or smaller strengths")
        return self.strengths[int(np.argmax(np.where(good, self.zeros, -1)))]


def path(
    network: Network | str | Model,
    data: Split | Dataset,
    settings: Settings,
    strengths: Iterable[float],
    *,
    penalty: str = "l1",
    warm: int = 0,
    warm_strength: float | None = None,
    start: Any = None,
    refit: int = 0,
    seed: int = 0,
    double: bool = False,
) -> Path:
    """Train one network for each strength: all as one batch from one start, or after a warm start by neighbours.

    Args:
        network: a description, its text form, or a model.
        data: one data set, with or without held-out sets.
        settings: how to train; `l1_method` says by which method. The penalty named is replaced by the strengths.
        strengths: at least 0.
        penalty: `l1` or `group`.
        warm: epochs of one network, trained before the path begins. The path then goes on from it in rounds that double
            (see `neighbours`), each strength from the end of the nearest one trained before: fifty are seven batches.
        warm_strength: of that network; the largest of the path if not given: weights come back from 0 sooner than
            they vanish, so that paths begin at the sparse end (Friedman, Hastie and Tibshirani 2010, section 2.5).
        start: parameters and state instead of drawn ones, as `Path.start` holds them.
        refit: epochs without that penalty afterwards, zeros staying zeros: what is left is no longer held down, as in
            the relaxed lasso (Meinshausen 2007). Histories are then those of the refit.
        seed: of the initial weights, the orders and the masks.
        double: whether to compute in float64.

    Raises:
        Fault: no strength, a negative one, an unknown penalty, a warm start with a layer of nothing but zeros (no
            gradient passes it any more), or what `train` refuses.
    """
    import jax

    split = Split(data) if isinstance(data, Dataset) else data
    model = network if isinstance(network, Model) else build(network, split.train.shape)
    along = _checked(strengths, penalty)
    ways = [replace(settings, **{penalty: value}) for value in along]  # type: ignore[arg-type]
    check(model, [split], tuple(ways), (seed,))
    if start is None:
        start = model.initialise(seed, settings.scheme, settings.gain, settings.bias), model.state()
    if warm:
        strongest = max(along) if warm_strength is None else warm_strength
        before = replace(settings, **{penalty: strongest}, epochs=warm, measure_every=warm)  # type: ignore[arg-type]
        start = _first(together(model, split, [before], seed, start, double=double))
        _require_alive(model, start[0], strongest)
        order = rounds(along, strongest)
        runs = by_neighbours(model, split, ways, seed, start, order, double=double)
    else:
        runs = together(model, split, ways, seed, start, double=double)
    if refit:
        free = replace(settings, **{penalty: 0.0}, keep_zeros=True, epochs=refit, measure_every=refit)  # type: ignore[arg-type]
        ends = jax.tree.map(lambda array: array[:, 0, 0], (runs.parameters, runs.state))
        runs = together(model, split, [free] * len(along), seed, ends, double=double, apart=True)
    return Path(along, runs, start)


def _checked(strengths: Iterable[float], penalty: str) -> tuple[float, ...]:
    along = tuple(float(strength) for strength in strengths)
    if penalty not in PENALTIES:
        raise Fault("path", "penalty", penalty, f"must be one of {', '.join(PENALTIES)}", "write l1")
    if not along or not all(strength >= 0 for strength in along):
        raise Fault("path", "strengths", along, "must be one or more numbers from 0", "write (0.001, 0.01)")
    return along


def _require_alive(model: Model, parameters: Any, strength: float) -> None:
    dead = [place for place, share in sparsity_of_layers(model, parameters).items() if share == 1]
    if dead and len(model.slots) > 1:
        rule = f"leaves {dead[0]} without weights, from which no training goes on"
        raise Fault("path", "warm_strength", strength, rule, "name a smaller warm_strength")


def _first(runs: Runs) -> Any:
    import jax

    return jax.tree.map(lambda array: array[0, 0, 0], (runs.parameters, runs.state))
