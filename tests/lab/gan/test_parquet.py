"""What comes in with a type goes out with it: Parquet by its schema, CSV by the spelling of its cells."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradus.errors import Fault
from gradus.lab.gan.encoding import Encoder, fit_encoder, read_encoder
from gradus.lab.gan.parquet import read_parquet, write_parquet
from gradus.lab.gan.tables import Table, read_table, write_csv

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

COUNT = 60


def every_type() -> Any:
    """Return an Arrow table with a column of each type that tables have, some with gaps."""
    random = np.random.default_rng(0)
    whole = [int(x) for x in random.integers(0, 50, COUNT)]
    days = [date(2020, 1, 1 + x % 28) for x in whole]
    moments = [datetime(2021, 3, 1 + x % 28, x % 24, 30, 5) for x in whole]
    return pa.table({
        "two": pa.array([x % 2 for x in whole], pa.int32()),
        "two gaps": pa.array([None if x % 5 == 0 else x % 2 for x in whole], pa.int8()),
        "truth": pa.array([x % 3 == 0 for x in whole]),
        "halves": pa.array([0.5 * (x % 2) for x in whole], pa.float32()),
        "count": pa.array([None if x % 7 == 0 else x for x in whole], pa.uint16()),
        "large": pa.array([10**15 + 3 * x for x in whole], pa.int64()),
        "share": pa.array([x / 7 for x in whole], pa.float64()),
        "price": pa.array([Decimal(x * 5) / 100 for x in whole], pa.decimal128(7, 2)),
        "day": pa.array(days, pa.date32()),
        "two days": pa.array([days[0] if x % 2 else date(1999, 12, 31) for x in whole], pa.date32()),
        "moment": pa.array(moments, pa.timestamp("us")),
        "abroad": pa.array([each.replace(tzinfo=UTC) for each in moments], pa.timestamp("ns", "Europe/Berlin")),
        "kind": pa.array([("a", "b", "c")[x % 3] for x in whole]).dictionary_encode(),
        "code": pa.array([("007", "012")[x % 2] for x in whole]),
        "digits": pa.array([("1", "2", "3")[x % 3] for x in whole], pa.large_string()),
        "none": pa.array([None] * COUNT, pa.float64()),
    })  # fmt: skip


def test_parquet_comes_back_in_the_types_it_came_in(tmp_path: Path) -> None:
    given = every_type()
    pq.write_table(given, tmp_path / "real.parquet")
    table = read_table(tmp_path / "real.parquet")
    encoder = fit_encoder(table)
    back = encoder.decode(encoder.encode(table))
    write_parquet(back, tmp_path / "back.parquet", encoder.values(back))
    found = pq.read_table(tmp_path / "back.parquet")
    assert {field.name: field.type for field in found.schema} == {field.name: field.type for field in given.schema}
    for name in given.column_names:
        if name not in ("large", "share", "halves"):  # these keep twelve digits or more
            assert found[name].to_pylist() == given[name].to_pylist(), name
    np.testing.assert_allclose(found["share"].to_numpy(), given["share"].to_numpy(), rtol=1e-11)
    np.testing.assert_allclose(found["large"].to_numpy(), given["large"].to_numpy(), rtol=1e-12)


def test_whatever_is_made_has_the_types_of_the_real_table(tmp_path: Path) -> None:
    pq.write_table(every_type(), tmp_path / "real.parquet")
    encoder = fit_encoder(read_parquet(tmp_path / "real.parquet"))
    made = encoder.decode(np.random.default_rng(0).normal(size=(200, encoder.width)))
    write_parquet(made, tmp_path / "made.parquet", encoder.values(made))
    found = pq.read_table(tmp_path / "made.parquet")
    assert found.schema.types == every_type().schema.types
    assert set(found["two gaps"].to_pylist()) <= {0, 1, None}
    assert found["count"].null_count > 0
    assert found["two"].null_count == 0
    assert found["none"].null_count == 200


def test_the_types_are_kept_where_columns_or_rows_are_left_out_and_in_a_model(tmp_path: Path) -> None:
    pq.write_table(every_type(), tmp_path / "real.parquet")
    table = read_parquet(tmp_path / "real.parquet").without(("share", "abroad")).rows(range(20))
    encoder = read_encoder(fit_encoder(table).plain())
    write_parquet(encoder.decode(encoder.encode(table)), tmp_path / "back.parquet", {})
    found = pq.read_schema(tmp_path / "back.parquet")
    assert "share" not in found.names
    assert found.field("two").type == pa.int32()


def test_what_text_cannot_make_is_written_as_text(tmp_path: Path) -> None:
    given = pa.table({"list": [[1], [2]] * 5, "n": list(range(10))})
    pq.write_table(given, tmp_path / "real.parquet")
    table = read_parquet(tmp_path / "real.parquet")
    write_parquet(table, tmp_path / "back.parquet", {})
    assert pq.read_table(tmp_path / "back.parquet").to_pydict() == {"list": ["[1]", "[2]"] * 5, "n": list(range(10))}


def test_two_columns_of_one_name_and_a_folder_that_is_not_there_are_named(tmp_path: Path) -> None:
    twice = pa.Table.from_arrays([pa.array([1, 2]), pa.array([3, 4])], names=["a", "a"])
    pq.write_table(twice, tmp_path / "t.parquet")
    with pytest.raises(Fault, match=r"t\.parquet: column = 'a' occurs twice; give each column a name of its own"):
        read_table(tmp_path / "t.parquet")
    with pytest.raises(Fault, match=r"made\.parquet: file cannot be written: .*; check the folder"):
        write_parquet(Table(("a",), (("1",),)), tmp_path / "no" / "made.parquet", {"a": [1]})


def from_csv(**columns: list[str]) -> tuple[Encoder, Table]:
    table = Table(tuple(columns), tuple(map(tuple, columns.values())))
    return fit_encoder(table), table


def test_types_of_csv_are_those_of_all_cells_of_a_column(tmp_path: Path) -> None:
    encoder, table = from_csv(
        two=["0", "1"] * 5, gaps=["1", "", "2", "1", "NA"] * 2, halves=["0", "0.5"] * 5, truth=["True", "False"] * 5,
        days=["2020-01-01", "2021-01-01"] * 5, text=["1", "2", "3+", "2", "1"] * 2, code=["007", "012"] * 5,
        many=[str(x) for x in range(10)], large=[str(10**20 + x) for x in range(10)], none=[""] * 10,
    )  # fmt: skip
    write_parquet(table, tmp_path / "t.parquet", encoder.values(table))
    kinds = {field.name: str(field.type) for field in pq.read_schema(tmp_path / "t.parquet")}
    assert kinds == {
        "two": "int64", "gaps": "int64", "halves": "double", "truth": "bool", "days": "date32[day]", "text": "string",
        "code": "string", "many": "int64", "large": "double", "none": "null",
    }  # fmt: skip
    assert pq.read_table(tmp_path / "t.parquet")["gaps"].to_pylist() == [1, None, 2, 1, None] * 2


def test_columns_taken_as_categories_keep_their_type(tmp_path: Path) -> None:
    table = Table(("n", "x"), (("1", "2", "3") * 4, ("a", "b") * 6))
    encoder = fit_encoder(table, ("n",))
    assert encoder.values(table)["n"][:3] == [1, 2, 3]


def test_whole_numbers_dates_and_gaps_of_csv_stay_what_they_are() -> None:
    """Whatever the network says: cells are spelled as in the table, whole numbers of any size without an exponent."""
    numbers = np.random.default_rng(1).normal(scale=2, size=(300, 40))
    encoder, table = from_csv(
        age=["18", "44", "NA", "71"] * 5, account=[str(10**15 + 7 * x) for x in range(20)],
        day=["24.12.2020", "01.02.2021", "03.01.1999", ""] * 5,
    )  # fmt: skip
    file = io.StringIO()
    write_csv(encoder.decode(numbers[:, : encoder.width]), file)
    made = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert {row["age"] for row in made} <= {*map(str, range(18, 72)), "NA"}
    assert all(row["account"].isdecimal() for row in made)
    assert {len(row["day"]) for row in made} == {0, 10}
    assert set(table.names) == set(made[0])
