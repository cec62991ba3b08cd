"""Lines of a file as text, each with its number; a line that is no text is a fault of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from gradus.errors import Fault

LONGEST_LINE = 1_000_000


def read_lines(path: Path) -> Iterator[tuple[int, str | Fault]]:
    """Yield number and text of every line, without its end; memory is bounded by one line.

    Raises:
        Fault: when the file cannot be opened.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        rule = f"cannot be read: {error.strerror or 'unknown error'}"
        raise Fault(str(path), "file", None, rule, "check the path") from None
    with file:
        number = 0
        while raw := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(raw) > LONGEST_LINE:
                _skip_line(file, raw)
                rule = f"is longer than {LONGEST_LINE:,} bytes"
                yield number, Fault(f"{path}:{number}", "line", None, rule, "shorten it or send the work separately")
                continue
            yield number, _decode(raw, path, number)


def _skip_line(file: BinaryIO, raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = file.readline(LONGEST_LINE)


def _decode(raw: bytes, path: Path, number: int) -> str | Fault:
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        where = f"{path}:{number}:{error.start + 1}"
        return Fault(where, "encoding", f"byte 0x{raw[error.start]:02x}", "is not UTF-8", "save the file as UTF-8")
    if "\0" in text:
        where = f"{path}:{number}:{text.index(chr(0)) + 1}"
        return Fault(where, "text", "U+0000", "is a control character", "delete it")
    return text
