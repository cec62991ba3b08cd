"""What good response files read to."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gradus.errors import Fault
from gradus.responses import Response, read


def _read(path: Path, content: str) -> list[object]:
    path.write_text(content, encoding="utf-8", newline="")
    return list(read(path))


def test_columns_may_stand_in_any_order_beside_others(tmp_path: Path) -> None:
    found = _read(tmp_path / "r.csv", "time,response,part,item,candidate\n9:00,1792,parameters,3.i,ada\n")
    assert found == [Response("ada", "3.i", "parameters", "1792", 2)]


def test_semicolons_and_tabs_separate_as_well(tmp_path: Path) -> None:
    for mark in ";\t":
        found = _read(tmp_path / "r.csv", f"candidate{mark}item{mark}part{mark}response\nada{mark}1{mark}a{mark}1, 2\n")
        assert found == [Response("ada", "1", "a", "1, 2", 2)]


def test_a_byte_order_mark_windows_line_ends_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    found = _read(tmp_path / "r.csv", "\ufeffcandidate,item,part,response\r\n\r\nada,1,a,x\r\n")
    assert found == [Response("ada", "1", "a", "x", 3)]


def test_a_quoted_response_may_hold_commas_quotes_and_lines(tmp_path: Path) -> None:
    found = _read(tmp_path / "r.csv", 'candidate,item,part,response\nada,1,a,"x, ""y""\nz"\nbob,1,a,2\n')
    assert found == [Response("ada", "1", "a", 'x, "y"\nz', 2), Response("bob", "1", "a", "2", 4)]


def test_two_open_quotes_do_not_swallow_the_lines_between_them(tmp_path: Path) -> None:
    lines = ["candidate,item,part,response", 'ada,1,a,"126', "bob,1,a,7", "bob,1,b,8", 'eve,1,a,9"', "eve,1,b,5"]
    found = _read(tmp_path / "r.csv", "\n".join(lines) + "\n")
    assert [(one.candidate, one.text) for one in found if isinstance(one, Response)] == [
        ("bob", "7"),
        ("bob", "8"),
        ("eve", '9"'),
        ("eve", "5"),
    ]
    assert [str(one).split("r.csv")[-1][:26] for one in found if isinstance(one, Fault)] == [
        ":2: line = 'ada,1,a,\"126' "
    ]


def test_a_candidate_s_next_answer_is_not_part_of_the_one_before(tmp_path: Path) -> None:
    lines = ["candidate,item,part,response", 'ada,1,a,"126', "ada,1,b,7", 'ada,2,a,"8"', 'ada,2,b,9"']
    found = _read(tmp_path / "r.csv", "\n".join(lines) + "\n")
    assert [one.text for one in found if isinstance(one, Response)] == ["7", "8", '9"']


def test_lines_of_code_in_a_quoted_response_are_kept(tmp_path: Path) -> None:
    code = "def f(a,b,c,d):\n    return g(a,b,c,d)\n"
    found = _read(tmp_path / "r.csv", f'candidate,item,part,response\nada,1,a,7\nbob,1,a,"{code}"\n')
    assert [one.text for one in found if isinstance(one, Response)] == ["7", code.strip()]


def test_empty_columns_at_the_end_of_a_line_are_a_spreadsheets_habit(tmp_path: Path) -> None:
    assert _read(tmp_path / "r.csv", "candidate,item,part,response\nada,1,a,x,,,\n") == [
        Response("ada", "1", "a", "x", 2)
    ]


def test_json_numbers_and_lists_read_as_they_would_be_written(tmp_path: Path) -> None:
    lines = [
        {"candidate": "ada", "item": "1", "part": "a", "response": value} for value in (1792, [126, 126, 64], 0.5, None)
    ]
    found = _read(tmp_path / "r.jsonl", "\n".join(map(json.dumps, lines)))
    assert [one.text for one in found if isinstance(one, Response)] == ["1792", "126, 126, 64", "0.5", ""]


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_the_reader_fall_over(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for name in ("r.csv", "r.jsonl"):
            path = Path(folder) / name
            path.write_bytes(b"candidate,item,part,response\n" + content)
            list(read(path))
