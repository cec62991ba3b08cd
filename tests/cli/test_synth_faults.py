"""Whatever a table is like, `gradus synth fit` uses it with a remark or refuses it with a message, and never breaks."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gradus.cli import main
from gradus.lab.gan.tables import read_table

QUICK = ["--steps", "2", "--check-every", "2", "--batch", "8", "--generator", "4", "--discriminator", "4"]


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["synth", *map(str, arguments)])


def csv_of(**columns: list[str]) -> bytes:
    lines = [",".join(columns), *(",".join(cells) for cells in zip(*columns.values(), strict=True))]
    return "\n".join(lines).encode() + b"\n"


KIND = ["a", "b"] * 15

REFUSED = {
    "empty": (b"", "{}: file is empty; give a header and records"),
    "a header alone": (b"a,b\n", "{}: records = 0 must have at least two records to learn from"),
    "one row": (b"a,b\n1,x\n", "{}: records = 1 must have at least two records to learn from"),
    "ragged": (b"a,b\n1,x\n2\n", "{}:3: fields = 1 must be 2, as in the header; mend the line"),
    "all constant": (csv_of(a=["1"] * 9, b=["x"] * 9), "{}: columns are all constant"),
    "all missing": (csv_of(a=["", "NA"] * 9, b=["nan", ""] * 9), "{}: columns are all constant"),
    "mixed types": (
        csv_of(k=[*KIND, "a"], n=[*map(str, range(30)), "ten"]),
        "{}, row 32: n = 'ten' is no number, unlike 30 of the 31 cells of its column; mend it, or take n as a category",
    ),
    "infinite": (csv_of(k=KIND, n=[*map(str, range(29)), "-inf"]), "{}, row 31: n = '-inf' is not finite"),
    "infinite by size": (csv_of(k=KIND, n=[*map(str, range(29)), "1e400"]), "{}, row 31: n = '1e400' is not finite"),
    "infinite words": (csv_of(k=KIND, n=["Infinity", "0.5"] * 15), "{}, row 2: n = 'Infinity' is not finite"),
    "names of people": (csv_of(k=KIND, n=[f"Ada {x}" for x in range(30)]), "{}: n holds 30 different texts in 30 rows"),
    "wrong encoding": ("n,k\nMüller,1\nx,2\n".encode("latin-1"), "{}: file is not UTF-8 at byte 5 (0xfc)"),
    "UTF-16": ("n,k\nx,1\ny,2\n".encode("utf-16"), "{}: file is not UTF-8 at byte 0 (0xff)"),
    "a long field": (b"a,b\n1," + b"x" * 200_000 + b"\n2,y\n", "{}: file is no CSV: field larger than field limit"),
    "a long line": (b"a,b\n1," + b"x" * 1_100_000 + b"\n2,y\n", "{}:2: line has more than 1,048,576 characters"),
    "an open quote": (b'a,b\n1,"x\n2,y\n', "{}: file is no CSV: unexpected end of data"),
    "binary": (b"a,b\n1,2\n3,\x00y\n" * 3, "{}:3: line holds a byte 0, as no text does; give CSV or Parquet"),
    "enormous": (csv_of(k=KIND, n=["1e-300", "1e300", "0"] * 10), "{}, row 3: n = '1e300' must lie within ±1e+100"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_learned_is_refused_by_a_message(tmp_path: Path, name: str) -> None:
    content, message = REFUSED[name]
    data = tmp_path / "data.csv"
    data.write_bytes(content)
    found = call("fit", data, "--out", tmp_path / "model", *QUICK)
    assert found.exit_code == 2, found.output
    assert found.stderr.startswith(f"gradus: {message.format(data)}")
    assert not isinstance(found.exception, Exception) or isinstance(found.exception, SystemExit)
    assert not (tmp_path / "model").exists()


USED = {
    "a constant column": (["x"] * 30, "c: is constant; so it will be in every sample"),
    "a column of gaps": (["", "NA"] * 15, "c: all values are missing; so they will be in every sample"),
    "gaps spelled NaN": (["NaN", "1.5", "2", "7"] * 7 + ["1", "2"], ""),
    "rare categories": (["u"] * 28 + ["v", "w"], "c: 2 of 3 categories occur in fewer than 5 rows ('v', 'w')"),
    "few numbers and words": (["1", "2", "3+"] * 10, ""),
    "a number once": (["0"] * 29 + ["1000000"], "c: 1 of 2 categories occur in fewer than 5 rows ('1000000')"),
    "large and small": (["1e-300", "-1e100", "0"] * 10, ""),
    "large whole numbers": ([str(10**30 + x) for x in range(30)], ""),
    "three of a kind": (["0", "0", "0", "0", "1", "2"] * 5, ""),
}


@pytest.mark.parametrize("name", USED)
def test_what_is_odd_but_can_be_learned_is_learned_and_remarked_on(tmp_path: Path, name: str) -> None:
    cells, remark = USED[name]
    data, model, made = tmp_path / "data.csv", tmp_path / "model", tmp_path / "made.csv"
    data.write_bytes(csv_of(k=KIND, c=cells))
    found = call("fit", data, "--out", model, *QUICK)
    assert found.exit_code == 0, found.output
    assert remark in found.stderr
    assert (found.stderr.count("gradus: ") == 0) == (not remark)
    assert call("sample", model, "-n", "40", "--out", made).exit_code == 0
    rows = list(csv.reader(made.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 41
    if not remark.startswith("c: 2 of"):
        missing = {"", "NA", "NaN"}
        assert {row[1] in missing for row in rows[1:]} <= {cell in missing for cell in cells}
    report = call("report", data, made)
    assert report.exit_code == 0, report.output
    assert len(read_table(made)) == 40
