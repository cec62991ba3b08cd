"""Time and memory beside the reference: decided from given figures, never by the clock of the machine that tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from gradus.answers import Shape
from gradus.errors import Faults
from gradus.families.image_attention import ImageAttention
from gradus.programs import image_attention, mark
from gradus.programs.costs import NOISE_BYTES, NOISE_SECONDS, Budget, Cost, Spent, compare
from gradus.sandbox import Box, Call, Facts, Limits, Outcome
from tests.programs.test_looping import FAST

TASK = image_attention.task(3, 1, 2, 3, True, 8, 4, Fraction(1, 5))
MIB = 1 << 20
KNOWN = {"arguments[0]": Spent(0.004, 20 * MIB), "queries @ keys": Spent(0.104, 40 * MIB)}  # idle, reference


class Given:
    """A box whose programs are run, and whose kernel reports given figures; remembers what ran together."""

    def __init__(self, box: Box, *program: Spent) -> None:
        self.box, self.program, self.sources = box, list(program), list[str]()

    def run(self, source: str, function: str, calls: Sequence[Call], limits: Limits) -> Outcome:
        outcome = self.box.run(source, function, calls, limits)
        self.sources.append(source)
        if len(calls) != 3:  # not a measurement
            return outcome
        known = next((spent for mark, spent in KNOWN.items() if mark in source), None)
        spent = known or self.program.pop(0)
        return replace(outcome, processor=spent.seconds, peak=spent.bytes)

    def inspect(self, source: str, limits: Limits) -> Facts:
        return self.box.inspect(source, limits)


def marked(box: Any, source: str = FAST) -> tuple[Fraction | None, str, str]:
    found = mark(TASK, source, box)
    return found.credit, found.mistake, found.feedback


def test_within_the_budget_everything_is_earned_and_the_ratios_are_told(box: Box) -> None:
    credit, mistake, feedback = marked(Given(box, Spent(0.304, 60 * MIB)))
    assert (credit, mistake) == (Fraction(1), "")
    assert "3 times the processor time of the reference, and at most 8 times is asked" in feedback
    assert "2 times the peak memory of the reference, and at most 4 times is asked" in feedback


@pytest.mark.parametrize(
    ("spent", "earned", "mistake", "told"),
    [
        (Spent(4.004, 30 * MIB), "9/10", "too_much_time", "It takes 40 times the processor time of the reference"),
        (Spent(0.104, 220 * MIB), "9/10", "too_much_memory", "It takes 10 times the peak memory of the reference"),
        (Spent(4.004, 320 * MIB), "4/5", "too_much_time", "It takes 15 times the peak memory of the reference"),
    ],
)
def test_beyond_it_the_share_is_lost(box: Box, spent: Spent, earned: str, mistake: str, told: str) -> None:
    credit, name, feedback = marked(Given(box, *[spent] * 3))
    assert (credit, name) == (Fraction(earned), mistake)
    assert told in feedback


def test_one_slow_round_of_three_is_noise(box: Box) -> None:
    assert marked(Given(box, Spent(1.5, MIB), Spent(1.2, MIB), Spent(0.3, MIB)))[0] == 1
    assert marked(Given(box, Spent(1.5, MIB), Spent(1.2, MIB), Spent(1.3, MIB)))[0] == Fraction(9, 10)


def test_the_reference_never_runs_beside_the_program(box: Box) -> None:
    given = Given(box, Spent(0.1, MIB))
    mark(TASK, FAST, given)  # type: ignore[arg-type]
    assert TASK.budget is not None
    assert given.sources.count(TASK.budget.source) == 1
    assert all((FAST in source) + (TASK.budget.source in source) <= 1 for source in given.sources)


def test_what_cannot_be_measured_counts_as_nothing() -> None:
    cost = Cost((Spent(NOISE_SECONDS, NOISE_BYTES),), (Spent(0, 0),), (Spent(0, 0),))
    assert (cost.time, cost.memory) == (1, 1)
    assert all(kept for _, kept, _ in compare(cost, Budget("", {}, 2, 2)))


def test_cheaper_than_the_idle_function_is_no_negative_ratio() -> None:
    cost = Cost((Spent(0.1, 1),), (Spent(1, 2),), (Spent(0.2, 2),))
    assert (cost.time, cost.memory) == (0, 0)


def test_results_must_be_right_where_it_is_measured(box: Box) -> None:
    lazy = FAST.replace(
        "    norms", "    if len(image) > 50: return np.zeros((*image.shape[:2], len(keys)))\n    norms", 1
    )
    credit, mistake, feedback = marked(Given(box, *[Spent(0, 0)] * 3), lazy)
    assert (credit, mistake) == (Fraction(4, 5), "not_measured")
    assert "Its time could not be measured: for image 96 × 80 × 2" in feedback


def test_remembering_results_gains_nothing(box: Box) -> None:
    """Every call of a measurement has another input."""
    from gradus.programs.preparation import prepare

    inputs = [arguments[0] for arguments, _ in prepare(TASK).measured]
    assert len(inputs) == 3
    assert len({image.tobytes() for image in inputs}) == 3


def test_a_lost_sandbox_goes_to_a_person(box: Box) -> None:
    class Lost(Given):
        def run(self, source: str, function: str, calls: Sequence[Call], limits: Limits) -> Outcome:
            outcome = super().run(source, function, calls, limits)
            return Outcome("lost") if "queries @ keys" in source else outcome

    assert marked(Lost(box, Spent(0, 0)))[0] is None


def test_the_kernels_own_figures_tell_a_program_that_holds_far_more(box: Box) -> None:
    task = image_attention.task(3, 1, 2, 3, True, 0, 4, Fraction(1, 5))
    wasteful = FAST.replace("    norms", "    waste = np.ones(30_000_000)\n    norms", 1)
    found = mark(task, wasteful, box)
    assert (found.credit, found.mistake) == (Fraction(4, 5), "too_much_memory")
    assert mark(task, FAST, box).credit == 1


def test_the_question_states_what_it_may_take_and_counts_it() -> None:
    variant = ImageAttention(
        image=Shape(32, 32, 3), outputs=5, kernel=3, divisor=1, vectorised=True, time_limit=8, memory_limit=4
    )
    told = "It may take at most $8$ times the processor time and at most $4$ times the memory of a plain program"
    assert told in variant.prompt()
    assert "that is worth $1/5$ of the points" in variant.prompt()


def test_limits_that_cannot_be_kept_are_refused() -> None:
    with pytest.raises(Faults) as caught:
        ImageAttention(
            image=Shape(32, 32, 3), outputs=5, kernel=3, divisor=1, time_limit=1, efficiency=Fraction(2, 3)
        )  # fmt: skip
    assert [str(fault) for fault in caught.value.faults] == [
        "ImageAttention: time_limit = 1 must be 0, or 2 to 1000 times what the reference takes; "
        "write 10; 0 where it does not count",
        "ImageAttention: efficiency = '2/3' must be above 0 and at most 1/2; write 1/5",
    ]
