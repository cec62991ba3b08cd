"""The contract of a family: what is drawn, fixed, narrowed and refused."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from gradus.answers import Answer, Count
from gradus.errors import Fault, Faults
from gradus.family import Family, Mistake
from gradus.parameters import Among, Between, among, between


@dataclass(frozen=True, kw_only=True)
class Quotient(Family):
    """Divides two numbers; sensible where nothing remains, impossible by zero."""

    parts: ClassVar[tuple[str, ...]] = ("quotient",)
    above: int = between(1, 99, allowed=Between(0, 999))
    below: int = among(0, 1, 2, 3)
    rounded: bool = False

    def check(self) -> Iterator[Fault]:
        if self.below == 0:
            yield Fault("Quotient", "below", 0, "must not be zero", "choose another")

    def is_sensible(self) -> bool:
        return self.above % self.below == 0

    def prompt(self) -> str:
        return f"What is ${self.above}/{self.below}$, the **quotient**?"

    def key(self) -> Mapping[str, Answer]:
        return {"quotient": Count(self.above // self.below)}

    def witness(self) -> Mapping[str, Answer]:
        return {"quotient": Count(len(range(self.below, self.above + 1, self.below)))}

    def mistakes(self) -> Iterator[Mistake]:
        return iter(())

    def working(self) -> str:
        return ""


def draws(**given: object) -> list[Quotient]:
    narrowed = {name: domain for name, domain in given.items() if isinstance(domain, Among | Between)}
    fixed = {name: value for name, value in given.items() if name not in narrowed}
    return [Quotient.draw(random.Random(seed), fixed, narrowed) for seed in range(200)]


def test_only_sensible_variants_are_drawn() -> None:
    assert all(variant.above % variant.below == 0 for variant in draws())
    assert {variant.below for variant in draws()} == {1, 2, 3}


def test_what_is_fixed_stays_and_what_is_narrowed_stays_within() -> None:
    drawn = draws(below=3, above=Between(300, 330))
    assert {variant.below for variant in drawn} == {3}
    assert {variant.above for variant in drawn} <= set(range(300, 331, 3))


def test_a_convention_holds_unless_it_is_fixed_or_narrowed() -> None:
    assert {variant.rounded for variant in draws()} == {False}
    assert {variant.rounded for variant in draws(rounded=True)} == {True}
    assert {variant.rounded for variant in draws(rounded=Among((True, False)))} == {True, False}


def test_an_author_may_ask_what_is_not_sensible() -> None:
    assert draws(above=7, below=2)[0] == Quotient(above=7, below=2)
    assert {variant.below for variant in draws(above=7, below=Among((2, 3)))} == {2, 3}


def test_what_is_fixed_and_impossible_is_told_as_it_is() -> None:
    with pytest.raises(Faults, match=r"^Quotient: below = 0 must not be zero; choose another$"):
        Quotient.draw(random.Random(0), {"above": 1, "below": 0})


def test_every_fault_of_what_is_fixed_is_told() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Twice(Quotient):
        def check(self) -> Iterator[Fault]:
            yield from super().check()
            yield Fault("Twice", "above", self.above, "is never right", "give up")

    with pytest.raises(Faults) as caught:
        Twice.draw(random.Random(0), {"above": 1, "below": 0})
    assert [fault.field for fault in caught.value.faults] == ["below", "above"]


def test_what_leaves_no_variant_is_told_with_a_reason() -> None:
    message = "^Quotient: below leaves no variant in 400 draws: below must not be zero; fix fewer fields or widen$"
    with pytest.raises(Fault, match=message):
        Quotient.draw(random.Random(0), {"below": 0})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"above": 1000, "below": 1}, "Quotient: above = 1000 must be between 0 and 999; choose a value that is"),
        ({"above": "1", "below": 1}, "Quotient: above = '1' must be between 0 and 999; choose a value that is"),
        ({"above": 1, "below": 4}, "Quotient: below = 4 must be one of 0, 1, 2, 3; choose a value that is"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(Fault) as caught:
        Quotient(**fields)
    assert str(caught.value) == message


def test_an_unfinished_family_cannot_be_asked() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Unfinished(Family):
        def prompt(self) -> str:
            return ""

    with pytest.raises(TypeError, match="abstract"):
        Unfinished()  # type: ignore[abstract]


def test_nothing_follows_from_earlier_answers_unless_a_family_says_how() -> None:
    assert Quotient(above=4, below=2).follow("quotient", {"above": Count(6)}) is None
