"""What is particular to recurrent layers: gradients that explode on the way, or vanish through time."""

from __future__ import annotations

import math

from gradus.lab.doctor.finding import LIKELY, Finding, fall
from gradus.lab.doctor.log import Log
from gradus.lab.doctor.starts import FLAT

EXPLODED = 3.0
"""Gradient over weight; 0.01 to 0.3 is usual at the first step for a loss that is a mean."""
RECURRENT = ("recurrent", "lstm", "gru", "rnn")
FADED = 1e-5
"""Gradient for the first quarter of the time steps over the largest: what happened there is not learned from."""


def faded(log: Log) -> dict[str, tuple[float, float]]:
    """Return the places whose first time steps get next to no gradient: largest of the first quarter, and of all.

    Goes by the last record of each place, when training was to have made use of all time steps.
    """
    found = {}
    for place, records in log.flows.items():
        times = [value for value in records[-1] if math.isfinite(value)]
        first, most = max(times[: max(1, len(times) // 4)], default=0.0), max(times, default=0.0)
        if len(times) > 1 and most > 0 and first <= FADED * most:
            found[place] = first, most
    return found


def bursting_gradients(log: Log) -> Finding | None:
    """Return a finding where gradients of recurrent layers explode in some step, and nothing is learned."""
    found: dict[str, tuple[float, int]] = {}
    for place in (place for place in log.weighted if log.setup.kind(place) in RECURRENT):
        ratios = [
            (one.gradient[place] / one.weight[place], one.step)
            for one in log.steps
            if place in one.gradient and one.weight.get(place, 0.0) > 0
        ]
        worst = max((row for row in ratios if math.isfinite(row[0])), default=(0.0, 0))
        if worst[0] >= EXPLODED:
            found[place] = worst
    if not found or not log.learned < FLAT:
        return None
    shown = ", ".join(f"{place} {ratio:.3g} at step {step}" for place, (ratio, step) in found.items())
    told = f"gradient over weight of recurrent layers at its largest: {shown}; usual is 0.01 to 0.3"
    remedy = "clip the norm of the gradient; orthogonal recurrent weights, gates (LSTM, GRU), or shorter sequences"
    return Finding("exploding gradients", (told, fall(log.start, log.end)), remedy, LIKELY, tuple(found))
