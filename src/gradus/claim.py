"""A statement about networks or training that a computation can decide, under named assumptions."""

from __future__ import annotations

import dataclasses
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from hashlib import sha256
from typing import Any, ClassVar, Self, TypeVar, final

from gradus.answers import Truth
from gradus.errors import Fault, suggest
from gradus.parameters import Among

Value = bool | int | float | str
VALUES = "values"
T = TypeVar("T")


class Level(Enum):
    """How much work a decision may cost: seconds, tens of seconds, minutes."""

    QUICK = "quick"
    NORMAL = "normal"
    THOROUGH = "thorough"


@final
@dataclass(frozen=True, slots=True)
class Effort:
    """How much work a decision may cost, and the master seed that all its randomness comes from.

    >>> Effort(Level.QUICK).choose(8, 24, 96)
    8
    >>> Effort().seed("weights") == Effort().seed("weights") != Effort(master=1).seed("weights")
    True
    """

    level: Level = Level.NORMAL
    master: int = 0

    def choose(self, quick: T, normal: T, thorough: T) -> T:
        """Return the setting for this level: of networks, steps, resamples."""
        return {Level.QUICK: quick, Level.NORMAL: normal, Level.THOROUGH: thorough}[self.level]

    def seed(self, *purpose: object) -> int:
        """Return a seed of 32 bits for one purpose, hashed so that purposes never share a stream."""
        text = "\x1f".join(str(part) for part in (self.master, *purpose))
        return int.from_bytes(sha256(text.encode()).digest()[:4], "big")


class Route(Enum):
    """How a claim was decided."""

    PROOF = "exact check"
    COUNTEREXAMPLE = "counterexample"
    EXPERIMENT = "experiment"
    THEORY = "theory"  # of a limit, such as that of infinite width: exact there, and near it elsewhere


@final
@dataclass(frozen=True, slots=True)
class Effect:
    """What was measured: its value, its unit, a 95 % interval, and the smallest that counts, stated beforehand."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    least: float = 0.0

    def __str__(self) -> str:
        """Return it for a reader.

        >>> print(Effect("gap", 0.05, 0.03, 0.07, "", least=0.02), "and", Effect("growth", 1.5, 1.5, 1.5, "a layer"))
        gap 0.05 [0.03, 0.07], counts from 0.02 and growth 1.5 a layer
        """
        interval = "" if self.low == self.high else f" [{self.low:.4g}, {self.high:.4g}]"
        from_where = f", counts from {self.least:.4g}" if self.least else ""
        return f"{self.name} {self.value:.4g}{interval} {self.unit}".rstrip() + from_where


@final
@dataclass(frozen=True, slots=True)
class Series:
    """One labelled row of points of a figure, with intervals where there are any."""

    label: str
    x: tuple[float | str, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Figure:
    """What to draw: `lines` for curves, `points` for effects with intervals, `bars` for counts."""

    kind: str
    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    logarithmic: bool = False  # the y axis
    shares: bool = False  # the y axis goes from 0 to 1


@final
@dataclass(frozen=True, slots=True)
class Evidence:
    """What a decision rests on.

    Attributes:
        verdict: true, false, or undecided.
        route: exact check, counterexample, experiment or theory.
        finding: one or two sentences with the figures: what was proved, the smallest counterexample, what was measured.
        effect: of an experiment; None for an exact check.
        networks: how many networks (or programs, graphs, vectors) were looked at.
        populations: how many data sets or distributions they come from.
        figure: to look at, where people would rather look than read.
    """

    verdict: Truth
    route: Route
    finding: str
    effect: Effect | None = None
    networks: int = 0
    populations: int = 0
    figure: Figure | None = None


def undecided(finding: str) -> Evidence:
    """Return evidence that decides nothing, with the reason.

    >>> undecided("ran out of time").verdict
    <Truth.UNDECIDED: 'undecided'>
    """
    return Evidence(Truth.UNDECIDED, Route.EXPERIMENT, finding)


def assume(usual: Value, *others: Value) -> Any:
    """Declare an assumption: the usual reading first, then what else a stem may leave open or fix."""
    return dataclasses.field(default=usual, metadata={VALUES: (usual, *others)})


@dataclass(frozen=True, kw_only=True)
class Claim(ABC):
    """A statement with its assumptions as fields; an instance is one reading of it."""

    subject: ClassVar[str]  # what it is about, as a heading: "gradients that explode"

    @abstractmethod
    def statement(self) -> str:
        """Return the statement in Markdown, as an exam would print it as an option, without the assumptions."""

    @abstractmethod
    def decide(self, effort: Effort) -> Evidence:
        """Decide this reading: "always" by an exact rule or a counterexample, a tendency by paired experiments."""

    @abstractmethod
    def witness(self, effort: Effort) -> Evidence:
        """Decide it by a second route: another population, another implementation, or theory."""

    def check(self) -> Iterator[Fault]:
        """Yield what is wrong among the assumptions together."""
        return iter(())

    def __post_init__(self) -> None:
        for name, values in assumptions(type(self)).items():
            value = getattr(self, name)
            if not any(value == allowed and type(value) is type(allowed) for allowed in values):
                raise Fault(name_of(type(self)), name, value, f"must be {Among(values)}", "choose a value that is")
        for fault in self.check():
            raise fault

    @classmethod
    def reading(cls, given: Mapping[str, object]) -> Self:
        """Return the reading with these assumptions, written as in an exam file or on the command line.

        Raises:
            Fault: for an assumption or a value that the claim does not have.
        """
        known = assumptions(cls)
        chosen: dict[str, Any] = {}
        for name, text in given.items():
            if name not in known:
                rule = "is not an assumption of this claim" if known else "was given, and this claim assumes nothing"
                raise Fault(name_of(cls), name, text, rule, suggest(name, known))
            found = [value for value in known[name] if _spelled(value) == _spelled(text)]
            if not found:
                raise Fault(name_of(cls), name, text, f"must be {Among(known[name])}", "choose a value that is")
            chosen[name] = found[0]
        return cls(**chosen)

    def given(self) -> dict[str, Value]:
        """Return the assumptions of this reading."""
        return {name: getattr(self, name) for name in assumptions(type(self))}


@cache
def assumptions(claim: type[Claim]) -> Mapping[str, tuple[Value, ...]]:
    """Return each assumption of a claim with the values that it may take, the usual first."""
    return {field.name: field.metadata[VALUES] for field in dataclasses.fields(claim) if VALUES in field.metadata}


def name_of(claim: type[Claim]) -> str:
    """Return a claim's name: that of its class, written small."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", claim.__name__).lower()


def alternatives(claim: type[Claim], fixed: Mapping[str, Value]) -> Iterator[tuple[str, Claim]]:
    """Yield the readings that differ from the usual one in one assumption that is not fixed, with its name."""
    for name, values in assumptions(claim).items():
        if name not in fixed:
            for value in values[1:]:
                other: dict[str, Any] = {**fixed, name: value}
                try:
                    yield name, claim(**other)
                except Fault:  # a value that does not go with the fixed ones is no reading
                    continue


def _spelled(value: object) -> str:
    """Return a value as a reader would write it, so that `false`, `False` and `no` of YAML meet."""
    return str(value).strip().lower()
