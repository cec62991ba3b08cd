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
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                yield file
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        rule = f"cannot be written: {error.strerror or 'unknown error'}"
        raise Fault(str(path), "file", None, rule, "check the folder, its rights and the disk") from None


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
