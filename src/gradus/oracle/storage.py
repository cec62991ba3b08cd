"""Memory as a program takes it: one tensor after another, until there is no room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final


@final
@dataclass(slots=True)
class Memory:
    """Bytes taken so far, out of a room that may be without end.

    >>> memory = Memory(room=10)
    >>> memory.take(6), memory.take(5), memory.taken
    (True, False, 6)
    """

    room: int | None = None
    taken: int = 0

    def take(self, size: int) -> bool:
        """Take the bytes of one tensor, if they are there; return whether they were."""
        if self.room is not None and self.taken + size > self.room:
            return False
        self.taken += size
        return True


def count_fitting(memory: Memory, size: int) -> int:
    """Take one tensor after another; return how many found room.

    >>> count_fitting(Memory(room=100, taken=30), size=20)
    3
    """
    if memory.room is None or size < 1:
        raise ValueError("tensors of no bytes, or room without end, would never be too many")
    placed = 0
    while memory.take(size):
        placed += 1
    return placed
