"""The names of one block, each read by its own rule, with every fault remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from gradus.errors import Fault, Faults, suggest
from gradus.nodes import Entries, Node, Place


@contextmanager
def collected(faults: list[Fault]) -> Iterator[None]:
    """Add what goes wrong inside to the list."""
    try:
        yield
    except Fault as fault:
        faults.append(fault)
    except Faults as several:
        faults.extend(several.faults)


class Names:
    """Reads the names of one mapping, and remembers the faults."""

    def __init__(self, entries: Entries, place: Place, faults: list[Fault], prefix: str = "") -> None:
        self.entries, self.place, self.faults, self.prefix = entries, place, faults, prefix

    def take(self, name: str, read: Callable[[Node], Any], default: Any, *, required: bool = True) -> Any:
        """Read one name; the default where it is missing or faulty."""
        node = self.entries.get(name)
        if node is None:
            if required:
                self.faults.append(Fault(str(self.place), self.prefix + name, None, "is missing", f"add {name}: …"))
            return default
        try:
            return read(node)
        except Fault as fault:
            self.faults.append(fault)
            return default

    def refuse_others(self, known: Sequence[str], what: str) -> None:
        """Report every name that is not known."""
        for key, _ in self.entries:
            if key.text not in known:
                rule, remedy = f"is no entry of {what}", suggest(key.text, known)
                self.faults.append(Fault(str(key.place), self.prefix + key.text, None, rule, remedy))
