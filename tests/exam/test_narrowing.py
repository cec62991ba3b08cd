"""Narrowing a field whose allowed values are a list rather than a range."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import pytest

from gradus import catalogue, exam
from gradus.answers import Answer, Count
from gradus.errors import Faults
from gradus.family import Family, Mistake
from gradus.parameters import among


@dataclass(frozen=True, kw_only=True)
class Odd(Family):
    """Asks for an odd number."""

    parts: ClassVar[tuple[str, ...]] = ("number",)
    number: int = among(1, 3, 5)

    def prompt(self) -> str:
        return f"Which **number** is ${self.number}$?"

    def key(self) -> Mapping[str, Answer]:
        return {"number": Count(self.number)}

    def witness(self) -> Mapping[str, Answer]:
        return {"number": Count(len(range(self.number)))}

    def mistakes(self) -> Iterator[Mistake]:
        return iter(())

    def working(self) -> str:
        return ""


@pytest.mark.parametrize(
    ("written", "value"),
    [("{between: [1, 5]}", 2), ("{between: [1, 1000000000]}", 2), ("{among: [1, 4]}", 4), ("{between: [5, 6]}", 6)],
)
def test_every_value_of_a_range_must_be_allowed_not_only_its_ends(
    written: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "family", lambda name: Odd)
    with pytest.raises(Faults) as caught:
        exam.parse(f"---\ntitle: A\npoints: 1\n---\n```odd\nid: 1\npoints: 1\nnumber: {written}\n```\n", "a.md")
    assert str(caught.value) == (f"a.md:8:9: number = '{value}' must be one of 1, 3, 5; leave it out of the values")


def test_a_range_of_allowed_values_alone_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "family", lambda name: Odd)
    text = "---\ntitle: A\npoints: 1\n---\n```odd\nid: 1\npoints: 1\nnumber: {between: [3, 3]}\n```\n"
    assert list(exam.parse(text).questions[0].narrowed["number"].values()) == [3]
