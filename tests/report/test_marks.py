"""Marks of whole papers, with earlier answers followed through."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from gradus import exam as exams
from gradus import paper
from gradus.report.marks import ItemMarks, Marks, mark

MIDTERM = exams.read(Path(__file__).parents[2] / "exams" / "midterm.md")
RIGHT = {
    "3.i": {"shape": "126 x 126 x 64", "parameters": "1792"},
    "3.ii": {"shape": "128 x 128 x 16", "parameters": "1216"},
    "3.iii": {"shape": "64 x 64 x 32", "parameters": "416"},
    "3.iv": {"shape": "14 x 14 x 64", "parameters": "75648"},
    "3.v": {"shape": "16 x 16 x 16", "parameters": "14048"},
    "3.vi": {"shape": "2 x 2 x 32", "parameters": "8672"},
    "3.vii": {"architecture": "vi", "parameters": "1290"},
}


def _last(marks: Marks) -> ItemMarks:
    """Return the question that builds on earlier ones."""
    return next(item for item in marks.items if item.item == "3.vii")


def test_all_right_earns_all_points() -> None:
    marks = mark(MIDTERM, paper.draw(MIDTERM, "ada"), RIGHT)
    assert marks.total == 20
    assert marks.pending == 0


def test_nothing_written_earns_nothing_and_waits_for_nobody() -> None:
    marks = mark(MIDTERM, paper.draw(MIDTERM, "ada"), {})
    assert marks.total == 0
    assert marks.pending == 0


def test_an_unreadable_answer_waits_and_loses_no_other_mark() -> None:
    answers = {**RIGHT, "3.i": {"shape": "126 by by 64", "parameters": "1792"}}
    marks = mark(MIDTERM, paper.draw(MIDTERM, "ada"), answers)
    assert marks.total == 19
    assert marks.pending == 1


def test_a_wrong_shape_used_rightly_in_the_last_question_keeps_the_later_credit() -> None:
    # with 1 × 1 × 16 for network v, its head of (16 + 1)·10 = 170 is the smallest
    answers = {**RIGHT, "3.v": {"shape": "1 x 1 x 16", "parameters": "14048"}}
    answers["3.vii"] = {"architecture": "v", "parameters": "170"}
    marks = mark(MIDTERM, paper.draw(MIDTERM, "ada"), answers)
    last = {part: verdict.status for part, verdict in _last(marks).verdicts.items()}
    assert last == {"architecture": "followed", "parameters": "followed"}
    assert marks.total == 18


def test_a_wrong_choice_with_its_own_head_keeps_the_credit_of_the_count() -> None:
    answers = {**RIGHT, "3.vii": {"architecture": "v", "parameters": "40970"}}
    verdicts = _last(mark(MIDTERM, paper.draw(MIDTERM, "ada"), answers)).verdicts
    assert verdicts["architecture"].credit == 0
    assert verdicts["parameters"].credit == 1


def test_marks_are_exact_fractions() -> None:
    answers = {"3.i": {"parameters": "1728"}}  # the bias forgotten: half of one point
    assert mark(MIDTERM, paper.draw(MIDTERM, "ada"), answers).total == Fraction(1, 2)
