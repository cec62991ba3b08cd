"""The public names of the package are written down, and its core stays small enough to read in minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

import gradus


def test_the_public_names_are_these() -> None:
    assert sorted(gradus.__all__) == [
        "Answer",
        "Choice",
        "Count",
        "Family",
        "Fault",
        "GradusError",
        "Interval",
        "Mistake",
        "Real",
        "Shape",
        "Truth",
        "among",
        "between",
    ]
    assert all(hasattr(gradus, name) for name in gradus.__all__)


def test_a_name_that_is_not_public_is_told() -> None:
    with pytest.raises(AttributeError, match="module 'gradus' has no attribute 'Quiz'"):
        gradus.Quiz  # noqa: B018
    assert dir(gradus) == gradus.__all__


def test_what_a_family_owes_fits_in_a_hundred_lines() -> None:
    file = Path(gradus.__file__).parent / "family.py"
    assert len(file.read_text(encoding="utf-8").splitlines()) < 100


def test_no_file_of_ours_grows_past_three_hundred_lines() -> None:
    files = Path(gradus.__file__).parent.rglob("*.py")
    long = {file.name: n for file in files if (n := len(file.read_text(encoding="utf-8").splitlines())) > 300}
    assert long == {}
