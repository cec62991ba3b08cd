"""Evidence to look at: a ruling as a page, its figures as SVG."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gradus.claim import Effort, Figure, Series, name_of
from gradus.render.pages import fill
from gradus.render.plots import INK, draw_axes, to_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from gradus.decisions import Ruling

COLOURS = ("#3b6fb6", "#c2642d", "#3f8f5b", "#8a5bb0", "#a08a2c", "#5f7683")


def claim_page(ruling: Ruling, effort: Effort) -> str:
    """Return a ruling as a page: what was read, what was found by both routes, and the figures."""
    rows = [("", ruling.usual), *ruling.others]
    readings = [
        {
            "name": name.replace("_", " "),
            "value": str(decision.claim.given()[name]) if name else "",
            "decision": decision,
            "sides": [("evidence", decision.evidence), ("witness", decision.witness)],
            "figures": [draw(side.figure) for side in (decision.evidence, decision.witness) if side.figure],
        }
        for name, decision in rows
    ]
    claim = ruling.usual.claim
    return fill("claim.html", ruling=ruling, claim=claim, effort=effort, name=name_of(type(claim)), readings=readings)


def draw(figure: Figure, width: float = 6.4, height: float = 3.0) -> str:
    """Return a figure of so many inches as SVG text that takes the page's colours.

    >>> "<svg" in draw(Figure("lines", "losses", "step", "loss", (Series("plain", (0.0, 1.0), (2.0, 1.0)),)))
    True
    """
    canvas, axes = draw_axes(width, height)
    for number, series in enumerate(figure.series):
        _KINDS[figure.kind](axes, series, COLOURS[number % len(COLOURS)], number, len(figure.series))
    if figure.kind == "lines" and all(float(x).is_integer() for series in figure.series for x in series.x):
        axes.locator_params(axis="x", integer=True)
    if figure.shares:
        axes.set_ylim(-0.03, 1.03)
    if figure.logarithmic:
        axes.set_yscale("log")
    axes.set_xlabel(figure.x_label, color=INK)
    axes.set_ylabel(figure.y_label, color=INK)
    axes.set_title(figure.title, color=INK, fontsize=10, loc="left")
    if len(figure.series) > 1:
        axes.legend(frameon=False, labelcolor=INK, fontsize=9)
    return to_svg(canvas, figure.title)


def _lines(axes: Axes, series: Series, colour: str, *_: int) -> None:
    axes.plot(series.x, series.y, color=colour, label=series.label, lw=1.8)
    if series.low:
        axes.fill_between(series.x, series.low, series.high, color=colour, alpha=0.18, lw=0)


def _points(axes: Axes, series: Series, colour: str, number: int, count: int) -> None:
    places = [place + 0.15 * (number - (count - 1) / 2) for place in range(len(series.x))]
    axes.axhline(0, color=INK, alpha=0.3, lw=0.8)
    axes.plot(places, series.y, "o", color=colour, ms=6, label=series.label)
    if series.low:
        axes.vlines(places, series.low, series.high, color=colour, lw=2)
    axes.set_xticks(range(len(series.x)), [str(x) for x in series.x])


def _bars(axes: Axes, series: Series, colour: str, number: int, count: int) -> None:
    width = 0.8 / count
    places = [place + width * (number - (count - 1) / 2) for place in range(len(series.x))]
    axes.bar(places, series.y, width=0.92 * width, color=colour, label=series.label)
    axes.set_xticks(range(len(series.x)), [str(x) for x in series.x])


_KINDS: dict[str, Callable[[Axes, Series, str, int, int], None]] = {"lines": _lines, "points": _points, "bars": _bars}
