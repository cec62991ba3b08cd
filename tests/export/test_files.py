"""Files written whole or not at all, under names that cannot leave their folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.errors import Fault
from gradus.export.files import file_name, write_text, writing


def test_a_file_interrupted_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "old")
    interrupted = writing(path)
    interrupted.__enter__().write("half")
    interrupted.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Fault, match=r"cannot be written: .*; check the folder, its rights and the disk"):
        write_text(tmp_path / "file" / "a.txt", "x")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_a_name_stays_in_its_folder(candidate: str) -> None:
    name = file_name(candidate)
    assert "/" not in name
    assert "\\" not in name
    assert not name.startswith(".")
    assert 0 < len(name.encode()) <= 200


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300), unique=True, min_size=2))
def test_different_candidates_have_different_files(candidates: list[str]) -> None:
    assert len({file_name(candidate) for candidate in candidates}) == len(candidates)
