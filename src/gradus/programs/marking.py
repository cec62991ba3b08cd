"""A stranger's program → credit and feedback, check by check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, final

from gradus.answers.program import Marked, Tried
from gradus.programs.costs import Budget, compare, measure
from gradus.programs.judging import describe, differ
from gradus.programs.looping import decide
from gradus.programs.preparation import Prepared, prepare
from gradus.programs.task import Case, Task
from gradus.sandbox import Box, Call, Limits, Outcome, Result

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gradus.programs.costs import Run

    Arrays = tuple[NDArray[Any], ...]

LIMITS = Limits(seconds=10.0, processor=10.0)


@final
@dataclass(frozen=True, slots=True)
class Check:
    """One thing that counts: whether it holds, its name for statistics, and what to say where it does not."""

    name: str
    holds: bool
    mistake: str = ""
    feedback: str = ""
    credit: Fraction = Fraction(0)  # what a recognised mistake still earns of everything
    told: str = ""  # what to say where it holds, if more than its title


def mark(task: Task, source: str, box: Box, limits: Limits = LIMITS) -> Marked:
    """Run a program in a box and decide what it earns; the reference stays outside.

    Right values on the drawn inputs come first: without them nothing else earns anything.
    """
    checks = list(check(task, source, box, limits))
    failed = [one for one in checks if not one.holds]
    if not failed:
        return Marked(Fraction(1), "Right: " + ", ".join(one.told or _TITLES[one.name] for one in checks) + ".")
    first = failed[0]
    if any(one.mistake == "lost" for one in failed):
        return Marked(None, "The sandbox failed; a person decides, or grade it again.")
    feedback = " ".join(one.feedback for one in failed)
    if first.name in {"runs", "values", "loops"}:
        return Marked(first.credit, feedback, first.mistake)
    whole = sum((task.weights[one.name] for one in checks if one.name in task.weights), Fraction(0))
    earned = sum((task.weights[one.name] for one in checks if one.holds and one.name in task.weights), Fraction(0))
    return Marked(earned / whole, feedback, first.mistake)


def preview(task: Task, source: str, box: Box, limits: Limits = LIMITS) -> tuple[Tried, ...]:
    """Run the public checks alone; what is hidden stays so until the program is marked."""
    return tuple(
        Tried(_TITLES[one.name], one.holds, "" if one.holds else one.feedback)
        for one in check(task, source, box, limits, public=True)
    )


_TITLES = {
    "runs": "it runs",
    "values": "values on drawn inputs",
    "loops": "no Python loops over the image",
    "edges": "edge cases",
    "dtype": "type of the result",
    "inputs": "inputs left as they were",
    "properties": "laws",
}


def check(task: Task, source: str, box: Box, limits: Limits = LIMITS, *, public: bool = False) -> Iterator[Check]:
    """Yield every check, in the order in which they count; `public` ones only, for feedback at once."""
    made = prepare(task)
    inputs = [one for one in made.inputs if one[0].public or not public]
    calls = [Call(arguments) for _, arguments, _ in inputs]
    if not public:
        calls += [Call(arguments) for arguments in made.altered]
        calls += [Call(arguments, counted=True) for arguments in made.growing]
    outcome = box.run(source, task.function, calls, limits)
    results = [*outcome.results, *([_ended(outcome)] * (len(calls) - len(outcome.results)))]
    if not outcome.results:
        yield Check("runs", False, outcome.status, f"No call was answered: {_first_line(outcome)}.")
        return
    if outcome.status != "finished" and len(outcome.results) == len(calls):
        yield Check("runs", False, outcome.status, f"It answered every call, and then {_first_line(outcome)}.")
        return
    tried = list(zip(inputs, results, strict=False))
    drawn = [(arguments, want, got) for (case, arguments, want), got in tried if not case.edge]
    values = _values(task, made, drawn, whole=not public)
    yield values
    if not values.holds:
        return
    if made.growing and not public:
        loops = decide(box.inspect(source, limits), *results[-2:])
        yield Check("loops", not loops.name, loops.name, loops.feedback)
    yield from _edges(task, made, [(case, arguments, want, got) for (case, arguments, want), got in tried if case.edge])
    yield _dtype(task, [got for _, _, got in drawn])
    yield _inputs(results)
    if made.altered and not public:
        yield _laws(task, drawn[0][2], results[len(inputs) : len(inputs) + len(made.altered)])
    if task.budget is not None and not public:
        yield from _costs(
            task, task.budget, source, made, lambda text, each: box.run(text, task.function, each, limits)
        )


def _ended(outcome: Outcome) -> Result:
    return Result(None, f"returned nothing: {outcome.explanation}")


def _first_line(outcome: Outcome) -> str:
    """Return why nothing was answered; an exception's own words stay with the staff."""
    explanation = outcome.explanation.partition(": ")[0] or "it ended early"
    return explanation + (f" at line {outcome.line}" if outcome.line else "")


