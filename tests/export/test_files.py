"""Files written whole or not at all, under names that cannot leave their folder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.errors import Fault
from gradus.export.files import file_name, make_file, write_text, writing


def test_a_file_interrupted_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "old")
    interrupted = writing(path)
    interrupted.__enter__().write("half")
    interrupted.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_of_several_that_make_a_file_one_wins_and_its_rights_are_the_owners(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as several:
        list(several.map(lambda number: make_file(tmp_path / "a.txt", str(number)), range(50)))
    kept = (tmp_path / "a.txt").read_text()
    make_file(tmp_path / "a.txt", "later")
    assert (tmp_path / "a.txt").read_text() == kept
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_disk_without_links_takes_the_file_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("os.link", refuse)
    make_file(tmp_path / "a.txt", "x")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["x"]


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
