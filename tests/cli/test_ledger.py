"""The commands of the ledger as staff use them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gradus import store
from gradus.cli import main

TEXT = """---
title: One
name: one
points: 2
---

```conv_layer
id: a
points: 2
image: [128, 128, 3]
kernel: 3
stride: 1
padding: 0
filters: 64
```
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """Return the path of a ledger in which Ada and Bob are graded."""
    path = str(tmp_path / "room.sqlite")
    ledger = store.open_ledger(path)
    store.add_exam(ledger, TEXT, "one.md", by="staff")
    store.add_candidates(ledger, "one", [store.RosterRow("ada"), store.RosterRow("bob")], by="staff")
    list(store.draw_papers(ledger, "one", b"", by="staff"))
    store.set_schedule(ledger, "one", store.Schedule(store.utc_now(), None, timedelta(hours=1)), by="staff")
    for one, shape in zip(store.candidates_of(ledger, "one"), ["126 x 126 x 64", "14 x 14 x 64"], strict=True):
        store.start(ledger, one.id)
        store.save(ledger, one.id, "tab", [store.Write(1, "a", "shape", shape)])
        store.submit(ledger, one.id)
    list(store.grade_submissions(ledger, "one", "test"))
    yield path
    store.close_ledger(ledger)


def run(database: str, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--database", database], catch_exceptions=False)


def test_marks_are_recomputed_for_one_or_for_all(database: str) -> None:
    done = run(database, "recompute", "one", "ada")
    assert (done.exit_code, done.stdout) == (0, "ada: 1 points, 2 verdicts computed again: to the bit\n")
    assert run(database, "recompute", "one").stdout.splitlines() == [
        "ada: 1 points, 2 verdicts computed again: to the bit",
        "bob: 0 points, 2 verdicts computed again: to the bit",
    ]


def test_a_mark_that_differs_is_said_with_exit_code_1(database: str) -> None:
    ledger = store.open_ledger(database)
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER verdicts_no_update")
        connection.exec_driver_sql("UPDATE verdicts SET credit = '1' WHERE part = 'shape'")
    store.close_ledger(ledger)
    done = run(database, "recompute", "one")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[1:] == [
        "bob: 1 points, 2 verdicts computed again: 1 difference",
        "  a.shape, verdict 1: credit is stored as '1' and comes out as '0'",
    ]


def test_unknown_names_end_with_the_nearest_and_exit_code_2(database: str) -> None:
    done = run(database, "recompute", "one", "adda")
    assert done.exit_code == 2
    assert done.stderr == "gradus: candidate = 'adda' is not on the roster of one; did you mean 'ada'?\n"
    assert run(database, "recompute", "on").exit_code == 2


def test_a_regrade_is_a_dry_run_until_it_is_applied(database: str, tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text(TEXT.replace("points: 2", "points: 3"))
    words = ["regrade", "one", "--exam-file", str(tmp_path / "one.md"), "--reason", "it is harder than that"]
    planned = run(database, *words, "--by", "prof")
    assert planned.exit_code == 0
    assert "it counts 3/2 points, not 1; the exam is version 2, not 1" in planned.stdout
    assert "1 gain, 0 lose, 3 change only in feedback." in planned.stdout
    assert "gradus regrade one --apply 1" in planned.stdout
    assert "ada: 1 points" in run(database, "recompute", "one", "ada").stdout
    assert run(database, "regrade", "one", "--apply", "1").stdout == "Plan 1 is carried out as regrade 2: 4 verdicts.\n"
    assert "ada: 1.5 points, 4 verdicts computed again: to the bit" in run(database, "recompute", "one", "ada").stdout
    assert run(database, "regrade", "one", "--apply", "1").exit_code == 2


def test_a_plan_as_json_keeps_its_contract(database: str) -> None:
    ledger = store.open_ledger(database)
    store.add_ruling(ledger, "one", "a", "shape", "126 x 126 x 64", Fraction(1, 2), reason="r", by="prof")
    store.close_ledger(ledger)
    done = run(database, "regrade", "one", "--never-lower", "--reason", "r", "--json")
    found = json.loads(done.stdout)
    assert (found["plan"], found["gain"], found["lose"], found["kept"]) == (1, {}, {}, {"ada": 0.5})
    assert found["changes"] == [
        {
            "candidate": "ada",
            "item": "a",
            "part": "shape",
            "response": "126 x 126 x 64",
            "before": 1.0,
            "after": 0.5,
            "before_status": "right",
            "after_status": "partial",
            "kept": True,
            "why": "prof ruled 1/2 of the points for 126 x 126 x 64",
        }
    ]


def test_a_plan_needs_a_reason_and_the_exams_own_file(database: str, tmp_path: Path) -> None:
    assert "a plan needs --reason" in run(database, "regrade", "one").stderr
    (tmp_path / "two.md").write_text(TEXT.replace("name: one", "name: two"))
    done = run(database, "regrade", "one", "--exam-file", str(tmp_path / "two.md"), "--reason", "r")
    assert done.exit_code == 2
    assert "the file is an exam named 'two', not 'one'" in done.stderr
    ledger = store.open_ledger(database)
    assert store.exam_names(ledger) == ("one",)
    store.close_ledger(ledger)


def test_everything_goes_to_a_folder_and_back(database: str, tmp_path: Path) -> None:
    done = run(database, "ledger", "export", str(tmp_path / "out"))
    assert done.stdout.endswith(f"rows of 24 tables in {tmp_path / 'out'}.\n")
    copy = str(tmp_path / "copy.sqlite")
    assert run(copy, "ledger", "import", str(tmp_path / "out")).exit_code == 0
    assert run(copy, "recompute", "one").stdout == run(database, "recompute", "one").stdout
    again = run(copy, "ledger", "import", str(tmp_path / "out"))
    assert (again.exit_code, "holds rows already" in again.stderr) == (2, True)


def test_marks_are_written_as_csv(database: str, tmp_path: Path) -> None:
    table = "candidate,points,pending,a\r\nada,1,0,1\r\nbob,0,0,0\r\n"
    assert run(database, "ledger", "marks", "one").stdout_bytes.decode() == table
    run(database, "ledger", "marks", "one", "--out", str(tmp_path / "marks.csv"))
    assert (tmp_path / "marks.csv").read_bytes().decode() == table


def test_old_tables_are_brought_up_to_date(database: str) -> None:
    ledger = store.open_ledger(database)
    store.downgrade(ledger, "0001")
    store.close_ledger(ledger)
    refused = run(database, "recompute", "one")
    assert refused.exit_code == 2
    assert "has tables of revision 0001, and this Gradus has 0003; run `gradus ledger upgrade`" in refused.stderr
    assert run(database, "ledger", "upgrade").stdout == "The tables are of revision 0003.\n"
    assert run(database, "recompute", "one").exit_code == 0


def test_a_database_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    done = run(str(tmp_path / "none.sqlite"), "recompute", "one")
    assert done.exit_code == 2
    assert "holds no ledger; check its address" in done.stderr
    assert list(tmp_path.iterdir()) == []
