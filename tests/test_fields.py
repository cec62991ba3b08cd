"""The fields of a variant, read from what an author wrote and written for what is stored."""

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.answers import Shape
from gradus.errors import Fault
from gradus.fields import decode, decode_domain, encode
from gradus.nodes import Entries, Node, Place, from_json
from gradus.parameters import Among, Between

ENDS = "must be two whole numbers, the lower first; write [16, 64]"
HERE = Place("a.md", 3, 8)


@dataclass(frozen=True)
class Net:
    """A field that is itself a record."""

    label: str
    kernel: int = 3


VALUES: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(-(10**900), 10**900),
    bool: st.booleans(),
    str: st.text(st.characters()),
    Fraction: st.fractions(),
    Shape: st.lists(st.integers(0, 10**9), min_size=1, max_size=5).map(lambda sizes: Shape(*sizes)),
    Literal["relu", "tanh"]: st.sampled_from(["relu", "tanh"]),
    tuple[int, ...]: st.lists(st.integers()).map(tuple),
    tuple[Net, ...]: st.lists(st.builds(Net, st.text(), st.integers(0, 9))).map(tuple),
}


def node(data: object) -> Node:
    return from_json(data, HERE)


@given(st.data(), st.sampled_from(list(VALUES)))
def test_what_is_written_is_read_back(data: st.DataObject, kind: Any) -> None:
    value = data.draw(VALUES[kind])
    assert decode(kind, node(json.loads(json.dumps(encode(value)))), "field") == value


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (int, "+7", 7),
        (int, "007", 7),
        (int, "٧", 7),
        (bool, "Yes", True),
        (bool, "no", False),
        (Fraction, "0.5", Fraction(1, 2)),
        (Fraction, "2/4", Fraction(1, 2)),
        (Shape, "32 x 32 x 3", Shape(32, 32, 3)),
        (Shape, [32, 32, 3], Shape(32, 32, 3)),
        (int | None, "7", 7),
        (Net, {"label": "a"}, Net("a")),
    ],
)
def test_what_authors_write_is_read(kind: Any, written: object, value: object) -> None:
    assert decode(kind, node(written), "field") == value


@pytest.mark.parametrize(
    ("kind", "written", "message"),
    [
        (int, "7.0", "field = '7.0' must be a whole number; write digits"),
        (int, [7], "field = '[7]' must be a whole number; write digits"),
        (int, "9" * 1001, f"field = '{'9' * 55}…' must be a whole number; write digits"),
        (bool, "1", "field = '1' must be true or false; write true or false"),
        (str, {"a": "b"}, "field = '{a: b}' must be a text; write it in quotes"),
        (Fraction, "1/0", "field = '1/0' must be a number; write 2, 0.5 or 1/2"),
        (Fraction, "1e3", "field = '1e3' must be a number; write 2, 0.5 or 1/2"),
        (Shape, "32 32", "field = '32 32' must be a shape: a × between sizes is expected here; write [128, 128, 3]"),
        (Literal["relu", "tanh"], "relo", "field = 'relo' must be one of relu, tanh; did you mean 'relu'?"),
        (tuple[int, ...], "7", "field = '7' must be a list; write it in brackets, such as [a, b]"),
        (tuple[int, ...], ["7", "x"], "field[2] = 'x' must be a whole number; write digits"),
        (Net, "a", "field = 'a' must be a mapping; write {label: …, kernel: …}"),
        (Net, {"label": "a", "kernle": 3}, "field.kernle is no field here; did you mean 'kernel'?"),
        (Net, {"kernel": 3}, "field.label is missing; add label: …"),
        (
            tuple[Net, ...],
            [{"label": "a", "kernel": "x"}],
            "field[1].kernel = 'x' must be a whole number; write digits",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_field_value_rule_and_remedy(kind: Any, written: object, message: str) -> None:
    with pytest.raises(Fault) as caught:
        decode(kind, node(written), "field")
    assert str(caught.value) == f"a.md:3:8: {message}"


def test_a_type_that_has_no_reader_is_the_programmer_s_fault() -> None:
    with pytest.raises(TypeError, match=r"no reader for .* of field 'field'"):
        decode(float, node("7"), "field")


def domain(kind: Any, written: object) -> object:
    entries = node(written)
    assert isinstance(entries, Entries)
    return decode_domain(kind, entries, "field")


def test_among_and_between_are_read_by_the_type_of_the_field() -> None:
    assert domain(int, {"among": [3, 5]}) == Among((3, 5))
    assert domain(Shape, {"among": [[3, 5], "2 x 2"]}) == Among((Shape(3, 5), Shape(2, 2)))
    assert domain(bool, {"among": ["yes", "no"]}) == Among((True, False))
    assert domain(int, {"between": [16, 64]}) == Between(16, 64)


@pytest.mark.parametrize(
    ("kind", "written", "message"),
    [
        (
            int,
            {"from": [1]},
            "field = '{from: [1]}' must be a value, {among: […]} or {between: […]}; write one of these",
        ),
        (int, {"among": 3}, "field.among = '3' must be a list; write it in brackets, such as [a, b]"),
        (int, {"among": []}, "field.among = '[]' must hold at least one value; write [3, 5]"),
        (int, {"between": [1]}, f"field.between = '[1]' {ENDS}"),
        (
            bool,
            {"between": [0, 1]},
            "field.between = '[0, 1]' must be two whole numbers, the lower first; write [16, 64]",
        ),
    ],
)
def test_domains_that_cannot_be_read_are_told(kind: Any, written: object, message: str) -> None:
    with pytest.raises(Fault) as caught:
        domain(kind, written)
    assert str(caught.value) == f"a.md:3:8: {message}"
