"""Texts marked by a rubric: what the audit says of its ideas, and that no machine gives a point."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradus import exam as exams
from gradus import paper
from gradus.assertion import trust_claims
from gradus.audit import Part, audit
from gradus.countersigning import countersign
from gradus.errors import Fault, Faults
from gradus.exam import Exam
from gradus.export.drawing import draw_papers
from gradus.grading import grade
from gradus.questions import WrittenAnswer
from gradus.render.pages import key_page, paper_page

TEXT = """---
title: T
points: 2
---
```written
id: w
points: 2
stem: Why?
ideas:
  - {{id: one, idea: The first}}
  - {{id: two, idea: The second, claim: "./own.py:Told", with: {{{credited}}}}}
rejected:
  - {{id: three, idea: The third, reason: It is not so, claim: "./own.py:Told", with: {{{rejected}}}}}
```
"""
FIXED = "turning: no, factor: 2"


def read(folder: Path, credited: str = f"says: 'true', {FIXED}", rejected: str = f"says: 'false', {FIXED}") -> Exam:
    path = folder / "exam.md"
    path.write_text(TEXT.format(credited=credited, rejected=rejected), encoding="utf-8")
    trust_claims(path)
    return exams.read(path)


def rows(folder: Path, **given: str) -> dict[str, Part]:
    return {part.part: part for part in audit(read(folder, **given)).parts}


def test_the_answer_is_a_row_and_so_is_every_idea_that_rests_on_a_claim(folder: Path) -> None:
    found = rows(folder)
    assert list(found) == ["answer", "two", "three"]
    answer = found["answer"]
    assert (answer.status, answer.key, answer.countersigned) == ("written", "The second: true; The third: false", True)
    assert answer.note == "a person marks it by its rubric: 2 ideas, 1 rejected; 2 of them rest on claims"
    assert [(part.status, part.printed, part.key) for part in list(found.values())[1:]] == [
        ("agrees", "true", "true"), ("agrees", "false", "false"),
    ]  # fmt: skip
    assert [float(part.worth) for part in found.values()] == [2, 0, 0]


def test_a_credited_idea_that_is_false_and_a_rejected_one_that_holds_are_found(folder: Path) -> None:
    found = rows(folder, credited=f"says: 'false', {FIXED}", rejected=f"says: 'true', {FIXED}")
    assert {name: part.status for name, part in found.items()} == {
        "answer": "written",
        "two": "wrong",
        "three": "wrong",
    }
    assert found["two"].note == "the rubric credits this, and the evidence says otherwise: it says false"
    assert found["three"].note == "the rubric rejects this, and the evidence says otherwise: it says true"


def test_an_idea_that_depends_or_is_undecided_says_on_what_and_why(folder: Path) -> None:
    found = rows(folder, credited="says: 'true', factor: 2", rejected=f"says: nothing, {FIXED}")
    assert (found["two"].status, found["two"].depends_on) == ("depends", ("turning",))
    assert found["two"].note == "the rubric credits this; it depends on turning (true for no, false for yes)"
    assert (found["three"].status, found["three"].note) == (
        "undecided",
        "the evidence decides nothing: it says nothing",
    )
    assert not found["answer"].countersigned


def test_no_machine_gives_a_point_whatever_is_written(folder: Path) -> None:
    exam = read(folder)
    audit(exam)
    asked = paper.draw(exam, "ada").variants["w"]
    key = str(asked.key()["answer"])
    assert key == "The second: true; The third: false"
    for text in ("The first and the second.", key, "$x$", "0", "undecided"):
        verdict = grade(asked, {"answer": text})["answer"]
        assert (verdict.status, verdict.credit) == ("undecided", None), text
    assert grade(asked, {"answer": " \n"})["answer"].status == "blank"
    assert grade(asked, {"answer": "x" * 20_001})["answer"].status == "unreadable"


def test_a_rubric_without_evidence_is_asked_and_shown_to_staff_alone(folder: Path) -> None:
    exam = read(folder)
    drawn = paper.draw(exam, "ada")
    signed = countersign(drawn.variants["w"])
    assert (signed.complete, signed.ready) == (False, True)
    assert list(draw_papers(exam, ["ada"], folder / "papers", b"", "both", replace=False)) == ["ada"]
    assert "The second" not in paper_page(exam, drawn)
    staff = key_page(exam, drawn, {"w": signed})
    assert "by the rubric" in staff
    assert "0: The third – It is not so" in staff
    assert paper.from_data(json.loads(json.dumps(drawn.to_json())), "p.json") == drawn


GOOD: dict[str, object] = {"stem": "Why?", "ideas": [{"name": "one", "idea": "x", "points": "2"}], "most": "2"}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"ideas": []}, "ideas earn 0 together, and the question 2"),
        ({"most": "0"}, "ideas earn 0 together, and the question 0"),
        ({"most": "-1"}, "together, and the question -1"),
        ({"most": "x"}, "most = 'x' must be a number"),
        ({"ideas": [{"name": "one", "idea": "x"}]}, "ideas[1].points is missing"),
        ({"ideas": [{"name": "a", "idea": "x", "points": "2"}] * 2}, "ideas = 'a' names two ideas"),
        ({"rejected": [{"name": "one", "idea": "x", "reason": "y"}]}, "ideas = 'one' names two ideas"),
        ({"rubric": {}}, "rubric is no field of WrittenAnswer"),
        ({"stem": ["x"]}, "stem = '[x]' must be a text"),
    ],
)
def test_a_spoilt_paper_is_told(fields: dict[str, object], message: str) -> None:
    entry = {"item": "w", "family": "written", "fields": {**GOOD, **fields}}
    with pytest.raises((Fault, Faults)) as caught:
        paper.from_data({"format": 1, "exam": "e", "candidate": "c", "questions": [entry]}, "p.json")
    assert message in str(caught.value)


def test_a_paper_without_its_rubric_is_told() -> None:
    entry = {"item": "w", "family": "written", "fields": {"stem": "Why?"}}
    with pytest.raises(Fault, match=r"p\.json: ideas is missing from WrittenAnswer"):
        paper.from_data({"format": 1, "exam": "e", "candidate": "c", "questions": [entry]}, "p.json")
    assert WrittenAnswer.parts == ("answer",)
