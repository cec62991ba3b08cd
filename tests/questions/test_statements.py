"""Statements on papers: drawn, shuffled, stored, told, and graded by what an audit decided."""

from __future__ import annotations

import json
import pickle
import random
from fractions import Fraction
from pathlib import Path

import pytest

from gradus import catalogue, paper
from gradus.answers import Truth
from gradus.audit import audit
from gradus.countersigning import countersign
from gradus.errors import Fault, Faults
from gradus.export.drawing import draw_papers
from gradus.grading import grade
from gradus.paper import Paper
from gradus.questions import Option, Statements
from gradus.report.marks import mark
from gradus.verdict import Decided
from tests.questions.exams import question, read, told, write

DRAWN = "draw: 2\nshuffle: true\n"
COUNT = "must be 1 to 39 options, each with a name of its own"
OPTION = {"name": "i", "claim": "x"}


def test_the_key_is_what_the_audit_decided(folder: Path) -> None:
    asked = question(folder, told("true"), told("false"), "{claim: none of these}")
    signed = countersign(asked)
    assert {part: str(answer) for part, answer in signed.key.items()} == {"i": "true", "ii": "false", "iii": "false"}
    assert signed.complete
    assert signed.ready


def test_without_an_audit_there_is_no_key_and_no_paper(folder: Path) -> None:
    exam = read(write(folder, told("true")))
    signed = countersign(exam.questions[0].draw(random.Random(0)))
    assert not signed.ready
    with pytest.raises(Fault, match=r"a is not countersigned for ada: .* run `gradus audit`"):
        list(draw_papers(exam, ["ada"], folder / "papers", b"", "json", replace=False))


def test_an_undecided_statement_goes_to_a_person_and_may_be_asked(folder: Path) -> None:
    asked = question(folder, told("nothing"), told("false", given="factor: 2"))
    signed = countersign(asked)
    assert (signed.complete, signed.ready) == (False, True)
    verdicts = grade(asked, {"i": "true", "ii": "true"})
    assert [verdict.status for verdict in verdicts.values()] == ["undecided", "undecided"]
    assert verdicts["ii"].feedback == (
        "A person decides: the key is not countersigned (it depends on turning (false for no, true for yes))."
    )
    assert verdicts["ii"].read == "true"
    assert [v.status for v in grade(asked, {"i": " ", "ii": "maybe"}).values()] == ["blank", "unreadable"]


def test_what_an_audit_decides_later_counts_at_once(folder: Path) -> None:
    exam = read(write(folder, told("true")))
    asked = Statements(**exam.questions[0].fixed)  # type: ignore[arg-type]
    assert grade(asked, {"i": "true"})["i"].status == "undecided"
    audit(exam)
    assert grade(asked, {"i": "true"})["i"].status == "right"


def test_a_wrong_judgement_is_told_with_what_decided_it(folder: Path) -> None:
    verdict = grade(question(folder, told("false")), {"i": "T"})["i"]
    assert (verdict.status, verdict.mistake) == ("wrong", "i_taken_for_true")
    assert verdict.feedback == "The statement is false: it says false."


@pytest.mark.parametrize(
    ("given", "statuses"),
    [
        ({"true": "i"}, ["right", "right"]),
        ({"true": "none"}, ["wrong", "right"]),
        ({"true": "i, ii"}, ["right", "wrong"]),
        ({"true": "none", "i": "true"}, ["right", "right"]),
        ({"true": "i, iii"}, ["unreadable", "unreadable"]),
        ({"i": "yes"}, ["right", "blank"]),
    ],
)
def test_a_list_of_the_true_ones_judges_all_of_them(folder: Path, given: dict[str, str], statuses: list[str]) -> None:
    asked = question(folder, told("true"), told("false"))
    assert [verdict.status for verdict in grade(asked, given).values()] == statuses


def points(folder: Path, more: str, given: dict[str, str]) -> tuple[Fraction, int]:
    exam = read(write(folder, told("true"), told("true"), told("false"), told("nothing"), more=more))
    audit(exam)
    marks = mark(exam, paper.draw(exam, "ada"), {"a": given})
    return marks.total, marks.pending


RIGHT = {"i": "true", "ii": "true", "iii": "false"}


@pytest.mark.parametrize(
    ("more", "given", "expected"),
    [
        ("", RIGHT, (3, 0)),
        ("", {**RIGHT, "iii": "true"}, (2, 0)),
        ("", {**RIGHT, "iv": "true"}, (3, 1)),
        ("marking: all or nothing\n", {**RIGHT, "iv": "true"}, (0, 1)),
        ("marking: all or nothing\n", {**RIGHT, "iii": "true", "iv": "true"}, (0, 0)),
        ("marking: all or nothing\n", RIGHT, (0, 0)),  # one is blank
        ("marking: negative\n", RIGHT, (3, 0)),
        ("marking: negative\n", {**RIGHT, "iii": "true"}, (1, 0)),
        ("marking: negative\npenalty: 1/2\n", {**RIGHT, "iii": "true"}, (Fraction(3, 2), 0)),
        ("marking: negative\n", {"i": "false", "ii": "false"}, (0, 0)),
        ("marking: negative\nleast: -1\n", {"i": "false", "ii": "false"}, (-1, 0)),
        ("marking: negative\nleast: -4\n", {"i": "false", "ii": "false"}, (-2, 0)),
    ],
)
def test_points_follow_the_rule_of_the_question(
    folder: Path, more: str, given: dict[str, str], expected: tuple[Fraction, int]
) -> None:
    assert points(folder, more, given) == expected


