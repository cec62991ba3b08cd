"""Whatever the text, reading ends soon, with a message or a meaning; the bound is a count, never a clock."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradus.calculus import OPEN, plain, prepare, read
from gradus.errors import Unreadable

KEY = prepare(read("x", OPEN).expression, OPEN)
BOMBS = {
    "a megabyte of parentheses": "(" * 1_000_000,
    "nested parentheses": "(" * 5_000 + "x" + ")" * 5_000,
    "a tower": "^".join(["x"] * 4_000),
    "a tower of figures": "2^" * 100 + "x",
    "nines": "9^9^9^9^9",
    "a power": "x^(10^9)",
    "minus signs": "-" * 7_000 + "x",
    "functions": "log " * 4_000 + "x",
    "transposes": "x" + "^T" * 5_000,
    "factorials": "x" + "!" * 7_000,
    "a factorial of factorials": "((((9!)!)!)!)!",
    "terms": "+".join(["x"] * 3_900),
    "quotients": "/".join(["x"] * 3_900),
    "digits": "9" * 20_000,
    "an exponent of digits": "1e999999999",
    "sums": "sum_i " * 3_000 + "x",
    "sums within sums": "".join(f"sum_{c} " for c in "abcdefgh") + "x_a*x_b*x_c*x_d*x_e*x_f*x_g*x_h",
    "exponentials": "exp(" * 55 + "x" + ")" * 55,
    "bars": "|" * 5_000,
    "commas": "," * 3_000,
    "arguments": "max(" + ",".join(["x"] * 3_500) + ")",
    "nested squares": "(" * 40 + "x" + "^2+1)" * 40,
    "control characters": "\x00\x1b[31m" * 100,
    "subscripts": "x_{" * 5_000,
    "cases": "x when " * 2_000,
}  # fmt: skip


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_or_decided(text: str) -> None:
    try:
        tree = read(text, OPEN).expression
    except Unreadable as fault:
        assert fault.remedy
        assert len(str(fault)) < 1_000
    else:
        assert KEY.compare(tree).outcome in {"equal", "different", "undecided"}


def test_the_bounds_are_told() -> None:
    for text, rule in (
        ("(" * 1_000_000, "at most 20000 characters"),
        ("(" * 1_000, "brackets nest at most 60 deep"),
        ("+" * 15_000, "at most 8000 symbols"),
        ("^".join(["x"] * 400), "nests more than 150 deep"),
        ("9" * 100, "numbers have at most 60 digits"),
        ("sum_a sum_b sum_c sum_d sum_e x_a", "sums nest at most 4 deep"),
    ):
        with pytest.raises(Unreadable, match=rule):
            read(text, OPEN)


def test_undecided_says_why() -> None:
    verdict = prepare(read("9^9^9^9", OPEN).expression, OPEN).compare(read("9^9^9", OPEN).expression)
    assert verdict.outcome == "undecided"
    assert "too few points" in verdict.said


PIECES = st.sampled_from(
    "x y W_1 z' 2 0.5 + - * / ^ ** ( ) [ ] { } | || ‖ , ; = < ≤ . .T ^T ' ! _ _i ^i sum_i \\sum_{i=1}^n \\frac \\frac12 \\sqrt exp log "
    "sin max norm softmax \\left( \\right) \\cdot \\odot @ .* when otherwise if else \\begin{cases} \\end{cases} & \\\\ ∇ ∂ d/dx π α "
    "\\alpha ∂L/∂z I 1^T e^ inf × ² · \\text{if} mean_j Piecewise( True".split()
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=25).map(" ".join) | st.text(max_size=60))
def test_no_text_crashes_the_reader(text: str) -> None:
    try:
        tree = read(text, OPEN).expression
    except Unreadable as fault:
        assert 0 <= fault.column <= len(text)
        return
    assert KEY.compare(tree).outcome in {"equal", "different", "undecided"}
    assert plain(tree)
