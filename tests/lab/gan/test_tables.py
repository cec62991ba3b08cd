"""Tables are read whole or refused with the place of the fault."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from gradus.errors import Fault
from gradus.lab.gan.parquet import write_parquet
from gradus.lab.gan.tables import Table, read_table, write_csv


def test_csv_comes_back(tmp_path: Path) -> None:
    table = Table(("a", "b,c"), (("1", 'say "x"'), ("line\nbreak", "")))
    file = io.StringIO()
    write_csv(table, file)
    path = tmp_path / "t.csv"
    path.write_text(file.getvalue(), encoding="utf-8")
    assert read_table(path).columns == table.columns


@pytest.mark.parametrize("separator", list(",;\t|"))
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\ufeff" + "a,b\n1,2\n\n3,4\n".replace(",", separator), encoding="utf-8")
    assert read_table(path).columns == (("1", "3"), ("2", "4"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "t.csv: file is empty; give a header and records"),
        (b" \n", "t.csv: file is empty; give a header and records"),
        (b"a,b\n", "t.csv: records = 0 must have at least two records to learn from; "
                   "give a table with a header and many records"),
        (b"a,b\n1,2\n", "t.csv: records = 1 must have at least two records to learn from; "
                        "give a table with a header and many records"),
        (b"a,b\n1,2\n1,2,3\n", "t.csv:3: fields = 3 must be 2, as in the header; mend the line"),
        (b"a,a\n1,2\n", "t.csv:1: column = 'a' occurs twice; give each column a name of its own"),
        (b"a,\n1,2\n", "t.csv:1: column 2 has no name; name every column in the first line"),
        (b"a,b\nM\xfcller,2\nx,3\n",
         "t.csv: file is not UTF-8 at byte 5 (0xfc); save it as UTF-8, or name its encoding, such as latin-1"),
        (b'a,b\n"1"x,2\n', "t.csv: file is no CSV: ',' expected after '\"'; check its quotes and the length of its "
                           "fields"),
        (b"a,b\n" + b"1" * 200_000 + b",2\n",
         "t.csv: file is no CSV: field larger than field limit (131072); check its quotes and "
         "the length of its fields"),
    ],
)  # fmt: skip
def test_faults_of_a_file_are_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(Fault) as fault:
        read_table(path)
    assert str(fault.value).replace(f"{tmp_path}/", "") == message


def test_a_field_of_a_billion_characters_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,")
        file.truncate(10**9)  # a sparse file: no disk is filled
    with pytest.raises(Fault, match=r"t.csv:2: line has more than 1,048,576 characters; is a quote or a line break"):
        read_table(path)


def test_another_encoding_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("a\nMüller\nx\n".encode("latin-1"))
    assert read_table(path, "latin-1").columns == (("Müller", "x"),)
    with pytest.raises(Fault, match="encoding = 'klingon' is not known; write utf-8 or latin-1"):
        read_table(path, "klingon")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for name in ("no.csv", "no.parquet"):
        with pytest.raises(Fault, match=rf"{name}: file cannot be read: .*; check its name"):
            read_table(tmp_path / name)


def test_parquet_comes_back_with_its_types(tmp_path: Path) -> None:
    from datetime import date

    path = tmp_path / "t.parquet"
    values: dict[str, list[Any]] = {"n": [1, None], "x": [0.5, 2.0], "d": [date(2020, 1, 2), None], "s": ["a", "b"]}
    write_parquet(Table(tuple(values), ((),) * 4), path, values)
    table = read_table(path)
    assert table.columns == (("1", ""), ("0.5", "2.0"), ("2020-01-02", ""), ("a", "b"))
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(Fault, match="file is no Parquet file"):
        read_table(path)


def test_columns_that_are_not_there_cannot_be_left_out() -> None:
    with pytest.raises(Fault, match=r"column = 'aeg' is not in the table; did you mean 'age'\?"):
        Table(("age",), (("1",),)).without(("aeg",))
