"""Plots as SVG that take the page's colours, so that they read in light and dark."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from gradus.report.statistics import ItemStatistics, Statistics

# stands for the page's own text colour until the SVG is written
INK = "#123456"
_BAR, _WEAK = "#3b6fb6", "#c2642d"


def plot_statistics(statistics: Statistics) -> dict[str, str]:
    """Return SVG texts: totals, difficulty and discrimination of items, most frequent mistakes."""
    plots = {"totals": _totals(statistics), "items": _items(statistics)}
    if statistics.most_frequent():
        plots["mistakes"] = _mistakes(statistics)
    return plots


def draw_axes(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure of so many inches and its axes, drawn in the page's own colour."""
    from matplotlib import rcParams
    from matplotlib.figure import Figure

    rcParams["svg.fonttype"] = "none"  # text stays text: selectable, and in the page's font
    rcParams["svg.hashsalt"] = "gradus"  # the same plot is the same file
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.tick_params(colors=INK, labelsize=9)
    for side, spine in axes.spines.items():
        spine.set_visible(side in {"left", "bottom"})
        spine.set_color(INK)
    return figure, axes


def to_svg(figure: Figure, label: str) -> str:
    """Return a figure as SVG text that takes the page's colour and font; the label is for screen readers."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :].replace(INK, "currentColor")
    text = re.sub(r'(<svg [^>]*?)width="[^"]*" height="[^"]*"', r"\1", text, count=1, flags=re.DOTALL)
    text = re.sub(r"font: ([^;]*?)px [^;]*;", r"font: \1px system-ui, sans-serif;", text)
    return text.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def _totals(statistics: Statistics) -> str:
    from matplotlib.ticker import MaxNLocator

    figure, axes = draw_axes(6.4, 2.6)
    width = statistics.worth / len(statistics.bins) if statistics.worth else 1
    starts = [width * i for i in range(len(statistics.bins))]
    axes.bar(starts, statistics.bins, width=0.92 * width, align="edge", color=_BAR)
    axes.set_xlabel("points", color=INK)
    axes.set_ylabel("candidates", color=INK)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    return to_svg(figure, "Histogram of total points")


def plot_variants(rows: Sequence[tuple[str, ItemStatistics]], fewest: int = 5) -> str:
    """Return an SVG text: difficulty and discrimination of one item's variants, by what is drawn in each.

    Args:
        rows: what is drawn, and what the marks say of it.
        fewest: candidates from whom a discrimination is shown; of two, it would be 1 or −1 by itself.
    """
    points = [
        (_short(drawn), one.difficulty, one.discrimination if one.moments.n >= fewest else None) for drawn, one in rows
    ]
    return _dots(points, "Share of points earned and discrimination of each variant")


def _short(text: str) -> str:
    return text if len(text) <= 48 else f"{text[:47]}…"


def _items(statistics: Statistics) -> str:
    points = [(item.item, item.difficulty, item.discrimination) for item in statistics.items.values()]
    return _dots(points, "Share of points earned and discrimination of each item")


def _dots(points: Sequence[tuple[str, float, float | None]], label: str) -> str:
    """Draw a row for each name with its share of points and its discrimination."""
    figure, axes = draw_axes(6.4, 0.9 + 0.34 * len(points))
    # not every one has a discrimination, and a negative one is the worst sign of all
    drawn = [row for row, (_, _, found) in enumerate(points) if found is not None]
    first, least = (drawn or [0])[0], min([0.0, *[found or 0.0 for _, _, found in points]])
    for row, (_, difficulty, discrimination) in enumerate(points):
        axes.plot([least, 1], [row, row], color=INK, alpha=0.15, lw=1, zorder=0)
        axes.plot(difficulty, row, "o", color=_BAR, ms=7, label="share of points earned" if row == 0 else None)
        if discrimination is not None:
            name = "discrimination" if row == first else None
            axes.plot(discrimination, row, "D", color=_WEAK, ms=6, label=name)
    axes.set_yticks(range(len(points)), [name.replace("$", r"\$") for name, _, _ in points])
    axes.set_xlim(least - 0.03, 1.03)
    axes.invert_yaxis()
    if points:
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False, fontsize=9, labelcolor=INK)
    return to_svg(figure, label)


def _mistakes(statistics: Statistics) -> str:
    from matplotlib.ticker import MaxNLocator

    rows = statistics.most_frequent()
    figure, axes = draw_axes(6.4, 0.6 + 0.34 * len(rows))
    names = [f"{item} {part}: {name.replace('_', ' ')}" for item, part, name, _, _ in rows]
    axes.barh(names, [count for _, _, _, count, _ in rows], color=_WEAK, height=0.62)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("candidates", color=INK)
    axes.invert_yaxis()
    return to_svg(figure, "Most frequent mistakes")