def _values(task: Task, made: Prepared, drawn: list[tuple[Arrays, NDArray[Any], Result]], *, whole: bool) -> Check:
    """Compare on the drawn inputs; name the mistake where a known one gives the same results everywhere."""
    failing = [
        (sum(a.size for a in arguments), describe(arguments, made.names), told)
        for arguments, want, got in drawn
        if (told := differ(got, want, task.tolerance))
    ]
    if not failing:
        return Check("values", True)
    _, smallest, told = min(failing)
    shown = f"For {smallest}: {told}."
    for bug, wrong in made.wrong if whole else ():
        if not any(differ(got, each, task.tolerance) for (_, _, got), each in zip(drawn, wrong, strict=True)):
            return Check("values", False, bug.name, f"{bug.feedback} {shown}", bug.credit)
    kinds = {"it raised": "raised", "expected shape": "wrong_shape", "expected type": "wrong_type"}
    name = next((kind for begin, kind in kinds.items() if told.startswith(begin)), "wrong_values")
    return Check("values", False, "ended" if "returned nothing" in told else name, shown)


def _edges(task: Task, made: Prepared, tried: list[tuple[Case, Arrays, NDArray[Any], Result]]) -> Iterator[Check]:
    if not tried:
        return
    for case, arguments, want, got in tried:
        if told := differ(got, want, task.tolerance):
            feedback = f"Where {case.edge}: for {describe(arguments, made.names)}: {told}."
            yield Check("edges", False, "edge_case", feedback)
            return
    yield Check("edges", True)


def _dtype(task: Task, results: list[Result]) -> Check:
    found = next((str(r.value.dtype) for r in results if r.value is not None and r.value.dtype != task.result), "")
    return Check("dtype", not found, "wrong_type", f"The result should be {task.result}, and it is {found}.")


def _inputs(results: list[Result]) -> Check:
    changed = any(result.mutated for result in results)
    return Check("inputs", not changed, "input_changed", "It changes its arguments: work on a copy.")


def _laws(task: Task, base: Result, results: list[Result]) -> Check:
    assert base.value is not None
    for law, result in zip(task.properties, results, strict=True):
        if differ(result, law.expect(base.value).astype(float), max(task.tolerance, 1e-8)):
            return Check("properties", False, law.name, law.feedback)
    return Check("properties", True)


def _costs(task: Task, budget: Budget, source: str, made: Prepared, run: Run) -> Iterator[Check]:
    """Measure a program that is right on everything else's inputs; where it fails on these, it has not kept to it."""
    cost = measure(budget, task.function, source, made.measured, task.tolerance, run)
    if cost.lost:
        yield Check("time", False, "lost")
        return
    for name, kept, told in compare(cost, budget):
        if cost.problem:
            shown = describe(made.measured[0][0], made.names)
            yield Check(name, False, "not_measured", f"Its {name} could not be measured: for {shown}: {told}.")
        else:
            yield Check(name, kept, f"too_much_{name}", f"It takes {told}.", told=told)
