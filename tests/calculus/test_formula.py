"""The answer kind *expression*: read, printed, compared, and held against a witness's measurement."""

from __future__ import annotations

import pickle

import pytest

from gradus.answers import Count, Truth
from gradus.calculus import declare, derive, read_program
from gradus.errors import Unreadable
from gradus.formula import Formula, Measured, Measurement
from gradus.oracle.gradients import observe

SHAPES = {"W1": "m × k", "W2": "p × m", "x": "k", "g": "elementwise"}
PROGRAM = "z1 = W1 @ x; a1 = g(z1); z2 = W2 @ a1"
KEY = Formula.derived(derive(read_program(PROGRAM, declare(SHAPES)), "W1", given=["∂L/∂z2"]))


def test_a_formula_reads_back_what_it_prints() -> None:
    for text in (str(KEY), KEY.latex(), f"${KEY.latex()}$"):
        assert KEY.agrees(KEY.read(text)) is Truth.TRUE
    assert pickle.loads(pickle.dumps(KEY)) == KEY
    assert hash(KEY) == hash(Formula.derived(derive(read_program(PROGRAM, declare(SHAPES)), "W1", given=["∂L/∂z2"])))


def test_a_fault_of_shape_is_asked_again_and_a_transpose_is_marked() -> None:
    with pytest.raises(Unreadable, match="this is a vector of m, a matrix of m × k is asked"):
        KEY.read("W2.T @ dz2 * g'(z1)")
    turned = KEY.read("x ((W2.T @ dz2) * g'(z1))^T")
    assert KEY.agrees(turned) is Truth.FALSE
    assert KEY.verdict(turned).reason == "transposed"


def test_an_index_that_no_sum_binds_is_asked_again() -> None:
    with pytest.raises(Unreadable, match="the index t is bound by no sum"):
        KEY.read("(W2.T @ dz2 * g'(z1)) x_t x^T")


def test_a_wrong_formula_has_its_mistake_named() -> None:
    wrong = KEY.read("(W2.T @ dz2) x^T")
    slip = KEY.mistake(wrong)
    assert slip is not None
    assert slip.kind == "activation"
    assert KEY.agrees(Count(1)) is Truth.FALSE


def test_a_measurement_countersigns_the_key_and_no_wrong_formula() -> None:
    pytest.importorskip("jax")
    seen = [observe(PROGRAM, SHAPES, "W1", ["z2"], seed) for seed in range(3)]
    points = tuple(Measurement(s.sizes, s.values, s.functions, s.gradient) for s in seen)
    witness = Measured(points, "automatic differentiation and complex steps")
    assert KEY.agrees(witness) is witness.agrees(KEY) is Truth.TRUE
    assert witness.agrees(witness.read(str(witness))) is Truth.TRUE
    for wrong in ("(W2.T @ dz2) x^T", "-(W2.T @ dz2 * g'(z1)) x^T"):
        assert witness.agrees(KEY.read(wrong)) is Truth.FALSE
    with pytest.raises(Unreadable):
        witness.read("5")
