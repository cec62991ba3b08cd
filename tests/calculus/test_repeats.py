"""A text whose brackets repeat is read as it would be without looking for repetitions, carets included."""

from __future__ import annotations

import pytest

from gradus.calculus import declare, prepare, read
from gradus.calculus import tokens as stream
from gradus.calculus.equality import Key
from gradus.calculus.vocabulary import OPEN
from gradus.errors import Unreadable

WORDS = declare({"A": "n × n", "x": "n", "y": "n", "z": "scalar", "g": "elementwise"})
TEXTS = [
    " + ".join(f"z^{k}/(z^2 + tanh(z)*(z + 1))" for k in range(30)),
    " + ".join(f"{k}*(A x - y)/(1 + (z + 1/2z))" for k in range(9)),
    " + ".join(["(x A x)"] * 30),
    " + ".join(["x.*(A*A + I)^2*(x^T (A x))"] * 9),
    "sum_i (x_i*(z + unknown))*(z + unknown) + " * 9 + "z",
    "√(z + 1)*(z + 1)*√(z + 1)" * 9,
    "z^" * 147 + "(((z + 1)))" + " + ((((z + 1))))" * 9,
    "(" * 30 + "z + 1" + ")" * 30 + "*" + "(" * 50 + "z + 1" + ")" * 50 + "+" + "(" * 70 + "z + 1" + ")" * 70,
    "+".join(["(z + z + z)"] * 1_200),
    "+".join(["(z + 1)(z, 2)"] * 20),
    "+".join(["(z when z > 0, 1 otherwise)"] * 20),
    "(z + 1)" * 20 + ")",
]


def outcome(text: str, is_open: bool) -> object:
    """Return what a text means, or its fault with its place."""
    try:
        found = read(text, OPEN if is_open else WORDS)
    except Unreadable as fault:
        return fault.column, str(fault)
    return found


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("text", TEXTS)
def test_repetitions_change_nothing(text: str, is_open: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = outcome(text, is_open)
    monkeypatch.setattr(stream, "repeats", lambda _: None)
    assert outcome(text, is_open) == shared


def test_a_repeated_bracket_is_one_object() -> None:
    tree = read("+".join(f"{k}/(z^2 + z + 1)" for k in range(2, 20)), OPEN).expression
    assert len({id(part.parts[1]) for part in tree.parts}) == 1
    key: Key = prepare(tree, OPEN)
    assert key.compare(read("189/(z^2 + z + 1)", OPEN).expression).outcome == "equal"
