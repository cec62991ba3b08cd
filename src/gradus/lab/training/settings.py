"""How a network is trained. Numbers may differ between runs of one compiled program; kinds make another program."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

from gradus.errors import Fault, suggest
from gradus.lab.models import SCHEMES
from gradus.lab.training.shrinking import BLOCKS

OPTIMISERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
LOSSES = ("cross_entropy", "logistic", "squared", "absolute")
SCHEDULES = ("constant", "linear", "cosine", "exponential", "steps", "warmup")
SAMPLINGS = ("shuffled", "balanced", "replaced")
WATCHED = ("gradient", "weight", "update", "activation", "dead", "spread", "before")
QUANTITIES = ("loss", "accuracy")
FREE = 2**31 - 1
"""A patience that never ends."""


def require(where: str, field: str, value: str, known: tuple[str, ...]) -> None:
    """Refuse a name that is not among the known ones."""
    if value not in known:
        raise Fault(where, field, value, f"must be one of {', '.join(known)}", suggest(str(value), known))


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How the rate changes over the steps; every kind is a factor of the rate.

    Args:
        kind: `constant`; `linear` or `cosine`, down to `floor` at the last step; `exponential` or `steps`, times
            `factor` every `every` steps, smoothly or at once; `warmup`, linear from 0 over `every` steps.
        floor: last factor of linear and cosine.
        factor: of exponential and steps.
        every: steps between two factors, or of the warm-up.
    """

    kind: str = "constant"
    floor: float = 0.0
    factor: float = 0.1
    every: int = 100

    def __post_init__(self) -> None:
        require("schedule", "kind", self.kind, SCHEDULES)
        if self.every < 1:
            raise Fault("schedule", "every", self.every, "must be at least 1 step", "write for example 100")


