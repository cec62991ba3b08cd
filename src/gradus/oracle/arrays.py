"""Arrays that a network stores: each has a name, and its entries are added up row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import repeat
from typing import final


def count_entries(sizes: tuple[int, ...]) -> int:
    """Add up rows along the longest axis to planes, planes to blocks, and so on; nothing is multiplied.

    >>> count_entries((3, 3, 3, 64)), count_entries((64,))
    (1728, 64)
    """
    *others, entries = sorted(sizes)
    for size in others:
        entries = sum(repeat(entries, size))
    return entries


@final
@dataclass(slots=True)
class Store:
    """What is stored, by name: an array that is asked for again under its name is the same array.

    >>> store = Store()
    >>> store.keep("matrix", 3, 4), store.keep("matrix", 3, 4), store.keep("bias", 4)
    (12, 0, 4)
    >>> store.entries
    16
    """

    arrays: dict[str, tuple[int, ...]] = field(default_factory=dict)
    entries: int = 0

    def keep(self, name: str, *sizes: int) -> int:
        """Store an array unless it is there already; return how many entries were added."""
        if name in self.arrays:
            if self.arrays[name] != sizes:
                raise ValueError(f"{name} is stored as {self.arrays[name]}, not {sizes}")
            return 0
        self.arrays[name] = sizes
        added = count_entries(sizes)
        self.entries += added
        return added
