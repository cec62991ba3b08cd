"""What a program costs beside a reference: processor time and peak memory as ratios, by the kernel's own figures.

The reference is Gradus's own, so it may run in the sandbox, but never in a child that holds a stranger's code: program,
reference and a function that does nothing each get a child of their own, forked from the same warm process, under the
same limits, in turns. What the idle one takes (fork, arguments, results) is taken off both. Each call of a child has an
input of its own, so that remembering results gains nothing, and the results must be right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from gradus.programs.judging import differ
from gradus.sandbox import Call, Outcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Run = Callable[[str, Sequence[Call]], Outcome]
    Example = tuple[tuple[NDArray[Any], ...], NDArray[Any]]

NOISE_SECONDS = 0.005  # less processor time than this, a call, counts as nothing
NOISE_BYTES = 4 << 20
CLEAR = 3  # times what is asked: so far beyond it, a second round is not waited for
IDLE = "def {function}(*arguments):\n    return arguments[0]\n"


@final
@dataclass(frozen=True)
class Budget:
    """What a program may cost.

    Attributes:
        source: the reference that it is measured against.
        sizes: of the inputs on which both are measured.
        time: most processor time, in times the reference's; 0 where it does not count.
        memory: most peak memory, likewise.
        calls: inputs for each child.
        rounds: children of each kind at most; fewer where the first ones leave no doubt.
    """

    source: str
    sizes: Mapping[str, int]
    time: int = 0
    memory: int = 0
    calls: int = 3
    rounds: int = 3


@final
@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor time and bytes of memory of one child."""

    seconds: float
    bytes: int


@final
@dataclass(frozen=True, slots=True)
class Cost:
    """What program, reference and the idle function took in each round; `problem` where the program gave no results."""

    program: tuple[Spent, ...] = ()
    reference: tuple[Spent, ...] = ()
    idle: tuple[Spent, ...] = ()
    calls: int = 1
    problem: str = ""
    lost: bool = False

    @property
    def time(self) -> float:
        """Return the program's least time in times of the reference's largest: noise never counts against it."""
        base = min(one.seconds for one in self.idle)
        noise = NOISE_SECONDS * self.calls
        own = min(one.seconds for one in self.program) - base
        return max(0.0, own) / max(noise, max(one.seconds for one in self.reference) - base)

    @property
    def memory(self) -> float:
        """Return the same of peak memory."""
        base = min(one.bytes for one in self.idle)
        own = min(one.bytes for one in self.program) - base
        return max(0, own) / max(NOISE_BYTES, max(one.bytes for one in self.reference) - base)


def measure(budget: Budget, function: str, source: str, inputs: Sequence[Example], tolerance: float, run: Run) -> Cost:
    """Run program, reference and idle function in turns, until it is clear whether the program keeps to its budget.

    Args:
        budget: how often, and against what.
        function: name of the function.
        source: the program.
        inputs: arguments and what is expected of them, computed outside.
        tolerance: of the results.
        run: runs a source on calls, in a child of its own.
    """
    calls = [Call(arguments) for arguments, _ in inputs]
    sources = (source, budget.source, IDLE.format(function=function))
    rounds: list[tuple[Spent, ...]] = []
    for _ in range(budget.rounds):
        spent = []
        for which, text in enumerate(sources):
            outcome = run(text, calls)
            if outcome.status == "lost" or (which > 0 and outcome.status != "finished"):
                return Cost(lost=True)
            if which == 0 and (problem := _problem(outcome, inputs, tolerance)):
                return Cost(problem=problem)
            spent.append(Spent(outcome.processor, outcome.peak))
        rounds.append(tuple(spent))
        program, reference, idle = zip(*rounds, strict=True)
        cost = Cost(program, reference, idle, len(calls))
        if _is_clear(cost, budget):
            break
    return cost


def _problem(outcome: Outcome, inputs: Sequence[Example], tolerance: float) -> str:
    """Return why a program's figures do not count: it did not do the work."""
    if outcome.status != "finished":
        return outcome.explanation.partition(": ")[0]
    told = (differ(got, want, tolerance) for (_, want), got in zip(inputs, outcome.results, strict=True))
    return next(filter(None, told), "")


def _is_clear(cost: Cost, budget: Budget) -> bool:
    """Return whether more rounds could not change the decision, or hardly."""
    ratios = [(cost.time, budget.time), (cost.memory, budget.memory)]
    return all(ratio <= most or ratio > CLEAR * most for ratio, most in ratios if most)


def compare(cost: Cost, budget: Budget) -> Iterator[tuple[str, bool, str]]:
    """Yield name, whether it is within the budget, and the ratio in words, for time and memory where they count.

    >>> cost = Cost((Spent(0.9, 90 << 20),), (Spent(0.2, 30 << 20),), (Spent(0.1, 20 << 20),))
    >>> for found in compare(cost, Budget("", {}, time=10, memory=4)):
    ...     print(found)
    ('time', True, '8 times the processor time of the reference, and at most 10 times is asked')
    ('memory', False, '7 times the peak memory of the reference, and at most 4 times is asked')
    """
    for name, most, ratio, what in (
        ("time", budget.time, "time", "processor time"),
        ("memory", budget.memory, "memory", "peak memory"),
    ):
        if most:
            found = 0.0 if cost.problem else getattr(cost, ratio)
            told = f"{found:.2g} times the {what} of the reference, and at most {most} times is asked"
            yield name, not cost.problem and found <= most, cost.problem or told
