"""Key against witness: when a part is countersigned, when it is not, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from gradus.answers import Answer, Count, Truth
from gradus.countersigning import countersign
from gradus.errors import Underdetermined
from gradus.family import Family, Mistake
from gradus.grading import grade

Outcome = Mapping[str, Answer] | Exception


@dataclass(frozen=True)
class Open(Answer):
    """An answer of which nothing can be decided."""

    kind: ClassVar[str] = "open"

    def read(self, text: str) -> "Open":
        return self

    def agrees(self, other: Answer) -> Truth:
        return Truth.UNDECIDED

    def __str__(self) -> str:
        return "open"


@dataclass(frozen=True)
class Twin(Open):
    """One that agrees with others of its kind exactly when they are the same object."""

    def agrees(self, other: Answer) -> Truth:
        return Truth.TRUE if other is self else Truth.UNDECIDED

    def read(self, text: str) -> "Twin":
        return Twin()


@dataclass(frozen=True, kw_only=True, eq=False)
class Two(Family):
    """A question of two parts whose key and witness are as they are told to be."""

    parts: ClassVar[tuple[str, ...]] = ("one", "two")
    first: Outcome = field(default_factory=dict)
    second: Outcome = field(default_factory=dict)

    def prompt(self) -> str:
        return "Give **one** and **two**."

    def key(self) -> Mapping[str, Answer]:
        return self.come_to(self.first)

    def witness(self) -> Mapping[str, Answer]:
        return self.come_to(self.second)

    @staticmethod
    def come_to(outcome: Outcome) -> Mapping[str, Answer]:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def mistakes(self) -> Iterator[Mistake]:
        return iter(())

    def working(self) -> str:
        return ""


RIGHT = {"one": Count(1), "two": Count(2)}


def several(*solutions: str) -> Underdetermined:
    return Underdetermined("one", solutions, "say more")


def test_a_variant_is_complete_when_every_part_agrees() -> None:
    assert countersign(Two(first=RIGHT, second=dict(RIGHT))).complete


@pytest.mark.parametrize(
    ("first", "second", "agreed", "problem"),
    [
        (RIGHT, RIGHT | {"two": Count(3)}, ["true", "false"], ""),
        (RIGHT, {"one": Count(1)}, ["true", "undecided"], ""),
        ({"two": Count(2)}, RIGHT, ["undecided", "true"], ""),
        ({}, {}, ["undecided", "undecided"], ""),
        (RIGHT | {"one": Open()}, RIGHT, ["undecided", "true"], ""),
        (ValueError("no"), RIGHT, ["undecided"] * 2, "the key failed: ValueError: no"),
        (RIGHT, ValueError("no"), ["undecided"] * 2, "the witness failed: ValueError: no"),
        (
            KeyError("a"), MemoryError(), ["undecided"] * 2,
            "the key failed: KeyError: 'a'; the witness failed: MemoryError: ",
        ),
    ],
)  # fmt: skip
def test_whatever_differs_is_missing_or_crashes_is_never_countersigned(
    first: Outcome, second: Outcome, agreed: list[str], problem: str
) -> None:
    signed = countersign(Two(first=first, second=second))
    assert [signed.agreed[part].value for part in ("one", "two")] == agreed
    assert signed.problem == problem
    assert not signed.complete


def test_several_solutions_count_when_both_ways_find_the_same() -> None:
    signed = countersign(Two(first=several("2", "3"), second=several("3", "2")))
    assert signed.underdetermined is not None
    assert signed.problem == "one is not determined: 2 and 3 all fit; say more"


@pytest.mark.parametrize("second", [several("2"), several("2", "4"), several("2", "3", "4"), RIGHT, ValueError("no")])
def test_several_solutions_that_the_other_way_does_not_find_are_a_fault_of_one_of_them(second: Outcome) -> None:
    signed = countersign(Two(first=several("2", "3"), second=second))
    assert signed.underdetermined is None
    assert signed.problem.startswith("the key failed: one is not determined: 2 and 3 all fit; say more")
    assert not signed.complete


def test_a_user_who_interrupts_is_obeyed() -> None:
    class Interrupted(Two):
        def witness(self) -> Mapping[str, Answer]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        countersign(Interrupted(first=RIGHT))


def test_an_answer_that_cannot_be_decided_is_left_to_a_person() -> None:
    twin = Twin()
    verdict = grade(Two(first=RIGHT | {"one": twin}, second=RIGHT | {"one": twin}), {"one": "anything"})["one"]
    assert (verdict.status, verdict.credit, verdict.feedback) == ("undecided", None, "A person decides.")
    assert isinstance(verdict.answer, Twin)
