"""What the audit says of the reference midterm, by computation."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradus import exam as exams
from gradus.audit import Audit, audit
from gradus.claim import Effort, Level

MIDTERM = Path(__file__).parents[2] / "exams" / "midterm.md"


@pytest.fixture(scope="module")
def found() -> Audit:
    return audit(exams.read(MIDTERM), effort=Effort(Level.QUICK))


def test_every_key_is_countersigned(found: Audit) -> None:
    assert all(part.countersigned for part in found.parts if part.item[0] in "345")


@pytest.mark.parametrize("item", ["4.i", "4.ii", "5.i", "5.iii", "5.iv", "5.vi", "5.vii"])
def test_the_printed_answer_holds(found: Audit, item: str) -> None:
    part = next(part for part in found.parts if part.item == item)
    assert (part.status, part.note) == ("agrees", "")
    assert part.printed


def test_both_printed_forms_of_the_minimiser_hold(found: Audit) -> None:
    part = next(part for part in found.parts if part.item == "4.ii")
    assert part.printed is not None
    assert part.printed.count(" or ") == 1


def test_what_l1_and_l2_do_is_computed_and_a_person_marks_the_sentences(found: Audit) -> None:
    statuses = {part.part: part.status for part in found.parts if part.item == "4.iii"}
    assert statuses == {
        "small_l1": "agrees", "small_l2": "agrees", "large_l1": "agrees", "large_l2": "agrees", "difference": "written",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("item", "note"),
    [
        (
            "5.ii",
            "That is the derivative by a shift common to all samples: it merges the pre-activations of the real and "
            "of the "
            "generated samples, which differ. Of one sample alone it is (1 - sigmoid(z_i))/n.",
        ),
        ("5.v", "Off by the factor 1/n."),
        ("5.viii", "One term has the wrong sign: ∇_{theta_d} D(g(Z_i))."),
    ],
)
def test_the_printed_answer_is_wrong_and_the_note_says_why(found: Audit, item: str, note: str) -> None:
    part = next(part for part in found.parts if part.item == item)
    assert (part.status, part.note) == ("wrong", note)


def test_the_paper_contradicts_itself_twice(found: Audit) -> None:
    assert [(finding.kind, finding.item, finding.message) for finding in found.paper] == [
        ("points", "5.iv", "states 3 points and 5 points; only 3 points makes question 5 come to 25 points"),
        ("symbol", "5.vii", "the stem names theta_d, which the question does not have; the question is about theta_g"),
    ]


def test_the_short_answers_are_marked_by_people(found: Audit) -> None:
    rows = {part.item: part for part in found.parts if part.item.startswith("2") and part.part == "answer"}
    assert sorted(rows) == ["2a", "2b", "2c", "2d", "2e", "2f", "2g", "2h"]
    assert all(part.status == "written" and part.worth == 2 for part in rows.values())
