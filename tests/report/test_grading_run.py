"""Whole files graded: any order, repeated answers, unknown items, and a broken line among a great many."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gradus import exam as exams
from gradus.errors import Fault
from gradus.export.drawing import find_papers
from gradus.report.grading_run import Graded, grade_responses
from gradus.responses import Response, read

MIDTERM = exams.read(Path(__file__).parents[2] / "exams" / "midterm.md")


def _grade(responses: Iterator[Response | Fault]) -> tuple[list[Graded], list[str]]:
    faults: list[str] = []
    graded = grade_responses(MIDTERM, responses, find_papers(MIDTERM, None), lambda f: faults.append(str(f)), "r.csv")
    return list(graded), faults


def _response(candidate: str, item: str, part: str, text: str, line: int) -> Response:
    return Response(candidate, item, part, text, line)


def test_the_order_of_the_file_does_not_matter() -> None:
    lines = [
        _response("ada", "3.i", "shape", "126x126x64", 2),
        _response("bob", "3.i", "parameters", "1792", 3),
        _response("ada", "3.i", "parameters", "1792", 4),
    ]
    for order in itertools.permutations(lines):
        graded, faults = _grade(iter(order))
        assert [(one.marks.candidate, int(one.marks.total)) for one in graded] == [("ada", 2), ("bob", 1)]
        assert not faults


def test_of_two_answers_the_later_is_graded_and_it_is_said() -> None:
    lines = [_response("ada", "3.i", "parameters", "9", 2), _response("ada", "3.i", "parameters", "1792", 7)]
    graded, faults = _grade(iter(lines))
    assert graded[0].marks.total == 1
    assert faults == [
        "r.csv:7: parameters = '1792' was answered before, on line 2; the later answer is graded; delete one of them"
    ]


def test_unknown_items_and_parts_are_told_with_the_nearest_name() -> None:
    lines = [_response("ada", "3.x", "shape", "1", 2), _response("ada", "3.i", "shapes", "1", 3)]
    _, faults = _grade(iter(lines))
    assert faults == [
        "r.csv:2: item = '3.x' is not on this candidate's paper; did you mean '3.v'?",
        "r.csv:3: part = 'shapes' is no part of 3.i; did you mean 'shape'?",
    ]


def test_a_broken_line_in_the_middle_of_a_long_file_costs_only_itself(tmp_path: Path) -> None:
    count = 30_000  # bench/engine does a million
    with (tmp_path / "r.csv").open("w", encoding="utf-8") as file:
        file.write("candidate,item,part,response\n")
        for number in range(count):
            broken = number == count // 2
            file.write('x,3.i,parameters,"17\n' if broken else f"c{number},3.i,parameters,1792\n")
    graded, faults = _grade(read(tmp_path / "r.csv"))
    assert len(graded) == count - 1
    assert all(one.marks.total == 1 for one in graded)
    assert [fault.split("r.csv")[-1].split(" ")[0] for fault in faults] == [f":{count // 2 + 2}:"]


def test_an_answer_to_a_question_that_left_the_exam_is_told(tmp_path: Path) -> None:
    fewer = replace(MIDTERM, content=tuple(p for p in MIDTERM.content if getattr(p, "item", "") != "3.ii"))
    papers, faults = find_papers(MIDTERM, None), list[str]()
    lines = [_response("ada", "3.i", "parameters", "1792", 2), _response("ada", "3.ii", "parameters", "1216", 3)]
    (ada,) = grade_responses(fewer, iter(lines), papers, lambda fault: faults.append(str(fault)), "r.csv")
    assert ada.marks.total == 1
    assert faults == ["r.csv:3: item = '3.ii' is in the exam no longer; put the question back under its id"]


def test_a_disk_that_takes_no_responses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("gradus.report.grading_run._store", full)
    with pytest.raises(Fault, match="cannot be kept while they are graded: database or disk is full; make room there"):
        _grade(iter([]))


def test_how_many_candidates_there_are_is_told_before_the_first_is_graded() -> None:
    lines = [_response(who, "3.i", "shape", "126x126x64", at) for at, who in enumerate(("ada", "bob", "ada"), 2)]
    told: list[int] = []
    papers = find_papers(MIDTERM, None)
    for _ in grade_responses(MIDTERM, iter(lines), papers, lambda _: None, "r.csv", expect=told.append):
        assert told == [2]
