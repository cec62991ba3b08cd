"""What was recorded of one training: a setup, inputs, steps, measurements and scores, as plain numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from statistics import fmean, median
from typing import final

from gradus.lab.doctor.summaries import Inputs, Scores

Numbers = Mapping[str, float]
SETS = ("train", "validation", "test")
PER_LAYER = ("gradient", "weight", "update", "activation", "dead", "spread")
KINDS = ("relu", "sigmoid", "tanh", "batchnorm", "softmax", "recurrent", "lstm", "gru", "rnn")
"""What a place is taken for by its name, as `2.relu`, where the setup does not say."""


@final
@dataclass(frozen=True, kw_only=True)
class Setup:
    """What holds for the whole training; all of it may be unknown.

    Args:
        batch: examples in a step.
        classes: how many examples of each class there are to train on.
        held: how many examples are held out.
        loss: `cross_entropy`, or a name of your own.
        kinds: of layers by place, as `{"act1": "relu"}`; by the place's name where it is not given.
        samples: for places of batch norm, the numbers that one mean is taken over: batch × positions.
    """

    batch: int | None = None
    classes: tuple[int, ...] = ()
    held: int | None = None
    loss: str = "cross_entropy"
    kinds: Mapping[str, str] = field(default_factory=dict)
    samples: Mapping[str, int] = field(default_factory=dict)

    def kind(self, place: str) -> str:
        """Return what kind of layer stands at a place, or nothing.

        >>> Setup().kind("3.relu"), Setup(kinds={"a": "tanh"}).kind("a"), Setup().kind("3.dense")
        ('relu', 'tanh', '')
        """
        name = (self.kinds.get(place) or place).lower().replace("_", "")  # BatchNorm1d, batch_normalization
        return next((kind for kind in KINDS if kind in name), self.kinds.get(place, ""))

    @property
    def chance_accuracy(self) -> float | None:
        """The accuracy of always answering the most frequent class."""
        return max(self.classes) / sum(self.classes) if self.classes else None

    @property
    def chance_loss(self) -> float | None:
        """The cross-entropy of answering the shares of the classes, in nats.

        >>> Setup(classes=(5, 5)).chance_loss == math.log(2)
        True
        """
        if not self.classes or self.loss != "cross_entropy":
            return None
        total = sum(self.classes)
        return -sum(count / total * math.log(count / total) for count in self.classes if count)


@final
@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: the batch's loss before it, NaN where it was not finite, and root mean squares by place.

    Args:
        step: number of the step.
        loss: of the batch.
        gradient: of the loss for the weights of a layer, before the step.
        weight: of a layer, before the step.
        update: what the step added to the weights.
        activation: of a layer's output.
        dead: share of a layer's units that are 0 for every example of the batch.
        spread: standard deviation among the units of a layer.
    """

    step: int
    loss: float
    gradient: Numbers = field(default_factory=dict)
    weight: Numbers = field(default_factory=dict)
    update: Numbers = field(default_factory=dict)
    activation: Numbers = field(default_factory=dict)
    dead: Numbers = field(default_factory=dict)
    spread: Numbers = field(default_factory=dict)


