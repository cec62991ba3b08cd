"""Rosters: good ones in several forms, faulty ones with their message."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradus.errors import Fault
from gradus.export.roster import read_roster

FAULTY = {
    "empty": (b"", "r.csv: file is empty; begin with a line `candidate`"),
    "no column": (b"name\nada\n", "r.csv:1: header = 'name' has no column `candidate`; known are name"),
    "no lines": (b"candidate\n", "r.csv: candidate has no lines; write one candidate a line"),
    "twice": (b"candidate\nada\nbob\nAda\n", "r.csv:4: candidate = 'Ada' stands on line 2 already; delete one of them"),
    "blank": (b"candidate,name\n,Ada\n", "r.csv:2: candidate is empty; write who it is, or delete the line"),
    "unprintable": (
        b"candidate\na\x1bda\n",
        "r.csv:2: candidate = 'a\\x1bda' must be up to 200 printable characters; shorten it",
    ),
    "not UTF-8": (b"candidate\n\xff\n", "r.csv:2:1: encoding = 'byte 0xff' is not UTF-8; save the file as UTF-8"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_roster_is_told(name: str, tmp_path: Path) -> None:
    content, message = FAULTY[name]
    (tmp_path / "r.csv").write_bytes(content)
    with pytest.raises(Fault) as caught:
        list(read_roster(tmp_path / "r.csv"))
    assert str(caught.value).replace(f"{tmp_path}/", "") == message


@pytest.mark.parametrize(
    "content", ["candidate\nada\n\nbob\n", "name;id\nAda;ada\nBob;bob\n", "\ufeffCandidate\r\nada\r\nbob\r\n"]
)
def test_rosters_read_in_several_forms(content: str, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(content, encoding="utf-8", newline="")
    assert list(read_roster(tmp_path / "r.csv")) == ["ada", "bob"]
