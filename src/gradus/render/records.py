"""Made records beside real ones, as a page with plots."""

from __future__ import annotations

from typing import Any

from gradus.lab.gan.columns import Column, Numeric
from gradus.lab.gan.encoding import Encoder
from gradus.lab.gan.marginals import values_of
from gradus.lab.gan.quality import Quality
from gradus.lab.gan.tables import Table
from gradus.render.pages import fill
from gradus.render.plots import INK, draw_axes, to_svg

REAL, MADE = "#3b6fb6", "#c2642d"
BINS = 24
MOST = 12
"""Categories that a plot shows; the rest are left to the table."""

MEANINGS = {
    "marginals": "1 less the mean distance of the columns",
    "correlations": "1 less half the mean difference over pairs of columns",
    "utility": "what training on made records reaches of what training on real ones does",
    "detection": "1 where real and made cannot be told apart, 0 where they always are",
    "privacy": "distance to the nearest real record, beside that among real ones; copies count against it",
}


def records_page(quality: Quality, encoder: Encoder, real: Table, made: Table) -> str:
    """Return the report: scores, every column with its plot, pairs that differ most, neighbours."""
    columns = [
        {"name": c.name, "distance": quality.distances[c.name], "plot": _plot(c, real, made)} for c in encoder.columns
    ]
    pairs = sorted(quality.correlations.items(), key=lambda pair: -abs(pair[1][0] - pair[1][1]))[:MOST]
    plot = _pairs(quality)
    return fill("records.html", quality=quality, columns=columns, pairs=pairs, plot=plot, meanings=MEANINGS)


def _plot(column: Column, real: Table, made: Table) -> str:
    figure, axes = draw_axes(5.2, 2.1)
    if isinstance(column, Numeric):
        _histograms(axes, column, real, made)
    else:
        _bars(axes, column.values[:MOST], real.column(column.name), made.column(column.name))
    axes.set_ylabel("share", color=INK)
    axes.legend(frameon=False, labelcolor=INK, fontsize=9)
    return to_svg(figure, "shares of values, real and made")


def _histograms(axes: Any, column: Numeric, real: Table, made: Table) -> None:
    import numpy as np

    edges = np.linspace(column.low, column.high, BINS + 1)
    for table, colour, label in ((real, REAL, "real"), (made, MADE, "made")):
        values = values_of(column, table)
        shares = np.histogram(values[~np.isnan(values)], edges)[0] / len(table)
        axes.stairs(shares, edges, color=colour, label=label)
    if column.format:
        axes.set_xticks(edges[:: BINS // 3], [column.spell(float(edge)) for edge in edges[:: BINS // 3]])


def _bars(axes: Any, values: tuple[str, ...], real: tuple[str, ...], made: tuple[str, ...]) -> None:
    for offset, cells, colour, label in ((-0.2, real, REAL, "real"), (0.2, made, MADE, "made")):
        shares = [cells.count(value) / len(cells) for value in values]
        axes.bar([i + offset for i in range(len(values))], shares, 0.4, color=colour, label=label)
    shown = [value if len(value) < 15 else f"{value[:13]}…" for value in values]
    # a dollar would begin a formula
    axes.set_xticks(range(len(values)), [value.replace("$", r"\$") for value in shown], rotation=30 * (len(shown) > 4))


def _pairs(quality: Quality) -> str:
    figure, axes = draw_axes(3.6, 3.4)
    axes.axline((0, 0), slope=1, color=INK, linewidth=0.8)
    for one, other in quality.correlations.values():
        axes.plot(one, other, "o", color=MADE, markersize=4)
    axes.set_xlabel("association in real records", color=INK)
    axes.set_ylabel("in made records", color=INK)
    return to_svg(figure, "associations of pairs of columns, real and made")