@final
@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What was measured between steps: `train_loss`, `validation_accuracy`, …; recall of each class held out.

    `validation_loss_again` is the loss of the same set and parameters once more, with the examples in other batches.
    """

    step: int
    values: Numbers
    recall: tuple[float, ...] = ()


@final
@dataclass(frozen=True)
class Log:
    """A training as it was recorded.

    Args:
        setup: what holds for all of it.
        steps: one after the other.
        measurements: between steps.
        inputs: by set.
        scores: of two classes on what is held out, as they were last.
        flows: root mean squares of gradients by time step, by place: one record after the other.
    """

    setup: Setup
    steps: tuple[Step, ...]
    measurements: tuple[Measurement, ...] = ()
    inputs: Mapping[str, Inputs] = field(default_factory=dict)
    scores: Scores | None = None
    flows: Mapping[str, tuple[tuple[float, ...], ...]] = field(default_factory=dict)

    @cached_property
    def losses(self) -> tuple[float, ...]:
        """The losses of the steps or, without steps, the training losses measured."""
        return tuple(step.loss for step in self.steps) or self.measured("train_loss")

    @cached_property
    def start(self) -> float:
        """The loss to start from: of the first steps, or of guessing by the classes' shares if that is lower."""
        begin = fmean(_finite(self.losses[: max(1, len(self.losses) // 50)]) or [math.nan])
        chance = self.setup.chance_loss
        return begin if chance is None else min(begin, chance) if math.isfinite(begin) else chance

    @cached_property
    def end(self) -> float:
        """The median loss of the last tenth; infinite where losses there are not finite."""
        last = self.losses[-max(1, len(self.losses) // 10) :] or (math.inf,)
        return median(last) if all(map(math.isfinite, last)) else math.inf

    @cached_property
    def learned(self) -> float:
        """Which share of the loss to start from was taken off: 0 for nothing, 1 for all of it, negative if it grew."""
        if not self.losses or not self.start > 0:
            return 1.0 if self.losses and self.end < self.start else 0.0
        return 1 - self.end / self.start

    @cached_property
    def hidden(self) -> tuple[str, ...]:
        """The places with weights, without the last, which is the output's."""
        return self.weighted[:-1]

    @property
    def places(self) -> tuple[str, ...]:
        """All places that something was recorded of, or that the setup names."""
        known = dict.fromkeys((*self.setup.kinds, *self.first("activation"), *self.weighted))
        return tuple(known)

    @cached_property
    def weighted(self) -> tuple[str, ...]:
        """The places with weights, in the order in which they were recorded."""
        return tuple(next((step.gradient or step.weight for step in self.steps if step.gradient or step.weight), {}))

    @property
    def entering(self) -> float | None:
        """The root mean square of what enters the output layer at the first step, if there is a layer before it."""
        sizes = self.first("activation")
        places = list(sizes)
        if not self.hidden or self.weighted[-1] not in places[1:]:
            return None
        return sizes[places[places.index(self.weighted[-1]) - 1]]

    def first(self, quantity: str) -> Numbers:
        """Return a quantity by place at the first step that has it."""
        return next((values for step in self.steps if (values := getattr(step, quantity))), {})

    def early(self, quantity: str) -> Numbers:
        """Return its medians over the first tenth of the steps."""
        return self._medians(quantity, slice(0, max(1, len(self.steps) // 10)))

    def late(self, quantity: str) -> Numbers:
        """Return its medians over the last tenth of the steps; what is not finite is left out."""
        return self._medians(quantity, slice(-max(1, len(self.steps) // 10), None))

    def series(self, quantity: str, place: str) -> tuple[float, ...]:
        """Return one quantity of one place at all steps, NaN where it is missing."""
        return tuple(getattr(step, quantity).get(place, math.nan) for step in self.steps)

    def measured(self, name: str) -> tuple[float, ...]:
        """Return one quantity of all measurements that have it."""
        return tuple(one.values[name] for one in self.measurements if name in one.values)

    @cached_property
    def recall(self) -> tuple[float, ...]:
        """The recall of each class held out, as it was measured last."""
        return next((one.recall for one in reversed(self.measurements) if one.recall), ())

    @cached_property
    def held(self) -> str:
        """Which set is held out: `validation`, else `test`, else nothing."""
        names = {name for one in self.measurements for name in one.values}
        return next(
            (part for part in ("validation", "test") if f"{part}_loss" in names or f"{part}_accuracy" in names), ""
        )

    def _medians(self, quantity: str, which: slice) -> Numbers:
        found = {}
        for place in self.first(quantity):
            values = _finite(getattr(step, quantity).get(place, math.nan) for step in self.steps[which])
            if values:
                found[place] = median(values)
        return found


def _finite(values: object) -> list[float]:
    return [value for value in values if math.isfinite(value)]  # type: ignore[attr-defined]
