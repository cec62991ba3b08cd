"""What the ledger can refuse, and what a database can do to it; nothing is half written in either case.

Fault
├── Refused         the rules of the exam say no: `why` names which
└── Unavailable     the database does not give or take it now
    ├── Full        no room on its disk
    ├── Gone        the server is away, or the file cannot be read
    ├── Busy        others hold it for too long
    └── Outdated    its tables are those of another Gradus
"""

from __future__ import annotations

from typing import Literal, final

from gradus.errors import Fault

Why = Literal[
    "unknown",
    "not_open",
    "not_started",
    "no_paper",
    "not_countersigned",
    "over",
    "submitted",
    "not_on_paper",
    "too_long",
    "unreadable_text",
    "changed",
    "not_released",
    "twice",
    "invalid",
]


@final
class Refused(Fault):
    """Something that the rules of the exam do not allow.

    >>> print(Refused("over", "saves", None, "came after the end", "nothing; what was saved before counts"))
    saves came after the end; nothing; what was saved before counts
    """

    def __init__(self, why: Why, field: str, value: object, rule: str, remedy: str, where: str = "") -> None:
        super().__init__(where, field, value, rule, remedy)
        self.why: Why = why

    def at(self, where: str) -> Refused:
        """Return the same refusal with its place named."""
        return Refused(self.why, self.field, self.value, self.rule, self.remedy, where)

    def __reduce__(self) -> tuple[object, ...]:
        return Refused, (self.why, self.field, self.value, self.rule, self.remedy, self.where)


class Unavailable(Fault):
    """The database does not give or take something; it holds what it held before."""


@final
class Full(Unavailable):
    """There is no room left for the database."""


@final
class Gone(Unavailable):
    """The server does not answer, or the file cannot be read."""


@final
class Busy(Unavailable):
    """Others hold the database for longer than one waits."""


@final
class Outdated(Unavailable):
    """The tables are older or newer than this Gradus."""
