"""`gradus synth` learns a table, makes records, and says how good they are."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.lab.gan.conftest import customers

from gradus.cli import main
from gradus.errors import Fault
from gradus.lab.gan.settings import GanSettings
from gradus.lab.gan.tables import Table, read_table, write_csv

QUICK = ["--steps", "20", "--check-every", "10", "--batch", "16"]


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["synth", *map(str, arguments)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with data.csv and a model of it."""
    made = tmp_path_factory.mktemp("synth")
    written(customers(120), made / "data.csv")
    fitted = call("fit", made / "data.csv", "--out", made / "model", *QUICK)
    assert fitted.exit_code == 0, fitted.output
    assert "model: 20 steps; columns agree to 0." in fitted.stdout
    assert "gradus: country: is constant; so it will be in every sample\n" in fitted.stderr
    return made


def written(table: Table, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        write_csv(table, file)


def test_a_model_holds_no_record(folder: Path) -> None:
    content = (folder / "model").read_bytes().decode("latin-1")
    incomes = read_table(folder / "data.csv").column("income")
    assert not any(income in content for income in incomes[1:] if income not in (min(incomes), max(incomes)))


def test_records_are_made_in_the_table_s_own_spelling(folder: Path) -> None:
    out = folder / "made.csv"
    assert call("sample", folder / "model", "-n", "1500", "--out", out).stdout == f"1500 records in {out}.\n"
    rows = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["age", "income", "debt", "since", "job", "country", "owner"]
    assert len(rows) == 1501
    assert {row[5] for row in rows[1:]} == {"de"}
    again = call("sample", folder / "model", "-n", "1500", "--out", folder / "again.csv")
    assert again.exit_code == 0
    assert (folder / "again.csv").read_bytes() == out.read_bytes()


def test_records_of_a_kind_are_made(folder: Path) -> None:
    out = folder / "some.csv"
    assert call("sample", folder / "model", "-n", "20", "--where", "owner=yes", "--out", out).exit_code == 0
    assert set(read_table(out).column("owner")) == {"yes"}
    wrong = call("sample", folder / "model", "--where", "owner=yess", "--out", out)
    assert (wrong.exit_code, wrong.stderr) == (
        2, "gradus: sample: where owner = 'yess' is no category of it; did you mean 'yes'?\n",
    )  # fmt: skip
    assert "'owner' is not COLUMN=VALUE" in call("sample", folder / "model", "--where", "owner", "--out", out).stderr


def test_parquet_is_written_with_its_types(folder: Path) -> None:
    from pyarrow import parquet

    out = folder / "made.parquet"
    assert call("sample", folder / "model", "-n", "50", "--out", out).exit_code == 0
    types = {field.name: str(field.type) for field in parquet.read_schema(out)}
    assert types["age"] == "int64"
    assert types["income"] == "double"
    assert types["since"] == "date32[day]"
    assert types["owner"] == "string"
    assert read_table(out).names == read_table(folder / "data.csv").names


def test_parquet_in_is_parquet_out_of_the_same_types(folder: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    rows = range(90)
    given = pa.table({
        "flag": pa.array([x % 2 for x in rows], pa.int8()), "half": pa.array([(x % 2) / 2 for x in rows], pa.float32()),
        "sure": pa.array([x % 3 == 0 for x in rows]),
        "n": pa.array([None if x % 9 == 0 else x for x in rows], pa.int32()),
        "kind": pa.array(["abc"[x % 3] for x in rows]).dictionary_encode(),
    })  # fmt: skip
    parquet.write_table(given, folder / "real.parquet")
    found = call("fit", folder / "real.parquet", "--out", folder / "typed", *QUICK)
    assert found.exit_code == 0, found.output
    assert call("sample", folder / "typed", "-n", "1100", "--out", folder / "typed.parquet").exit_code == 0
    assert parquet.read_schema(folder / "typed.parquet").equals(given.schema)
    assert call("report", folder / "real.parquet", folder / "typed.parquet").exit_code == 0


@pytest.mark.parametrize(
    ("option", "value", "field", "kept"),
    [
        ("--loss", "clipping", "loss", "clipping"),
        ("--steps", "10", "steps", 10),
        ("--check-every", "5", "check_every", 5),
        ("--critic", "2", "critic", 2),
        ("--batch", "7", "batch", 7),
        ("--patience", "2", "patience", 2),
        ("--rate", "0.001", "rate", 0.001),
        ("--penalty", "3", "penalty", 3.0),
        ("--clip", "0.2", "clip", 0.2),
        ("--noise", "9", "noise", 9),
        ("--generator", "12, 9", "generator", "dense 12 > relu > dense 9 > relu"),
        ("--generator", "dense 8 > ln > tanh", "generator", "dense 8 > ln > tanh"),
        ("--discriminator", "11", "discriminator", "dense 11 > leaky_relu"),
        ("--seed", "5", "seed", 5),
    ],
)
def test_an_option_becomes_a_setting_of_the_fit(
    folder: Path, monkeypatch: pytest.MonkeyPatch, option: str, value: str, field: str, kept: Any
) -> None:
    from gradus.lab.gan import training

    seen: list[GanSettings] = []

    def fitting(_table: Table, settings: GanSettings, **_: object) -> None:
        seen.append(settings)
        raise Fault("test", "fit", None, "goes no further", "look at the settings")

    monkeypatch.setattr(training, "fitting", fitting)
    usual = GanSettings(steps=10, check_every=10)
    assert (
        call("fit", folder / "data.csv", "--out", folder / "no", "--steps", "10", "--check-every", "10").exit_code == 2
    )
    call("fit", folder / "data.csv", "--out", folder / "no", "--steps", "10", "--check-every", "10", option, value)
    assert seen == [usual, replace(usual, **{field: kept})]


def test_settings_that_cannot_be_used_are_named(folder: Path) -> None:
    for option, value, message in [
        ("--rate", "-1", "gan: rate = -1.0 must be a number above 0"),
        ("--rate", "nan", "gan: rate = nan must be a number above 0"),
        ("--clip", "0", "gan: clip = 0.0 must be a number above 0"),
        ("--generator", "dense 8 > dropout 0.5", "gan: generator = 'dense 8 > dropout 0.5' must not drop"),
        ("--generator", "0", "1.dense: units = 0 must be at least 1"),
        ("--discriminator", "dens 8", "dens"),
    ]:
        found = call("fit", folder / "data.csv", "--out", folder / "no", option, value, *QUICK)
        assert (found.exit_code, message in found.stderr, "Traceback" in found.stderr) == (2, True, False), found.stderr


def test_unseen_records_judge(folder: Path) -> None:
    written(customers(60, seed=8), folder / "unseen.csv")
    arguments = ("report", folder / "data.csv", folder / "data.csv", "--unseen", folder / "unseen.csv")
    data = json.loads(call(*arguments, "--json").stdout)
    assert data["rows"] == [120, 120, 60]
    assert data["scores"]["privacy"] == 0
    assert 0 < data["scores"]["marginals"] < 1


def test_a_report_is_a_table_a_page_or_json(folder: Path) -> None:
    written(customers(90, seed=4), folder / "other.csv")
    page = folder / "report.html"
    found = call("report", folder / "data.csv", folder / "other.csv", "--html", page)
    assert found.exit_code == 0, found.output
    for word in ("marginals", "correlations", "utility", "detection", "privacy", "copies of real records: 0.00 %"):
        assert word in found.stdout
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 8  # seven columns and the pairs
    assert "<script" not in text
    data = json.loads(call("report", folder / "data.csv", folder / "other.csv", "--json").stdout)
    assert data["rows"] == [120, 90]
    assert call("report", folder / "data.csv", folder / "other.csv", "--least", "1").exit_code == 1


def test_a_hostile_category_does_no_harm_to_the_page(folder: Path) -> None:
    cells = ("<script>alert(1)</script>", "$x$", "[red]")
    table = Table(("a<b>", "n"), (tuple(cells[i % 3] for i in range(40)), tuple(str(i * i) for i in range(40))))
    written(table, folder / "hostile.csv")
    page = folder / "hostile.html"
    found = call("report", folder / "hostile.csv", folder / "hostile.csv", "--html", page)
    assert found.exit_code == 0, found.output
    assert "<script" not in page.read_text(encoding="utf-8")
    assert "a<b>" not in page.read_text(encoding="utf-8")


def test_columns_can_be_left_out_and_a_fit_is_told_in_json(folder: Path) -> None:
    arguments = ["--drop", "country", "--drop", "since", "--drop", "debt", "--category", "age", *QUICK, "--json"]
    found = call("fit", folder / "data.csv", "--out", folder / "smaller", "--loss", "minimax", *arguments)
    assert found.exit_code == 0, found.output
    data = json.loads(found.stdout)
    assert data["steps"] == 20
    assert [each["step"] for each in data["history"]] == [10, 20]
    assert data["remarks"][0].startswith("age: ")


def test_what_cannot_be_used_ends_with_two_and_a_message(folder: Path) -> None:
    empty = folder / "empty.csv"
    empty.write_text("", encoding="utf-8")
    found = call("fit", empty, "--out", folder / "none")
    assert (found.exit_code, found.stderr) == (2, f"gradus: {empty}: file is empty; give a header and records\n")
    assert not (folder / "none").exists()
    other = call("fit", folder / "data.csv", "--out", folder / "model", *QUICK, "--seed", "3")
    assert other.exit_code == 2
    assert "holds a fit to another table or with other settings; name another file, or delete this one" in other.stderr
    assert call("sample", empty, "--out", folder / "x.csv").exit_code == 2
