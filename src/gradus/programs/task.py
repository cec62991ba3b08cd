"""What a program question asks: a function, its inputs, a reference, and what counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, final

from gradus.programs.costs import Budget

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Arrays = tuple[NDArray[Any], ...]

WEIGHTS: Mapping[str, Fraction] = {
    "values": Fraction(1, 2),
    "edges": Fraction(1, 5),
    "dtype": Fraction(1, 10),
    "inputs": Fraction(1, 10),
    "properties": Fraction(1, 10),
}


@final
@dataclass(frozen=True)
class Case:
    """One input: drawn from the seed for these sizes; `alter` makes an edge of it.

    `public` cases are shown to a student at once, the others after grading.
    """

    sizes: Mapping[str, int]
    seed: int
    public: bool = False
    edge: str = ""
    alter: Callable[[Arrays], Arrays] | None = None


@final
@dataclass(frozen=True)
class Property:
    """A law: the result on altered arguments follows from the result on the arguments themselves."""

    name: str
    feedback: str
    alter: Callable[[Arrays], Arrays]
    expect: Callable[[NDArray[Any]], NDArray[Any]]


@final
@dataclass(frozen=True)
class Bug:
    """A change to the reference that people make: recognised in answers, and seeded in programs to be repaired."""

    name: str
    feedback: str
    right: str
    wrong: str
    credit: Fraction = Fraction(0)

    def seed(self, source: str) -> str:
        """Return the source with this bug in it."""
        assert self.right in source, f"{self.name}: {self.right!r} is not in the source"
        return source.replace(self.right, self.wrong)


@final
@dataclass(frozen=True, eq=False)
class Task:
    """What a program must do; compared by identity.

    Attributes:
        function: name of the function asked for.
        source: the reference, in the plainest way; run here, never in the sandbox.
        draw: generator and sizes → arguments.
        cases: inputs on which it is tried, edges among them.
        properties: laws that it must keep, tried on the first case.
        bugs: changes to the reference worth recognising.
        growing: two inputs' sizes; without Python loops both take as many line events. None where loops may be.
        tolerance: relative to the largest value of the result, in float64.
        result: type of the result.
        weights: share of each check that is made; shares of those not made are given to the rest.
        budget: what it may cost beside a reference; None where that does not count.
    """

    function: str
    source: str
    draw: Callable[[np.random.Generator, Mapping[str, int]], Arrays]
    cases: tuple[Case, ...]
    properties: tuple[Property, ...] = ()
    bugs: tuple[Bug, ...] = ()
    growing: tuple[Mapping[str, int], Mapping[str, int]] | None = None
    tolerance: float = 1e-9
    result: str = "float64"
    weights: Mapping[str, Fraction] = field(default_factory=lambda: WEIGHTS)
    budget: Budget | None = None

    def arguments(self, case: Case) -> Arrays:
        """Return the arguments of a case, the same every time."""
        import numpy as np

        drawn = self.draw(np.random.default_rng(case.seed), case.sizes)
        return case.alter(drawn) if case.alter else drawn


def load(source: str, function: str) -> Callable[..., Any]:
    """Return a function of Gradus's own source; never called on a stranger's.

    >>> load("def twice(x): return 2 * x", "twice")(3)
    6
    """
    scope: dict[str, Any] = {}
    exec(compile(source, f"<{function}>", "exec"), scope)  # noqa: S102 - our own text
    found: Callable[..., Any] = scope[function]
    return found
