"""Faulty response files: each fault names its line and remedy, and every other line is graded."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradus.errors import Fault
from gradus.responses import Response, read

HEADER = b"candidate,item,part,response\n"
GOOD = b"ada,3.i,shape,126x126x64\n"
EXAMPLE = '{"candidate": "ada", "item": "3.i", "part": "shape", "response": "126 x 126 x 64"}'
GOOD_JSON = EXAMPLE.encode() + b"\n"

# name: (file name, bytes, message without the folder, number of good responses beside it)
BROKEN_LINES: dict[str, tuple[str, bytes, str, int]] = {
    "a quote that is never closed": (
        "r.csv",
        HEADER + GOOD + b'bob,3.i,shape,"126 x\n' + GOOD * 3,
        "r.csv:3: line = 'bob,3.i,shape,\"126 x' has a quote that is not closed or not doubled; "
        'write "" for a quote inside a quoted response',
        4,
    ),
    "a quote in the middle of a quoted response": (
        "r.csv",
        HEADER + b'bob,3.i,shape,"12"6"\n' + GOOD,
        'r.csv:2: line = \'bob,3.i,shape,"12"6"\' has a quote that is not closed or not doubled; '
        'write "" for a quote inside a quoted response',
        1,
    ),
    "too few columns": (
        "r.csv",
        HEADER + b"bob,3.i\n" + GOOD,
        "r.csv:2: part is missing: the line has 2 columns; write one line candidate,item,part,response a response",
        1,
    ),
    "a comma outside quotes": (
        "r.csv",
        HEADER + b"bob,3.i,shape,126,126,64\n" + GOOD,
        "r.csv:2: line = 'bob,3.i,shape,126,126,64' has 6 columns where the header has 4; "
        'put a response that holds a comma in quotes: "126, 126, 64"',
        1,
    ),
    "no candidate": ("r.csv", HEADER + b",3.i,shape,1\n" + GOOD, "r.csv:2: candidate is empty; write the candidate", 1),
    "no item": ("r.csv", HEADER + b"bob, ,shape,1\n" + GOOD, "r.csv:2: item is empty; write the item", 1),
    "an endless candidate": (
        "r.csv",
        HEADER + b"b" * 201 + b",3.i,shape,1\n" + GOOD,
        f"r.csv:2: candidate = '{'b' * 55}…' is longer than 200 characters; write the candidate",
        1,
    ),
    "an endless response": (
        "r.csv",
        HEADER + b"bob,3.i,shape," + b"1" * 10_001 + b"\n" + GOOD,
        f"r.csv:2: response = '{'1' * 55}…' is longer than 10,000 characters; shorten it; nothing of it was graded",
        1,
    ),
    "an endless line": (
        "r.csv",
        HEADER + b"bob,3.i,shape," + b"1" * 3_000_000 + b"\n" + GOOD,
        "r.csv:2: line is longer than 1,000,000 bytes; shorten it or send the work separately",
        1,
    ),
    "a byte that is not UTF-8": (
        "r.csv",
        HEADER + b"bob,3.i,shape,126\xd7126\n" + GOOD,
        "r.csv:2:18: encoding = 'byte 0xd7' is not UTF-8; save the file as UTF-8",
        1,
    ),
    "a NUL": (
        "r.csv",
        HEADER + b"bob,3.i,shape,12\x006\n" + GOOD,
        "r.csv:2:17: text = 'U+0000' is a control character; delete it",
        1,
    ),
    "a line that is not JSON": (
        "r.jsonl",
        b'{"candidate": "bob",\n' + GOOD_JSON,
        'r.jsonl:1:21: line = \'{"candidate": "bob",\' is not JSON: '
        f"expecting property name enclosed in double quotes; write one line {EXAMPLE} a response",
        1,
    ),
    "a JSON line that is a list": (
        "r.jsonl",
        b"[1, 2]\n" + GOOD_JSON,
        f"r.jsonl:1: line = '[1, 2]' is not an object; write one line {EXAMPLE} a response",
        1,
    ),
    "a JSON object without a part": (
        "r.jsonl",
        b'{"candidate": "bob", "item": "3.i", "response": "1"}\n' + GOOD_JSON,
        "r.jsonl:1: part is missing; add part",
        1,
    ),
    "a JSON object with a misspelt name": (
        "r.jsonl",
        b'{"candidate": "bob", "item": "3.i", "part": "shape", "respones": "1"}\n' + GOOD_JSON,
        "r.jsonl:1: response is missing; rename 'respones' to 'response'",
        1,
    ),
    "a JSON object with a name twice": (
        "r.jsonl",
        b'{"candidate": "bob", "candidate": "eve", "item": "3.i", "part": "shape", "response": "1"}\n' + GOOD_JSON,
        'r.jsonl:1: line = \'{"candidate": "bob", "candidate": "eve", "item": "3.i",…\' is not usable: '
        f"candidate stands twice; write one line {EXAMPLE} a response",
        1,
    ),
    "a JSON response that is an object": (
        "r.jsonl",
        b'{"candidate": "bob", "item": "3.i", "part": "shape", "response": {"h": 1}}\n' + GOOD_JSON,
        "r.jsonl:1: response = {'h': 1} must be a text, a number or a list of numbers; write it in quotes",
        1,
    ),
    "JSON nested a hundred thousand deep": (
        "r.jsonl",
        b"[" * 100_000 + b"\n" + GOOD_JSON,
        f"r.jsonl:1: line = '{'[' * 55}…' is not usable: nested too deep; write one line {EXAMPLE} a response",
        1,
    ),
    "half of a character": (
        "r.jsonl",
        b'{"candidate": "bob", "item": "3.i", "part": "shape", "response": "\\ud800"}\n' + GOOD_JSON,
        "r.jsonl:1: text holds half of a character (a lone surrogate); write the whole character",
        1,
    ),
}

UNUSABLE_FILES: dict[str, tuple[str, bytes | None, str]] = {
    "an empty CSV": ("r.csv", b"", "r.csv: file is empty; begin with a line candidate,item,part,response"),
    "an empty JSONL": ("r.jsonl", b"", f"r.jsonl: file is empty; write one line {EXAMPLE} a response"),
    "a header without a column": (
        "r.csv",
        b"candidate,item,part\n",
        "r.csv:1: response is missing from the header; begin with candidate,item,part,response",
    ),
    "a header with a misspelt column": (
        "r.csv",
        b"candidate,itme,part,response\n",
        "r.csv:1: item is missing from the header; rename 'itme' to 'item'",
    ),
    "a header with a column twice": (
        "r.csv",
        b"candidate,item,part,response,item\n",
        "r.csv:1: item stands twice in the header; begin with candidate,item,part,response",
    ),
    "a header in UTF-16": (
        "r.csv",
        "candidate,item\n".encode("utf-16"),
        "r.csv:1:1: encoding = 'byte 0xff' is not UTF-8; save the file as UTF-8",
    ),
    "a spreadsheet": ("r.xlsx", b"PK", "r.xlsx: file is of no known kind; name it *.csv, *.tsv, *.jsonl, *.ndjson"),
    "a file that is not there": (
        "r.csv",
        None,
        "r.csv: file cannot be read: No such file or directory; check the path",
    ),
}


@pytest.mark.parametrize("name", BROKEN_LINES)
def test_a_broken_line_is_reported_and_the_rest_is_read(name: str, tmp_path: Path) -> None:
    file, content, message, good = BROKEN_LINES[name]
    (tmp_path / file).write_bytes(content)
    found = list(read(tmp_path / file))
    faults = [str(one).replace(f"{tmp_path}/", "") for one in found if isinstance(one, Fault)]
    assert faults == [message]
    assert sum(isinstance(one, Response) for one in found) == good


@pytest.mark.parametrize("name", UNUSABLE_FILES)
def test_an_unusable_file_is_told_as_a_whole(name: str, tmp_path: Path) -> None:
    file, content, message = UNUSABLE_FILES[name]
    if content is not None:
        (tmp_path / file).write_bytes(content)
    with pytest.raises(Fault) as caught:
        list(read(tmp_path / file))
    assert str(caught.value).replace(f"{tmp_path}/", "") == message


def test_more_than_twenty_faulty_files_are_specified() -> None:
    assert len(BROKEN_LINES) + len(UNUSABLE_FILES) >= 20
