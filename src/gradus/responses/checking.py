"""What is demanded of a response, whatever the format of its file."""

from __future__ import annotations

from gradus.errors import Fault, suggest
from gradus.responses.nouns import COLUMNS, LONGEST, Response


def rename(column: str, names: list[str]) -> str:
    """Return the remedy for a column that is there under a name like its own, or nothing."""
    near = suggest(column, [name for name in names if name and name not in COLUMNS])
    return f"rename {near[13:-1]} to {column!r}" if near.startswith("did you mean") else ""


def check(values: dict[str, str], number: int, where: str) -> Response | Fault:
    """Return the response if it says whose it is and to what, and is not endless."""
    for name in COLUMNS[:3]:
        if not values[name]:
            return Fault(where, name, None, "is empty", f"write the {name}")
        if len(values[name]) > 200:
            return Fault(where, name, values[name], "is longer than 200 characters", f"write the {name}")
    if any("\ud800" <= c <= "\udfff" for text in values.values() for c in text):
        return Fault(where, "text", None, "holds half of a character (a lone surrogate)", "write the whole character")
    if len(values["response"]) > LONGEST:
        rule = f"is longer than {LONGEST:,} characters"
        return Fault(where, "response", values["response"], rule, "shorten it; nothing of it was graded")
    return Response(values["candidate"], values["item"], values["part"], values["response"], number)
