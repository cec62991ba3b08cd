"""What the audit says of questions 4, 5 and 6 of the reference midterm, by computation."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradus import exam as exams
from gradus.audit import Audit, audit

MIDTERM = Path(__file__).parents[2] / "exams" / "midterm.md"


@pytest.fixture(scope="module")
def found() -> Audit:
    return audit(exams.read(MIDTERM))


def test_every_key_is_countersigned(found: Audit) -> None:
    assert all(part.countersigned for part in found.parts)


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


def test_180_parameters_do_not_determine_the_channels_and_the_five_pairs_are_listed(found: Audit) -> None:
    part = next(part for part in found.parts if (part.item, part.part) == ("6.1", "parameters"))
    assert (part.status, part.key, part.printed) == ("underdetermined", "9*C*O + 9*O", "9*C*O + 9*O or 180")
    assert part.note == (
        "180 parameters say nothing of other channels: C = 1 with O = 10, C = 3 with O = 5, C = 4 with O = 4, "
        "C = 9 with O = 2 and C = 19 with O = 1 all fit."
    )


def test_no_padding_and_an_output_as_large_as_the_image_fit_one_reading_of_the_query_alone(found: Audit) -> None:
    part = next(part for part in found.parts if (part.item, part.part) == ("6.1", "shape"))
    assert (part.status, part.depends_on) == ("depends", ("query",))
    assert part.note == "holds for query pixel, never for neighbourhood"


def test_question_6_counts_ten_points_and_five_extra() -> None:
    exam = exams.read(MIDTERM)
    points = {question.item: question.points for question in exam.questions if question.item.startswith("6.")}
    assert points == {"6.1": 2, "6.2": 8, "6.2.extra": 5}
    assert exam.extra == 5
    assert exam.cover == exam.points + exam.extra


def test_of_a_program_the_audit_shows_its_size_and_the_working_shows_it_whole(found: Audit) -> None:
    for item in ("6.2", "6.2.extra"):
        part = next(part for part in found.parts if part.item == item)
        assert (part.status, part.countersigned) == ("agrees", True)
        assert (part.key, part.witness) == ("image_attention, 24 lines", "image_attention, 16 lines")
        assert "def image_attention(image, keys, values):" in part.working
