"""From a file to a text: size, encoding and control characters are checked before anything is parsed."""

from __future__ import annotations

import re
from pathlib import Path

from gradus.errors import Fault
from gradus.nodes import Place

LARGEST_FILE = 500_000
MOST_LINES = 10_000  # a file of nothing but short lines costs a hundred times as much as one long line
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def read_text(path: Path) -> str:
    """Return the text of an exam file.

    Raises:
        Fault: when it cannot be opened, is too large, is not UTF-8 or holds control characters.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or "no such path can exist"
        raise Fault(str(path), "file", None, f"cannot be read: {reason}", "check the path") from None
    if len(raw) > LARGEST_FILE:
        rule = f"is larger than {LARGEST_FILE:,} bytes"
        raise Fault(str(path), "file", None, rule, "split the exam or move large material out of it")
    return check_text(_decode(raw, path), str(path))


def _decode(raw: bytes, path: Path) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        seen = error.object  # without a byte-order mark, from which positions count
        place = _place(seen[: error.start].decode("utf-8", "replace"), str(path))
        value = f"byte 0x{seen[error.start]:02x}"
        raise Fault(str(place), "encoding", value, "is not UTF-8", "save the file as UTF-8") from None


def check_text(text: str, file: str) -> str:
    """Return the text with plain line ends, if it is no longer than it may be and holds no control characters.

    >>> check_text("a" + chr(0), "exam.md")
    Traceback (most recent call last):
    gradus.errors.Fault: exam.md:1:2: text = 'U+0000' is a control character; delete it
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MOST_LINES:
        raise Fault(f"{file}:{MOST_LINES + 1}:1", "file", None, f"has more than {MOST_LINES:,} lines", "split the exam")
    found = _CONTROL.search(text)
    if found:
        place = _place(text[: found.start()], file)
        raise Fault(str(place), "text", f"U+{ord(found[0]):04X}", "is a control character", "delete it")
    return text


def _place(before: str, file: str) -> Place:
    return Place(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