@dataclass(frozen=True, kw_only=True)
class Stopping:
    """Early stopping: after `patience` measurements without a better value, and with the parameters of the best one.

    Args:
        quantity: what is watched: `validation_loss`, `validation_accuracy`, or the same of train or test.
        patience: measurements to wait.
        seek: `lowest` or `highest`; as usual for the quantity if not given.
    """

    quantity: str = "validation_loss"
    patience: int = 10
    seek: str = ""

    def __post_init__(self) -> None:
        names = tuple(f"{part}_{quantity}" for part in ("validation", "train", "test") for quantity in QUANTITIES)
        require("stopping", "quantity", self.quantity, names)
        require("stopping", "seek", self.seek or "lowest", ("lowest", "highest"))
        if self.patience < 1:
            raise Fault("stopping", "patience", self.patience, "must be at least 1", "write for example 10")

    @property
    def sign(self) -> int:
        """1 where low values are good, −1 where high ones are."""
        usual = "lowest" if self.quantity.endswith("loss") else "highest"
        return 1 if (self.seek or usual) == "lowest" else -1


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One way to train. The loss is a mean over the batch; penalties are added to its gradient.

    Args:
        optimiser: `sgd`, `momentum`, `nesterov`, `rmsprop`, `adam`, or `adamw` (the same as adam; the name is known).
        loss: `cross_entropy` of softmax, `logistic` (one output, two classes), `squared` or `absolute` error.
        epochs: passes over the training set.
        batch: examples in a step; all of them if `None`. What is left of an epoch is not used in it.
        schedule: how the rate changes.
        scheme: of the initial weights.
        sampling: `shuffled` each epoch, `balanced` (classes equally likely, with replacement), `replaced` (bootstrap).
        flips: `horizontal`, `vertical`: each image of each batch is flipped so with probability one half.
        l1_method: of l1 and group: `subgradient`, or `proximal`: thresholds after each step, in the optimiser's own
            metric, which give exact zeros.
        blocks: what `group` acts on: `neurons` (weights into a unit or filter) or `inputs` (weights out of an input).
        penalty_factors: pairs of a layer's place and the factor of its l1, l2 and group; 1 where none is given.
        keep_zeros: weights that are exactly 0 stay so: a sparse network is trained on (Meinshausen 2007).
        stopping: early stopping, if any.
        measure_every: epochs between two measurements of all sets.
        watch: what to record at every step, for each layer: root mean squares of `gradient`, `weight`, `update`, and
            of the layer's output as `activation`; share of units that are 0 on the whole batch as `dead`; by how much
            the units of a layer differ as `spread`; `before` is `weight` before the step, to compare gradients with.
        keep_path: keep the parameters at every measurement.
        rate: learning rate.
        momentum: of momentum and nesterov: velocity ← momentum·velocity + gradient.
        decay: of the mean of squares of rmsprop.
        beta1: of adam.
        beta2: of adam.
        epsilon: added to the root of adam and rmsprop.
        l1: strength of Σ|w| over all weights (not biases, not norms).
        l2: strength of Σw²/2 over all weights.
        group: strength of Σ √size·‖block‖ over blocks of weights, which become 0 together.
        weight_decay: each step takes rate·weight_decay·w off, past the optimiser (decoupled).
        dropout: drop probability of all dropout layers instead of their own.
        clip_value: largest component of the gradient.
        clip_norm: largest norm of the whole gradient.
        gain: factor of the initial weights.
        bias: value of the initial biases.

    Raises:
        Fault: an unknown kind, or a number that is out of its range.

    >>> Settings(optimiser="adam", rate=0.001).rate
    0.001
    """

    optimiser: str = "momentum"
    loss: str = "cross_entropy"
    epochs: int = 20
    batch: int | None = 32
    schedule: Schedule = Schedule()
    scheme: str = "he"
    sampling: str = "shuffled"
    flips: tuple[str, ...] = ()
    l1_method: str = "subgradient"
    blocks: str = "neurons"
    penalty_factors: tuple[tuple[str, float], ...] = ()
    keep_zeros: bool = False
    stopping: Stopping | None = None
    measure_every: int = 1
    watch: tuple[str, ...] = ()
    keep_path: bool = False
    rate: float = 0.1
    momentum: float = 0.9
    decay: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    l1: float = 0.0
    l2: float = 0.0
    group: float = 0.0
    weight_decay: float = 0.0
    dropout: float | None = None
    clip_value: float | None = None
    clip_norm: float | None = None
    gain: float = 1.0
    bias: float = 0.0

    def __post_init__(self) -> None:
        for field in ("flips", "watch"):
            object.__setattr__(self, field, tuple(getattr(self, field)))
        for field, known in (
            ("optimiser", OPTIMISERS),
            ("loss", LOSSES),
            ("scheme", SCHEMES),
            ("sampling", SAMPLINGS),
            ("l1_method", ("subgradient", "proximal")),
            ("blocks", BLOCKS),
        ):
            require("settings", field, getattr(self, field), known)
        for name in self.watch:
            require("settings", "watch", name, WATCHED)
        for name in self.flips:
            require("settings", "flips", name, ("horizontal", "vertical"))
        for field in ("epochs", "measure_every", *(("batch",) if self.batch is not None else ())):
            if getattr(self, field) < 1:
                raise Fault("settings", field, getattr(self, field), "must be at least 1", "write 1 or more")
        self._check_numbers()

    def _check_numbers(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, float) and not math.isfinite(value):
                raise Fault("settings", field.name, value, "must be finite", "leave it out to switch it off")
        for field_name in ("momentum", "decay", "beta1", "beta2"):
            if not 0 <= getattr(self, field_name) <= 1:
                raise Fault("settings", field_name, getattr(self, field_name), "must be from 0 to 1", "write 0.9")
        object.__setattr__(self, "penalty_factors", tuple((place, float(f)) for place, f in self.penalty_factors))
        for place, factor in self.penalty_factors:
            if not 0 <= factor < math.inf:
                rule = f"must be at least 0 and finite for {place}"
                raise Fault("settings", "penalty_factors", factor, rule, "write 0 for a layer without penalty")
        if self.l1_method == "proximal" and min(self.l1, self.group) < 0:
            value = min(self.l1, self.group)
            raise Fault("settings", "l1", value, "must be at least 0 for proximal steps", "write 0 or more")
        if self.l1_method == "proximal" and self.momentum == 1 and self.optimiser in ("momentum", "nesterov"):
            raise Fault("settings", "momentum", 1.0, "must be below 1 for proximal steps", "write 0.9")
        if self.dropout is not None and not 0 <= self.dropout <= 1:
            raise Fault("settings", "dropout", self.dropout, "must be from 0 to 1", "write for example 0.5")

    @property
    def numbers(self) -> dict[str, Any]:
        """What may differ between the runs of one program; what is switched off has a value without effect."""
        found = {name: float(getattr(self, name)) for name in NUMBERS}
        for name in ("clip_value", "clip_norm"):
            value = getattr(self, name)
            found[name] = math.inf if value is None else float(value)
        if self.dropout is not None:
            found["dropout"] = self.dropout
        found["patience"] = FREE if self.stopping is None else self.stopping.patience
        return found

    @property
    def clipped(self) -> bool:
        """Whether gradients are clipped in any way."""
        return self.clip_value is not None or self.clip_norm is not None


NUMBERS = ("rate", "momentum", "decay", "beta1", "beta2", "epsilon", "l1", "l2", "group", "weight_decay")
