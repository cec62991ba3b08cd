"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

from gradus.errors import Fault

LONGEST_NAME = 150


@contextlib.contextmanager
def writing(path: Path) -> Iterator[TextIO]:
    """Open a file that appears under its name in one step, when all of it is written, or not at all.

    Raises:
        Fault: when the folder or the disk does not take it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".gradus-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as file:
                yield file
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> Fault:
    rule = f"cannot be written: {error.strerror or 'unknown error'}"
    return Fault(str(path), "file", None, rule, "check the folder, its rights and the disk")


def make_file(path: Path, text: str) -> None:
    """Make a file that only its owner reads, unless there is one: of several processes that try, one makes it.

    Raises:
        Fault: as `writing`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".gradus-")  # its rights are the owner's alone
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            _link(temporary, path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from None


def _link(temporary: str, path: Path) -> None:
    """Give the file its name unless that is taken; on disks that know no links, the last one wins."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return
    except OSError:
        Path(temporary).replace(path)


def write_text(path: Path, text: str) -> None:
    """Write a text to a file in one step.

    Raises:
        Fault: as `writing`.
    """
    with writing(path) as file:
        file.write(text)


def file_name(candidate: str) -> str:
    """Return a candidate's id as a file name that cannot leave its folder; different ids get different names.

    >>> file_name("ada"), file_name("../ada"), file_name("Ada Lovelace")
    ('ada', '%2E%2E%2Fada', 'Ada%20Lovelace')
    """
    name = quote(candidate, safe="")
    name = name.replace(".", "%2E") if name.startswith(".") else name
    if len(name) > LONGEST_NAME:
        from hashlib import sha256

        name = f"{name[:80]}-{sha256(candidate.encode()).hexdigest()[:32]}"
    return name
