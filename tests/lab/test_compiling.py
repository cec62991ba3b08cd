"""Compiled programs are kept, and what is kept is never trusted blindly."""

import stat
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradus.lab import compiling

ONES = (np.ones(3, np.float32),)


def double(values: Any) -> Any:
    return values * 2


@pytest.fixture
def place(tmp_path: Any, monkeypatch: Any) -> Any:
    monkeypatch.setenv("GRADUS_CACHE", str(tmp_path / "kept"))
    monkeypatch.setattr(compiling, "_programs", {})
    return tmp_path / "kept" / "programs"


def forget(monkeypatch: Any) -> Any:
    """Forget what is in memory, and refuse to compile."""
    monkeypatch.setattr(compiling, "_programs", {})

    def refuse(*arguments: Any) -> Any:
        raise AssertionError("compiled anew")

    monkeypatch.setattr(compiling, "_make", refuse)


def test_a_program_is_loaded_from_disk_the_second_time(place: Any, monkeypatch: Any) -> None:
    compiling.compiled(double, ONES, "double")
    assert len(list(place.iterdir())) == 1
    forget(monkeypatch)
    assert compiling.compiled(double, ONES, "double")(*ONES).tolist() == [2, 2, 2]


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_file_is_compiled_anew(place: Any, monkeypatch: Any, damage: Any) -> None:
    compiling.compiled(double, ONES, "double")
    (file,) = place.iterdir()
    content = file.read_bytes()
    file.write_bytes(content[:-1] + b"!" if damage is None else damage)
    monkeypatch.setattr(compiling, "_programs", {})
    assert compiling.compiled(double, ONES, "double")(*ONES).tolist() == [2, 2, 2]
    assert file.read_bytes()[:32] == content[:32] or len(file.read_bytes()) > 32


def test_other_names_shapes_and_surroundings_have_programs_of_their_own(place: Any, monkeypatch: Any) -> None:
    compiling.compiled(double, ONES, "double")
    compiling.compiled(double, ONES, "twice")
    compiling.compiled(double, (np.ones(4, np.float32),), "double")
    compiling.compiled(double, (np.ones(3, np.int32),), "double")
    monkeypatch.setattr(compiling, "_surroundings", lambda: "another version")
    compiling.compiled(double, ONES, "double")
    assert len(list(place.iterdir())) == 5


def test_the_folder_belongs_to_the_user_alone(place: Any) -> None:
    compiling.compiled(double, ONES, "double")
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE(next(place.iterdir()).stat().st_mode) == 0o600


def test_nothing_is_kept_where_nothing_can_be_written(tmp_path: Any, monkeypatch: Any) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    for chosen in ("", str(blocked)):
        monkeypatch.setenv("GRADUS_CACHE", chosen)
        monkeypatch.setattr(compiling, "_programs", {})
        assert compiling.compiled(double, ONES, "double")(*ONES).tolist() == [2, 2, 2]


def test_the_folder_is_the_users_unless_named(monkeypatch: Any) -> None:
    monkeypatch.delenv("GRADUS_CACHE", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert compiling.folder() == Path("/somewhere/gradus")
    monkeypatch.setenv("GRADUS_CACHE", "")
    assert compiling.folder() is None
