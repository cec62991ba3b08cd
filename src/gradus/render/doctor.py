"""What the training doctor found, as a page with plots."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from gradus.claim import Figure, Series
from gradus.lab.doctor import Finding, Log
from gradus.render.evidence import draw
from gradus.render.pages import fill

MOST_POINTS = 400  # of a curve
MOST_LAYERS = 6


def doctor_page(log: Log, findings: Sequence[Finding], name: str) -> str:
    """Return findings with evidence and remedy, then plots of what was recorded."""
    return fill("doctor.html", name=name, log=log, findings=findings, figures=[draw(one) for one in figures(log)])


def figures(log: Log) -> list[Figure]:
    """Return what there is to draw: losses, accuracies, gradients over weights, dead units."""
    numbers = [step.step for step in log.steps]
    losses = {"batch": (numbers, log.losses)} if numbers else {}
    wanted = [
        ("Loss", "loss", losses | _measured(log, "loss"), False),
        ("Accuracy", "accuracy", _measured(log, "accuracy"), False),
        ("Gradients", "root mean square", _layers(log, "gradient"), True),
        ("Updates", "root mean square", _layers(log, "update"), True),
        ("Dead units", "share", _layers(log, "dead", "relu"), False),
    ]
    found = []
    for title, label, curves, logarithmic in wanted:
        series = [_series(name, x, y, positive=logarithmic) for name, (x, y) in curves.items()]
        drawn = tuple(one for one in series if one.x)
        if drawn:
            found.append(Figure("lines", title, "step", label, drawn, logarithmic))
    return found


Curves = dict[str, tuple[Sequence[int], Sequence[float]]]


def _measured(log: Log, quantity: str) -> Curves:
    found: Curves = {}
    for part in ("train", "validation", "test"):
        name = f"{part}_{quantity}"
        steps = [one.step for one in log.measurements if name in one.values]
        if steps:
            found[f"{part}, measured"] = (steps, log.measured(name))
    return found


def _layers(log: Log, quantity: str, kind: str = "") -> Curves:
    """Return the curves of some layers, evenly chosen with the first and the last among them."""
    known: Mapping[str, float] = log.first(quantity)
    places = [place for place in known if not kind or log.setup.kind(place) == kind]
    if len(places) > MOST_LAYERS:
        places = [places[round(i * (len(places) - 1) / (MOST_LAYERS - 1))] for i in range(MOST_LAYERS)]
    numbers = [step.step for step in log.steps]
    return {place: (numbers, log.series(quantity, place)) for place in places}


def _series(label: str, x: Sequence[int], y: Sequence[float], *, positive: bool) -> Series:
    every = math.ceil(len(x) / MOST_POINTS)
    points = list(zip(x, y, strict=True))[:: max(1, every)]
    points = [(a, b) for a, b in points if math.isfinite(b) and abs(b) < 1e30 and (b > 0 or not positive)]
    return Series(label, tuple(float(a) for a, _ in points), tuple(b for _, b in points))
