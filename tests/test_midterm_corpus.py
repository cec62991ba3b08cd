"""The published convolution question of the reference midterm, Q3: what its key prints, what is right.

Source: the university deep-learning midterm of spring 2021 (100 points + 5 extra) that `midterm.md` of the project's
shared material describes item by item; the table below is a copy of its Q3. Shapes are H × W × C.
"""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

import gradus
from gradus import exam
from gradus.answers import Truth
from gradus.audit import audit
from gradus.countersigning import countersign

ROOT = Path(gradus.__file__).parents[2]
EXAM = exam.read(ROOT / "exams" / "midterm.md")
SHARED = ROOT.parent / "shared" / "midterm.md"

# item, points, printed shape, printed parameters, right shape, where both are computed by hand
PRINTED = [
    ("3.i", 2, "14 × 14 × 64", "1792", "126 × 126 × 64"),  # 128 − 3 + 1
    ("3.ii", 2, "128 × 128 × 16", "1216", "128 × 128 × 16"),  # 128 + 4 − 5 + 1
    ("3.iii", 2, "64 × 64 × 32", "416", "64 × 64 × 32"),  # (128 − 2)/2 + 1
    ("3.iv", 4, "14 × 14 × 64", "75648", "14 × 14 × 64"),  # 126, 63, 61, 30, 28, 14
    ("3.v", 4, "16 × 16 × 16", "14048", "16 × 16 × 16"),  # 64, 32, 16
    ("3.vi", 4, "2 × 2 × 32", "8672", "2 × 2 × 32"),  # 64, 32, 16, 8, 4, 2
]


@pytest.mark.parametrize(("item", "points", "shape", "parameters", "right"), PRINTED)
def test_the_printed_shapes_and_counts_are_carried_and_the_right_ones_computed(
    item: str, points: int, shape: str, parameters: str, right: str
) -> None:
    question = EXAM.question(item)
    assert question is not None
    assert question.points == points
    signed = countersign(question.family(**question.fixed))
    assert signed.complete
    assert {part: str(answer) for part, answer in signed.key.items()} == {"shape": right, "parameters": parameters}
    for part, printed in (("shape", shape), ("parameters", parameters)):
        (text,) = question.printed[part]
        assert signed.key[part].read(text) == signed.key[part].read(printed)


def test_the_smallest_head_is_that_of_vi_with_1290() -> None:
    question = EXAM.question("3.vii")
    assert question is not None
    assert question.points == 2
    signed = countersign(question.family(**question.fixed))
    assert {part: str(answer) for part, answer in signed.key.items()} == {"architecture": "vi", "parameters": "1290"}
    assert set(signed.agreed.values()) == {Truth.TRUE}


def test_q3_counts_twenty_points() -> None:
    assert sum((q.points for q in EXAM.questions if q.item.startswith("3.")), Fraction(0)) == 20


def test_of_fourteen_printed_values_thirteen_hold() -> None:
    third = replace(EXAM, content=tuple(q for q in EXAM.questions if q.item.startswith("3.")))
    statuses = Counter(part.status for part in audit(third).parts)
    assert statuses == {"agrees": 13, "wrong": 1}


@pytest.mark.skipif(not SHARED.exists(), reason="the shared material is not beside this checkout")
def test_the_table_is_that_of_the_shared_material() -> None:
    text = SHARED.read_text(encoding="utf-8").replace("75 648", "75648").replace("14 048", "14048")
    for item, points, shape, parameters, _ in PRINTED:
        row = next(line for line in text.splitlines() if line.startswith(f"| {item} |"))
        assert row.split(" | ")[1] == str(points)
        assert row.endswith(f"| {shape} | {parameters} |")
    assert "| 3.vii | 2 |" in text
    assert "| vi | 1290 |" in text
