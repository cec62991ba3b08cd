"""The page on made records shows every column and everything that was measured, and hides nothing that is off."""

from __future__ import annotations

import re
import warnings
from html import unescape

import pytest
from tests.lab.gan.conftest import customers

from gradus.lab.gan.encoding import fit_encoder
from gradus.lab.gan.quality import assess
from gradus.lab.gan.tables import Table
from gradus.render.records import records_page


def page(real: Table, made: Table, unseen: Table | None = None) -> str:
    return records_page(assess(real, made, unseen=unseen), fit_encoder(real), unseen or real, made)


def sections(text: str) -> dict[str, str]:
    """Return what stands below the heading of each column."""
    parts = re.split(r"<h3>(.*?)</h3>", text[: text.index("Pairs of columns") if "Pairs of columns" in text else None])
    return {unescape(name): unescape(body) for name, body in zip(parts[1::2], parts[2::2], strict=True)}


def words(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


@pytest.fixture(scope="module")
def usual() -> str:
    return page(customers(), customers(150, seed=3), customers(80, seed=4))


def test_every_column_has_a_plot_with_both_tables_named(usual: str) -> None:
    found = sections(usual)
    assert tuple(found) == customers().names
    for body in found.values():
        assert body.count("<svg") == 1
        assert {"real", "made", "share"} <= set(words(body))


def test_every_score_has_its_measurement(usual: str) -> None:
    rows = dict(re.findall(r'<tr><th scope="row">(\w+)</th><td>[^<]*</td><td>\s*(.*?)\s*</td></tr>', usual, re.DOTALL))
    assert set(rows) == {"marginals", "correlations", "utility", "detection", "privacy"}
    assert all(rows.values())
    assert re.fullmatch(r"mean distance 0\.0\d\d, the largest 0\.\d{3} \(\w+\)", rows["marginals"])
    assert re.fullmatch(r"mean difference 0\.\d{3}, the largest 0\.\d{3} \(\w+, \w+\)", rows["correlations"])


def test_the_three_tables_are_counted(usual: str) -> None:
    assert "150 made, 200 real; judged by 80 real ones that the model never saw." in usual


def test_plots_take_the_page_s_colour_and_can_be_scrolled_by_keyboard(usual: str) -> None:
    assert "#123456" not in usual
    assert "currentColor" in usual
    regions = re.findall(r'<div class="scroll" tabindex="0" role="region" aria-label="([^"]+)">\s*<svg', usual)
    columns = ("age", "income", "debt", "since", "job", "country", "owner", "pairs")
    assert regions == [f"Plot of {name}" for name in columns]


def test_gaps_and_values_beyond_the_real_ones_are_told() -> None:
    real = Table(("n", "k"), (("1", "2", "3", "") * 5, ("a", "b") * 10))
    made = Table(("n", "k"), (("1", "2", "9", "0") * 5, ("a", "c", "", "b") * 5))
    found = sections(page(real, made))
    assert "missing: 25.0 % of real, 0.0 % of made; 50.0 % of made are beyond all real ones" in found["n"]
    assert "missing: 0.0 % of real, 25.0 % of made" in found["k"]
    assert {"a", "b", "others: 1", "missing"} <= set(words(found["k"]))


def test_few_whole_numbers_are_shown_one_by_one() -> None:
    table = Table(("n", "k"), (("1", "2", "4", "4") * 5, ("a", "b") * 10))
    assert {"1", "2", "3", "4"} <= set(words(sections(page(table, table))["n"]))


def test_more_categories_than_there_is_room_for_share_a_bar() -> None:
    cells = tuple(f"k{i:02}" for i in range(15)) * 3
    found = words(sections(page(*[Table(("k", "x"), (cells, ("a", "b", "c") * 15))] * 2))["k"])
    assert "k11" in found
    assert "k12" not in found
    assert "others: 3" in found


def test_long_and_foreign_names_are_shortened_and_kept_without_a_warning() -> None:
    values = ("unemployed or unskilled and not resident in this country", "x" * 90, "日本", "$x$")
    table = Table(("職", "n"), (values * 10, tuple(str(i) for i in range(40))))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = words(sections(page(table, table))["職"])
    assert {"unemployed or unskilled and not resident in…", "x" * 43 + "…", "日本", "$x$"} <= set(found)


def test_one_column_alone_and_one_of_gaps_have_a_page() -> None:
    table = Table(("n", "none"), (tuple(str(i) for i in range(30)), ("",) * 30))
    text = page(table, table)
    assert "missing" in words(sections(text)["none"])
