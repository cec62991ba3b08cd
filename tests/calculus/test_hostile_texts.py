"""Whatever the text, reading ends soon, with a message or a meaning; the bound is a count, never a clock."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradus.calculus import OPEN, Expression, Vocabulary, declare, plain, prepare, read
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
    "letters": "x" * 19_000,
    "letters in LaTeX": r"\alpha + " + "x" * 19_000,
    "cases": "x when " * 2_000,
}  # fmt: skip


def meant(text: str, words: Vocabulary = OPEN) -> Expression | Unreadable:
    """Return what a text means, or why it means nothing."""
    try:
        return read(text, words).expression
    except Unreadable as fault:
        return fault


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_or_decided(text: str) -> None:
    found = meant(text)
    if isinstance(found, Unreadable):
        assert found.remedy
        assert len(str(found)) < 1_000
    else:
        assert KEY.compare(found).outcome in {"equal", "different", "undecided"}


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


WORDS = declare(
    {
        "A": "n × n",
        "B": "n × m",
        "x": "n",
        "y": "m",
        "g": "elementwise",
        "D": "k -> scalar",
        "X": "n × k",
        "z": "scalar",
        "α": "scalar",
    }
)
KEYS = {True: KEY, False: prepare(read("x", WORDS).expression, WORDS)}
PIECES = [
    r"x",
    r"y",
    r"W_1",
    r"z'",
    r"2",
    r"0.5",
    r"+",
    r"-",
    r"*",
    r"/",
    r"^",
    r"**",
    r"(",
    r")",
    r"[",
    r"]",
    r"{",
    r"}",
    r"|",
    r"||",
    r"‖",
    r",",
    r";",
    r"=",
    r"<",
    r"≤",
    r".",
    r".T",
    r"^T",
    r"'",
    r"!",
    r"_",
    r"_i",
    r"^i",
    r"sum_i",
    r"\sum_{i=1}^n",
    r"\frac",
    r"\frac12",
    r"\sqrt",
    r"exp",
    r"log",
    r"sin",
    r"max",
    r"norm",
    r"softmax",
    r"\left(",
    r"\right)",
    r"\cdot",
    r"\odot",
    r"@",
    r".*",
    r"when",
    r"otherwise",
    r"if",
    r"else",
    r"\begin{cases}",
    r"\end{cases}",
    r"&",
    r"\\",
    r"∇",
    r"∂",
    r"d/dx",
    r"π",
    r"α",
    r"\alpha",
    r"∂L/∂z",
    r"I",
    r"1^T",
    r"e^",
    r"inf",
    r"×",
    r"²",
    r"·",
    r"\text{if}",
    r"mean_j",
    r"Piecewise(",
    r"True",
    r"A",
    r"B",
    r"X",
    r"X_i",
    r"X^i",
    r"D",
    r"g'",
    r"tr",
    r"diag(",
    r"outer(",
    r"0",
    r"1",
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=16).map(" ".join) | st.text(max_size=60), st.booleans())
def test_no_text_crashes_the_reader(text: str, is_open: bool) -> None:
    for written in (text, text.replace(" ", "")):
        found = meant(written, OPEN if is_open else WORDS)
        if isinstance(found, Unreadable):
            assert 0 <= found.column <= len(written)
        else:
            assert KEYS[is_open].compare(found).outcome in {"equal", "different", "undecided"}
            assert plain(found)


CRASHED = [
    "sum_i * x", "ones_99999999", "eye(123456)", "I_0", "X X_i", "x^i sum_i x", "X_i sum_{i=1}^n 0*X", "x I",
    "np.sum(X axis=0)", "max(X > 0)", "D(X_i) + y_i", "max y_i", "X_iDX_ixx", r"\mathrm{3ign}(x)", "if_0 + sum_1",
    "I log I " + "1^T " * 60 + "x", "x " * 7 + "1^T " * 30 + "x",
]  # fmt: skip
MANY_KEYS = {
    is_open: [prepare(read(text, words).expression, words) for text in texts]
    for is_open, words, texts in (
        (True, OPEN, ("x", "sqrt(x)")),
        (False, WORDS, ("x", "B", "z", "A x", "D(X_i)", "sum_i D(X_i)")),
    )
}


@pytest.mark.parametrize("text", CRASHED)
@pytest.mark.parametrize("is_open", [True, False])
def test_texts_that_once_crashed_do_so_no_more(text: str, is_open: bool) -> None:
    found = meant(text, OPEN if is_open else WORDS)
    for key in MANY_KEYS[is_open]:
        assert isinstance(found, Unreadable) or key.compare(found) is not None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("max(X > 0)", "max takes values, not conditions"),
        ("norm(x, True)", "norm takes values, not conditions"),
        ("where(x, x, 0)", "where takes a condition first"),
        ("D(X_i) + y_i", "i runs over n and over m"),
        ("x 1^T 1^T x", "the ones here would be a single one"),
    ],
)
def test_what_once_crashed_is_told(text: str, rule: str) -> None:
    found = meant(text, WORDS)
    assert isinstance(found, Unreadable)
    assert (found.expected.partition(" by what")[0], bool(found.remedy)) == (rule, True)


def test_an_index_over_other_samples_is_a_fault_of_shape() -> None:
    verdict = prepare(read("D(X_i)", WORDS).expression, WORDS).compare(read("y_i", WORDS).expression)
    assert (verdict.outcome, verdict.reason) == ("different", "shape")
    assert verdict.said == "the index i runs over m, here it runs over n"
