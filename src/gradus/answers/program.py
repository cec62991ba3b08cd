"""Programs: a source is read as it is; whether it is right, only running it can tell."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers.answer import Answer
from gradus.answers.truth import Truth
from gradus.errors import Unreadable

LONGEST = 200_000
RELATIVE, ABSOLUTE = 1e-9, 1e-12
_FENCED = re.compile(r"\s*```(?:python|py)?[ \t]*\n(.*?)\n?```\s*", re.DOTALL | re.IGNORECASE)
_LATEX = re.compile(r"\s*\$?\\text\{(.*)\}\$?\s*", re.DOTALL)


@final
@dataclass(frozen=True, slots=True)
class Marked:
    """What a program earns.

    Attributes:
        credit: share of the part's points; None where a person decides.
        feedback: for the one who wrote it.
        mistake: name of what went wrong, for statistics.
    """

    credit: Fraction | None
    feedback: str
    mistake: str = ""


@final
@dataclass(frozen=True, slots=True)
class Tried:
    """One check that may be seen before anything is graded: what it is, whether it holds, what to say where not."""

    what: str
    holds: bool
    feedback: str = ""


@final
@dataclass(frozen=True, slots=True)
class Program(Answer):
    """A function's source; a key also knows how it behaves on fixed inputs, and how a stranger's is marked.

    Args:
        source: the program, as Python.
        function: name of the function that it must define.
        behaviour: what it returns on the family's fixed inputs, end to end; keys and witnesses have it.
        marker: runs and marks another source, safely; keys have it.
        preview: runs the checks on another source that its author may see at once; keys have it.

    >>> key = Program("def twice(x): return 2 * x", "twice", (2.0, 4.0))
    >>> key.agrees(Program("", "twice", (2.0, 4.0 + 1e-12)))
    <Truth.TRUE: 'true'>
    >>> key.agrees(key.read("def twice(x): return x + x"))
    <Truth.UNDECIDED: 'undecided'>
    """

    kind: ClassVar[str] = "program"
    source: str
    function: str
    behaviour: tuple[float, ...] = field(default=(), compare=False, repr=False)
    marker: Callable[[str], Marked] | None = field(default=None, compare=False, repr=False)
    preview: Callable[[str], tuple[Tried, ...]] | None = field(default=None, compare=False, repr=False)

    def read(self, text: str) -> Program:
        """Take the text as a source, out of a Markdown fence if it stands in one."""
        if len(text) > LONGEST:
            rule = f"a program has at most {LONGEST:,} characters"
            raise Unreadable(text[:LONGEST], 0, rule, "send the function and what it needs, nothing else")
        found = _FENCED.fullmatch(text) or _LATEX.fullmatch(text)
        source = found[1] if found else text
        if not source.strip():
            raise Unreadable(text, 0, "nothing is written", f"write a function {self.function}")
        return Program(source, self.function)

    def agrees(self, other: Answer) -> Truth:
        """Compare sources, then behaviours; a program that has not been run is undecided."""
        if not isinstance(other, Program) or other.function != self.function:
            return Truth.FALSE
        if self.behaviour and other.behaviour:
            close = len(self.behaviour) == len(other.behaviour) and all(
                math.isclose(ours, theirs, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
                for ours, theirs in zip(self.behaviour, other.behaviour, strict=True)
            )
            return Truth.of(close)
        return Truth.TRUE if other.source == self.source else Truth.UNDECIDED

    def __str__(self) -> str:
        return self.source