def test_a_person_completes_all_or_nothing(folder: Path) -> None:
    asked = question(folder, told("true"), told("nothing"), more="marking: all or nothing\n")
    given = {"i": "true", "ii": "true"}
    right = grade(asked, given, decided={"ii": Decided(Fraction(1), "Yes.")})
    assert [verdict.status for verdict in right.values()] == ["right", "marked"]
    assert [verdict.credit for verdict in right.values()] == [1, 1]
    wrong = grade(asked, given, decided={"ii": Decided(Fraction(0), "No.")})
    assert [verdict.credit for verdict in wrong.values()] == [0, 0]
    assert wrong["i"].feedback == "Right. The points are for all statements together, and ii is not right."


def test_a_person_does_not_overrule_the_evidence(folder: Path) -> None:
    asked = question(folder, told("true"))
    assert grade(asked, {"i": "false"}, decided={"i": Decided(Fraction(1), "Yes.")})["i"].status == "wrong"


def test_papers_are_drawn_with_a_true_statement_and_stored_as_fields(folder: Path) -> None:
    exam = read(write(folder, told("true"), *[told("false")] * 6, "{claim: none of these}", more=DRAWN))
    audit(exam)
    orders = set()
    for number in range(60):
        drawn = paper.draw(exam, f"candidate {number}")
        asked = drawn.variants["a"]
        assert isinstance(asked, Statements)
        assert any(str(answer) == "true" for answer in asked.key().values())
        assert paper.from_data(json.loads(json.dumps(drawn.to_json())), "p.json") == drawn
        assert drawn == paper.draw(exam, f"candidate {number}")
        assert pickle.loads(pickle.dumps(asked)) == asked
        names = [option.name for option in asked.options]
        assert "viii" not in names[:-1], "none of these is last"
        orders.add(tuple(names))
    assert len(orders) > 6


def test_drawn_settings_are_told_in_the_stem_and_in_the_statements(folder: Path) -> None:
    options = (
        "{claim: softmax_scaling, with: {change: {among: [scale, shift]}}}",
        '{claim: softmax_scaling, text: "It is about {compared} and a {change}.", with: {change: scale}}',
    )
    among = "{among: [probabilities, predicted class of positive factors]}"
    more = 'stem: "Here $\\\\frac{1}{2}$ is compared by {compared}."\n' + f"with: {{compared: {among}}}\n"
    exam = read(write(folder, *options, more=more))
    prompts = {paper.draw(exam, f"{number}").variants["a"].prompt() for number in range(40)}
    assert len(prompts) == 4
    assert all("\\frac{1}{2}" in prompt and "{compared}" not in prompt for prompt in prompts)
    assert any("compared by probabilities" in p and "It is about probabilities and a scale." in p for p in prompts)


def test_a_prompt_names_every_part_and_its_rule(folder: Path) -> None:
    asked = question(folder, told("true"), told("false"), more="stem: Judge.\nmarking: negative\npenalty: 1/3\n")
    assert asked.prompt() == (
        "Judge.\n\nSay of each statement whether it is true or false. Each that is judged rightly earns its share of "
        "the points; one judged wrongly costs 1/3 of that, and one left blank costs nothing.\n\n"
        "(**i**) It says true.\n\n(**ii**) It says false."
    )
    assert asked.working() == (
        "i: true\n  exact check: it says true\n  experiment: it is heard to say true\n"
        "ii: false\n  exact check: it says false\n  experiment: it is heard to say false"
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "options is missing from Statements"),
        ({"options": []}, f"options = 0 {COUNT}"),
        ({"options": [{"name": "i"}]}, "options[1].claim is missing"),
        ({"options": [{"name": "i", "claim": "x"}] * 2}, f"options = 2 {COUNT}"),
        ({"options": [{**OPTION, "given": [["a"]]}]}, "given must be pairs of an assumption and its value"),
        ({"options": [{"name": "i", "claim": "x"}], "marking": "harsh"}, "marking = 'harsh' must be one of"),
        ({"options": "i"}, "options = 'i' must be a list"),
    ],
)  # fmt: skip
def test_a_spoilt_paper_is_told(fields: dict[str, object], message: str) -> None:
    data = {
        "format": 1,
        "exam": "e",
        "candidate": "c",
        "questions": [{"item": "a", "family": "statements", "fields": fields}],
    }
    with pytest.raises((Fault, Faults)) as caught:
        paper.from_data(data, "p.json")
    assert f"p.json: {message}" in str(caught.value)


def test_a_paper_that_names_a_claim_of_nobody_is_undecided_and_no_crash() -> None:
    for claim in ("no_such_claim", "../../etc/passwd.py:X", "\x00"):
        asked = Statements(options=(Option("i", claim, "Something."),))
        assert grade(asked, {"i": "true"})["i"].status == "undecided"


def test_the_catalogue_finds_and_names_the_kind() -> None:
    assert catalogue.family("statements") is Statements
    assert catalogue.name_of(Statements(options=(Option("i", "softmax_scaling"),))) == "statements"
    assert "statements" not in catalogue.names(), "nothing can be drawn of it without an exam file"
    with pytest.raises(Fault, match="did you mean 'statements'"):
        catalogue.family("statement")
    assert (
        Paper("e", "c", {"a": Statements(options=(Option("i", "x"),))}).to_json()["questions"][0]["family"]
        == "statements"
    )


def test_truth_is_never_guessed_from_a_missing_ruling(folder: Path) -> None:
    asked = Statements(
        options=(Option("i", "softmax_scaling", given=(("change", "shift"),)), Option("ii", "none of these"))
    )
    assert all(agreed is not Truth.TRUE for agreed in countersign(asked).agreed.values())
