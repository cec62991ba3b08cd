"""One line of a log: its fields, and faults with line and column."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any, NoReturn, final

from gradus.errors import Fault, suggest

ONE = "write one JSON object a line"
LONGEST_LINE = 10_000_000  # characters


@final
class Record:
    """One line, which knows where it stands."""

    def __init__(self, name: str, number: int, line: str, *, last: bool = False) -> None:
        self.name, self.number, self.line = name, number, line
        if len(line) > LONGEST_LINE:
            self.fail("line", None, f"must have at most {LONGEST_LINE} characters", "write one step a line")
        try:
            values = json.loads(line, parse_constant=self._constant)
        except json.JSONDecodeError as error:
            remedy = "delete this last line, if the training ended while it was written" if last else ONE
            self.fail("line", None, f"is not JSON: {error.msg}", remedy, error.colno)
        except (RecursionError, ValueError):
            self.fail("line", None, "nests too deep or holds a number too long", "write one flat JSON object a line")
        if not isinstance(values, dict):
            self.fail("line", None, "must be a JSON object", 'write {"kind": "step", "step": 0, "loss": 2.3}')
        self.values: dict[str, Any] = values

    def fail(self, field: str, value: object, rule: str, remedy: str, column: int = 0) -> NoReturn:
        """Refuse a field, at the column where it stands."""
        key = re.search(rf'"{re.escape(field)}"\s*:', self.line)
        column = column or (key.start() + 1 if key else 1)
        raise Fault(f"{self.name}:{self.number}:{column}", field, value, rule, remedy)

    def _constant(self, name: str) -> NoReturn:
        self.fail("line", name, "is no JSON", "write null for a number that is not finite", self.line.find(name) + 1)

    def choose(self, field: str, known: tuple[str, ...]) -> str:
        """Return a word that is among the known ones."""
        value = self.demand(field)
        if value not in known:
            self.fail(field, value, f"must be one of {', '.join(known)}", suggest(str(value), known))
        return str(value)

    def demand(self, field: str) -> Any:
        """Return a field that must be there."""
        if field not in self.values:
            have = ", ".join(self.values) or "nothing"
            self.fail(field, None, "is missing", f"the record has {have}")
        return self.values[field]

    def only(self, known: tuple[str, ...]) -> None:
        """Refuse fields that are not known."""
        for field in self.values:
            if field not in known:
                self.fail(field, None, "is not a field of this record", suggest(field, known))

    def number_of(self, field: str, value: Any) -> float:
        """Return a number; NaN for null."""
        if value is None:
            return math.nan
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fail(field, value, "must be a number, or null where it was not finite", "write the number itself")
        try:
            return float(value)
        except OverflowError:
            self.fail(field, value, "is too large", "write null for a number that is not finite")

    def count_of(self, field: str, value: Any, least: int = 0) -> int:
        """Return a whole number."""
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 2**63:
            self.fail(field, value, f"must be a whole number from {least}", "count it")
        return value

    def mapping(self, field: str, convert: Callable[[str, Any], Any]) -> dict[str, Any]:
        """Return the values of an object by layer, each converted; nothing where the field is missing."""
        values = self.values.get(field, {})
        if not isinstance(values, dict):
            self.fail(field, values, "must be an object from layers to values", 'write {"fc1": 0.01}')
        return {place: convert(place, value) for place, value in values.items()}

    def items(self, field: str, convert: Callable[[str, Any], Any]) -> tuple[Any, ...]:
        """Return the values of a list, each converted; nothing where the field is missing."""
        values = self.values.get(field, [])
        if not isinstance(values, list):
            self.fail(field, values, "must be a list of numbers", "write [50, 50]")
        return tuple(convert(field, value) for value in values)
