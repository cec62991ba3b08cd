"""What the ledger holds, as it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, final

from gradus import exam as exams
from gradus.exam import Exam
from gradus.paper import Paper


@final
@dataclass(frozen=True, slots=True)
class ExamVersion:
    """An exam file as it was at some time."""

    id: int
    name: str
    version: int
    text: str = field(repr=False)
    hash: str
    file: str
    by: str
    at: datetime

    def read(self) -> Exam:
        """Return the exam that the text says."""
        return parse(self.text, self.file)


@lru_cache(maxsize=16)
def parse(text: str, file: str) -> Exam:
    """Read an exam once; reading draws a sample of every question and takes tens of milliseconds each."""
    return exams.parse(text, file)


@final
@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit of an exam's version came to."""

    version: int
    complete: bool
    report: Any = field(repr=False)
    gradus_version: str
    engine_hash: str
    by: str
    at: datetime


@final
@dataclass(frozen=True, slots=True)
class Acceptance:
    """An item whose keys are not countersigned, and who lets it be asked all the same.

    Attributes:
        holds: whether the item stands in the exam as it stood when that was said.
    """

    item: str
    reason: str
    by: str
    at: datetime
    holds: bool


@final
@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line of a roster.

    Attributes:
        candidate: who it is, as the marks will name them.
        name: what to call them.
        factor: how much more time they get: 5/4 for a quarter more; None where the roster does not say.
        details: the roster's other columns.
    """

    candidate: str
    name: str = ""
    factor: Fraction | None = None
    details: Mapping[str, str] = field(default_factory=dict)


@final
@dataclass(frozen=True, slots=True)
class Added:
    """What adding a roster came to."""

    new: int
    changed: int
    unchanged: int


@final
@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone on the roster; `id` is the ledger's number, `candidate` the roster's."""

    id: int
    exam: str
    candidate: str
    name: str
    factor: Fraction
    details: Mapping[str, str]


@final
@dataclass(frozen=True, slots=True)
class Problem:
    """An item of a paper whose key is not countersigned."""

    item: str
    why: str


@final
@dataclass(frozen=True, slots=True)
class StoredPaper:
    """A paper as it was drawn, and from which version of the exam."""

    id: int
    candidate_id: int
    number: int
    version_id: int
    paper: Paper = field(repr=False)
    hash: str
    problems: tuple[Problem, ...]
    at: datetime


State = Literal["no_paper", "waiting", "ready", "sitting", "over", "submitted", "missed"]


@final
@dataclass(frozen=True, slots=True)
class Standing:
    """Where a candidate stands with the clock.

    `waiting` before the opening, `ready` to start, `sitting`, `over` past the deadline and about to be submitted,
    `submitted`, `missed` when closing passed without a start.
    """

    state: State
    now: datetime
    opens: datetime | None = None
    started: datetime | None = None
    deadline: datetime | None = None
    submitted: datetime | None = None

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline; none before the start and after the end."""
        if self.state != "sitting" or self.deadline is None:
            return 0.0
        return max(0.0, (self.deadline - self.now).total_seconds())


@final
@dataclass(frozen=True, slots=True)
class Write:
    """What a candidate's device wants kept; `sequence` counts up on that device."""

    sequence: int
    item: str
    part: str
    text: str


@final
@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What is on disk now; `overtaken` names writes that are kept but do not hold, since newer ones were there."""

    sequences: tuple[int, ...]
    at: datetime
    overtaken: tuple[int, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to one part that holds now."""

    text: str
    at: datetime
    client: str
    sequence: int


@final
@dataclass(frozen=True, slots=True)
class Receipt:
    """What a candidate keeps: a hash over the paper and all answers, and when they were handed in."""

    candidate_id: int
    hash: str
    at: datetime
    automatic: bool
    answered: int


@final
@dataclass(frozen=True, slots=True)
class Progress:
    """How far one candidate is."""

    candidate: Candidate
    standing: Standing
    answered: int
    last_save: datetime | None


@final
@dataclass(frozen=True, slots=True)
class Event:
    """One line of the audit trail."""

    id: int
    kind: str
    who: str
    exam: str | None
    candidate_id: int | None
    data: Any
    at: datetime
