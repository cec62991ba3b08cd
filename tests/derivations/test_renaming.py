"""A derivation is worked out once and renamed; what is remembered never answers for another question."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from gradus import catalogue
from gradus.answers import Truth
from gradus.calculus import declare, read
from gradus.calculus.renaming import Renaming
from gradus.derivations import Derived, Formula
from gradus.derivations.statement import derivation, key_of
from gradus.family import Family

DERIVED = [
    "objective_gradient", "wasserstein_gradient", "layer_recursion", "input_gradient", "regularised_gradient",
    "derivation",
]  # fmt: skip


def drawn(family: str, seed: int, **fixed: object) -> Family:
    return catalogue.family(family).draw(random.Random(seed), fixed)


@pytest.mark.parametrize("family", DERIVED)
def test_a_renamed_key_is_the_key_derived_in_those_names(family: str) -> None:
    for seed in range(12):
        variant = drawn(family, seed)
        assert isinstance(variant, Derived)
        statement = variant.statement()
        found = derivation(statement.asked)
        assert found.compare(key_of(statement).tree).outcome == "equal", variant


NORM = "z1 = W1 @ x; L = norm(z1)**2"
STRUCTURES = [
    ("objective_gradient", {"objective": "likelihood", "averaged": True}, {"averaged": False}),
    ("objective_gradient", {"objective": "likelihood", "averaged": True}, {"objective": "odds"}),
    ("generator_chain", {"objective": "squares", "averaged": True}, {"objective": "exponential"}),
    ("wasserstein_gradient", {"sign": "plus"}, {"sign": "minus"}),
    ("last_preactivation", {"preactivation": "of one real sample", "averaged": True}, {"averaged": False}),
    ("layer_recursion", {"kind": "tanh"}, {"kind": "sigmoid"}),
    ("regularised_gradient", {"penalty": "l1"}, {"penalty": "half_l2"}),
    ("penalised_minimiser", {"penalty": "l1", "quadratic": "half"}, {"quadratic": "whole"}),
    ("update_rule", {"direction": "ascent"}, {"direction": "descent"}),
    ("derivation", {"program": f"{NORM}*2", "by": "W1"}, {"program": NORM}),
    ("derivation", {"program": NORM, "by": "W1"}, {"program": f"{NORM}/2 + norm(x + x)**2"}),
]  # fmt: skip


@pytest.mark.parametrize(("family", "one", "other"), STRUCTURES)
def test_the_witness_of_one_question_refuses_the_key_of_another_in_the_same_names(
    family: str, one: dict[str, object], other: dict[str, object]
) -> None:
    for seed in range(3):
        first = drawn(family, seed, **one)
        second = replace(first, **other)
        (part,) = first.parts
        mine, theirs = first.key()[part], second.key()[part]
        assert mine.agrees(first.witness()[part]) is Truth.TRUE
        assert theirs.agrees(second.witness()[part]) is Truth.TRUE
        assert isinstance(theirs, Formula)
        assert theirs.agrees(first.witness()[part]) is Truth.FALSE
        assert mine.agrees(second.witness()[part]) is Truth.FALSE


def test_names_are_exchanged_all_at_once() -> None:
    words = declare({"a": "n", "b": "n", "∂L/∂a": "n", "g": "elementwise", "n_1": "scalar"})
    tree = read("g'(a) .* b + da*n_1 + sum_i a_i*1", words).expression
    swapped = Renaming({"a": "b", "b": "a", "n": "k", "g": "f", "L": "J"})
    assert str(swapped.tree(tree)) == "f'(b) .* a + (∂J/∂b)*k_1 + sum_{i=1}^{k} (b_i*1)"
    assert swapped.vocabulary(words).by_name["d(J)/d(b)"].shape == ("k",)
