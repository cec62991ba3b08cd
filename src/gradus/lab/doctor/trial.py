"""A training to be diagnosed, and healthy ones of three networks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from gradus.lab.doctor.gathering import WATCH

if TYPE_CHECKING:
    from gradus.lab.data import Split
    from gradus.lab.training import Settings


@dataclass(frozen=True)
class Trial:
    """One training to be diagnosed, over seeds; its network in text form, its data, how its weights begin."""

    network: str
    images: bool
    data: Callable[[], Split]
    settings: Settings
    begin: Callable[[Any, str], Any] | None = None  # from a place's initial arrays
    threshold: float = 0.5
    judged: str = ""  # `training` or `evaluation`: in which mode losses are measured twice, in other batches


@cache
def healthy(name: str) -> Trial:
    """Return a training without fault: `mlp`, `cnn`, `deep` or `rnn`, which reads a digit row by row."""
    from gradus.lab.training import Settings

    network, rate = {
        "mlp": ("dense 48 > relu > dense 32 > relu > dense 10", 0.05),
        "cnn": ("conv 3x3x8 > relu > maxpool 2 > flatten > dense 32 > relu > dense 10", 0.05),
        "deep": ("6 x (dense 32 > relu) > dense 10", 0.01),
        "rnn": ("rnn 32 last > dense 10", 0.05),
    }[name]
    settings = Settings(rate=rate, epochs=16, batch=32, l2=1e-3, watch=WATCH, measure_every=2)
    if name == "rnn":
        return Trial(network, True, lambda: as_sequences(digits_of(True, 640), 8), replace(settings, scheme="glorot"))
    return Trial(network, name == "cnn", lambda: digits_of(name == "cnn", 640), settings)


def as_sequences(data: Split, length: int) -> Split:
    """Return the sets with each digit as a sequence of so many steps."""
    from gradus.lab.data import Split

    made = [replace(one, inputs=one.inputs.reshape(len(one), length, -1)) for one in data.sets]
    return Split(**dict(zip(("train", *(name for name, _ in data.held)), made, strict=True)))


@cache
def digits_of(images: bool, count: int) -> Split:
    """Return digits split into so many to train on, 300 to choose by and the rest to test."""
    from gradus.lab.data import digits, flattened, split

    return split(digits() if images else flattened(digits()), count, 300, seed=7)
