"""The audit of the bundled midterm: every row, exactly."""

from pathlib import Path

import pytest

import gradus
from gradus import exam
from gradus.audit import audit

EXAM = exam.read(Path(gradus.__file__).parents[2] / "exams" / "midterm.md")
AUDIT = audit(EXAM)

# item, part, points, worth, key, printed, status
ROWS = [
    ("3.i", "shape", 2, 1, "126 × 126 × 64", "14 × 14 × 64", "wrong"),
    ("3.i", "parameters", 2, 1, "1792", "1792", "agrees"),
    ("3.ii", "shape", 2, 1, "128 × 128 × 16", "128 × 128 × 16", "agrees"),
    ("3.ii", "parameters", 2, 1, "1216", "1216", "agrees"),
    ("3.iii", "shape", 2, 1, "64 × 64 × 32", "64 × 64 × 32", "agrees"),
    ("3.iii", "parameters", 2, 1, "416", "416", "agrees"),
    ("3.iv", "shape", 4, 2, "14 × 14 × 64", "14 × 14 × 64", "agrees"),
    ("3.iv", "parameters", 4, 2, "75648", "75648", "agrees"),
    ("3.v", "shape", 4, 2, "16 × 16 × 16", "16 × 16 × 16", "agrees"),
    ("3.v", "parameters", 4, 2, "14048", "14048", "agrees"),
    ("3.vi", "shape", 4, 2, "2 × 2 × 32", "2 × 2 × 32", "agrees"),
    ("3.vi", "parameters", 4, 2, "8672", "8672", "agrees"),
    ("3.vii", "architecture", 2, 1, "vi", "vi", "agrees"),
    ("3.vii", "parameters", 2, 1, "1290", "1290", "agrees"),
]


def test_the_midterm_has_these_fourteen_rows() -> None:
    rows = [(p.item, p.part, int(p.points), int(p.worth), p.key, p.printed, p.status) for p in AUDIT.parts]
    assert [tuple(map(str, row)) for row in rows] == [tuple(map(str, row)) for row in ROWS]


def test_every_row_is_countersigned_by_a_witness_that_says_the_same() -> None:
    assert all(part.countersigned and part.witness == part.key for part in AUDIT.parts)
    assert all(part.variants == 1 and part.depends_on == () and part.note == "" for part in AUDIT.parts)


def test_one_wrong_row_makes_the_audit_disagree() -> None:
    assert AUDIT.counts() == {"wrong": 1, "agrees": 13}
    assert not AUDIT.agrees


def test_the_paper_itself_adds_up() -> None:
    assert AUDIT.paper == ()


@pytest.mark.parametrize(
    ("item", "line"),
    [
        ("3.i", "⌊(128 + 2·0 − 3)/1⌋ + 1 = 126"),
        ("3.i", "(3·3·3 + 1)·64 = 1792"),
        ("3.vii", "(128 + 1)·10 = 1290"),
    ],
)
def test_the_working_is_written_out(item: str, line: str) -> None:
    assert line in next(part.working for part in AUDIT.parts if part.item == item)


def test_as_json_it_is_the_object_that_the_command_prints() -> None:
    data = AUDIT.to_json()
    assert data["exam"]["points"] == data["exam"]["cover"] == 20
    assert data["paper"] == []
    first = data["parts"][0]
    assert {name: first[name] for name in ("item", "part", "points", "key", "witness", "countersigned")} == {
        "item": "3.i",
        "part": "shape",
        "points": 2,
        "key": "126 × 126 × 64",
        "witness": "126 × 126 × 64",
        "countersigned": True,
    }
    assert (first["printed"], first["status"], list(first["depends_on"])) == ("14 × 14 × 64", "wrong", [])
    assert isinstance(first["working"], str)
