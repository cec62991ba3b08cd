"""Stored papers: whose they are, of which exam, and that an edited exam does not grade them by other questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradus import exam as exams
from gradus.errors import Fault
from gradus.exam import Exam
from gradus.export.drawing import draw_papers, find_papers, read_secret
from gradus.report.marks import mark

TEXT = "---\ntitle: T\nname: {name}\npoints: 2\n---\n```{family}\nid: a\npoints: 2\n```\n"


def _exam(name: str = "t", family: str = "conv_layer") -> Exam:
    return exams.parse(TEXT.format(name=name, family=family))


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    assert list(draw_papers(_exam(), ["ada", "../bob"], tmp_path, b"secret", "json", replace=False)) == [
        "ada",
        "../bob",
    ]
    return tmp_path


def test_a_paper_is_found_under_its_candidate(drawn: Path) -> None:
    find = find_papers(_exam(), drawn)
    assert [find(name).candidate for name in ("ada", "../bob")] == ["ada", "../bob"]


def test_a_candidate_without_a_paper_is_told(drawn: Path) -> None:
    with pytest.raises(Fault, match="candidate = 'eve' has no paper in this folder; check the id, or draw a paper"):
        find_papers(_exam(), drawn)("eve")


def test_papers_of_another_exam_are_refused(drawn: Path) -> None:
    with pytest.raises(Fault, match="exam = 't' must be 'other'; give the folder that was drawn for this exam"):
        find_papers(_exam("other"), drawn)("ada")


def test_a_renamed_paper_is_refused(drawn: Path) -> None:
    (drawn / "papers" / "ada.json").rename(drawn / "papers" / "eve.json")
    with pytest.raises(Fault, match="candidate = 'ada' must be 'eve'"):
        find_papers(_exam(), drawn)("eve")


def test_an_item_that_asks_something_else_now_is_not_graded_by_it(drawn: Path) -> None:
    paper = find_papers(_exam(), drawn)("ada")
    with pytest.raises(Fault, match="ada: a was drawn as ConvLayer, and the exam asks ConvStack now"):
        mark(_exam(family="conv_stack"), paper, {})


def test_the_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first = read_secret(tmp_path)
    assert (len(first), read_secret(tmp_path)) == (64, first)
    assert (tmp_path / "secret.txt").stat().st_mode & 0o077 == 0
    (tmp_path / "secret.txt").write_text("\n")
    with pytest.raises(Fault, match="secret is empty; restore it"):
        read_secret(tmp_path)


@pytest.mark.parametrize("content", [b"\xff", b"", b"{}"])
def test_a_paper_that_was_spoilt_is_neither_replaced_nor_a_crash(drawn: Path, content: bytes) -> None:
    stored = drawn / "papers" / "ada.json"
    stored.write_bytes(content)
    with pytest.raises(Fault, match="was drawn before and would come out otherwise now"):
        list(draw_papers(_exam(), ["ada"], drawn, b"secret", "json", replace=False))
    assert stored.read_bytes() == content


def test_a_folder_in_place_of_a_paper_is_told(drawn: Path) -> None:
    (drawn / "papers" / "eve.json").mkdir()
    with pytest.raises(Fault, match=r"eve\.json: paper cannot be read: Is a directory; move it away"):
        list(draw_papers(_exam(), ["eve"], drawn, b"secret", "json", replace=False))
