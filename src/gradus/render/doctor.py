"""What the training doctor found, as a page with plots."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from gradus.claim import Figure, Series
from gradus.lab.doctor import Finding, Log, Scores
from gradus.render.evidence import draw
from gradus.render.pages import fill

MOST_POINTS = 400  # of a curve
MOST_LAYERS = 6
LEAP = 30.0
"""Times the first loss: beyond, only logarithms show both."""
SIZE = 4.7, 2.8  # inches: two stand side by side, one fits a telephone


def doctor_page(log: Log, findings: Sequence[Finding], name: str) -> str:
    """Return findings with evidence and remedy, then plots of what was recorded."""
    return fill(
        "doctor.html", name=name, log=log, findings=findings, figures=[draw(one, *SIZE) for one in figures(log)]
    )


def figures(log: Log) -> list[Figure]:
    """Return what there is to draw: losses, accuracies, gradients, updates, dead units, thresholds."""
    numbers = [step.step for step in log.steps]
    losses = {"batch": (numbers, log.losses)} if numbers else {}
    finite = [loss for loss in log.losses if math.isfinite(loss) and loss > 0]
    leaps = bool(finite) and max(finite) > LEAP * finite[0]
    wanted = [
        ("Loss", "loss", losses | _measured(log, "loss"), leaps),
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
            shares = label in ("accuracy", "share")
            found.append(Figure("lines", title, "step", label, drawn, logarithmic, shares))
    return found if log.scores is None else [*found, _thresholds(log.scores)]


def _thresholds(scores: Scores) -> Figure:
    """Return what two classes are told apart by at each threshold; a vertical line is the one in use."""
    curves = [("balanced accuracy", scores.balanced), ("F1", scores.f1), ("recall", scores.recall)]
    lines = tuple(Series(name, scores.thresholds, tuple(map(of, scores.thresholds))) for name, of in curves)
    used = Series("in use", (scores.threshold, scores.threshold), (0.0, 1.0))
    return Figure("lines", "Held out, by threshold", "threshold", "share", (*lines, used), shares=True)


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
