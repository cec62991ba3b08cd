"""Whether networks, data, settings and seeds fit one another, before anything is compiled."""

from __future__ import annotations

from gradus.errors import Fault, suggest
from gradus.lab.data import Split
from gradus.lab.models import Model
from gradus.lab.training.settings import Settings


def check(model: Model, splits: list[Split], ways: tuple[Settings, ...], seeds: tuple[int, ...]) -> None:
    """Raise a `Fault` that names what does not fit, with its remedy."""
    for field, given in (("data", splits), ("settings", ways), ("seeds", seeds)):
        if not given:
            raise Fault("train", field, None, "must not be empty", "give at least one")
    for seed in seeds:
        if isinstance(seed, bool) or not hasattr(seed, "__index__") or seed < 0:
            raise Fault("train", "seeds", seed, "must be whole numbers from 0", "write range(8)")
    for one in splits[1:]:
        if one.signature != splits[0].signature:
            rule = f"must agree in sizes and shapes, {splits[0].signature}"
            raise Fault("train", "data", one.signature, rule, "call train once for each size")
    for way in ways:
        if (way.epochs, way.measure_every) != (ways[0].epochs, ways[0].measure_every):
            rule = "must agree in epochs and measure_every"
            raise Fault("train", "settings", way.epochs, rule, "call train once for each number of epochs")
        _check_pair(model, splits[0], way)


def _check_pair(model: Model, data: Split, way: Settings) -> None:
    if way.epochs % way.measure_every:
        rule = f"must divide the {way.epochs} epochs"
        raise Fault("settings", "measure_every", way.measure_every, rule, "choose a divisor")
    if way.stopping is not None:
        part = way.stopping.quantity.partition("_")[0]
        if part not in ("train", *(name for name, _ in data.held)):
            raise Fault("settings", "stopping", part, "is no part of the data", "split off a validation set")
    outputs = model.output[-1]
    needed = data.train.classes if way.loss == "cross_entropy" else 1 if way.loss == "logistic" else 0
    if needed and outputs != needed:
        rule = f"of the network must be {needed} for {way.loss} on these data"
        raise Fault("train", "outputs", outputs, rule, f"end with dense {needed}")
    if way.flips and len(data.train.shape) != 3:
        raise Fault("settings", "flips", way.flips, "needs images height × width × channels", "give images")
    for place, _ in way.penalty_factors:
        if place not in model.slots:
            rule = "is no layer with weights"
            raise Fault("settings", "penalty_factors", place, rule, suggest(place, model.slots))
