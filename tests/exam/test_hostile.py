"""Files made to do harm end in messages with a place, within bounds of time and memory.

Each file is read in a process of its own whose seconds of processor time and bytes of memory the kernel limits: no
clock is read here.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus import catalogue, exam
from gradus.errors import Faults

SECONDS, BYTES = 3, 1 << 30
HEADER = b"---\ntitle: A\npoints: 2\n---\n"
# the limits are set inside the process: forking a test process that holds JAX's threads is unsafe
READ = f"""
import resource
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
resource.setrlimit(resource.RLIMIT_AS, ({BYTES}, {BYTES}))
import json, sys
from gradus import exam
from gradus.errors import Faults
try:
    exam.read(sys.argv[1])
except Faults as faults:
    json.dump([str(fault).replace(sys.argv[1], "a.md") for fault in faults.faults[:3]], sys.stdout)
"""


def block(inside: bytes) -> bytes:
    return HEADER + b"```conv_layer\n" + inside + b"\n```\n"


def bomb() -> bytes:
    """Return nine levels of nine aliases each: a billion laughs."""
    lines = [b"a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [b"%c: &%c [%s]" % (i + 1, i + 1, b", ".join([b"*%c" % i] * 9)) for i in range(ord("a"), ord("i"))]
    return b"\n".join(lines)


NESTED = "a.md:6:{}: block = '…' is nested more than 6 deep; write it flatter"
LONG = "a.md:6:1: block is longer than 50,000 characters; shorten it"
LARGE = "a.md: file is larger than 500,000 bytes; split the exam or move large material out of it"
LINES = "a.md:10001:1: file has more than 10,000 lines; split the exam"
NOTHING = "a.md: exam holds no question; add a fenced block named after a family; see `gradus families`"
CASES: dict[str, tuple[bytes, str]] = {
    "anchor bomb": (block(bomb()), "a.md:6:4: block = '&a' is an anchor; write the value out where it is needed"),
    "alias": (block(b"id: *b"), "a.md:6:5: block = '*b' is an alias; write the value out"),
    "alias of itself": (
        block(b"&a [*a]"),
        "a.md:6:1: block = '&a' is an anchor; write the value out where it is needed",
    ),
    "python tag": (
        block(b"id: !!python/object/apply:os.system [ls]"),
        "a.md:6:5: block = 'tag:yaml.org,2002:python/object/apply:os.system' is a tag; write the plain value",
    ),
    "tag": (block(b"id: !a 3"), "a.md:6:5: block = '!a' is a tag; write the plain value"),
    "ten megabytes": (HEADER + b"a" * 10_000_000, LARGE),
    "ten megabytes of YAML": (block(b"id: " + b"x" * 10_000_000), LARGE),
    "deep flow": (block(b"id: " + b"[" * 100_000), LONG),
    "deep flow that fits": (block(b"id: " + b"[" * 49_000), NESTED.format(10)),
    "deep mappings": (block(b"id: " + b"{" * 49_000), NESTED.format(10)),
    "deep block": (block(b"- " * 100_000), LONG),
    "deep block that fits": (block(b"- " * 24_000), NESTED.format(13)),
    "deep keys": (block(b"? " * 24_000), NESTED.format(13)),
    "deep lines": (block(b"\n".join(b" " * i + b"a:" for i in range(300))), NESTED.replace("6:", "12:", 1).format(7)),
    "many values": (
        block(b"\n".join(b"k%d: 1" % i for i in range(5000))),
        "a.md:2505:8: block = '5000 values' are too many; shorten the block",
    ),
    "duplicate keys": (block(b"id: 1\nid: 2"), "a.md:7:1: id stands twice, first at a.md:6:1; keep one of them"),
    "two documents": (
        block(b"id: 1\n--- {}"),
        "a.md:7:1: block = '---' begins a second document; write one block a question",
    ),
    "NUL": (HEADER + b"a\0b", "a.md:5:2: text = 'U+0000' is a control character; delete it"),
    "escape sequence": (HEADER + b"\x1b[2J", "a.md:5:1: text = 'U+001B' is a control character; delete it"),
    "bad UTF-8": (HEADER + b"caf\xe9\n", "a.md:5:4: encoding = 'byte 0xe9' is not UTF-8; save the file as UTF-8"),
    "bad UTF-8 behind a mark": (
        b"\xef\xbb\xbfab\xff",
        "a.md:1:3: encoding = 'byte 0xff' is not UTF-8; save the file as UTF-8",
    ),
    "UTF-16": (
        HEADER.decode().encode("utf-16"),
        "a.md:1:1: encoding = 'byte 0xff' is not UTF-8; save the file as UTF-8",
    ),
    "UTF-16 without a mark": (
        HEADER.decode().encode("utf-16-le"),
        "a.md:1:2: text = 'U+0000' is a control character; delete it",
    ),
    "bidi override in a value": (
        block("id: 1\npoints: 1\nkernel: \u202e3\u202c".encode()),
        r"a.md:8:9: kernel = '\u202e3\u202c' must be a whole number; write digits",
    ),
    "escape in a name": (
        block(b'id: 1\npoints: 1\n"\\e[2J": 1'),
        (
            r"a.md:8:1: '\x1b[2J' is no field of ConvLayer; known are bias, credit, filters, follows, id, image, "
            "kernel, padding, points, printed, stem, stride, unstated"
        ),
    ),
    "a line of half a million characters": (HEADER + b"a" * 499_000, NOTHING),
    "a million characters": (HEADER + b"a" * 1_000_000, LARGE),
    "stars": (HEADER + b"*" * 499_000, NOTHING),
    "brackets": (HEADER + b"[" * 499_000, NOTHING),
    "a hundred thousand quotes": (HEADER + b">" * 100_000, NOTHING),
    "a hundred thousand lists": (HEADER + b"- " * 100_000, NOTHING),
    "lists in quotes on every line": (HEADER + b"> - > - > - > - > - > - > - > - > - > - a\n" * 9_900, NOTHING),
    "fifty thousand fences": (HEADER + b"```x\n```\n" * 50_000, LINES),
    "heading of many digits": (HEADER + b"# A (" + b"1" * 400_000 + b" points)\n", NOTHING),
    "family of many letters": (
        HEADER + b"```" + b"a" * 400_000 + b"\n```\n",
        (
            f"a.md:5:1: family = '{'a' * 55}…' is not in the catalogue; known are "
            f"{', '.join(catalogue.names())}; to show code, name its language: ```python"
        ),
    ),
    "a thousand questions": (
        HEADER + b"".join(b"```conv_layer\nid: %d\npoints: 1\n```\n" % i for i in range(1000)),
        "a.md:805:1: exam holds more than 200 questions; split it",
    ),
    "a thousand questions without a variant": (
        HEADER + b"```conv_layer\nid: 1\npoints: 1\nkernel: 31\npadding: 0\nimage: {among: [[1, 1, 1]]}\n```\n" * 1000,
        (
            "a.md:8:9: kernel, padding, image leaves no variant in 400 draws: kernel must fit on the image with its "
            "padding, 1 + 2·0 pixels; fix fewer fields or widen"
        ),
    ),
}


@pytest.mark.parametrize(("raw", "message"), CASES.values(), ids=CASES)
def test_a_hostile_file_ends_in_a_message_within_bounds(raw: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(raw)
    command = [sys.executable, "-c", READ, str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stderr == ""
    assert json.loads(run.stdout)[0] == message


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"], ids=["", "byte-order mark"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_byte_order_marks_and_all_line_ends_are_accepted(prefix: bytes, end: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(prefix + block(b"id: 3.i\npoints: 2").replace(b"\n", end))
    question = exam.read(path).questions[0]
    assert (question.item, question.place.line) == ("3.i", 5)


LINE = st.sampled_from(
    [
        "---", "```conv_layer", "```", "````", "~~~x", "# 1 A (2 points)", "===", "> ", "- ", "    ", "\t", "id: 1",
        "points: 2", "points: {shape: 1}", "kernel: {among: [3]}", "kernel: {between: [3, 1]}", "image: [1, 2]", "[",
        "image: {a: b}", "printed: {shape: x}", "follows: {a: 1.shape}", "credit: {a: 1/0}", "symbols: {x: y}", "}",
        "title: T", "&a *a", "!!x", "? :", "nets: [{label: a}]", "missing: depth", "'", '"', "<!--", "[a]: b", "\u2028",
        "\u0085", "\ufeff",
    ]
)  # fmt: skip
GARBAGE = st.lists(LINE | st.text(st.characters(), max_size=20), max_size=30).map("\n".join)


@given(GARBAGE | GARBAGE.map("---\ntitle: A\npoints: 2\n---\n```smallest_head\n{}\n```\n".format))
def test_no_text_ends_in_anything_but_an_exam_or_faults_with_their_places(text: str) -> None:
    try:
        read = exam.parse(text, "a.md")
    except Faults as faults:
        complaints = [fault.where for fault in faults.faults]
    else:
        complaints = ["a.md"] if read.questions else []
    assert complaints
    assert all(where.startswith("a.md") for where in complaints)


@given(st.binary(max_size=200))
def test_no_bytes_end_in_anything_but_faults(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage.md"
    path.write_bytes(raw)
    with pytest.raises(Faults):
        exam.read(path)
