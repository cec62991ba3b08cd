"""What goes into the sandbox and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MEBIBYTE = 1 << 20
LONGEST_SOURCE = 200_000  # bytes

Status = Literal["finished", "missing", "raised", "refused", "crashed", "time", "output", "protocol", "lost"]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one submission may use, all its calls together.

    Attributes:
        seconds: wall clock, after which its process group is killed.
        processor: seconds of processor time, rounded up to whole ones.
        memory: bytes of address space beyond what the warm process has.
        output: bytes that it may print.
        results: bytes that it may return.
    """

    seconds: float = 10.0
    processor: float = 10.0
    memory: int = 512 * MEBIBYTE
    output: int = 65_536
    results: int = 64 * MEBIBYTE


USUAL = Limits()


@final
@dataclass(frozen=True, eq=False, slots=True)
class Call:
    """One call of the submitted function: its arguments, and whether its line events are counted."""

    arguments: tuple[NDArray[np.generic], ...]
    counted: bool = False


@final
@dataclass(frozen=True, eq=False, slots=True)
class Result:
    """What one call gave.

    Attributes:
        value: the array, rebuilt from raw bytes; None where there is none.
        problem: why there is none: `TypeError` (an exception's type), or what was returned instead.
        line: line of the submission at which it was raised, or 0.
        message: the exception's own words, escaped; for staff, since it may carry hidden inputs.
        mutated: whether an argument was changed.
        events: Python-level line events, when counted; -1 when the count was tampered with.
    """

    value: NDArray[np.generic] | None
    problem: str = ""
    line: int = 0
    message: str = ""
    mutated: bool = False
    events: int = 0


@final
@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """What became of a submission.

    `status` is `finished` when every call was answered in one way or another; `lost` when the sandbox itself failed,
    which says nothing about the submission; else it says what ended it, and
    `results` are those of the calls before that. `processor` (seconds) and `peak` (bytes resident) are the kernel's
    figures for the child, beyond the reach of the code.
    """

    status: Status
    results: tuple[Result, ...] = ()
    output: str = ""
    explanation: str = ""
    line: int = 0
    processor: float = 0.0
    peak: int = 0


@final
@dataclass(frozen=True, slots=True)
class Facts:
    """What a source says about itself, read in a child that parses and never runs it.

    `names` are the names and attributes that it uses, `texts` its string constants, `functions` those it defines.
    """

    names: frozenset[str] = field(default=frozenset())
    imports: frozenset[str] = field(default=frozenset())
    texts: frozenset[str] = field(default=frozenset())
    functions: frozenset[str] = field(default=frozenset())
    problem: str = ""
