"""Made records beside real ones, as a page with plots."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Callable
from typing import Any

from gradus.lab.gan.columns import Column, Numeric
from gradus.lab.gan.encoding import Encoder
from gradus.lab.gan.marginals import values_of
from gradus.lab.gan.quality import Quality
from gradus.lab.gan.tables import MISSING, Table
from gradus.render.pages import fill
from gradus.render.plots import INK, draw_axes, to_svg

REAL, MADE = "#3b6fb6", "#c2642d"
BINS = 24
MOST = 12
"""Categories that a plot shows; the rest share a bar."""

LONGEST = 44
"""Characters of a category that a plot shows."""

MEANINGS = {
    "marginals": "1 less the mean distance of the columns",
    "correlations": "1 less half the mean difference over pairs of columns",
    "utility": "what training on made records reaches of what training on real ones does",
    "detection": "1 where real and made cannot be told apart, 0 where they always are",
    "privacy": "distance to the nearest real record, beside that among real ones; copies count against it",
}


def records_page(quality: Quality, encoder: Encoder, real: Table, made: Table) -> str:
    """Return the report: scores, every column with its plot, pairs that differ most, neighbours.

    Args:
        quality: what was measured.
        encoder: what each column holds.
        real: the records that the made ones were judged by.
        made: the made ones.
    """
    columns = [
        {"name": c.name, "distance": quality.distances[c.name], "notes": _notes(c, real, made),
         "plot": _plot(c, real, made)}
        for c in encoder.columns
    ]  # fmt: skip
    furthest = max(quality.distances.items(), key=lambda pair: pair[1])
    pairs = sorted(quality.correlations.items(), key=lambda pair: -abs(pair[1][0] - pair[1][1]))[:MOST]
    return fill(
        "records.html", quality=quality, columns=columns, furthest=furthest, pairs=pairs,
        plot=_pairs(quality) if pairs else "", meanings=MEANINGS,
    )  # fmt: skip


def _notes(column: Column, real: Table, made: Table) -> list[str]:
    """Return what a plot does not show: gaps, and values beyond the real ones."""
    found = []
    absent = [_share(table.column(column.name), MISSING.__contains__) for table in (real, made)]
    if any(absent):
        found.append(f"missing: {absent[0]:.1%} of real, {absent[1]:.1%} of made".replace("%", " %"))
    if isinstance(column, Numeric):
        values = values_of(column, made)
        beyond = float(((values < column.low) | (values > column.high)).mean())
        if beyond:
            found.append(f"{beyond:.1%} of made are beyond all real ones".replace("%", " %"))
    return found


def _share(cells: tuple[str, ...], held: Callable[[str], bool]) -> float:
    return sum(map(held, cells)) / len(cells)


def _plot(column: Column, real: Table, made: Table) -> str:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # the reader's browser has the letters
        if isinstance(column, Numeric):
            figure, axes = draw_axes(6.4, 2.4)
            _histograms(axes, column, real, made)
            axes.set_ylabel("share", color=INK)
        else:
            figure, axes = _bars(column.values, real.column(column.name), made.column(column.name))
            axes.set_xlabel("share", color=INK)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False, fontsize=9, labelcolor=INK)
        return to_svg(figure, "shares of values, real and made")


def _histograms(axes: Any, column: Numeric, real: Table, made: Table) -> None:
    import numpy as np

    few = column.decimals == 0 and not column.format and column.high - column.low < BINS
    edges = np.arange(column.low, column.high + 2) - 0.5 if few else np.linspace(column.low, column.high, BINS + 1)
    for table, colour, label in ((real, REAL, "real"), (made, MADE, "made")):
        values = values_of(column, table)
        shares = np.histogram(values[~np.isnan(values)], edges)[0] / len(table)
        axes.stairs(shares, edges, color=colour, label=label, linewidth=1.6)
    if few:
        axes.set_xticks(edges[:-1] + 0.5, [f"{value:.0f}" for value in edges[:-1] + 0.5])
    if column.format:
        axes.set_xticks(edges[:: BINS // 3], [column.spell(float(edge)) for edge in edges[:: BINS // 3]])


def _bars(values: tuple[str, ...], real: tuple[str, ...], made: tuple[str, ...]) -> tuple[Any, Any]:
    """Draw a pair of bars for each category, lying, so that there is room for what they are called."""
    shown = values[:MOST]
    held: dict[str, Callable[[str], bool]] = {_label(value): value.__eq__ for value in shown}
    others = set(real).union(made).difference(shown, MISSING)
    if others:
        held[f"others: {len(others)}"] = others.__contains__
    if not held or any(cell in MISSING for cell in (*real, *made)):
        held["missing"] = MISSING.__contains__
    figure, axes = draw_axes(6.4, 0.9 + 0.4 * len(held))
    for offset, cells, colour, label in ((-0.2, real, REAL, "real"), (0.2, made, MADE, "made")):
        shares = [_share(cells, holds) for holds in held.values()]
        axes.barh([row + offset for row in range(len(held))], shares, 0.38, color=colour, label=label)
    axes.set_yticks(range(len(held)), list(held))
    axes.invert_yaxis()
    return figure, axes


def _label(value: str) -> str:
    short = textwrap.shorten(value, LONGEST, placeholder="…") if " " in value else value
    short = short if len(short) <= LONGEST else f"{short[: LONGEST - 1]}…"
    return short.replace("$", r"\$")  # a dollar would begin a formula


def _pairs(quality: Quality) -> str:
    figure, axes = draw_axes(6.4, 3.6)
    axes.axline((0, 0), slope=1, color=INK, linewidth=0.8)
    for one, other in quality.correlations.values():
        axes.plot(one, other, "o", color=MADE, markersize=4)
    axes.set_xlabel("association in real records", color=INK)
    axes.set_ylabel("in made records", color=INK)
    return to_svg(figure, "associations of pairs of columns, real and made")
