"""The paper against itself: points in every form, wherever they stand."""

from __future__ import annotations

import pytest

from gradus import exam as exams
from gradus.audit.paper import audit_paper


def _exam(points: str, *questions: str, heading: str = "") -> str:
    blocks = "\n".join(f"```conv_layer\nid: 1.{i}\npoints: {stated}\n```\n" for i, stated in enumerate(questions))
    return f"---\ntitle: T\npoints: {points}\n---\n\n{heading}\n\n{blocks}"


def _messages(text: str) -> list[str]:
    return [f"{finding.item}: {finding.message}" for finding in audit_paper(exams.parse(text))]


def test_an_item_of_two_values_is_told_without_any_heading() -> None:
    assert _messages(_exam("5", "[5, 3]")) == ["1.0: states 5 points and 3 points"]


def test_many_items_of_two_values_are_all_added_up() -> None:
    assert _messages(_exam("20", *["[2, 1]"] * 20)) == [f"1.{i}: states 2 points and 1 point" for i in range(20)]
    last = _messages(_exam("41", *["[2, 1]"] * 20))[-1]
    assert last == (
        "header: the header states 41 points in all, and the items add up to 20 points at least and 40 points at most, "
        "never to that"
    )


def test_sums_beyond_counting_accuse_nobody() -> None:
    doubling = [f"[{3**i}, {2 * 3**i}]" for i in range(30)]
    assert all(": states " in message for message in _messages(_exam("1", *doubling)))


@pytest.mark.parametrize(
    ("heading", "stated"),
    [
        ("# 1 A (4 points)", "4 points"),
        ("# 1 A (4 Points)", "4 points"),
        ("# 1 A (4 pts)", "4 points"),
        ("# 1 A (4 pt.)", "4 points"),
        ("# 1 A (4.5 points)", "4.5 points"),
        ("# 1 A (1/2 points)", "0.5 points"),
        ("# 1 A (1/3 points)", "1/3 points"),
        ("1 A (4 points)\n===", "4 points"),
        (f"# 1 A ({'9' * 9} points)", f"{'9' * 9} points"),
    ],
)
def test_points_of_headings_are_read_in_every_form(heading: str, stated: str) -> None:
    assert _messages(_exam("2", "2", heading=heading)) == [
        f"1: the heading states {stated}, and its items add up to 2 points"
    ]


@pytest.mark.parametrize("heading", ["# 1 A (1/0 points)", "# 1 A (two points)", "# (2 points)", "#"])
def test_headings_that_state_no_points_or_the_right_ones_are_left_alone(heading: str) -> None:
    assert _messages(_exam("2", "2", heading=heading)) == []


def test_a_question_in_a_quote_or_list_is_closed_by_its_fence() -> None:
    for mark, indent in (("> ", "> "), ("- ", "  "), ("> - ", ">   ")):
        lines = ["```conv_layer", "id: a", "points: 2", "```"]
        inside = mark + f"\n{indent}".join(lines)
        assert len(exams.parse(f"---\ntitle: T\npoints: 2\n---\n\n{inside}\n").questions) == 1


@pytest.mark.parametrize("points", ["9" * 30, "0.125", "1/3"])
def test_points_are_told_exactly(points: str) -> None:
    assert f"add up to {points} points" in _messages(_exam("2", points))[0]
