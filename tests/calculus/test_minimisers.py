"""The minimiser of the separable quadratic, against ever finer grids."""

from __future__ import annotations

import random

import pytest

from gradus.calculus import declare, explain, minimiser, prepare, read
from gradus.calculus.expression import symbol
from gradus.calculus.measure import measure
from gradus.calculus.minimiser import soft_threshold
from gradus.errors import Fault
from gradus.oracle.minima import minimum

WORDS = declare({"w": "scalar", "c": "scalar", "H": "positive scalar", "a": "positive scalar", "b": "positive scalar"})
OBJECTIVES = {
    "L1": "1/2*H*(w - c)**2 + a*abs(w)",
    "L2": "1/2*H*(w - c)**2 + b/2*w**2",
    "both": "1/2*H*(w - c)**2 + a*abs(w) + b/2*w**2",
}


@pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES.keys())
def test_the_minimiser_is_where_a_search_finds_it(objective: str) -> None:
    pytest.importorskip("numpy")
    found = minimiser(read(objective, WORDS).expression, "w")
    source = random.Random(1)
    for _ in range(12):
        values = {
            "c": source.uniform(-3, 3),
            "H": source.uniform(0.3, 3),
            "a": source.uniform(0.1, 2),
            "b": source.uniform(0.1, 2),
        }
        assert float(measure(found, WORDS, {}, values, {})) == pytest.approx(minimum(objective, "w", values), abs=1e-6)


ACCEPTED = [
    "sign(c)*max(|c| - a/H, 0)",
    "c + a/H when c <= -a/H, 0 when -a/H < c < a/H, c - a/H when c >= a/H",
    r"\begin{cases} c - a/H & c > a/H \\ c + a/H & c < -a/H \\ 0 & \text{otherwise} \end{cases}",
    "max(c - a/H, 0) + min(c + a/H, 0)",
    "relu(c - a/H) - relu(-c - a/H)",
    "soft(c, a/H)",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_every_form_of_the_soft_threshold_is_right(text: str) -> None:
    key = prepare(minimiser(read(OBJECTIVES["L1"], WORDS).expression, "w"), WORDS)
    assert key.compare(read(text, WORDS).expression).outcome == "equal"


def test_the_form_with_a_bar_missing_is_wrong_and_a_lone_branch_is_named() -> None:
    key = prepare(minimiser(read(OBJECTIVES["L1"], WORDS).expression, "w"), WORDS)
    assert key.compare(read("sign(c)*max(|c - a/H|, 0)", WORDS).expression).outcome == "different"
    slip = explain(key, read("c - a/H", WORDS).expression)
    assert slip is not None
    assert slip.kind == "branch"


def test_the_closed_form_is_the_three_cases() -> None:
    closed = soft_threshold(symbol("H"), symbol("c"), symbol("a"), symbol("b"))
    cases = minimiser(read(OBJECTIVES["both"], WORDS).expression, "w")
    assert prepare(cases, WORDS).compare(closed).outcome == "equal"


def test_what_is_no_parabola_is_refused() -> None:
    with pytest.raises(Fault, match="must be quadratic in w"):
        minimiser(read("w**4 + exp(w)", WORDS).expression, "w")
