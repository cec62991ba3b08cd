"""A table becomes numbers and comes back as it was."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradus.errors import Fault
from gradus.lab.gan.columns import Category, Numeric
from gradus.lab.gan.encoding import Encoder, fit_encoder, read_encoder
from gradus.lab.gan.tables import Table


@pytest.fixture(scope="module")
def encoder(records: Table) -> Encoder:
    return fit_encoder(records)


def column(cells: list[str], other: str = "x") -> Table:
    """Return a table of one column beside another that varies."""
    return Table((other, "c"), (tuple("ab"[i % 2] for i in range(len(cells))), tuple(cells)), "t.csv")


@pytest.mark.parametrize("seed", [None, 0, 1])
def test_every_cell_comes_back_as_it_was_spelled(records: Table, encoder: Encoder, seed: int | None) -> None:
    assert encoder.decode(encoder.encode(records, seed)).columns == records.columns


def test_float32_loses_no_more_than_rounding(records: Table, encoder: Encoder) -> None:
    back = encoder.decode(encoder.encode(records).astype(np.float32)).column("income")
    differences = [abs(float(a) - float(b)) for a, b in zip(back, records.column("income"), strict=True)]
    assert max(differences) <= 0.02


def test_the_kinds_of_columns_are_found(encoder: Encoder) -> None:
    kinds = {each.name: each for each in encoder.columns}
    assert {name for name, kind in kinds.items() if isinstance(kind, Numeric)} == {"age", "income", "debt", "since"}
    since, debt, job = kinds["since"], kinds["debt"], kinds["job"]
    assert isinstance(since, Numeric)
    assert since.format == "%Y-%m-%d"
    assert isinstance(debt, Numeric)
    assert (debt.decimals, debt.missing) == (1, "NA")
    assert isinstance(job, Category)
    assert job.missing == ""
    assert set(job.values) == {"clerk", "engineer", "nurse"}


def test_places_lie_within_one_and_choices_are_one_of_many(records: Table, encoder: Encoder) -> None:
    numbers = encoder.encode(records)
    for block in encoder.blocks:
        if block.scalar:
            assert np.abs(numbers[:, block.first]).max() <= 1
        if block.choices:
            assert (numbers[:, block.chosen].sum(axis=1) == 1).all()


def test_two_bells_are_two_modes(encoder: Encoder) -> None:
    income = next(each for each in encoder.columns if each.name == "income")
    assert isinstance(income, Numeric)
    heavy = [c for c, w in zip(income.modes.centres, income.modes.weights, strict=True) if w > 0.3]
    assert sorted(round(c / 30_000) for c in heavy) == [1, 3]


def test_whatever_a_network_says_decodes_to_cells_within_the_bounds(records: Table, encoder: Encoder) -> None:
    numbers = np.random.default_rng(0).normal(scale=9, size=(300, encoder.width))
    made = encoder.decode(numbers)
    assert {int(age) for age in made.column("age")} <= set(range(18, 80))
    assert min(made.column("since")) >= min(records.column("since"))
    assert max(made.column("since")) <= max(records.column("since"))
    assert set(made.column("job")) <= set(records.column("job"))
    assert set(made.column("country")) == {"de"}
    encoder.encode(made)


def test_an_encoder_is_read_back_from_json(encoder: Encoder) -> None:
    assert read_encoder(json.loads(json.dumps(encoder.plain()))) == encoder


@settings(max_examples=15)
@given(st.lists(st.decimals(-(10**6), 10**6, places=3).map(str), min_size=3, max_size=12, unique=True))
def test_numbers_come_back_by_value(cells: list[str]) -> None:
    table = column(cells)
    back = fit_encoder(table).decode(fit_encoder(table).encode(table)).column("c")
    assert [float(cell) for cell in back] == [float(cell) for cell in cells]


@pytest.mark.parametrize(
    "cells",
    [
        ["007", "012", "007", "300"],  # leading zeros
        ["1.5", "2", "0.25", "1.5"],  # not padded
        ["24.12.2020", "", "03.01.1999", "01.02.2021"],
        ["2020-01-01 10:30:00", "2021-05-06 23:59:59", "1969-12-31 00:00:01", "2020-01-01 10:30:00"],
        ["0", "0", "0", "7", "123456789", "-5"],
        ["1", "2", "3+", "2"],
        ["ä", "日", "e\u0301", "ä"],
    ],
)
def test_spelling_is_kept(cells: list[str]) -> None:
    table = column(cells)
    encoder = fit_encoder(table)
    assert list(encoder.decode(encoder.encode(table)).column("c")) == cells


def test_a_number_may_be_taken_as_a_category() -> None:
    encoder = fit_encoder(column(["1", "2", "3", "2"]), categories=("c",))
    assert isinstance(encoder.columns[1], Category)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([*map(str, range(40)), "many"],
         "t.csv, row 42: c = 'many' is no number, unlike 40 of the 41 cells of its column; mend it, or take c as a "
         "category"),
        (["1", "2", "inf", "3"],
         "t.csv, row 4: c = 'inf' is not finite; write a number, or leave the cell empty"),
        (["1", "2", "1e999", "3"],
         "t.csv, row 4: c = '1e999' is not finite; write a number, or leave the cell empty"),
        ([f"Ada {i}" for i in range(30)],
         "t.csv: c holds 30 different texts in 30 rows: a name or a number of its own; leave the column out: it names "
         "people, and nothing can be learned"),
    ],
)  # fmt: skip
def test_columns_that_cannot_be_used_are_named(cells: list[str], message: str) -> None:
    with pytest.raises(Fault) as fault:
        fit_encoder(column(cells))
    assert str(fault.value) == message


def test_odd_columns_are_remarked_on() -> None:
    cells = {"none": ["", "NA"] * 10, "same": ["x"] * 20, "rare": ["a"] * 18 + ["b", "c"], "nan": ["NaN", "1.5"] * 10}
    table = Table(tuple(cells), tuple(map(tuple, cells.values())))
    encoder = fit_encoder(table)
    assert encoder.remarks == [
        "none: all values are missing; so they will be in every sample",
        "same: is constant; so it will be in every sample",
        "rare: 2 of 3 categories occur in fewer than 5 rows ('b', 'c'); they may point to a person: merge them, or "
        "leave the column out",
    ]
    assert encoder.decode(encoder.encode(table)).column("nan") == table.column("nan")


def test_a_table_that_never_varies_is_refused() -> None:
    with pytest.raises(Fault, match=r"columns are all constant; give a table in which something varies"):
        fit_encoder(Table(("a",), (("1", "1"),)))


def test_cells_that_were_never_seen_are_named(records: Table, encoder: Encoder) -> None:
    def changed(name: str, cell: str) -> Table:
        at = records.names.index(name)
        columns = list(records.columns)
        columns[at] = (cell, *columns[at][1:])
        return replace(records, columns=tuple(columns))

    for name, cell, rule in [
        ("job", "wizard", "is no category of the fitted table"),
        ("age", "", "is missing, which no value was in the fitted table"),
        ("age", "old", "is no number"),
        ("since", "then", "is no date of its column"),
    ]:
        with pytest.raises(Fault, match=f"customers.csv, row 2: {name} = '{cell}' {rule}; mend the cell"):
            encoder.encode(changed(name, cell))
    with pytest.raises(Fault, match="column = 'age' is missing; give all columns that were fitted"):
        encoder.encode(records.without(("age",)))
