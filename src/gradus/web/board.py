"""What long work is under way and how far it is: one board for all processes of a server."""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import IO, Final, final

RUNNING: Final = "runs"
ENDED: Final = "stopped: its process ended; start it again"


@final
class Board(MutableMapping[str, str]):
    """Name of a job → how far it is.

    One process keeps it in memory. Several share a folder: a file says how far a job is, and a lock on another, which
    the system takes from a process that dies, that somebody still works at it.

    >>> board = Board()
    >>> board.claim("audit"), board.claim("audit")
    (True, False)
    >>> board["audit"] = "done: 25 questions"
    >>> board.release("audit"); board.claim("audit")
    True
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._told: dict[str, str] = {}
        self._locks: dict[str, IO[bytes] | None] = {}

    def __getitem__(self, name: str) -> str:
        if self.folder is None or name in self._locks:
            return self._told[name]
        try:
            text = (self.folder / f"{name}.txt").read_text(encoding="utf-8")
        except FileNotFoundError:
            raise KeyError(name) from None
        return ENDED if text.startswith(RUNNING) and self._is_free(name) else text

    def __setitem__(self, name: str, text: str) -> None:
        self._told[name] = text
        if self.folder is not None:
            part = self.folder / f"{name}.{os.getpid()}"
            part.write_text(text, encoding="utf-8")
            part.replace(self.folder / f"{name}.txt")

    def __delitem__(self, name: str) -> None:
        del self._told[name]
        if self.folder is not None:
            (self.folder / f"{name}.txt").unlink(missing_ok=True)

    def __iter__(self) -> Iterator[str]:
        if self.folder is None:
            return iter(list(self._told))
        return iter(sorted(file.stem for file in self.folder.glob("*.txt")))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def share(self, folder: Path) -> None:
        """Tell other processes from now on."""
        self.folder = folder
        for name in list(self._told):
            if self._told[name].startswith(RUNNING):
                self._locks[name] = _lock(folder / f"{name}.lock")
            self[name] = self._told[name]

    def claim(self, name: str) -> bool:
        """Take a job, unless somebody works at it; whoever takes it releases it."""
        if name in self._locks:
            return False
        lock = None if self.folder is None else _lock(self.folder / f"{name}.lock")
        if self.folder is not None and lock is None:
            return False
        self._locks[name] = lock
        self[name] = f"{RUNNING} …"
        return True

    def release(self, name: str) -> None:
        """Let others take a job."""
        lock = self._locks.pop(name, None)
        if lock is not None:
            lock.close()

    def _is_free(self, name: str) -> bool:
        assert self.folder is not None
        lock = _lock(self.folder / f"{name}.lock")
        if lock is not None:
            lock.close()
        return lock is not None


def _lock(path: Path) -> IO[bytes] | None:
    """Return a file that this process alone holds, or None where another does."""
    import fcntl

    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
