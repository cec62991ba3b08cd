"""Files of marks: kept at once, read line by line, merged into grades by the words of an answer."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pytest

from gradus import exam as exams
from gradus.errors import Fault
from gradus.export.drawing import find_papers
from gradus.handmarks import HandMark, append_mark, identify, read_marks
from gradus.handmarks.queue import Waiting, find_waiting
from gradus.handmarks.reply import read_reply
from gradus.report.grading_run import Graded, grade_responses
from gradus.responses import read

NAME = "0123456789abcdef" * 2


def raise_it(fault: Fault) -> None:
    raise fault


def graded(folder: Path, marks: dict[str, HandMark]) -> dict[str, Graded]:
    exam = exams.read(folder / "exam.md")
    found = grade_responses(exam, read(folder / "r.csv"), find_papers(exam, None), raise_it, "r.csv", marks)
    return {one.marks.candidate: one for one in found}


def waiting(folder: Path) -> list[Waiting]:
    exam = exams.read(folder / "exam.md")
    return find_waiting(exam, graded(folder, {}).values(), find_papers(exam, None))


def test_each_answer_waits_once_whoever_wrote_it_and_blanks_do_not(folder: Path) -> None:
    queue = waiting(folder)
    assert sorted((one.text.split()[0], one.count) for one in queue) == [("I", 1), ("Perhaps", 2), ("The", 1)]
    assert [one.answer for one in queue] == sorted(one.answer for one in queue)
    assert {(one.item, one.part) for one in queue} == {("w", "answer")}
    assert all(one.worth == 2 for one in queue)


def test_the_order_is_the_same_whoever_sits_the_exam_and_in_whatever_order(folder: Path) -> None:
    before = [one.text for one in waiting(folder)]
    header, *rows = (folder / "r.csv").read_text().splitlines()
    renamed = [f"x{random.Random(row).random()}{row[3:]}" for row in reversed(rows)]
    (folder / "r.csv").write_text("\n".join([header, *renamed]) + "\n")
    assert [" ".join(one.text.split()) for one in waiting(folder)] == [" ".join(text.split()) for text in before]


def test_a_mark_counts_for_everybody_who_wrote_the_same(folder: Path) -> None:
    path = folder / "marks" / "m.jsonl"
    for one in waiting(folder):
        ideas = ("rate", "start") if one.text.startswith("The step") else ()
        append_mark(path, HandMark(one.answer, "w", "answer", ideas, None, "" if ideas else "Read chapter 8."))
    done = graded(folder, read_marks(path))
    assert {name: (int(one.marks.total), one.marks.pending) for name, one in done.items()} == {
        "ada": (2, 0), "bob": (0, 0), "cem": (0, 0), "dan": (1, 0), "eve": (0, 0),
    }  # fmt: skip
    verdicts = {name: one.marks.items[0].verdicts["answer"] for name, one in done.items()}
    assert (verdicts["ada"].status, verdicts["bob"].status, verdicts["eve"].status) == ("marked", "marked", "blank")
    assert verdicts["ada"].feedback == (
        "A person gave 2 of 2 points for: The learning rate is too small; The weights start badly."
    )
    assert verdicts["bob"].feedback == "A person gave 0 of 2 points for: none of the ideas asked for. Read chapter 8."


def test_a_rubric_that_changes_counts_the_same_marks_anew(folder: Path) -> None:
    path = folder / "m.jsonl"
    for one in waiting(folder):
        append_mark(path, HandMark(one.answer, "w", "answer", ("rate",) if one.text.startswith("The step") else ()))
    text = (folder / "exam.md").read_text()
    (folder / "exam.md").write_text(text.replace("is too small, words", "is too small, points: 2, words"))
    assert graded(folder, read_marks(path))["ada"].marks.total == 2
    (folder / "exam.md").write_text(text.replace("id: rate", "id: step"))
    ada = graded(folder, read_marks(path))["ada"].marks
    assert ada.pending == 1
    assert ada.items[0].verdicts["answer"].feedback == (
        "A person decides again: ideas = 'rate' is no longer an idea of w; put it back, or mark the answer again."
    )


def test_an_answer_that_changes_or_another_question_waits_again(folder: Path) -> None:
    path = folder / "m.jsonl"
    for one in waiting(folder):
        append_mark(path, HandMark(one.answer, "w", "answer", (), Fraction(2)))
    assert graded(folder, read_marks(path))["ada"].marks.total == 2
    (folder / "r.csv").write_text("candidate,item,part,response\nada,w,answer,The step size.\n")
    assert graded(folder, read_marks(path))["ada"].marks.pending == 1
    asked = exams.read(folder / "exam.md").questions[0].draw(random.Random(0))
    names = {identify(exam, item, asked, part, text) for exam, item, part, text in
             [("e", "w", "answer", "x"), ("f", "w", "answer", "x"), ("e", "v", "answer", "x"), ("e", "w", "a", "x"), ("e", "w", "answer", "y")]}  # fmt: skip  # noqa: E501
    assert len(names) == 5


def test_of_two_marks_the_later_counts_and_a_line_cut_short_costs_only_itself(folder: Path) -> None:
    path = folder / "m.jsonl"
    append_mark(path, HandMark(NAME, "w", "answer", ("rate",)))
    with path.open("a") as file:
        file.write('{"answer": "0123')  # the process was killed here
    append_mark(path, HandMark(NAME, "w", "answer", (), Fraction(3, 2), "Better."))
    told: list[Fault] = []
    assert read_marks(path, told.append) == {NAME: HandMark(NAME, "w", "answer", (), Fraction(3, 2), "Better.")}
    assert [str(fault) for fault in told] == [
        f'{path}:2: line = \'{{"answer": "0123\' is not JSON; write one line '
        '{"answer": "…", "item": "2a", "part": "answer", "ideas": ["rate"]} or "points": "3/2" a mark'
    ]
    with pytest.raises(Fault, match="is not JSON"):
        read_marks(path)


LINE = f'"answer": "{NAME}", "item": "w", "part": "answer"'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[]", "line = '[]' must have answer, item and part"),
        ("{}", "line = '{}' must have answer, item and part"),
        (f"{{{LINE}}}", "must have either ideas or points"),
        (f'{{{LINE}, "ideas": [], "points": 1}}', "must have either ideas or points"),
        (f'{{{LINE}, "points": -1}}', "points = '-1' must be a number from 0; write 1.5 or 3/2"),
        (f'{{{LINE}, "points": "1/0"}}', "points = '1/0' must be a number from 0; write 1.5 or 3/2"),
        (f'{{{LINE}, "points": NaN}}', "points = nan must be a number from 0; write 1.5 or 3/2"),
        (f'{{{LINE}, "points": 1e99}}', "points = '1e99' must be a number from 0; write 1.5 or 3/2"),
        (f'{{{LINE}, "ideas": "rate"}}', "ideas = 'rate' must be a list of names; write [\"rate\"]"),
        (f'{{{LINE}, "points": 1, "note": [3]}}', "note = ['3'] must be a text of up to 2000 characters; shorten it"),
        (LINE.join("{}").replace(NAME, "ada"), "answer = 'ada' must be what `gradus mark` wrote; mark it again"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_faulty_line_is_told(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "m.jsonl").write_text(line + "\n")
    told: list[Fault] = []
    assert read_marks(tmp_path / "m.jsonl", told.append) == {}
    assert message in str(told[0])
    assert str(told[0]).startswith(f"{tmp_path}/m.jsonl:1: ")


def test_more_points_than_a_part_has_are_told(folder: Path) -> None:
    (one, *_) = waiting(folder)
    mark = HandMark(one.answer, "w", "answer", (), Fraction(5, 2))
    with pytest.raises(Fault, match="points = '5/2' must be at most 2; mark w answer again"):
        mark.decide(one.variant, one.worth)


def test_a_folder_that_takes_no_marks_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Fault, match=r"m\.jsonl: file cannot be written: .*; check the folder, its rights and the disk"):
        append_mark(tmp_path / "file" / "m.jsonl", HandMark(NAME, "w", "answer"))


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("a", (("rate",), None, "")),
        ("C a", (("rate", "labels"), None, "")),
        ("a,b,a", (("rate", "start"), None, "")),
        ("0", ((), Fraction(0), "")),
        ("1.5", ((), Fraction(3, 2), "")),
        ("1,5", ((), Fraction(3, 2), "")),
        ("3/2; nearly", ((), Fraction(3, 2), "nearly")),
        ("b ; see chapter 8; and 9", (("start",), None, "see chapter 8; and 9")),
    ],
)
def test_letters_or_points_and_a_note_are_read(folder: Path, text: str, mark: tuple[object, ...]) -> None:
    (one, *_) = waiting(folder)
    read_ = read_reply(text, one)
    assert (read_.ideas, read_.points, read_.note) == mark


REMEDY = "type letters of ideas, such as a c, or points from 0 to 2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"reply is empty; {REMEDY}"),
        ("; only a note", f"reply is empty; {REMEDY}"),
        ("d", f"reply = 'd' is no letter of an idea and no number of points; {REMEDY}"),
        ("-1", f"reply = '-1' is no letter of an idea and no number of points; {REMEDY}"),
        ("3", f"points = '3' are more than 2; {REMEDY}"),
        ("1/0", f"reply = '1/0' is no letter of an idea and no number of points; {REMEDY}"),
        ("a; " + "x" * 3000, "note = '"),
    ],
)
def test_anything_else_is_asked_again(folder: Path, text: str, message: str) -> None:
    (one, *_) = waiting(folder)
    with pytest.raises(Fault) as caught:
        read_reply(text, one)
    assert message in str(caught.value)
